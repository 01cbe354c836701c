"""Signing in: sessions, their ends, throttling, tokens, origins; the member's own vault."""

from __future__ import annotations

import dataclasses
import json
import os
import time

import pytest
from sqlalchemy import select

from reporting.members import rules as members
from reporting.members.models import SignInThrottle
from reporting.protocol import vault
from reporting.protocol.encoding import b64decode, b64encode
from tests.web.world import DESK_ORIGIN, Desk, World, problem


def stranger(world: World) -> Desk:
    """Somebody at the desk who is not signed in."""
    return Desk(world, world.people["m1"], world.desk.test_client())


def attempt(world: World, name: str, secret: bytes) -> tuple[int, str, str]:
    """A sign-in that fails, as a problem."""
    return problem(stranger(world).post("/api/session", {"name": name, "auth": b64encode(secret)}))


def test_a_session_tells_who_it_is(world: World) -> None:
    desk = world.sign_in("m3")
    content = json.loads(desk.get("/api/session").data)
    assert (content["member"], content["name"], content["label"]) == ("m3", "m3@example", "Member m3")
    assert content["roles"] == ["intake", "investigator"]
    assert content["channels"] == {"procurement": ["intake", "investigator"]}
    assert content["csrf"] == desk.csrf
    assert json.loads(world.sign_in("a1").get("/api/session").data)["roles"] == ["auditor"]


def test_the_cookie_is_for_this_host_and_its_own_pages_alone(world: World) -> None:
    desk = stranger(world)
    body = {"name": "m1@example", "auth": b64encode(world.people["m1"].auth_secret)}
    cookie = desk.post("/api/session", body).headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Strict"):
        assert part in cookie
    assert "Domain" not in cookie


def test_wrong_names_and_secrets_are_told_alike(world: World) -> None:
    for name in ("m1@example", "nobody"):
        assert attempt(world, name, os.urandom(32)) == (401, "wrong-credentials", "")


def test_an_unknown_name_takes_as_long_as_a_known_one(lite: World) -> None:
    def seconds(name: str) -> float:
        began = time.perf_counter()
        attempt(lite, name, os.urandom(32))
        return time.perf_counter() - began

    seconds("warm-up")
    known = min(seconds("m1@example") for _ in range(3))
    unknown = min(seconds("nobody") for _ in range(3))
    assert 0.3 < unknown / known < 3


def test_every_name_has_a_salt_that_stays(world: World) -> None:
    def salt(name: str) -> bytes:
        return b64decode(json.loads(stranger(world).post("/api/session/salt", {"name": name}).data)["salt"])

    assert len(salt("m1@example")) == len(salt("nobody")) == 16
    assert salt("nobody") == salt("nobody")
    assert len({salt("nobody"), salt("somebody"), salt("m1@example")}) == 3


def test_guessing_is_slowed_but_locks_nobody_out(world: World) -> None:
    for _ in range(5):
        attempt(world, "m1@example", os.urandom(32))
    answer = stranger(world).post("/api/session", {"name": "m1@example", "auth": b64encode(os.urandom(32))})
    assert problem(answer)[:2] == (429, "too-many-attempts")
    assert 0 < json.loads(answer.data)["retry_after"] <= 60
    assert answer.headers["Retry-After"]
    world.clock.move(seconds=61)
    assert world.sign_in("m1").get("/api/session").status_code == 200
    assert attempt(world, "m1@example", os.urandom(32))[0] == 401


@pytest.mark.parametrize("name", ["m1\x00", "\x1b[2J", "", "m" * 65])
def test_what_is_no_name_is_refused_and_leaves_no_trace(world: World, name: str) -> None:
    content = {"name": name, "auth": b64encode(bytes(32))}
    for path in ("/api/session/salt", "/api/session"):
        assert problem(stranger(world).post(path, content)) == (422, "invalid", "/name")
    with world.service.database.read() as session:
        assert session.scalars(select(SignInThrottle)).all() == []


@pytest.mark.parametrize("path", ["/api/session/salt", "/api/session"])
def test_a_stranger_is_not_listened_to_for_long(lite: World, path: str) -> None:
    answer = stranger(lite).post(path, {"name": "m1@example", "auth": b64encode(bytes(32)), "more": "x" * 65_536})
    assert problem(answer)[:2] == (413, "too-large")


def test_unknown_names_are_slowed_as_well(world: World) -> None:
    statuses = [attempt(world, "nobody", os.urandom(32))[0] for _ in range(6)]
    assert statuses == [401] * 5 + [429]


def test_a_session_ends_when_idle_and_in_any_case_after_its_time(world: World) -> None:
    desk = world.sign_in("m1")
    world.clock.move(minutes=31)
    assert problem(desk.get("/api/session")) == (401, "not-signed-in", "")
    desk = world.sign_in("m1")
    statuses = []
    for _ in range(29):  # more than twelve hours, never idle for thirty minutes
        world.clock.move(minutes=25)
        statuses.append(desk.get("/api/session").status_code)
    assert statuses == [200] * 28 + [401]


def test_signing_out_ends_the_session_on_the_server(world: World) -> None:
    desk = world.sign_in("m1")
    cookie = desk.client.get_cookie("__Host-session", domain="desk.example")
    assert cookie is not None
    assert desk.send("DELETE", "/api/session").status_code == 204
    again = world.desk.test_client(use_cookies=False)
    answer = again.get("/api/session", headers={"Cookie": f"__Host-session={cookie.value}"})
    assert problem(answer)[:2] == (401, "not-signed-in")


def test_a_removed_member_is_signed_out_at_once(world: World) -> None:
    desk = world.sign_in("m2")
    with world.service.database.write() as session:
        members.remove_member(world.service, session, "m2")
    assert problem(desk.get("/api/session"))[:2] == (401, "not-signed-in")
    assert attempt(world, "m2@example", world.people["m2"].auth_secret)[0] == 401


def test_what_changes_something_needs_token_and_origin(world: World) -> None:
    desk = world.sign_in("m1")

    def send(**headers: str) -> tuple[int, str, str]:
        answer = desk.client.put("/api/vault", data="{}", base_url=DESK_ORIGIN, headers=headers)
        return problem(answer)

    assert send(Origin=DESK_ORIGIN)[:2] == (403, "wrong-token")
    assert send(**{"Origin": DESK_ORIGIN, "X-CSRF-Token": "x"})[:2] == (403, "wrong-token")
    for origin in ("https://elsewhere.example", "null"):
        assert send(**{"Origin": origin, "X-CSRF-Token": desk.csrf})[:2] == (403, "foreign-origin")
    assert send(**{"X-CSRF-Token": desk.csrf})[:2] == (403, "foreign-origin")
    assert send(**{"Origin": DESK_ORIGIN, "X-CSRF-Token": desk.csrf})[0] == 422


def test_a_vault_is_handed_to_its_member_and_opens(world: World) -> None:
    desk = world.sign_in("m1")
    content = json.loads(desk.get("/api/vault").data)
    key = vault.unwrap_with_passphrase(b64decode(content["wraps"]["passphrase"]), desk.person.auth_secret, "m1")
    opened = vault.open_vault(b64decode(content["vault"]), key, "m1")
    assert opened.signing_key.public == desk.person.signing_key.public
    assert problem(stranger(world).get("/api/vault"))[:2] == (401, "not-signed-in")


def test_a_session_alone_does_not_replace_the_vault(world: World) -> None:
    """One left open or stolen would otherwise destroy the only copy of its owner's keys."""
    desk = world.sign_in("m1")
    content = json.loads(desk.get("/api/vault").data)
    request = {"vault": b64encode(b"\x01" + bytes(200)), "wraps": content["wraps"]}
    assert problem(desk.send("PUT", "/api/vault", request)) == (422, "invalid", "/current_auth")
    wrong = {**request, "current_auth": b64encode(os.urandom(32))}
    assert problem(desk.send("PUT", "/api/vault", wrong)) == (401, "wrong-credentials", "/current_auth")
    assert json.loads(desk.get("/api/vault").data) == content
    right = {**request, "current_auth": b64encode(desk.person.auth_secret)}
    assert desk.send("PUT", "/api/vault", right).status_code == 204
    assert json.loads(desk.get("/api/vault").data)["vault"] == request["vault"]


def test_a_new_passphrase_ends_every_other_session(world: World) -> None:
    desk, elsewhere, other = world.sign_in("m1"), world.sign_in("m1"), world.sign_in("m3")
    content = json.loads(desk.get("/api/vault").data)
    secret = os.urandom(32)
    request = {
        "vault": content["vault"],
        "wraps": content["wraps"],
        "current_auth": b64encode(desk.person.auth_secret),
        "passphrase": {"salt": b64encode(os.urandom(16)), "auth": b64encode(secret)},
    }
    assert desk.send("PUT", "/api/vault", request).status_code == 204
    assert desk.get("/api/session").status_code == other.get("/api/session").status_code == 200
    assert problem(elsewhere.get("/api/session"))[:2] == (401, "not-signed-in")
    assert attempt(world, "m1@example", desk.person.auth_secret)[0] == 401
    assert stranger(world).post("/api/session", {"name": "m1@example", "auth": b64encode(secret)}).status_code == 201


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"vault": "AA=="}, "/vault"),
        ({"vault": b64encode(b"\x03" * 200)}, "/vault"),
        ({"wraps": {}}, "/wraps"),
        ({"wraps": {"passphrase": "AAAA"}}, "/wraps/passphrase"),
        ({"wraps": {"passphrase": 5}}, "/wraps/passphrase"),
        ({"current_auth": "AAAA"}, "/current_auth"),
        ({"passphrase": {"salt": "AAAA"}}, "/passphrase/salt"),
    ],
)
def test_a_vault_that_cannot_be_one_is_refused(lite: World, change: dict[str, object], pointer: str) -> None:
    desk = lite.sign_in("m1")
    content = json.loads(desk.get("/api/vault").data)
    request = {**content, "current_auth": b64encode(desk.person.auth_secret)}
    assert problem(desk.send("PUT", "/api/vault", {**request, **change})) == (422, "invalid", pointer)


def test_a_session_says_when_its_page_locks_itself_and_the_page_does_not(lite: World) -> None:
    settings = dataclasses.replace(lite.service.settings, desk_idle=90)
    other = dataclasses.replace(lite, service=dataclasses.replace(lite.service, settings=settings))
    assert json.loads(lite.sign_in("m1").get("/api/session").data)["idle"] == 600
    assert json.loads(other.sign_in("m1").get("/api/session").data)["idle"] == 90
    # The desk's document is the same bytes whatever the settings (protocol section 11).
    assert lite.desk.test_client().get("/desk").data == other.desk.test_client().get("/desk").data


def test_a_browser_that_signs_in_again_leaves_the_session_before(lite: World) -> None:
    desk = lite.sign_in("m1")
    before = desk.client.get_cookie("__Host-session", domain="desk.example")
    assert before is not None
    other = lite.sign_in("m1")
    body = {"name": "m3@example", "auth": b64encode(lite.people["m3"].auth_secret)}
    assert desk.post("/api/session", body).status_code == 201
    assert json.loads(desk.get("/api/session").data)["member"] == "m3"
    old = lite.desk.test_client(use_cookies=False)
    answer = old.get("/api/session", headers={"Cookie": f"__Host-session={before.value}"})
    assert problem(answer)[:2] == (401, "not-signed-in")
    assert other.get("/api/session").status_code == 200


def test_a_failed_sign_in_leaves_the_session_alone(lite: World) -> None:
    desk = lite.sign_in("m1")
    desk.post("/api/session", {"name": "m1@example", "auth": b64encode(os.urandom(32))})
    assert desk.get("/api/session").status_code == 200
