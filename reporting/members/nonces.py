"""Nonces that only whoever has the keys can read: made again from their parts, so nothing of one is kept."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from reporting import errors
from reporting.protocol.age import HybridRecipient, encrypt
from reporting.protocol.encoding import JSONObject, b64encode, check_text, sha256
from reporting.protocol.encoding import b64decode as decode
from reporting.protocol.errors import ProtocolError, N_
from reporting.protocol.signing import check_public_key
from reporting.service import Service

LENGTH = 32
_SECONDS = 10 * 60
_TIME = 8
_MAX_RECIPIENT = 4_096


@dataclass(frozen=True)
class Asked:
    """The public keys of a device, and what entitles it to have them listed: an invitation, a session."""

    right: bytes
    recipient: HybridRecipient
    signing_key: bytes

    @classmethod
    def read(cls, right: bytes, content: JSONObject) -> Asked:
        """From what a device sends.

        :raises Unprocessable, ProtocolError: a key that cannot be one
        """
        recipient = check_text(content.get("recipient"), pointer="/recipient", limit=_MAX_RECIPIENT)
        try:
            parsed = HybridRecipient.parse(recipient)
        except ProtocolError as error:
            raise errors.Unprocessable(error.message, pointer="/recipient", values=dict(error.values)) from error
        signing_key = decode(content.get("signing_key"), length=32, pointer="/signing_key")
        check_public_key(signing_key, pointer="/signing_key")
        return cls(right, parsed, signing_key)


def sealed(service: Service, asked: Asked) -> JSONObject:
    """A fresh nonce, sealed to the recipient."""
    nonce = _nonce(service, asked, service.clock.now())
    return {"sealed": b64encode(encrypt(nonce, [asked.recipient]))}


def check(service: Service, asked: Asked, nonce: bytes) -> None:
    """Refuse a nonce that is older than ten minutes, or was made for other keys or for somebody else.

    :raises Unprocessable: it is
    """
    at = int.from_bytes(nonce[:_TIME])
    fresh = 0 <= service.clock.now() - at <= _SECONDS
    if not fresh or not hmac.compare_digest(_nonce(service, asked, at), nonce):
        raise errors.Unprocessable(
            N_("This took too long, or is not for these keys. Please try again."), pointer="/nonce"
        )


def _nonce(service: Service, asked: Asked, at: int) -> bytes:
    time = at.to_bytes(_TIME)
    parts = (time, asked.right, sha256(str(asked.recipient).encode()), asked.signing_key)
    return time + service.keyed_hash("possession", *parts)[: LENGTH - _TIME]
