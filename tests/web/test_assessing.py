"""When the risk of retaliation is to be assessed again: the clock of staff, in cases of both kinds. Both databases."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from reporting.protection.models import StaffClock
from reporting.protection.rules import ASSESSMENT, ask_assessment, finish_clocks, has_begun
from reporting.protocol.encoding import JSONObject
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.risk import FORM
from reporting.protocol.thread_types import State
from tests.web.casework import CaseAtDesk, at_desk
from tests.web.custody import ask, custodian, identified
from tests.web.protection import assessed, claim, decide, officer, with_officers
from tests.web.world import World, problem

# Monday, 23 November 2026, noon, is the world's first day: three working days are over with Thursday.
THURSDAY = "2026-11-26T23:59:59+00:00"


def assessment(at: CaseAtDesk) -> tuple[str, bool] | None:
    """When the risk is to be assessed by, and whether it was; None where nobody asked."""
    shown = at.shown()["protection"]
    found = [] if shown is None else [one for one in shown["clocks"] if one["name"] == ASSESSMENT]
    return (found[0]["due"], found[0]["done"] is not None) if found else None


def test_asking_starts_the_clock_once_until_it_is_met(world: World) -> None:
    case = world.report().case
    with world.service.database.write() as session:
        assert ask_assessment(session, case, 2_000, 1_000)
        assert not ask_assessment(session, case, 3_000, 1_500)
        assert not has_begun(session, case)
        clock = session.get_one(StaffClock, (case, ASSESSMENT))
        assert (clock.started, clock.due, clock.done) == (1_000, 2_000, None)
        assert finish_clocks(session, case, [ASSESSMENT], 1_700) == [ASSESSMENT]
        assert ask_assessment(session, case, 4_000, 1_800)
        assert (clock.started, clock.due, clock.done) == (1_800, 4_000, None)


def test_a_decision_asks_for_an_assessment_anew(world: World) -> None:
    at = assessed(world)
    at.shown()
    world.clock.move(days=4)  # Friday
    assert decide(officer(world, "m4", at.case), "granted").status_code == 201
    assert assessment(officer(world, "m4", at.case)) == ("2026-12-02T23:59:59+00:00", False)


@pytest.mark.parametrize("last", ["closed", "withdrawn"])
def test_nothing_is_owed_once_the_case_has_ended(world: World, last: str) -> None:
    at = assessed(world)
    if last == "closed":
        assert decide(at, "referred").status_code == 201
    assert at.status(last).status_code == 201
    assert assessment(at) == (THURSDAY, True)


def test_handing_over_the_identity_asks_in_a_case_of_reports_too(world: World) -> None:
    opened = identified(world)
    assert opened.shown()["protection"] is None
    disclosure = ask(opened)
    keepers = [custodian(opened, member) for member in ("m5", "m6")]
    for keeper in keepers:
        keeper.decide(disclosure)
    assert opened.shown()["protection"] is None
    keepers[0].open(disclosure)
    path = f"{opened.path}/disclosures/{disclosure}/opened"
    assert keepers[0].at.desk.post(path, keepers[0].opened()).status_code == 201
    assert assessment(opened) == (THURSDAY, False)
    assert opened.shown()["protection"]["refusals"] == []
    (line,) = json.loads(opened.desk.get("/api/cases").data)["cases"]
    assert (line["danger"], line["urgent"]) == (False, THURSDAY)
    assert keepers[0].at.shown()["protection"] is None  # whoever was not granted the case
    for status in ("acknowledged", "closed"):
        assert opened.status(status).status_code == 201
    assert assessment(opened) == (THURSDAY, True)


def test_passing_a_case_on_asks_and_shutting_somebody_out_does_not(world: World) -> None:
    receipt = ReceiptCode.generate()
    opened = at_desk(world, "m1", world.report(receipt).case)
    assert opened.desk.post(f"{opened.path}/epochs", opened.pass_to("m1", "m9")).status_code == 201
    assert assessment(opened) is None
    assert opened.desk.post(f"{opened.path}/epochs", opened.pass_to("m2", "m9")).status_code == 201
    assert assessment(at_desk(world, "m2", opened.case)) == (THURSDAY, False)
    answer = world.check(receipt)
    assert ASSESSMENT.encode() not in answer.data
    assert b"T23:59:59" not in answer.data


def test_the_first_look_starts_the_other_hours_whatever_was_asked_before(world: World) -> None:
    case = claim(with_officers(world))
    with world.service.database.write() as session:
        ask_assessment(session, case, world.clock.now() + 1_000, world.clock.now())
    at = officer(world, "m4", case)
    assert {one["name"] for one in at.shown()["protection"]["clocks"]} == {"assessment", "interim", "triage"}
    with world.service.database.read() as session:
        assert len(session.scalars(select(StaffClock)).all()) == 3


# --- storing one


ANSWERS = {
    "factors": ["few-knew"],
    "likelihood": "likely",
    "severity": "major",
    "level": "high",
    "reasons": "Three people had the file.",
    "plan": "Nobody in the unit is asked before March.",
    "trigger": "first",
    "silence": "ask-again",
}


def assess(at: CaseAtDesk, **change: object) -> JSONObject:
    """The request that stores an assessment."""
    body: dict[str, object] = {"form": FORM, "answers": ANSWERS | change}
    sealed = at.seal("protection", "team", body)
    return {"epoch": sealed["epoch"], "entry": sealed["entry"]}


def test_an_assessment_meets_the_deadline_and_another_is_kept_beside_it(world: World) -> None:
    at = officer(world, "m4", claim(world))
    at.shown()
    request = assess(at)
    answer = at.desk.post(f"{at.path}/assessments", request)
    assert answer.status_code == 201
    assert assessment(at) == (THURSDAY, True)
    again = at.desk.post(f"{at.path}/assessments", request)
    assert (again.status_code, again.data) == (200, answer.data)
    assert at.desk.post(f"{at.path}/assessments", assess(at, severity="minor", level="medium")).status_code == 201
    found = [one.body["answers"]["level"] for one in at.view().authentic("team") if one.kind == "protection"]
    assert found == ["high", "medium"]
    assert [event["act"] for event in json.loads(at.desk.get(f"{at.path}/history").data)["events"]] == [
        "entry:add",
        "deadline:meet",
        "entry:add",
    ]


def test_whoever_may_write_to_a_report_assesses_it(world: World) -> None:
    opened = at_desk(world, "m1")
    with world.service.database.write() as session:
        ask_assessment(session, opened.case, world.clock.now() + 1_000, world.clock.now())
    assert problem(at_desk(world, "m2", opened.case).desk.post(f"{opened.path}/assessments", assess(opened)))[0] == 404
    assert opened.desk.post(f"{opened.path}/grants", opened.access("m2")).status_code == 201
    reader = at_desk(world, "m2", opened.case)
    assert reader.desk.post(f"{reader.path}/assessments", assess(reader)).status_code == 201
    found = assessment(opened)
    assert found is not None
    assert found[1]


def test_who_only_keeps_a_key_does_not_assess_a_protection_case(world: World) -> None:
    case = claim(with_officers(world))
    safe = officer(world, "m8", case)
    assert problem(safe.desk.post(f"{safe.path}/assessments", assess(safe)))[:2] == (403, "not-allowed")


def test_an_assessment_is_for_the_team_and_under_the_newest_epoch(world: World) -> None:
    opened = at_desk(world, "m1")
    shared = opened.seal("message", "reporter", {"text": "You are at risk."})
    path = f"{opened.path}/assessments"
    assert problem(opened.desk.post(path, {"epoch": 0, "entry": shared["entry"]}))[0] == 422
    request = assess(opened)
    assert problem(opened.desk.post(path, request | {"epoch": 1}))[:2] == (409, "epoch-stale")
    assert opened.desk.post(path, request).status_code == 201


@pytest.mark.parametrize("change", [{"level": "low"}, {"plan": ""}, {"reasons": " "}, {"factors": ["stars"]}])
def test_what_is_no_assessment_is_not_authentic_whatever_the_server_stores(
    world: World, change: dict[str, object]
) -> None:
    at = officer(world, "m4", claim(world))
    assert at.desk.post(f"{at.path}/assessments", assess(at, **change)).status_code == 201
    assert [view.state for view in at.view().entries if view.served.audience == "team"] == [State.NOT_AUTHENTIC]
