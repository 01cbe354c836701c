"""What members are told when they come back: attempts that failed, and credentials that changed."""

from __future__ import annotations

from typing import Any

from reporting.members import rules as members
from reporting.protocol.encoding import b64encode
from tests.web.accounts import add_totp, body, newcomer, prove, sign_in, stage, stranger, strictly
from tests.web.world import Desk, World, problem

NOTICES = "/api/account/notices"


def notices(desk: Desk) -> dict[str, Any]:
    """What the account's owner is told."""
    return dict(body(desk.get(NOTICES)))


def told(desk: Desk) -> None:
    """The owner has seen it."""
    assert desk.post(NOTICES, {"end": notices(desk)["end"]}).status_code == 204


def fail(world: World) -> None:
    """Somebody guesses at the account of m1."""
    guess = stranger(world).post("/api/session", {"name": "m1@example", "auth": b64encode(bytes(32))})
    assert guess.status_code == 401
    world.clock.move(minutes=2)


def test_a_member_is_told_of_failed_attempts_until_they_saw_it(world: World) -> None:
    fail(world)
    fail(world)
    desk = world.sign_in("m1")
    found = notices(desk)
    assert found["failures"] == 2
    assert [event["act"] for event in found["events"]] == ["session:refuse", "session:refuse"]
    assert notices(desk) == found  # looking is not having seen
    told(desk)
    assert notices(desk)["failures"] == 0
    assert notices(world.sign_in("m1"))["events"] == []


def test_nobody_is_told_of_another_s_failures(world: World) -> None:
    fail(world)
    found = notices(world.sign_in("m2"))
    assert (found["failures"], found["events"]) == (0, [])


def test_what_changed_in_this_very_session_is_no_news_and_is_told_at_the_next(world: World) -> None:
    desk = world.sign_in("m1")
    world.clock.move(minutes=1)
    app = add_totp(desk)
    assert notices(desk)["events"] == []
    world.clock.move(minutes=1)
    second = sign_in(world, desk.person, f"{desk.person.id}@example")
    assert prove(second, totp=app.at(world.clock.now())).status_code == 200
    [event] = notices(second)["events"]
    assert (event["act"], event["by"], event["details"]) == ("factor:add", "m1", {"kind": "totp"})


def test_what_somebody_else_did_to_an_account_is_told_with_their_name(world: World) -> None:
    desk = world.sign_in("m1")
    add_totp(desk)
    with world.service.database.write() as session:
        members.reset_factors(world.service, session, "server", "m1")
    world.clock.move(minutes=1)
    events = notices(world.sign_in("m1"))["events"]
    assert [(event["act"], event["by"]) for event in events] == [("factor:reset", "server"), ("factor:add", "m1")]


def test_a_vault_that_was_kept_with_the_same_credentials_is_no_news(world: World) -> None:
    desk = world.sign_in("m1")
    kept = body(desk.get("/api/vault"))
    content = {"vault": kept["vault"], "wraps": kept["wraps"], "current_auth": b64encode(desk.person.auth_secret)}
    assert desk.send("PUT", "/api/vault", content).status_code == 204
    world.clock.move(minutes=1)
    assert notices(world.sign_in("m1"))["events"] == []


def test_a_newcomer_is_not_told_of_their_own_enrolling(world: World) -> None:
    anne = newcomer(strictly(world))
    assert anne.enroll().status_code == 201
    add_totp(anne.desk)
    assert stage(anne.desk) == "open"
    assert notices(anne.desk)["events"] == []


def test_nobody_is_told_by_a_position_that_the_log_has_not_reached(world: World) -> None:
    desk = world.sign_in("m1")
    end = notices(desk)["end"]
    assert problem(desk.post(NOTICES, {"end": end + 1_000}))[2] == "/end"
    told(desk)
    assert desk.post(NOTICES, {"end": 0}).status_code == 204  # and it never goes back
    fail(world)
    assert notices(world.sign_in("m1"))["failures"] == 1
