"""Proof, at enrollment, that a device has the keys it names: it opens a sealed nonce and signs it."""

from __future__ import annotations

from reporting.protocol.encoding import sha256
from reporting.protocol.signing import SigningKey, verify

_LABEL = b"reporting/v1/possession\x00"


def _statement(nonce: bytes, recipient: str, member: str) -> bytes:
    return _LABEL + sha256(nonce + recipient.encode() + member.encode())


def sign_possession(nonce: bytes, recipient: str, member: str, key: SigningKey) -> bytes:
    """What the member's signing key says of the nonce that only their identity could open."""
    return key.sign(_statement(nonce, recipient, member))


def verify_possession(signature: bytes, nonce: bytes, recipient: str, member: str, signing_key: bytes) -> None:
    """Refuse a signature that another key, or of something else, has made.

    :raises NotAuthentic: it does not verify
    """
    verify(signing_key, signature, _statement(nonce, recipient, member))
