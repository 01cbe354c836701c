"""Hybrid age keys, secure against quantum computers to come: ML-KEM-768 with X25519.

The recipient type ``mlkem768x25519`` of c2sp.org/age: HPKE (RFC 9180) with the KEM
MLKEM768-X25519, which is X-Wing, of draft-ietf-hpke-pq.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from reporting.protocol import bech32
from reporting.protocol.age_header import Stanza, decode_base64, encode_base64
from reporting.protocol.errors import HeaderFailure, Malformed, N_

STANZA_TYPE = "mlkem768x25519"
ENC_SIZE = 1120
BODY_SIZE = 32  # the 16-byte file key and its tag
SEED_SIZE = 32
PUBLIC_SIZE = 1216

_MLKEM_PUBLIC_SIZE = 1184  # FIPS 203, table 3
_MLKEM_SEED_SIZE = 64
_RECIPIENT_PREFIX = "age1pq"
_IDENTITY_PREFIX = "age-secret-key-pq-"
_INFO = b"age-encryption.org/mlkem768x25519"
_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)

_P = 2**255 - 19
# u coordinates of small order (RFC 7748 section 6.1 has implementations check for them, as the
# secret that they give is zero): orders 1, 2, 4, 8, 8, each with its encodings below 2^255.
_LOW_ORDER_U = frozenset(
    {
        0,
        1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
        _P - 1,
        _P,
        _P + 1,
    }
)


def _is_low_order(share: bytes) -> bool:
    return int.from_bytes(share, "little") & ((1 << 255) - 1) in _LOW_ORDER_U


@dataclass(frozen=True, repr=False)
class HybridRecipient:
    """A public key of 1,216 bytes, to which anyone can seal."""

    public: bytes
    _key: hpke.MLKEM768X25519PublicKey = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.public) != PUBLIC_SIZE or _is_low_order(self.public[_MLKEM_PUBLIC_SIZE:]):
            raise Malformed(N_("This is not a usable age recipient."))
        try:
            # The modulus check of FIPS 203 section 7.2 happens here.
            mlkem = MLKEM768PublicKey.from_public_bytes(self.public[:_MLKEM_PUBLIC_SIZE])
        except ValueError:
            raise Malformed(N_("This is not a usable age recipient.")) from None
        x25519 = X25519PublicKey.from_public_bytes(self.public[_MLKEM_PUBLIC_SIZE:])
        object.__setattr__(self, "_key", hpke.MLKEM768X25519PublicKey(mlkem, x25519))

    @classmethod
    def parse(cls, text: object, *, pointer: str = "") -> HybridRecipient:
        """The recipient ``age1pq1…``, which encodes back to exactly ``text``.

        :raises Malformed: anything else, naming the field ``pointer``
        """
        if not isinstance(text, str):
            raise Malformed(N_("This must be an age recipient."), pointer=pointer)
        try:
            recipient = cls(bech32.decode(text, _RECIPIENT_PREFIX, PUBLIC_SIZE))
        except Malformed as error:
            raise error.at(pointer) from None
        recipient.__dict__["_text"] = text
        return recipient

    @cached_property
    def _text(self) -> str:
        return bech32.encode(_RECIPIENT_PREFIX, self.public)

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"HybridRecipient({self._text[:20]}…)"

    def wrap(self, file_key: bytes) -> Stanza:
        """The stanza that gives the 16-byte ``file_key`` to the holder of the identity."""
        sealed = _SUITE.encrypt(file_key, self._key, _INFO)
        enc, body = sealed[:ENC_SIZE], sealed[ENC_SIZE:]
        return Stanza((STANZA_TYPE, encode_base64(enc).decode("ascii")), body)


@dataclass(frozen=True, repr=False)
class HybridIdentity:
    """A private key, held as its 32-byte seed."""

    seed: bytes
    _mlkem: MLKEM768PrivateKey = field(init=False, compare=False)
    _x25519: X25519PrivateKey = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_SIZE:
            raise Malformed(N_("The seed of an age identity has 32 bytes."))
        expanded = hashlib.shake_256(self.seed).digest(_MLKEM_SEED_SIZE + 32)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_SIZE])
        object.__setattr__(self, "_mlkem", mlkem)
        object.__setattr__(self, "_x25519", X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_SIZE:]))

    def __repr__(self) -> str:
        return "HybridIdentity(…)"

    @classmethod
    def generate(cls, random: Callable[[int], bytes] = os.urandom) -> HybridIdentity:
        """A new identity from 32 bytes of ``random``."""
        return cls(random(SEED_SIZE))

    @classmethod
    def parse(cls, text: object) -> HybridIdentity:
        """The identity ``AGE-SECRET-KEY-PQ-1…``.

        :raises Malformed: anything else
        """
        # ASCII first: other scripts have letters whose lower case is a Latin one.
        if not isinstance(text, str) or not text.isascii() or text != text.upper():
            raise Malformed(N_("This must be an age identity."))
        return cls(bech32.decode(text.lower(), _IDENTITY_PREFIX, SEED_SIZE))

    def encode(self) -> str:
        """The identity as ``AGE-SECRET-KEY-PQ-1…``: a secret."""
        return bech32.encode(_IDENTITY_PREFIX, self.seed).upper()

    @cached_property
    def recipient(self) -> HybridRecipient:
        """The public key to which others seal."""
        return HybridRecipient(
            self._mlkem.public_key().public_bytes_raw() + self._x25519.public_key().public_bytes_raw()
        )

    @cached_property
    def _key(self) -> hpke.MLKEM768X25519PrivateKey:
        return hpke.MLKEM768X25519PrivateKey(self._mlkem, self._x25519)

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The 16-byte file key, or None where no stanza is ours.

        :raises HeaderFailure: a hybrid stanza is not in its one form
        """
        encs = [hybrid_enc(stanza) for stanza in stanzas]
        for enc, stanza in zip(encs, stanzas, strict=True):
            if enc is None:
                continue
            try:
                return _SUITE.decrypt(enc + stanza.body, self._key, _INFO)
            except InvalidTag:
                continue
        return None


def hybrid_enc(stanza: Stanza, *, pointer: str = "") -> bytes | None:
    """The 1,120-byte encapsulated key of a hybrid stanza; None for a stanza of another type.

    :raises HeaderFailure: a hybrid stanza with other arguments, a body not of 32 bytes, a share of small order
    """
    if stanza.arguments[0] != STANZA_TYPE:
        return None
    if len(stanza.arguments) == 2 and len(stanza.body) == BODY_SIZE:
        enc = decode_base64(stanza.arguments[1].encode("ascii"), pointer=pointer)
        if len(enc) == ENC_SIZE and not _is_low_order(enc[-32:]):
            return enc
    raise HeaderFailure(N_("A recipient of this sealed file is not in the hybrid form."), pointer=pointer)
