"""An authenticator in software: real WebAuthn answers, made with ``cryptography`` and CBOR, and ways to lie."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


def base64url(data: bytes) -> str:
    """Unpadded base64url, as WebAuthn writes it."""
    return urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class SoftKey:
    """One passkey of a person, on whatever host they register it for."""

    origin: str
    prf: bool = True
    count: int = 0
    id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any], **lies: Any) -> dict[str, Any]:
        """What ``navigator.credentials.create(options)`` answers."""
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + self._public()
        data = self._data(options["rp"]["id"], _PRESENT | _VERIFIED | _ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options, lies)
        return self._credential(
            {"clientDataJSON": base64url(client), "attestationObject": base64url(attestation)},
            {"prf": {"enabled": True}} if self.prf and "prf" in options.get("extensions", {}) else {},
        )

    def get(self, options: dict[str, Any], **lies: Any) -> dict[str, Any]:
        """What ``navigator.credentials.get(options)`` answers."""
        self.count += 1
        data = self._data(lies.get("host", options["rpId"]), _PRESENT | _VERIFIED)
        client = self._client("webauthn.get", options, lies)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._credential(
            {
                "clientDataJSON": base64url(client),
                "authenticatorData": base64url(data),
                "signature": base64url(signature),
            },
            {},
        )

    def _client(self, kind: str, options: dict[str, Any], lies: dict[str, Any]) -> bytes:
        content = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(content | {name: lies[name] for name in content.keys() & lies.keys()}).encode()

    def _data(self, host: str, flags: int) -> bytes:
        return sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _public(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})

    def _credential(self, response: dict[str, str], extensions: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": base64url(self.id),
            "rawId": base64url(self.id),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": extensions,
        }
