"""The header of an age file: who can unwrap its key (c2sp.org/age, section "Header").

The header is read in its one canonical form or not at all, so that what was authenticated is what
was understood. Stanzas of unknown types are kept: readers ignore them, as the standard asks.
"""

from __future__ import annotations

import binascii
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reporting.protocol.errors import HeaderFailure, HmacFailure, N_

VERSION_LINE = b"age-encryption.org/v1"
FILE_KEY_SIZE = 16
# Forty hybrid stanzas; the largest header of this protocol has seventeen. It bounds the memory
# that a header from outside can take.
MAX_HEADER = 65_536

_COLUMNS = 64
_MAC_LINE = re.compile(rb"--- ([A-Za-z0-9+/]{43})")
_ARGUMENT_LINE = re.compile(rb"->(?: [\x21-\x7e]+)+")
_NOT_A_HEADER = N_("This is not an age file, or its header is damaged.")


@dataclass(frozen=True)
class Stanza:
    """One wrapping of the file key: its arguments, the first of which is the type, and its body."""

    arguments: tuple[str, ...]
    body: bytes


@dataclass(frozen=True)
class Header:
    """A parsed header: its stanzas, its MAC (32 bytes), and its length in bytes with the last LF."""

    stanzas: tuple[Stanza, ...]
    mac: bytes
    length: int
    covered: bytes  # what the MAC covers: all up to and with the "---"


def encode_base64(data: bytes) -> bytes:
    """Base64 without padding, as age writes it."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=")


def decode_base64(text: bytes, *, pointer: str = "") -> bytes:
    """Bytes from canonical base64 without padding.

    :raises HeaderFailure: anything else
    """
    try:
        data = binascii.a2b_base64(text + b"=" * (-len(text) % 4))
    except binascii.Error:
        raise HeaderFailure(_NOT_A_HEADER, pointer=pointer) from None
    # The decoder skips what it does not know; only what encodes back to itself is canonical.
    if encode_base64(data) != text:
        raise HeaderFailure(_NOT_A_HEADER, pointer=pointer)
    return data


def parse_header(data: bytes, *, pointer: str = "") -> Header:
    """The header at the beginning of ``data``, whose rest is not looked at.

    :raises HeaderFailure: not the canonical form, no stanza, or longer than 64 KiB
    """
    end = data.find(b"\n---", 0, MAX_HEADER) + 1
    mac_end = data.find(b"\n", end, MAX_HEADER)
    match = _MAC_LINE.fullmatch(data, end, mac_end) if end and mac_end > 0 else None
    if match is None:
        raise HeaderFailure(_NOT_A_HEADER, pointer=pointer)
    lines = data[: end - 1].split(b"\n")
    if lines[0] != VERSION_LINE or len(lines) == 1:
        raise HeaderFailure(_NOT_A_HEADER, pointer=pointer)
    return Header(
        stanzas=_parse_stanzas(lines, pointer),
        mac=decode_base64(match[1], pointer=pointer),
        length=mac_end + 1,
        covered=data[: end + 3],
    )


def _parse_stanzas(lines: list[bytes], pointer: str) -> tuple[Stanza, ...]:
    stanzas = []
    index = 1
    while index < len(lines):
        if not _ARGUMENT_LINE.fullmatch(lines[index]):
            raise HeaderFailure(_NOT_A_HEADER, pointer=pointer)
        arguments = tuple(lines[index][3:].decode("ascii").split(" "))
        last = index + 1
        while last < len(lines) and len(lines[last]) == _COLUMNS:
            last += 1
        # The body ends with a line shorter than 64 columns, which may be empty but not absent.
        if last == len(lines) or len(lines[last]) > _COLUMNS:
            raise HeaderFailure(_NOT_A_HEADER, pointer=pointer)
        body = decode_base64(b"".join(lines[index + 1 : last + 1]), pointer=pointer)
        stanzas.append(Stanza(arguments, body))
        index = last + 1
    return tuple(stanzas)


def _encode_stanza(stanza: Stanza) -> bytes:
    text = encode_base64(stanza.body)
    # A body that fills its last line is followed by an empty one.
    lines = [text[start : start + _COLUMNS] for start in range(0, len(text) + 1, _COLUMNS)]
    return b"-> " + " ".join(stanza.arguments).encode("ascii") + b"\n" + b"\n".join(lines) + b"\n"


def _mac(file_key: bytes, covered: bytes) -> bytes:
    key = HKDF(SHA256(), 32, salt=None, info=b"header").derive(file_key)
    return hmac.digest(key, covered, "sha256")


def encode_header(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    """The header that holds ``stanzas``, authenticated by the 16-byte ``file_key``."""
    covered = VERSION_LINE + b"\n" + b"".join(map(_encode_stanza, stanzas)) + b"---"
    return covered + b" " + encode_base64(_mac(file_key, covered)) + b"\n"


def verify_header(header: Header, file_key: bytes) -> None:
    """Check the MAC of ``header`` under the 16-byte ``file_key``.

    :raises HmacFailure: the header was altered
    """
    if not hmac.compare_digest(_mac(file_key, header.covered), header.mac):
        raise HmacFailure(N_("The header of this sealed file was altered."))
