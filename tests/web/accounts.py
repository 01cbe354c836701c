"""What people do with their accounts: enroll, register factors, prove who they are. By HTTP alone."""

from __future__ import annotations

import dataclasses
import json
import os
from dataclasses import dataclass
from typing import Any

import pyotp
from werkzeug.test import TestResponse

from reporting.members import rules as members
from reporting.members.rules import Invitation
from reporting.protocol import vault
from reporting.protocol.age import HybridIdentity, decrypt
from reporting.protocol.encoding import b64decode, b64encode
from reporting.protocol.possession import sign_possession
from reporting.protocol.signing import SigningKey
from tests.web.authenticator import SoftKey
from tests.web.world import DESK_ORIGIN, Desk, Person, World

LOOK, CHALLENGE, ENROLL = "/api/enrolment/look", "/api/enrolment/challenge", "/api/enrolment"
FACTOR, OPTIONS = "/api/session/factor", "/api/session/factor/options"
ANNE = Invitation("m7", "anne", "Anne", (), (("procurement", "investigator"),))


def body(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    """The JSON of an answer that has to be of this status."""
    assert answer.status_code == status, answer.data
    content: dict[str, Any] = json.loads(answer.data)
    return content


def strictly(world: World) -> World:
    """The same world where a second factor is required."""
    settings = dataclasses.replace(world.service.settings, second_factor="required")
    return dataclasses.replace(world, service=dataclasses.replace(world.service, settings=settings))


def invite(world: World, invitation: Invitation = ANNE, by: str = "a1") -> str:
    """The token of a fresh invitation."""
    with world.service.database.write() as session:
        return members.invite(world.service, session, by, invitation)


def stranger(world: World, member_id: str = "m1") -> Desk:
    """Somebody at the desk who is not signed in."""
    return Desk(world, world.people[member_id], world.desk.test_client())


@dataclass
class Newcomer:
    """Somebody with an invitation, and the keys that their browser has made."""

    world: World
    token: str
    person: Person
    recovery: bytes
    desk: Desk

    @classmethod
    def with_token(cls, world: World, token: str, member_id: str = "m7") -> Newcomer:
        """Fresh keys."""
        person = Person(member_id, HybridIdentity.generate(), SigningKey.generate(), os.urandom(32), os.urandom(32))
        return cls(world, token, person, os.urandom(16), Desk(world, person, world.desk.test_client()))

    @property
    def keys(self) -> dict[str, Any]:
        """The public keys, as sent."""
        signing_key = b64encode(self.person.signing_key.public)
        return {"recipient": str(self.person.identity.recipient), "signing_key": signing_key}

    def request(self) -> dict[str, Any]:
        """All that is sent to enroll, with a fresh nonce opened and signed."""
        asked = body(self.desk.post(CHALLENGE, {"invitation": self.token, **self.keys}))
        nonce = decrypt(b64decode(asked["sealed"]), [self.person.identity])
        return {**self._sealed(), "nonce": b64encode(nonce), "signature": b64encode(self.sign(nonce))}

    def sign(self, nonce: bytes) -> bytes:
        """The proof of possession."""
        person = self.person
        return sign_possession(nonce, str(person.identity.recipient), person.id, person.signing_key)

    def _sealed(self) -> dict[str, Any]:
        person, key = self.person, self.person.vault_key
        content = vault.Vault(person.id, person.identity, person.signing_key, self.world.service.root)
        wraps = {
            "passphrase": vault.wrap_with_passphrase(key, person.auth_secret, person.id),
            "recovery": vault.wrap_with_recovery(key, vault.recovery_key(self.recovery), person.id),
        }
        return {
            "invitation": self.token,
            **self.keys,
            "vault": b64encode(vault.seal_vault(content, key)),
            "wraps": {name: b64encode(wrap) for name, wrap in wraps.items()},
            "salt": b64encode(os.urandom(16)),
            "auth": b64encode(person.auth_secret),
            "recovery_auth": b64encode(vault.recovery_auth(self.recovery)),
        }

    def enroll(self, **changed: Any) -> TestResponse:
        """Enroll, with parts of the request replaced; the desk then has the session."""
        answer = self.desk.post(ENROLL, {**self.request(), **changed})
        if answer.status_code == 201:
            self.desk.csrf = json.loads(answer.data)["csrf"]
        return answer


def newcomer(world: World, invitation: Invitation = ANNE) -> Newcomer:
    """Somebody who was just invited."""
    return Newcomer.with_token(world, invite(world, invitation), invitation.member)


def sign_in(world: World, person: Person, name: str) -> Desk:
    """Sign somebody in by a name of their own; the session may want a factor yet."""
    desk = Desk(world, person, world.desk.test_client())
    desk.csrf = body(desk.post("/api/session", {"name": name, "auth": b64encode(person.auth_secret)}), 201)["csrf"]
    return desk


def stage(desk: Desk) -> str:
    """How far a session has come."""
    return str(body(desk.get("/api/session"))["stage"])


def add_totp(desk: Desk) -> pyotp.TOTP:
    """Register an app that makes codes."""
    begun = body(desk.post("/api/account/factors/totp", {}))
    app = pyotp.TOTP(begun["secret"])
    answer = desk.post(f"/api/account/factors/totp/{begun['id']}", {"code": code_of(desk.world, app)})
    assert answer.status_code == 204, answer.data
    return app


def code_of(world: World, app: pyotp.TOTP) -> str:
    """The code that an app shows now."""
    return app.at(world.clock.now())


def add_passkey(desk: Desk, key: SoftKey | None = None) -> SoftKey:
    """Register a passkey."""
    made = key or SoftKey(DESK_ORIGIN)
    options = body(desk.post("/api/account/factors/passkey/options", {}))["options"]
    content = {"name": "A key", "credential": made.create(options)}
    assert desk.post("/api/account/factors/passkey", content).status_code == 201
    return made


def prove(desk: Desk, **proof: Any) -> TestResponse:
    """Prove a factor; the desk goes on with the token that follows."""
    answer = desk.post(FACTOR, proof)
    if answer.status_code == 200:
        desk.csrf = json.loads(answer.data)["csrf"]
    return answer


def prove_passkey(desk: Desk, key: SoftKey, **lies: Any) -> TestResponse:
    """Prove with a passkey."""
    return prove(desk, passkey=key.get(body(desk.post(OPTIONS, {}))["options"], **lies))
