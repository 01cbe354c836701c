"""Headers on every response, from Flask itself; who may ask for what; no cookie for reporters."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from reporting.app import INTAKE, create_app
from reporting.permissions import PUBLIC, ROLES, Permission, permission_of, permitted
from reporting.web import assets
from tests.web.world import World, problem

EXPECTED = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
VIEWER = "/desk/viewer"


def every_answer(app: Flask) -> list[TestResponse]:
    """An answer of every route for every method, and of addresses that are none."""
    client = app.test_client()
    values = {
        "case": "0" * 32,
        "session": "0" * 32,
        "factor": "0" * 32,
        "disclosure": "0" * 32,
        "channel": "procurement",
        "questionnaire": "corruption-1",
        "upload": "x",
        "language": "en",
        "file": "x",
    }
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            arguments: dict[str, Any] = {"version": 1, "part": 0, "address": "x"} | values
            path = app.url_map.bind("x").build(
                rule.endpoint, {name: arguments.get(name, "x") for name in rule.arguments}
            )
            found += [
                client.open(path, method=method) for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
            ]
    return [*found, client.get("/nowhere"), client.get("/")]


@pytest.mark.parametrize("surface", ["intake", "desk"])
def test_every_response_has_the_headers(lite: World, surface: str) -> None:
    answers = every_answer(getattr(lite, surface))
    assert len(answers) > 60
    for answer in answers:
        if answer.request.path == VIEWER:
            continue  # its own policy has a test of its own
        policy = answer.headers["Content-Security-Policy"]
        for directive in ("default-src 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"):
            assert directive in policy
        assert "unsafe" not in policy
        assert {name: answer.headers[name] for name in EXPECTED} == EXPECTED
        assert answer.headers["Cache-Control"].startswith("no-store")
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert answer.headers["Referrer-Policy"] == {"intake": "no-referrer", "desk": "same-origin"}[surface]
        assert "Set-Cookie" not in answer.headers
        assert answer.status_code < 500 or answer.status_code == 503


def test_the_viewer_may_draw_and_nothing_else(lite: World) -> None:
    answer = lite.desk.test_client().get(VIEWER)
    directives = dict(part.partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split("; "))
    script = assets.script("viewer", "en").integrity
    assert directives == {
        "default-src": "'none'",
        "base-uri": "'none'",
        "connect-src": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "img-src": "blob:",
        "media-src": "blob:",
        "sandbox": "allow-scripts",
        "script-src": f"'{script}' 'wasm-unsafe-eval'",
        "style-src": "'self'",
        "worker-src": "blob:",
        "require-trusted-types-for": "'script'",
        "trusted-types": "viewer",
        "webrtc": "'block'",
    }
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Cache-Control"] == "no-store"
    assert lite.intake.test_client().get(VIEWER).status_code == 404


def test_the_desk_alone_holds_a_frame_and_the_viewer_alone_can_be_held(lite: World) -> None:
    desk = lite.desk.test_client()
    for path in ("/desk", "/enroll"):
        policy = desk.get(path).headers["Content-Security-Policy"]
        assert "frame-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
    assert "frame-src" not in lite.intake.test_client().get("/en/report").headers["Content-Security-Policy"]


def test_only_what_the_viewer_loads_is_given_to_any_origin(lite: World) -> None:
    client = lite.desk.test_client()
    for name, found in assets.manifest().items():
        headers = client.get(found.address).headers
        framed = name in ("viewer-en.js", "viewer.css")
        assert (headers.get("Access-Control-Allow-Origin") == "*") is framed, name
        assert headers["Cross-Origin-Resource-Policy"] == ("cross-origin" if framed else "same-origin"), name


def test_only_pages_with_files_may_ask_for_the_microphone(lite: World) -> None:
    """And no page for the camera or the place: whoever films does so with the device's own program."""
    client = lite.intake.test_client()
    pages = {"/en/report/procurement": True, "/en/mailbox": True, "/en/report": False, "/en/": False}
    for path, offered in pages.items():
        policy = client.get(path).headers["Permissions-Policy"].split(", ")
        assert ("microphone=(self)" in policy, "microphone=()" in policy) == (offered, not offered)
        assert {"camera=()", "geolocation=()", "display-capture=()"} <= set(policy)


def test_the_onion_address_is_told_where_there_is_one(lite: World) -> None:
    settings = dataclasses.replace(lite.service.settings, onion_location="http://example.onion")
    app = create_app(settings, (INTAKE,), service=lite.service)
    assert app.test_client().get("/api/challenge").headers["Onion-Location"] == "http://example.onion"


def test_a_reporter_s_request_from_another_site_is_refused(lite: World) -> None:
    client = lite.intake.test_client()
    for origin, allowed in (("https://reports.example", True), ("null", True), ("https://elsewhere.example", False)):
        answer = client.get("/api/challenge", headers={"Origin": origin})
        assert (answer.status_code == 200) is allowed


def test_what_nobody_declared_nobody_may_call(lite: World) -> None:
    lite.intake.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert problem(lite.get("/forgotten")) == (403, "not-allowed", "")


def test_every_route_of_the_desk_refuses_strangers(lite: World) -> None:
    app = lite.desk
    guarded = [
        rule for rule in app.url_map.iter_rules() if permission_of(app.view_functions[rule.endpoint]) not in PUBLIC
    ]
    assert len(guarded) > 10
    for rule in guarded:
        method = next(method for method in ("GET", "POST", "PUT", "DELETE") if method in (rule.methods or ()))
        path = rule.rule.replace("<case>", "0" * 32).replace("<int:part>", "0").replace("<int:version>", "1")
        answer = app.test_client().open(path, method=method, headers={"Origin": "https://desk.example"})
        assert problem(answer)[:2] == (401, "not-signed-in"), rule


@pytest.mark.parametrize("member", ["a1", "m5", "m1", "m2"])
def test_every_role_is_held_to_its_permissions(lite: World, member: str) -> None:
    desk = lite.sign_in(member)
    roles = json.loads(desk.get("/api/session").data)["roles"]
    allowed = permitted(roles)
    for rule in lite.desk.url_map.iter_rules():
        permission = permission_of(lite.desk.view_functions[rule.endpoint])
        if permission in PUBLIC or permission is Permission.SESSION_OWN:
            continue
        method = next(one for one in ("GET", "POST", "PUT", "DELETE") if one in (rule.methods or ()))
        path = rule.rule.replace("<case>", "0" * 32).replace("<int:part>", "0").replace("<int:version>", "1")
        answer = desk.send(method, path, {})
        assert (answer.status_code != 403) is (permission in allowed), rule


def test_every_role_of_the_protocol_has_permissions() -> None:
    assert {"intake", "investigator", "protection", "custodian", "break_glass"} <= set(ROLES)
    assert not PUBLIC & frozenset().union(*ROLES.values())
