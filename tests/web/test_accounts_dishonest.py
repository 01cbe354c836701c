"""Somebody who owns server and database, and what they get of a member's account: never what was sealed."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import delete, update

from reporting.directory import rules as directories
from reporting.members import secrets
from reporting.members.models import Authenticator, Member, StaffSession
from reporting.members.rules import Invitation
from reporting.members.sessions import digest
from reporting.protocol import vault
from reporting.protocol.age import HybridIdentity, decrypt
from reporting.protocol.encoding import b64decode, b64encode
from reporting.protocol.errors import CannotOpen
from reporting.protocol.signing import SigningKey
from tests.web.accounts import Newcomer, add_totp, body, invite, stage, stranger
from tests.web.casework import CaseAtDesk
from tests.web.world import World, problem, publish


def test_whoever_replaces_secret_and_factors_gets_a_vault_that_does_not_open(world: World) -> None:
    desk = world.sign_in("m1")
    add_totp(desk)
    mine = os.urandom(32)
    with world.service.database.write() as session:
        session.execute(delete(Authenticator).where(Authenticator.member_id == "m1"))
        session.execute(update(Member).where(Member.id == "m1").values(auth_hash=secrets.hash_secret(mine)))
    thief = stranger(world)
    answer = thief.post("/api/session", {"name": "m1@example", "auth": b64encode(mine)})
    assert body(answer, 201)["stage"] == "open"
    kept = body(thief.get("/api/vault"))
    for name, wrap in kept["wraps"].items():
        for unwrap in (vault.unwrap_with_passphrase, vault.unwrap_with_recovery, vault.unwrap_with_prf):
            with pytest.raises(CannotOpen):
                unwrap(b64decode(wrap), mine, "m1")
        assert name == "passphrase"


def test_a_session_written_by_hand_opens_nothing_that_is_sealed(world: World) -> None:
    case = world.report().case
    forged, now = os.urandom(8).hex(), world.clock.now()
    with world.service.database.write() as session:
        row = {"id": "ab" * 16, "member_id": "m1", "opened": now, "seen": now, "stage": "open", "proved": now}
        hashed = digest(world.service, forged)  # with the server's secret: the database alone is not enough
        session.add(StaffSession(token_sha256=hashed, method="passphrase", challenge=None, **row))
    client = world.desk.test_client(use_cookies=False)
    answer = client.get(f"/api/cases/{case}", headers={"Cookie": f"__Host-session={forged}"})
    own = HybridIdentity.generate()
    for grant in body(answer)["grants"]:
        with pytest.raises(CannotOpen):
            decrypt(b64decode(grant["sealed"]), [own])


def test_keys_swapped_in_the_database_are_not_those_of_the_directory(world: World) -> None:
    """Reporters and colleagues go by the signed directory; the difference shows before it is signed."""
    before = world.recipients()["m1"]
    other = HybridIdentity.generate()
    with world.service.database.write() as session:
        values = {"recipient": str(other.recipient), "signing_key": SigningKey.generate().public}
        session.execute(update(Member).where(Member.id == "m1").values(**values))
    assert world.recipients()["m1"] == before
    shown = body(world.sign_in("m1").get("/api/session"))
    assert (shown["channels"], shown["awaiting"] is None) == ({}, False)
    with world.service.database.write() as session:
        bundle = directories.request_directory(world.service, session)
    assert [line for line in bundle.difference if line.startswith("The keys of") and "m1" in line]


def test_whoever_enrolls_in_a_members_place_reads_none_of_their_cases(world: World) -> None:
    case = world.report().case
    assert CaseAtDesk(world.sign_in("m1"), case).view().first is not None
    token = invite(world, Invitation("m1", "m1@example", "Member m1", again=True), "server")
    thief = Newcomer.with_token(world, token, "m1")
    body(thief.enroll(), 201)
    publish(world.service, world.root)  # even if whoever has the root key does not look at the new digits
    assert stage(thief.desk) == "open"
    assert problem(thief.desk.get(f"/api/cases/{case}"))[:2] == (404, "not-found")
    # And the member whose place was taken notices: their own secret does not sign in any more.
    auth = b64encode(world.people["m1"].auth_secret)
    answer = stranger(world).post("/api/session", {"name": "m1@example", "auth": auth})
    assert problem(answer)[:2] == (401, "wrong-credentials")
