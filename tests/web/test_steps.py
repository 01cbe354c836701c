"""Steps towards persons concerned: the server learns that one was recorded, and asks for the risk to be assessed."""

from __future__ import annotations

import json

from reporting.protocol.encoding import JSONObject
from tests.web.casework import CaseAtDesk, at_desk
from tests.web.protection import claim, with_officers
from tests.web.test_protection import acts, hours
from tests.web.world import World, problem


def step(at: CaseAtDesk) -> JSONObject:
    """The request that records that somebody was heard."""
    codes = {"step": "heard", "date": "2026-11-20", "text": "At their desk."}
    sealed = at.seal("classification", "team", {"scheme": "step/1", "codes": codes})
    return {"epoch": sealed["epoch"], "entry": sealed["entry"]}


def test_a_step_asks_for_an_assessment_of_the_risk(world: World) -> None:
    at = at_desk(world, "m1")
    assert at.shown()["protection"] is None
    request = step(at)
    answer = at.desk.post(f"{at.path}/steps", request)
    again = at.desk.post(f"{at.path}/steps", request)
    assert (answer.status_code, again.status_code, again.data) == (201, 200, answer.data)
    assert hours(at)["assessment"][1] is False
    assert acts(world, at.case).count("step:record") == 1


def test_what_was_stored_as_something_else_is_no_step(world: World) -> None:
    at = at_desk(world, "m1")
    request = step(at)
    assert at.desk.post(f"{at.path}/entries", request | {"audience": "team"}).status_code == 201
    for way in ("steps", "assessments"):
        assert problem(at.desk.post(f"{at.path}/{way}", request)) == (409, "already-there", "/entry")
    assert at.shown()["protection"] is None
    own = step(at)
    assert at.desk.post(f"{at.path}/steps", own).status_code == 201
    assert problem(at.desk.post(f"{at.path}/assessments", own))[:2] == (409, "already-there")
    assert hours(at)["assessment"][1] is False


def test_only_who_has_the_case_records_a_step(world: World) -> None:
    at = at_desk(world, "m1")
    request = step(at)
    stranger = at_desk(world, "m4", at.case)
    assert problem(stranger.desk.post(f"{at.path}/steps", request))[0] in (403, 404)


def test_in_a_protection_case_only_officers_do(world: World) -> None:
    case = claim(with_officers(world))
    safe = at_desk(world, "m8", case)
    assert problem(safe.desk.post(f"{safe.path}/steps", step(safe)))[:2] == (403, "not-allowed")


def objection(at: CaseAtDesk) -> JSONObject:
    """The request that notes that the reporter wants no acknowledgement."""
    codes = {"of": "a" * 32, "text": "They fear that somebody sees it."}
    sealed = at.seal("classification", "team", {"scheme": "request/1", "codes": codes})
    return {"epoch": sealed["epoch"], "entry": sealed["entry"]}


def clock(at: CaseAtDesk, name: str) -> JSONObject:
    return next(one for one in at.shown()["clocks"] if one["name"] == name)


def test_an_objection_ends_the_deadline_of_the_acknowledgement_and_feedback_runs_as_without_one(world: World) -> None:
    at = at_desk(world, "m1")
    before = [clock(at, name) for name in ("acknowledge", "feedback")]
    request = objection(at)
    answer = at.desk.post(f"{at.path}/objections", request)
    again = at.desk.post(f"{at.path}/objections", request)
    assert (answer.status_code, again.status_code, again.data) == (201, 200, answer.data)
    today = world.service.clock.today()
    after = [before[0] | {"done": today.isoformat(), "waived": True}, before[1]]
    assert [clock(at, name) for name in ("acknowledge", "feedback")] == after
    (line,) = [one for one in json.loads(at.desk.get("/api/cases").data)["cases"] if one["case"] == at.case]
    assert line["next_due"] == before[1]["due"]
    assert acts(world, at.case).count("acknowledgement:waive") == 1
    assert problem(at.desk.post(f"{at.path}/objections", objection(at)))[:2] == (409, "conflict")
    assert at.status("acknowledged").status_code == 201
    assert [clock(at, name) for name in ("acknowledge", "feedback")] == after


def test_what_was_stored_as_something_else_is_no_objection(world: World) -> None:
    at = at_desk(world, "m1")
    request = objection(at)
    assert at.desk.post(f"{at.path}/entries", request | {"audience": "team"}).status_code == 201
    assert problem(at.desk.post(f"{at.path}/objections", request)) == (409, "already-there", "/entry")
    assert clock(at, "acknowledge")["done"] is None
    stranger = at_desk(world, "m4", at.case)
    assert problem(stranger.desk.post(f"{at.path}/objections", objection(at)))[0] in (403, 404)
