"""A member's own account: what it shows, its sessions, its factors taken away, and races against that."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from reporting.log.models import AuditEvent
from reporting.members import factors, throttles
from reporting.members import rules as members
from reporting.protocol.encoding import b64encode
from tests.web.accounts import (
    FACTOR,
    OPTIONS,
    add_passkey,
    add_totp,
    body,
    code_of,
    prove,
    prove_passkey,
    sign_in,
    stage,
    strictly,
)
from tests.web.world import Desk, World, problem


def sessions(desk: Desk) -> list[dict[str, Any]]:
    """The sessions that the account shows."""
    found: list[dict[str, Any]] = body(desk.get("/api/account"))["sessions"]
    return found


def again(desk: Desk) -> Desk:
    """The same member signs in at another browser."""
    return sign_in(desk.world, desk.person, f"{desk.person.id}@example")


def test_an_account_shows_factors_codes_and_sessions(world: World) -> None:
    desk = world.sign_in("m1")
    assert body(desk.get("/api/account")) == {
        "factors": [],
        "backup_codes": 0,
        "recovery": False,
        "keys": {"pending": None, "taken_back": [], "administrators": []},
        "sessions": [
            {
                "id": sessions(desk)[0]["id"],
                "opened": "2026-11-23T12:00:00+00:00",
                "seen": "2026-11-23T12:00:00+00:00",
                "method": "passphrase",
                "current": True,
            }
        ],
    }
    app = add_totp(desk)
    desk.post("/api/account/backup-codes", {})
    world.clock.move(minutes=1)
    second = again(desk)
    assert len(sessions(desk)) == 1  # one that waits for its factor is none yet
    prove(second, totp=code_of(world, app))
    account = body(second.get("/api/account"))
    assert account["backup_codes"] == 10
    assert [(one["kind"], one["used"]) for one in account["factors"]] == [("totp", "2026-11-23T12:01:00+00:00")]
    assert [(one["method"], one["current"]) for one in account["sessions"]] == [("totp", True), ("passphrase", False)]


def test_a_member_ends_their_own_sessions_one_by_one(world: World) -> None:
    desk, elsewhere = world.sign_in("m1"), world.sign_in("m1")
    (other,) = (one["id"] for one in sessions(desk) if not one["current"])
    assert desk.send("DELETE", f"/api/account/sessions/{other}").status_code == 204
    assert problem(elsewhere.get("/api/session"))[:2] == (401, "not-signed-in")
    assert problem(desk.send("DELETE", f"/api/account/sessions/{other}"))[:2] == (404, "not-found")
    assert len(sessions(desk)) == 1


def test_a_member_ends_all_their_other_sessions(world: World) -> None:
    desk, others, somebody = world.sign_in("m1"), [world.sign_in("m1") for _ in range(2)], world.sign_in("m3")
    assert desk.send("DELETE", "/api/account/sessions").status_code == 204
    assert [one.get("/api/session").status_code for one in (desk, *others, somebody)] == [200, 401, 401, 200]


def test_nobody_ends_another_members_session(world: World) -> None:
    desk, other = world.sign_in("m1"), world.sign_in("m3")
    (theirs,) = sessions(other)
    assert problem(desk.send("DELETE", f"/api/account/sessions/{theirs['id']}"))[:2] == (404, "not-found")
    assert other.get("/api/session").status_code == 200


def test_a_factor_is_taken_away(world: World) -> None:
    desk = world.sign_in("m1")
    add_totp(desk)
    add_passkey(desk)
    desk.post("/api/account/backup-codes", {})
    totp, passkey = (one["id"] for one in sorted(factors_of(desk), key=lambda one: str(one["kind"]), reverse=True))
    assert problem(world.sign_in("m3").send("DELETE", f"/api/account/factors/{totp}"))[:2] == (404, "not-found")
    assert desk.send("DELETE", f"/api/account/factors/{totp}").status_code == 204
    assert problem(desk.send("DELETE", f"/api/account/factors/{totp}"))[:2] == (404, "not-found")
    assert [one["id"] for one in factors_of(desk)] == [passkey]
    assert body(desk.get("/api/account"))["backup_codes"] == 10
    assert desk.send("DELETE", f"/api/account/factors/{passkey}").status_code == 204
    assert body(desk.get("/api/account"))["backup_codes"] == 0
    assert stage(again(desk)) == "open"


def factors_of(desk: Desk) -> list[dict[str, Any]]:
    """The factors that the account shows."""
    found: list[dict[str, Any]] = body(desk.get("/api/account"))["factors"]
    return found


def test_the_last_factor_stays_where_one_is_required(world: World) -> None:
    desk = strictly(world).sign_in("m1")
    add_totp(desk)
    (only,) = factors_of(desk)
    assert problem(desk.send("DELETE", f"/api/account/factors/{only['id']}"))[:2] == (409, "conflict")
    add_passkey(desk)
    assert desk.send("DELETE", f"/api/account/factors/{only['id']}").status_code == 204


def test_a_factor_is_taken_away_only_by_whoever_proved_lately_who_they_are(world: World) -> None:
    desk = world.sign_in("m1")
    key = add_passkey(desk)
    (only,) = factors_of(desk)
    world.clock.move(minutes=6)
    path = f"/api/account/factors/{only['id']}"
    assert problem(desk.send("DELETE", path))[:2] == (403, "step-up-needed")
    prove_passkey(desk, key)
    assert desk.send("DELETE", path).status_code == 204


def test_taking_a_factor_away_ends_every_other_session(world: World) -> None:
    desk = world.sign_in("m1")
    app = add_totp(desk)
    world.clock.move(seconds=30)
    other = again(desk)
    prove(other, totp=code_of(world, app))
    (only,) = factors_of(desk)
    desk.send("DELETE", f"/api/account/factors/{only['id']}")
    assert (desk.get("/api/session").status_code, other.get("/api/session").status_code) == (200, 401)


def test_taking_ones_own_key_out_of_the_desk_is_recorded_and_only_for_whoever_proved_lately_who_they_are(
    world: World,
) -> None:
    desk = world.sign_in("m1")
    world.clock.move(seconds=world.service.settings.step_up + 1)
    assert problem(desk.post("/api/account/exports", {}))[:2] == (403, "step-up-needed")
    assert exports_in(world) == []
    assert world.sign_in("m1").post("/api/account/exports", {}).status_code == 204
    assert exports_in(world) == [("m1", None, "{}")]


def exports_in(world: World) -> list[tuple[str | None, str | None, str | None]]:
    """Who took a key out, by the audit log."""
    with world.service.database.read() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.act == "identity:export"))
        return [(row.member_id, row.case_id, row.details) for row in rows]


def wraps_with(desk: Desk, *names: str) -> dict[str, Any]:
    """The member's vault, its key wrapped under these names."""
    vault = body(desk.get("/api/vault"))
    (wrap,) = vault["wraps"].values()
    present = b64encode(desk.person.auth_secret)
    return {"vault": vault["vault"], "wraps": dict.fromkeys(names, wrap), "current_auth": present}


def test_a_vault_may_open_with_a_passkey_and_then_that_passkey_stays(world: World) -> None:
    desk = world.sign_in("m1")
    add_passkey(desk)
    add_totp(desk)
    (factor,) = (one for one in factors_of(desk) if one["kind"] == "passkey")
    name = f"prf/{factor['credential']}"
    both, alone = wraps_with(desk, "passphrase", name), wraps_with(desk, name)
    assert desk.send("PUT", "/api/vault", alone).status_code == 204
    path = f"/api/account/factors/{factor['id']}"
    assert problem(desk.send("DELETE", path))[:2] == (409, "conflict")
    assert desk.send("PUT", "/api/vault", both).status_code == 204
    assert desk.send("DELETE", path).status_code == 204
    assert list(body(desk.get("/api/vault"))["wraps"]) == ["passphrase"]


@pytest.mark.parametrize("names", [("recovery",), (), ("prf/",), ("prf/a b",), ("prf/a/b",), ("passphrase", "other")])
def test_a_vault_that_nothing_usual_opens_is_refused(lite: World, names: tuple[str, ...]) -> None:
    desk = lite.sign_in("m1")
    assert problem(desk.send("PUT", "/api/vault", wraps_with(desk, *names))) == (422, "invalid", "/wraps")


def raced(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, meanwhile: Callable[[], object]) -> None:
    """Let something happen between looking at a request and the transaction that decides."""
    before = getattr(owner, name)
    happened = threading.Event()

    def first(*given: Any, **named: Any) -> Any:
        if not happened.is_set():
            happened.set()
            meanwhile()
        return before(*given, **named)

    monkeypatch.setattr(owner, name, first)


def test_a_session_that_was_ended_gains_nothing_by_a_late_proof(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = world.sign_in("m1")
    app = add_totp(desk)
    world.clock.move(seconds=30)
    waiting = again(desk)
    code = code_of(world, app)
    # The guard has let the request through; its owner ends the session before the proof is judged.
    raced(
        monkeypatch,
        throttles,
        "count_attempt",
        lambda: members.end_other_sessions(world.service, current_of(desk), "m1"),
    )
    assert problem(waiting.post(FACTOR, {"totp": code}))[:2] == (401, "not-signed-in")
    monkeypatch.undo()
    assert problem(waiting.get("/api/session"))[:2] == (401, "not-signed-in")
    # And the code was not used up by it.
    assert prove(again(desk), totp=code).status_code == 200


def test_a_passkeys_late_proof_gains_nothing_either(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = world.sign_in("m1")
    key = add_passkey(desk)
    waiting = again(desk)
    answer = key.get(body(waiting.post(OPTIONS, {}))["options"])
    raced(
        monkeypatch,
        factors,
        "parse_object",
        lambda: members.end_other_sessions(world.service, current_of(desk), "m1"),
    )
    assert problem(waiting.post(FACTOR, {"passkey": answer}))[:2] == (401, "not-signed-in")


def current_of(desk: Desk) -> bytes:
    """The hash of a desk's token."""
    cookie = desk.client.get_cookie("__Host-session", domain="desk.example")
    assert cookie is not None
    current = members.session_of(desk.world.service, cookie.decoded_value)
    assert current is not None
    return current.session
