"""A member's browser that renews its keys, by HTTP alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from reporting.protocol import vault as vaults
from reporting.protocol.age import HybridIdentity, decrypt
from reporting.protocol.encoding import b64decode, b64encode, sha256
from reporting.protocol.possession import Renewal, sign_possession, sign_renewal
from reporting.protocol.signing import SigningKey
from reporting.protocol.vault import Pair, Vault
from tests.web.accounts import body
from tests.web.world import ORIGIN, Desk

KEYS, CHALLENGE = "/api/account/keys", "/api/account/keys/challenge"


def fresh_pair() -> Pair:
    """New keys."""
    return Pair(HybridIdentity.generate(), SigningKey.generate())


@dataclass
class Renewing:
    """A browser of a member's, with the vault as it last loaded it."""

    desk: Desk
    vault: Vault
    sealed: bytes

    @classmethod
    def at(cls, desk: Desk) -> Renewing:
        """Load the vault."""
        sealed = b64decode(body(desk.get("/api/vault"))["vault"])
        return cls(desk, vaults.open_vault(sealed, desk.person.vault_key, desk.person.id), sealed)

    def put(self, held: Vault, **changed: Any) -> TestResponse:
        """Put a vault in the place of the one loaded."""
        sealed = vaults.seal_vault(held, self.desk.person.vault_key)
        kept = body(self.desk.get("/api/vault"))
        content = {"vault": b64encode(sealed), "wraps": kept["wraps"], "before": b64encode(sha256(self.sealed))}
        content["current_auth"] = b64encode(self.desk.person.auth_secret)
        answer = self.desk.send("PUT", "/api/vault", {**content, **changed})
        if answer.status_code == 204:
            self.vault, self.sealed = held, sealed
        return answer

    def keep(self, pair: Pair) -> Pair:
        """Put new keys into the vault, where they wait."""
        assert self.put(self.vault.with_waiting(pair)).status_code == 204
        return pair

    def request(self, pair: Pair) -> dict[str, Any]:
        """What asks for them, every proof in it."""
        recipient, member = str(pair.identity.recipient), self.desk.person.id
        keys = {"recipient": recipient, "signing_key": b64encode(pair.signing_key.public)}
        nonce = decrypt(b64decode(body(self.desk.post(CHALLENGE, keys))["sealed"]), pair.identity)
        change = Renewal(
            ORIGIN, member, self.vault.signing_key.public, pair.signing_key.public, sha256(recipient.encode())
        )
        return {
            **keys,
            "nonce": b64encode(nonce),
            "signature": b64encode(sign_possession(nonce, recipient, member, pair.signing_key)),
            "renewal": b64encode(sign_renewal(change, self.vault.signing_key)),
            "vault": b64encode(sha256(self.sealed)),
        }

    def renew(self, **changed: Any) -> tuple[Pair, TestResponse]:
        """Make new keys, keep them, ask for them, with parts of the request replaced."""
        pair = self.keep(fresh_pair())
        return pair, self.desk.post(KEYS, {**self.request(pair), **changed})


def renewed(desk: Desk) -> tuple[Renewing, Pair]:
    """Keys that wait for the directory."""
    browser = Renewing.at(desk)
    pair, answer = browser.renew()
    assert answer.status_code == 204, answer.data
    return browser, pair
