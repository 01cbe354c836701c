"""The native recipient types of age that this product does not accept: X25519 and scrypt.

They exist to run every vector against the product's header and STREAM. They plug into
``reporting.protocol.age_file``, which the product does not offer to anyone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reporting.protocol import bech32
from reporting.protocol.age import Stanza
from reporting.protocol.age_header import decode_base64
from reporting.protocol.errors import HeaderFailure

_MAX_WORK_FACTOR = 20
_FIXED_NONCE = bytes(12)


def _decode(text: str, size: int) -> bytes:
    data = decode_base64(text.encode())
    if len(data) != size:
        raise HeaderFailure("wrong size")
    return data


def _open_body(key: bytes, body: bytes) -> bytes | None:
    try:
        return ChaCha20Poly1305(key).decrypt(_FIXED_NONCE, body, None)
    except InvalidTag:
        return None


@dataclass(frozen=True)
class X25519Identity:
    """``AGE-SECRET-KEY-1…``"""

    key: X25519PrivateKey

    @classmethod
    def parse(cls, text: str) -> X25519Identity:
        return cls(X25519PrivateKey.from_private_bytes(bech32.decode(text.lower(), "age-secret-key-", 32)))

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        shares = [self._share(stanza) for stanza in stanzas]
        for share, stanza in zip(shares, stanzas, strict=True):
            if share is None:
                continue
            file_key = _open_body(self._wrap_key(share), stanza.body)
            if file_key is not None:
                return file_key
        return None

    @staticmethod
    def _share(stanza: Stanza) -> bytes | None:
        if stanza.arguments[0] != "X25519":
            return None
        if len(stanza.arguments) != 2 or len(stanza.body) != 32:
            raise HeaderFailure("malformed X25519 stanza")
        return _decode(stanza.arguments[1], 32)

    def _wrap_key(self, share: bytes) -> bytes:
        try:
            secret = self.key.exchange(X25519PublicKey.from_public_bytes(share))
        except ValueError:  # the all-zero secret
            raise HeaderFailure("share of small order") from None
        salt = share + self.key.public_key().public_bytes_raw()
        return HKDF(SHA256(), 32, salt=salt, info=b"age-encryption.org/v1/X25519").derive(secret)


@dataclass(frozen=True)
class ScryptIdentity:
    """A passphrase."""

    passphrase: str

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        for stanza in stanzas:
            if stanza.arguments[0] == "scrypt":
                if len(stanzas) != 1:
                    raise HeaderFailure("scrypt stanzas stand alone")
                return _open_body(self._wrap_key(stanza), stanza.body)
        return None

    def _wrap_key(self, stanza: Stanza) -> bytes:
        if len(stanza.arguments) != 3 or len(stanza.body) != 32:
            raise HeaderFailure("malformed scrypt stanza")
        salt = _decode(stanza.arguments[1], 16)
        if not re.fullmatch("[1-9][0-9]*", stanza.arguments[2]):
            raise HeaderFailure("malformed work factor")
        work = int(stanza.arguments[2])
        if work > _MAX_WORK_FACTOR:
            raise HeaderFailure("work factor too high")
        return hashlib.scrypt(
            self.passphrase.encode(),
            salt=b"age-encryption.org/v1/scrypt" + salt,
            n=2**work,
            r=8,
            p=1,
            maxmem=2 * 128 * 8 * 2**work,
            dklen=32,
        )
