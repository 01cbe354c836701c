"""Bech32 (BIP 173) without its limit on length, as age uses it for recipients and identities.

The decoder accepts exactly what the encoder writes: one case, zero spare bits, a good checksum.
"""

from __future__ import annotations

import base64
from functools import cache

from reporting.protocol.errors import Malformed, N_

_CHARSET = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)  # BIP 173
_CHECKSUM_SIZE = 6
_CHECKSUM_BITS = 30

# Python reads and writes base 32 with these digits in C; a recipient has 1,946 of them.
_DIGITS = b"0123456789abcdefghijklmnopqrstuv"
_TO_DIGITS = bytes.maketrans(_CHARSET, _DIGITS)
_FROM_BASE32 = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bytes(range(32)))  # RFC 4648 section 6


def _step(check: int, value: int) -> int:
    top = check >> 25
    check = (check & 0x1FFFFFF) << 5 ^ value
    for bit, generator in enumerate(_GENERATOR):
        if top >> bit & 1:
            check ^= generator
    return check


# What the top ten bits contribute when two symbols are taken at once, which halves the time.
_PAIRS = [_step(_step(top << 20, 0), 0) for top in range(1024)]


def _checksum(values: bytes) -> int:
    check = 1
    if len(values) % 2:
        check, values = _step(check, values[0]), values[1:]
    for first, second in zip(values[::2], values[1::2], strict=True):
        check = (check & 0xFFFFF) << 10 ^ first << 5 ^ second ^ _PAIRS[check >> 20]
    return check


@cache
def _parities(length: int) -> tuple[int, ...]:
    """For each bit of the checksum, the bits of a number of ``length`` symbols whose parity it is.

    The checksum is linear, so that it can be had from whole numbers at once: a server checks a recipient
    of 1,952 symbols with every report, and a loop over them took longer than everything else in one.
    """
    shares: list[int] = []  # of each bit of the number, the last symbol's first
    states = [1, 2, 4, 8, 16]
    for _ in range(length):
        shares += states
        states = [_step(state, 0) for state in states]
    shares.reverse()
    columns = [bytes(share >> shift & 255 for share in shares) for shift in range(0, 32, 8)]
    bits = [bytes(48 + (value >> bit & 1) for value in range(256)) for bit in range(8)]
    return tuple(int(columns[bit // 8].translate(bits[bit % 8]), 2) for bit in range(_CHECKSUM_BITS))


@cache
def _expected(prefix: str, length: int) -> int:
    """What the symbols must add to the checksum for it to end as 1, as BIP 173 wants."""
    return _checksum(_expand(prefix) + bytes(length)) ^ 1


def _is_right(number: int, prefix: str, length: int) -> bool:
    expected = _expected(prefix, length)
    return all((number & parity).bit_count() & 1 == expected >> bit & 1 for bit, parity in enumerate(_parities(length)))


def _expand(prefix: str) -> bytes:
    codes = prefix.encode("ascii")
    return bytes(c >> 5 for c in codes) + b"\0" + bytes(c & 31 for c in codes)


def encode(prefix: str, data: bytes) -> str:
    """``data`` in lowercase Bech32 after ``prefix`` and the separator."""
    symbols = base64.b32encode(data).rstrip(b"=").translate(_FROM_BASE32)
    check = _checksum(_expand(prefix) + symbols + bytes(_CHECKSUM_SIZE)) ^ 1
    symbols += bytes(check >> shift & 31 for shift in range(25, -1, -5))
    return prefix + "1" + bytes(_CHARSET[value] for value in symbols).decode("ascii")


def decode(text: str, prefix: str, size: int) -> bytes:
    """The ``size`` bytes of ``text``, lowercase Bech32 after ``prefix``.

    :raises Malformed: another prefix, length, case or character, or a failed checksum
    """
    start = len(prefix) + 1
    length = (size * 8 + 4) // 5
    if len(text) != start + length + _CHECKSUM_SIZE or not text.startswith(prefix + "1"):
        raise Malformed(N_("This is not a complete key, or one of another kind."))
    try:
        symbols = text[start:].encode("ascii")
    except UnicodeEncodeError:
        raise Malformed(N_("This key has a character that no key has.")) from None
    if symbols.translate(None, _CHARSET):
        raise Malformed(N_("This key has a character that no key has."))
    number = int(symbols.translate(_TO_DIGITS), 32)
    if not _is_right(number, prefix, len(symbols)):
        raise Malformed(N_("This key is mistyped: its checksum fails."))
    number >>= _CHECKSUM_BITS
    spare = length * 5 - size * 8
    if number & ((1 << spare) - 1):
        raise Malformed(N_("This key is not in its one canonical form."))
    return (number >> spare).to_bytes(size, "big")
