"""HKDF-SHA-256 (RFC 5869), the protocol's only way from one key to another."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def hkdf(secret: bytes, info: bytes, *, salt: bytes = b"", length: int = 32) -> bytes:
    """``length`` bytes derived from ``secret``; the salt is empty where the protocol names none."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt or None, info=info).derive(secret)
