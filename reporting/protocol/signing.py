"""Ed25519 (RFC 8032), checked strictly.

What RFC 8032 leaves to taste is settled here, so that both implementations accept the same
signatures: encodings of points are canonical, S is below the group order, and public keys of
small order, under which one signature fits many messages, are refused.

OpenSSL, which does the arithmetic, verifies without the cofactor: it recomputes R and compares
bytes. A verifier with the cofactor accepts more, namely signatures that their own signer crafted
with a component of small order; the browser's twin therefore compares the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from reporting.protocol.errors import Malformed, NotAuthentic, N_

SEED_SIZE = 32
PUBLIC_KEY_SIZE = 32
SIGNATURE_SIZE = 64

_P = 2**255 - 19  # RFC 8032 section 5.1
_D = -121665 * pow(121666, -1, _P) % _P
_ORDER = 2**252 + 27742317777372353535851937790883648493
_SIGN_BIT = 1 << 255
_BAD_SIGNATURE = N_("The signature is wrong.")


# y of a point of order 8: what d*y^4 + 2*y^2 - 1 = 0 gives on this curve.
_ORDER_8_Y = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
# y of the eight points of small order, whose x carries either sign: of order 4, 1, 2, 8, 8.
_SMALL_ORDER_Y = frozenset({0, 1, _P - 1, _ORDER_8_Y, _P - _ORDER_8_Y})


def _canonical_y(encoded: bytes) -> int | None:
    """The y coordinate of an encoded point, or None where another encoding of it comes first."""
    number = int.from_bytes(encoded, "little")
    y = number & (_SIGN_BIT - 1)
    if y >= _P:
        return None
    if y in (1, _P - 1) and number & _SIGN_BIT:  # x = 0 has no negative
        return None
    return y


# Public keys alone are asked about, and a directory of a thousand members is read again and again: a quarter of a
# millisecond for each of them is most of the time that reading takes.
@lru_cache(16_384)
def _is_on_curve(y: int) -> bool:
    square = y * y % _P
    # x^2 = (y^2 - 1) / (d*y^2 + 1); whether u/v is a square is whether u*v is (Euler's criterion)
    product = (square - 1) * (_D * square + 1) % _P
    return product == 0 or pow(product, (_P - 1) // 2, _P) == 1


def check_public_key(public: bytes, *, pointer: str = "") -> None:
    """Check that ``public`` is a key that this protocol accepts: a point, canonical, of large order.

    :raises Malformed: anything else, naming the field ``pointer``
    """
    if len(public) != PUBLIC_KEY_SIZE:
        raise Malformed(N_("A signing key has 32 bytes."), pointer=pointer)
    y = _canonical_y(public)
    if y is None or y in _SMALL_ORDER_Y or not _is_on_curve(y):
        raise Malformed(N_("This is not a usable signing key."), pointer=pointer)


def verify(public: bytes, signature: bytes, message: bytes) -> None:
    """Check the Ed25519 ``signature`` (64 bytes) of ``message`` under ``public`` (32 bytes).

    :raises NotAuthentic: the signature is wrong, or it or the key is not in the one strict form
    """
    if len(public) != PUBLIC_KEY_SIZE or len(signature) != SIGNATURE_SIZE:
        raise NotAuthentic(_BAD_SIGNATURE)
    y = _canonical_y(public)
    if y is None or y in _SMALL_ORDER_Y:
        raise NotAuthentic(_BAD_SIGNATURE)
    if _canonical_y(signature[:32]) is None or int.from_bytes(signature[32:], "little") >= _ORDER:
        raise NotAuthentic(_BAD_SIGNATURE)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise NotAuthentic(_BAD_SIGNATURE) from None


@dataclass(frozen=True, repr=False)
class SigningKey:
    """An Ed25519 private key, held as its 32-byte seed (RFC 8032 section 5.1.5)."""

    seed: bytes
    _key: Ed25519PrivateKey = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_SIZE:
            raise Malformed(N_("The seed of a signing key has 32 bytes."))
        object.__setattr__(self, "_key", Ed25519PrivateKey.from_private_bytes(self.seed))

    def __repr__(self) -> str:
        return "SigningKey(…)"

    @classmethod
    def generate(cls, random: Callable[[int], bytes] = os.urandom) -> SigningKey:
        """A new key from 32 bytes of ``random``."""
        return cls(random(SEED_SIZE))

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """The signature of ``message``, 64 bytes; the same key and message give the same one."""
        return self._key.sign(message)
