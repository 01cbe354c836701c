"""PNG files, chunk by chunk (W3C PNG, third edition)."""

from __future__ import annotations

import os
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, data: bytes) -> bytes:
    """One chunk, with its length and check."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def header(width: int, height: int, *, depth: int = 8, color: int = 0, interlace: int = 0) -> bytes:
    """The first chunk; ``color`` 0 is gray, 2 red-green-blue."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace))


def pixels(width: int, height: int, *, noise: bool = False) -> bytes:
    """Gray pixels, all alike or none like another."""
    rows = [b"\0" + (os.urandom(width) if noise else bytes([200]) * width) for _ in range(height)]
    return chunk(b"IDAT", zlib.compress(b"".join(rows)))


def png(width: int = 120, height: int = 40, *, extra: bytes = b"", noise: bool = False) -> bytes:
    """A gray picture; ``extra``: chunks before its pixels."""
    return SIGNATURE + header(width, height) + extra + pixels(width, height, noise=noise) + chunk(b"IEND", b"")
