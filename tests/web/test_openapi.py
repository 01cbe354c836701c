"""The API's description: complete, valid, and kept by every answer to what schemathesis makes up."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from reporting.app import create_app
from reporting.cases.workflow import STATUSES
from reporting.errors import PROBLEM_PREFIX, every_error
from tests.web.world import DESK_ORIGIN, World

EXAMPLES = 15  # for each operation and mode
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def described(world: World) -> dict[str, Any]:
    """The description as served."""
    content: dict[str, Any] = json.loads(world.get("/api/openapi.json").data)
    return content


def test_both_surfaces_serve_the_same_description(lite: World) -> None:
    assert described(lite) == json.loads(lite.desk.test_client().get("/api/openapi.json").data)
    assert described(lite)["openapi"].startswith("3.1")


def test_every_route_is_described_and_nothing_else(lite: World) -> None:
    app = create_app(lite.service.settings, service=lite.service)
    routes = set()
    interface = ("/api/", "/.well-known/")  # pages and assets are for browsers
    for rule in (one for one in app.url_map.iter_rules() if one.rule.startswith(interface)):
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            routes.add((_address(rule.rule), method.lower()))
    routes.discard(("/api/openapi.json", "get"))
    paths = described(lite)["paths"]
    assert {(path, method) for path, methods in paths.items() for method in methods} == routes


def test_it_lists_problems_statuses_and_clocks(lite: World) -> None:
    schemas = described(lite)["components"]["schemas"]
    assert set(schemas["Problem"]["properties"]["type"]["enum"]) == {
        PROBLEM_PREFIX + error.kind for error in every_error()
    }
    assert schemas["MailboxCase"]["properties"]["status"]["enum"] == list(STATUSES)
    assert schemas["Clock"]["properties"]["name"]["enum"] == ["acknowledge", "feedback"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


def test_what_is_asked_is_described_as_it_is_served(lite: World) -> None:
    document = described(lite)
    served = json.loads(lite.get("/.well-known/reporting/questionnaires/corruption-1").data)
    schema = {"$ref": "#/components/schemas/Questionnaire", "components": document["components"]}
    Draft202012Validator(schema).validate(served)

    described_members = document["components"]["schemas"]
    questions = [question for section in served["sections"] for question in section["questions"]]
    assert set(served) <= set(described_members["Questionnaire"]["properties"])
    assert questions
    for question in questions:
        assert set(question) <= set(described_members["Question"]["properties"])


def fuzz(app: Flask, headers: dict[str, str], mode: schemathesis.GenerationMode) -> int:
    """Send what the description allows, or what it does not, to every operation of a surface."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    served = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    addresses = {_address(rule.rule) for rule in served.values()}
    count = 0
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if operation.path not in addresses or operation.method == "delete":
            continue  # signing out would make strangers of the requests after it
        count += 1
        _fuzz_one(operation, headers, mode)
    return count


def _fuzz_one(operation: Any, headers: dict[str, str], mode: schemathesis.GenerationMode) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        case.call_and_validate(headers={"Accept-Encoding": "identity", **headers}, checks=CHECKS)

    try:
        check()
    except Unsatisfiable:
        # Nothing of that kind can be made up: an operation without parameters has no wrong ones.
        assert mode is schemathesis.GenerationMode.NEGATIVE


def _address(rule: str) -> str:
    path = rule.replace("<int:", "<").replace("<questionnaire>", "<id>")
    return path.replace("<", "{").replace(">", "}")


MODES = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]


@pytest.mark.parametrize("mode", MODES)
def test_the_reporters_side_keeps_to_its_description(lite: World, mode: schemathesis.GenerationMode) -> None:
    assert fuzz(lite.intake, {}, mode) > 8


@pytest.mark.parametrize("mode", MODES)
def test_the_desk_keeps_to_its_description(lite: World, mode: schemathesis.GenerationMode) -> None:
    desk = lite.sign_in("m1")
    cookie = desk.client.get_cookie("__Host-session", domain="desk.example")
    assert cookie is not None
    headers = {
        "Origin": DESK_ORIGIN,
        "X-CSRF-Token": desk.csrf,
        "Cookie": f"__Host-session={cookie.value}",
    }
    assert lite.desk.test_client(use_cookies=False).get("/api/session", headers=headers).status_code == 200
    assert fuzz(lite.desk, headers, mode) > 8
    assert desk.get("/api/session").status_code == 200


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(data=st.data())
def test_a_report_with_one_member_replaced_is_refused_by_name(lite: World, data: st.DataObject) -> None:
    """The deep checks, which made-up requests never reach: a good report, one thing in it changed."""
    request = dict(lite.prepare().request)
    name = data.draw(st.sampled_from(sorted(request)))
    junk = data.draw(JUNK.filter(lambda value: value != request[name]))
    assume(not (name == "identity" and junk is None))
    answer = lite.post("/api/reports", {**request, name: junk, "challenge": lite.solved()})
    content = json.loads(answer.data)
    assert answer.status_code in (400, 409, 422), content
    assert answer.status_code == 400 or content["pointer"].startswith((f"/{name}", "/epoch")), content
    assert len(answer.data) == 65_536
