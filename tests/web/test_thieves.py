"""Thieves of a passphrase, a cookie or a link, and strangers who try a lot: what they gain, and what they leave."""

from __future__ import annotations

import json
import os

import pytest
from sqlalchemy import func, select

from reporting.log.models import AuditEvent
from reporting.members import rules as members
from reporting.members.models import SignInThrottle, StaffSession
from reporting.members.rules import Invitation
from reporting.protocol import vault
from reporting.protocol.encoding import b64encode
from tests.web.accounts import (
    ENROLL,
    FACTOR,
    LOOK,
    OPTIONS,
    add_passkey,
    add_totp,
    body,
    code_of,
    invite,
    newcomer,
    prove,
    prove_passkey,
    sign_in,
    stage,
    stranger,
    strictly,
)
from tests.web.authenticator import SoftKey
from tests.web.world import DESK_ORIGIN, Desk, World, problem


def acts(world: World, act: str) -> list[dict[str, object]]:
    """The details of one act's events."""
    with world.service.database.read() as session:
        query = select(AuditEvent.details).where(AuditEvent.act == act).order_by(AuditEvent.position)
        return [json.loads(details or "{}") for details in session.scalars(query)]


def count(world: World, table: type[object]) -> int:
    """How many rows a table has."""
    with world.service.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def attempt(world: World, name: str, secret: bytes) -> int:
    """The status that signing in gets."""
    return stranger(world).post("/api/session", {"name": name, "auth": b64encode(secret)}).status_code


def test_codes_made_before_there_is_a_factor_open_nothing_later(world: World) -> None:
    """Whoever has a new member's passphrase first could leave ten codes behind, and come back past the factor."""
    strict = strictly(world)
    thief = strict.sign_in("m1")
    assert stage(thief) == "enrolling"
    assert problem(thief.post("/api/account/backup-codes", {}))[:2] == (409, "conflict")
    owner = strict.sign_in("m1")
    add_totp(owner)
    assert body(owner.get("/api/session"))["factors"] == {"passkey": False, "totp": True, "backup": False}
    owner.csrf = body(owner.get("/api/session"))["csrf"]
    assert owner.post("/api/account/backup-codes", {}).status_code == 201


def test_a_link_to_enroll_again_ends_when_its_member_is_let_go(world: World) -> None:
    """It would bring back, with a working account, somebody who was dismissed."""
    token = invite(world, Invitation("m2", "m2@example", "Member m2", again=True))
    with world.service.database.write() as session:
        members.remove_member(world.service, session, "m2")
    answer = stranger(world).post(LOOK, {"invitation": token})
    assert problem(answer) == (404, "not-found", "/invitation")
    (details,) = acts(world, "member:remove")
    assert (details["member"], len(list(details["invitations"]))) == ("m2", 1)  # type: ignore[call-overload]  # a list


def test_links_that_somebody_sent_end_when_they_are_let_go(world: World) -> None:
    token, other = invite(world, by="m2"), invite(world, Invitation("m8", "ben", "Ben"), by="a1")
    with world.service.database.write() as session:
        members.remove_member(world.service, session, "m2")
    assert problem(stranger(world).post(LOOK, {"invitation": token}))[0] == 404
    assert stranger(world).post(LOOK, {"invitation": other}).status_code == 200


def test_whoever_guesses_invitations_does_not_hide_who_tries_one_that_was_used(world: World) -> None:
    anne = newcomer(world)
    request = anne.request()
    body(anne.desk.post(ENROLL, request), 201)
    for number in range(7):
        stranger(world).post(LOOK, {"invitation": f"guessed-{number}"})
    assert problem(stranger(world).post(LOOK, {"invitation": "guessed"}))[:2] == (429, "too-many-attempts")
    assert problem(stranger(world).post(LOOK, {"invitation": anne.token}))[0] == 404
    assert acts(world, "invitation:refuse")[-1]["why"] == "used"


def test_a_name_like_another_counter_shares_none(world: World) -> None:
    """Signing in under the name of another use of the counters would keep what is guessed there out of the trail."""
    for name in ("enrolment", "recovery", "factor"):
        for _ in range(6):
            attempt(world, name, os.urandom(32))
    assert problem(stranger(world).post(LOOK, {"invitation": "guessed"}))[0] == 404


def test_keys_that_are_not_proved_are_recorded_and_tried_a_few_times_only(world: World) -> None:
    anne = newcomer(world)
    request = {**anne.request(), "signature": b64encode(bytes(64))}
    statuses = [problem(anne.desk.post(ENROLL, request))[:2] for _ in range(6)]
    assert statuses[0][0] == 422
    assert statuses[-1] == (429, "too-many-attempts")
    assert {str(one["why"]) for one in acts(world, "invitation:refuse")} == {"unproved"}
    assert anne.enroll().status_code == 201


def test_the_trail_tells_what_an_invitation_gives(world: World) -> None:
    invite(world, Invitation("m7", "anne", "Anne", ("auditor",), (("procurement", "investigator"),)))
    invite(world, Invitation("m2", "m2@example", "Member m2", again=True))
    first, second = acts(world, "invitation:create")
    assert (first["site_roles"], first["roles"]) == (["auditor"], [["procurement", "investigator"]])
    assert (first["again"], second["again"], second["member"]) == (False, True, "m2")


def test_the_passphrase_alone_opens_few_sessions_that_wait(world: World) -> None:
    owner = world.sign_in("m1")
    app = add_totp(owner)
    secret = world.people["m1"].auth_secret
    before = len(acts(world, "session:open"))
    statuses = [attempt(world, "m1@example", secret) for _ in range(9)]
    assert statuses == [201] * 5 + [429] * 4
    assert len(acts(world, "session:open")) == before + 5
    world.clock.move(seconds=31)
    waiting = sign_in(world, world.people["m1"], "m1@example")
    assert prove(waiting, totp=code_of(world, app)).status_code == 200
    assert attempt(world, "m1@example", secret) == 201  # proved: counted anew


def test_a_recovery_code_alone_opens_few_sessions_that_wait(world: World) -> None:
    anne = newcomer(world)
    body(anne.enroll(), 201)
    app = add_totp(anne.desk)
    content = {"name": "anne", "auth": b64encode(vault.recovery_auth(anne.recovery))}
    statuses = [stranger(world).post("/api/session/recovery", content).status_code for _ in range(6)]
    assert statuses == [201] * 5 + [429]
    world.clock.move(seconds=31)
    desk = Desk(world, anne.person, world.desk.test_client())
    desk.csrf = body(desk.post("/api/session/recovery", content), 201)["csrf"]
    assert prove(desk, totp=code_of(world, app)).status_code == 200
    assert stranger(world).post("/api/session/recovery", content).status_code == 201


def test_bad_passkey_answers_are_counted_by_session_and_their_owner_does_not_wait(world: World) -> None:
    key = add_passkey(world.sign_in("m1"))
    thief = sign_in(world, world.people["m1"], "m1@example")
    wrong = SoftKey(DESK_ORIGIN)
    statuses = []
    for _ in range(7):
        options = body(thief.post(OPTIONS, {}))["options"]
        statuses.append(thief.post(FACTOR, {"passkey": wrong.get(options)}).status_code)
    assert statuses == [401] * 5 + [429] * 2
    assert prove_passkey(sign_in(world, world.people["m1"], "m1@example"), key).status_code == 200


def test_a_stolen_session_does_not_try_passphrases_for_long(world: World) -> None:
    thief, owner = world.sign_in("m1"), world.sign_in("m1")
    kept = body(thief.get("/api/vault"))
    content = {"vault": kept["vault"], "wraps": kept["wraps"], "current_auth": b64encode(os.urandom(32))}
    statuses = [thief.send("PUT", "/api/vault", content).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    right = {**content, "current_auth": b64encode(world.people["m1"].auth_secret)}
    assert owner.send("PUT", "/api/vault", right).status_code == 204


def test_a_wrong_first_code_of_an_app_is_recorded(world: World) -> None:
    desk = world.sign_in("m1")
    begun = body(desk.post("/api/account/factors/totp", {}))
    assert desk.post(f"/api/account/factors/totp/{begun['id']}", {"code": "000000"}).status_code == 401
    assert acts(world, "factor:refuse") == [{"kind": "totp"}]


@pytest.mark.parametrize("hours", [1, 25])
def test_names_that_strangers_make_up_are_soon_forgotten(world: World, hours: int) -> None:
    for number in range(4):
        attempt(world, f"nobody-{number}", os.urandom(32))
    for _ in range(6):
        attempt(world, "m1@example", os.urandom(32))
    assert count(world, SignInThrottle) == 5
    world.clock.move(hours=hours, seconds=1)
    attempt(world, "nobody", os.urandom(32))
    assert count(world, SignInThrottle) == (2 if hours == 1 else 1)


def test_sessions_that_ended_leave_no_rows(world: World) -> None:
    for _ in range(3):
        world.sign_in("m1")
    world.clock.move(minutes=31)
    Desk.open(world, world.people["m2"])
    assert count(world, StaffSession) == 1
