"""Every route, every role: as the matrix says, and 401 or 403 otherwise.

The routes come from the application, what each wants from its view, who may have it from
``reporting.permissions``: nothing here is written by hand that the code could say by itself. Each role asks
with a real session; GET, POST and whatever else a route takes; with and without the token; from the desk's
own pages, from elsewhere, and without saying from where.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.routing import Rule
from werkzeug.routing.converters import IntegerConverter

from reporting.members.models import StaffSession
from reporting.permissions import OPEN, PUBLIC, ROLES, SITE_ROLES, STAGES, needs_recent_proof, permission_of, permitted
from reporting.statistics.pages import PeriodConverter
from reporting.web.pages import LanguageConverter
from tests.web.world import DESK_ORIGIN, ORIGIN, Desk, World, enroll, publish

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
REFUSALS = frozenset({401, 403})
FOREIGN = "https://elsewhere.example"
#: The member who has exactly that role, somewhere.
HOLDERS = {"intake": "m1", "investigator": "m2", "protection": "m4", "custodian": "m5", "break_glass": "m9"}


@dataclass(frozen=True)
class Caller:
    """Somebody who asks: with which roles, and how far their session has come; without a session, no stage."""

    roles: Collection[str] = ()
    stage: str | None = None
    recent: bool = True


@dataclass(frozen=True)
class Call:
    """One request: whether it brings the right token, and the origin that it names."""

    method: str
    token: bool
    origin: str | None


def calls(rule: Rule, own: str) -> Iterator[Call]:
    """Every way to ask for a route: with GET, POST and its own methods, which it may not take."""
    for method in sorted({"GET", "POST"} | (rule.methods or set()) - SAFE):
        for token in (True, False):
            for origin in (own, None, FOREIGN):
                yield Call(method, token, origin)


def expected(view: Callable[..., Any] | None, caller: Caller, call: Call, own: str, *, desk: bool) -> int | None:
    """The status of a refusal, or None where the view is to be reached."""
    unsafe = call.method not in SAFE
    if call.origin != own and (unsafe if desk else call.origin is not None):
        return 403
    if view is None:
        return 405
    return by_matrix(view, caller, forged=unsafe and not call.token)


def by_matrix(view: Callable[..., Any], caller: Caller, *, forged: bool) -> int | None:
    """What roles, stage and token make of it, once it comes from the right place."""
    permission = permission_of(view)
    if permission in PUBLIC:
        return None
    if permission is None or caller.stage is None:
        return 403 if permission is None else 401
    if permission not in permitted(caller.roles, caller.stage):
        return 403 if caller.stage == OPEN else 401
    return 403 if forged or (needs_recent_proof(view) and not caller.recent) else None


def address(app: Flask, rule: Rule) -> str:
    """An address of the route, with made-up values."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        values[name] = 1 if isinstance(converter, IntegerConverter) else "no-such-thing"
        if isinstance(converter, LanguageConverter):
            values[name] = "en"
        if isinstance(converter, PeriodConverter):
            values[name] = "2026-Q4"
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=min(rule.methods or {"GET"}))


def routes(app: Flask) -> list[Rule]:
    """Every route, those last that end the session that asks."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: ("DELETE" in (rule.methods or ()), rule.rule))


def ask(client: FlaskClient, path: str, call: Call, csrf: str, base_url: str) -> int:
    """The status of one request with nothing in it that a rule could act upon."""
    headers = {"Origin": call.origin} if call.origin is not None else {}
    if call.token:
        headers["X-CSRF-Token"] = csrf
    unsafe = {} if call.method in SAFE else {"data": "{}", "content_type": "application/json"}
    options = {"headers": headers, "base_url": base_url, **unsafe}
    return client.open(path, method=call.method, **options).status_code  # type: ignore[arg-type]  # a mapping of options


def wrong(app: Flask, caller: Caller, sign_in: Callable[[], tuple[FlaskClient, str]], own: str) -> list[str]:
    """Every request whose answer is not the one that the matrix demands."""
    desk, found = own == DESK_ORIGIN, []
    client, csrf = sign_in()
    for rule in routes(app):
        path = address(app, rule)
        for call in calls(rule, own):
            view = app.view_functions[rule.endpoint] if call.method in (rule.methods or ()) else None
            view = view or _other_view(app, path, call.method)
            want = expected(view, caller, call, own, desk=desk)
            got = ask(client, path, call, csrf, own)
            if (got != want) if want else (got in REFUSALS or got >= 500):
                found.append(f"{call.method} {path} token={call.token} origin={call.origin}: {got}, not {want}")
            if want is None and call.method not in SAFE and client.get("/api/session", base_url=own).status_code == 401:
                client, csrf = sign_in()  # that was the end of the session
    return found


def _other_view(app: Flask, path: str, method: str) -> Callable[..., Any] | None:
    """The view of another route at the same address that takes the method."""
    adapter = app.url_map.bind("localhost")
    if method not in adapter.allowed_methods(path):
        return None
    endpoint, _ = adapter.match(path, method=method)
    view: Callable[..., Any] = app.view_functions[endpoint]
    return view


def with_everybody(world: World) -> World:
    """The world with a member for each role on the site, and one without any."""
    for role in {*SITE_ROLES, "none"}:
        roles = () if role == "none" else (role,)
        world.people[f"only-{role}"] = enroll(world.service, f"only-{role}", roles)
    publish(world.service, world.root)
    return world


def test_every_role_has_somebody_who_asks() -> None:
    assert {*HOLDERS, *SITE_ROLES} == set(ROLES)


@pytest.mark.parametrize("role", [*ROLES, "none"])
def test_at_the_desk_each_role_may_what_the_matrix_says(lite: World, role: str) -> None:
    world = with_everybody(lite)
    member = HOLDERS.get(role, f"only-{role}")

    def sign_in() -> tuple[FlaskClient, str]:
        desk = world.sign_in(member)
        return desk.client, desk.csrf

    assert world.sign_in(member).get("/api/session").get_json()["roles"] == ([] if role == "none" else [role])
    roles = () if role == "none" else (role,)
    assert wrong(world.desk, Caller(roles, OPEN), sign_in, DESK_ORIGIN) == []


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != OPEN])
def test_a_session_that_is_not_open_may_what_its_stage_says_whoever_it_is(lite: World, stage: str) -> None:
    def sign_in() -> tuple[FlaskClient, str]:
        desk = lite.sign_in("m3")
        with lite.service.database.write() as session:
            session.execute(update(StaffSession).where(StaffSession.member_id == "m3").values(stage=stage))
        return desk.client, desk.csrf

    assert wrong(lite.desk, Caller(("intake", "investigator"), stage), sign_in, DESK_ORIGIN) == []


@pytest.mark.parametrize("role", ["intake", "custodian", "administrator", "auditor"])
def test_what_cannot_be_taken_back_wants_a_proof_of_late(lite: World, role: str) -> None:
    world = with_everybody(lite)

    def sign_in() -> tuple[FlaskClient, str]:
        desk = world.sign_in(HOLDERS.get(role, f"only-{role}"))
        with world.service.database.write() as session:
            session.execute(update(StaffSession).values(proved=0))
        return desk.client, desk.csrf

    assert wrong(world.desk, Caller((role,), OPEN, recent=False), sign_in, DESK_ORIGIN) == []
    assert any(needs_recent_proof(view) for view in world.desk.view_functions.values())


def test_at_the_desk_a_stranger_reaches_what_is_public_alone(lite: World) -> None:
    assert wrong(lite.desk, Caller(), lambda: (lite.desk.test_client(), "x"), DESK_ORIGIN) == []


def test_on_the_reporters_side_a_member_is_a_stranger(lite: World) -> None:
    cookie = lite.sign_in("m1").client.get_cookie("__Host-session", domain="desk.example")
    assert cookie is not None

    def with_cookie() -> tuple[FlaskClient, str]:
        client = lite.intake.test_client()
        client.set_cookie(cookie.key, cookie.value, domain=ORIGIN)
        return client, "x"

    assert wrong(lite.intake, Caller(), with_cookie, f"https://{ORIGIN}") == []
    assert all(permission_of(view) in PUBLIC for view in lite.intake.view_functions.values())


def test_what_is_not_as_the_matrix_says_is_found(lite: World) -> None:
    """The test itself bites: with one permission more in the expectation, it fails."""

    def sign_in() -> tuple[FlaskClient, str]:
        desk: Desk = lite.sign_in("a1")
        return desk.client, desk.csrf

    found = wrong(lite.desk, Caller(("auditor", "intake"), OPEN), sign_in, DESK_ORIGIN)
    assert any(line.startswith("GET /api/cases token") for line in found)
