"""The site's logo: a small PNG, of which only what shows is kept (W3C PNG, third edition)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from reporting import errors
from reporting.protocol.errors import N_

MAX_LOGO = 16_384  # bytes, once everything else is left out: every visit of a page for reading loads it
MAX_UPLOAD = 1 << 20
MAX_SIDE = 1_024  # pixels
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: What shows: header, palette, transparency, pixels, end. Texts, times, places, profiles and thumbnails are others.
_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # samples of a pixel, by color type
_HEADER = struct.Struct(">IIBBBBB")


@dataclass(frozen=True)
class Logo:
    """A picture that pages may show, and its size in pixels."""

    png: bytes
    width: int
    height: int


def read_logo(body: bytes) -> Logo:
    """A logo from the bytes of a PNG, without anything that does not show.

    :raises Unprocessable: no PNG, a damaged one, or one too large
    """
    if not body.startswith(_SIGNATURE):
        raise _refused(N_("The logo must be a PNG file."))
    kept = [(name, data) for name, data in _chunks(body[len(_SIGNATURE) :]) if name in _KEPT]
    names = [name for name, _data in kept]
    if names[:1] != [b"IHDR"] or names[-1:] != [b"IEND"] or b"IDAT" not in names:
        raise _refused(N_("This PNG file is damaged."))
    width, height = _measure(kept[0][1], b"".join(data for name, data in kept if name == b"IDAT"))
    png = _SIGNATURE + b"".join(_chunk(name, data) for name, data in kept)
    if len(png) > MAX_LOGO:
        raise _refused(
            N_("This logo takes {size} bytes; at most {limit} are taken. Make it smaller, or use fewer colors."),
            size=len(png),
            limit=MAX_LOGO,
        )
    return Logo(png, width, height)


def _refused(message: str, **values: int) -> errors.Unprocessable:
    return errors.Unprocessable(message, pointer="/logo", values=dict(values))


def _chunks(rest: bytes) -> Iterator[tuple[bytes, bytes]]:
    while rest:
        if len(rest) < 12:
            raise _refused(N_("This PNG file is damaged."))
        (length,) = struct.unpack(">I", rest[:4])
        name, data, check = rest[4:8], rest[8 : 8 + length], rest[8 + length : 12 + length]
        if len(data) != length or check != struct.pack(">I", zlib.crc32(name + data)):
            raise _refused(N_("This PNG file is damaged."))
        yield name, data
        if name == b"IEND":
            return  # what follows the end is no part of the picture
        rest = rest[12 + length :]


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _measure(header: bytes, packed: bytes) -> tuple[int, int]:
    """Width and height, once the pixels are as many as the header says."""
    if len(header) != _HEADER.size:
        raise _refused(N_("This PNG file is damaged."))
    width, height, depth, color, compression, filtering, interlace = _HEADER.unpack(header)
    if not (1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE):
        raise _refused(N_("A logo is at most {limit} pixels wide and high."), limit=MAX_SIDE)
    if color not in _CHANNELS or depth not in (1, 2, 4, 8, 16) or (compression, filtering, interlace) != (0, 0, 0):
        raise _refused(N_("This kind of PNG is not taken: save it without interlacing."))
    wanted = height * (1 + (width * depth * _CHANNELS[color] + 7) // 8)
    unpacker = zlib.decompressobj()
    try:
        pixels = unpacker.decompress(packed, wanted + 1)
    except zlib.error:
        raise _refused(N_("This PNG file is damaged.")) from None
    if len(pixels) != wanted:
        raise _refused(N_("This PNG file is damaged."))
    return width, height
