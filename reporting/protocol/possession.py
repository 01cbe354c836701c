"""Proof that a device has the keys it names: it opens a sealed nonce and signs it.

And, where keys follow others, that whoever has those wants it so (:func:`sign_renewal`).
"""

from __future__ import annotations

from dataclasses import dataclass

from reporting.protocol.encoding import sha256
from reporting.protocol.signing import SigningKey, verify

_LABEL = b"reporting/v1/possession\x00"
_RENEWAL = b"reporting/v1/renewal\x00"


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


@dataclass(frozen=True)
class Renewal:
    """Which keys of a member's follow which: ``old`` and ``new`` are signing keys, the hash is the new recipient's."""

    origin: str
    member: str
    old: bytes
    new: bytes
    recipient_sha256: bytes


def _change(renewal: Renewal) -> bytes:
    names = sha256(renewal.origin.encode()) + sha256(renewal.member.encode())
    return _RENEWAL + sha256(names + renewal.old + renewal.new + renewal.recipient_sha256)


def sign_renewal(renewal: Renewal, key: SigningKey) -> bytes:
    """What the signing key that was in force says of the keys that are to follow."""
    return key.sign(_change(renewal))


def verify_renewal(signature: bytes, renewal: Renewal) -> None:
    """Refuse a change of keys that the key of before has not signed.

    :raises NotAuthentic: it has not
    """
    verify(renewal.old, signature, _change(renewal))
