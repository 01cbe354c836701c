"""What waits for protection officers: of their own cases alone, and nothing opened. Both databases."""

from __future__ import annotations

import datetime
import json

import pytest

from reporting.protocol.encoding import JSONObject
from tests.web.casework import CaseAtDesk
from tests.web.measures import claimed, closed, set_measure, write
from tests.web.protection import assessed, claim, decide, officer, propose, with_officers
from tests.web.world import START, Desk, World, problem, publish

TRIAGE_BY = (START + datetime.timedelta(hours=24)).isoformat()


def work(desk: Desk, **query: str) -> JSONObject:
    """A page of it."""
    answer = desk.get("/api/protection/work", **query)
    assert answer.status_code == 200, answer.data
    found: JSONObject = json.loads(answer.data)
    return found


def items(desk: Desk) -> list[tuple[str, str, str, str]]:
    """Kind, name, when due and how it stands, in order."""
    return [(one["kind"], one["name"], one["due"], one["state"]) for one in work(desk)["items"]]


def test_a_case_waits_by_days_and_once_staff_looked_by_hours_too(world: World) -> None:
    case = claim(world)
    desk = world.sign_in("m4")
    by_days = [("deadline", "acknowledge", "2026-11-30", "later"), ("deadline", "decision", "2026-12-23", "later")]
    assert items(desk) == by_days
    assert officer(world, "m4", case).shown()["status"] == "received"
    assert items(desk) == [
        ("hours", "triage", TRIAGE_BY, "at-risk"),
        ("deadline", "assessment", "2026-11-26", "at-risk"),
        *by_days[:1],
        ("deadline", "interim", "2026-11-30", "later"),
        *by_days[1:],
    ]


def test_what_was_at_risk_is_due_then_overdue_and_what_was_done_is_gone(world: World) -> None:
    case = claim(world)
    officer(world, "m4", case).shown()

    def state(name: str) -> str | None:
        return next((found for _, one, _, found in items(world.sign_in("m4")) if one == name), None)

    world.clock.move(hours=23)
    assert (state("triage"), state("assessment")) == ("today", "at-risk")
    world.clock.move(hours=1, seconds=1)
    assert (state("triage"), state("assessment")) == ("overdue", "at-risk")
    world.clock.move(days=2)
    assert (state("triage"), state("assessment")) == ("overdue", "today")
    world.clock.move(days=1)
    assert state("assessment") == "overdue"
    assert officer(world, "m4", case).status("triage").status_code == 201
    assert (state("triage"), state("acknowledge"), state("assessment")) == (None, None, "overdue")


def test_three_working_days_leave_out_the_weekend(world: World) -> None:
    world.clock.move(days=2)  # Wednesday 25 November: the third working day is Monday 30
    claim(world)
    assert items(world.sign_in("m4"))[0] == ("deadline", "acknowledge", "2026-12-02", "later")
    world.clock.move(days=1)  # Thursday: Tuesday 1
    assert items(world.sign_in("m4"))[0][3] == "later"
    world.clock.move(days=1)  # Friday: Wednesday 2
    assert items(world.sign_in("m4"))[0][3] == "at-risk"


def test_whoever_is_in_danger_comes_first(world: World) -> None:
    claim(world)
    world.clock.move(days=20)
    case = claim(world)
    desk = world.sign_in("m4")
    assert work(desk)["items"][0]["case"] != case
    assert desk.post(f"/api/cases/{case}/danger", {}).status_code == 201
    found = work(desk)["items"]
    assert [(one["case"] == case, one["danger"], one["name"]) for one in found][:2] == [
        (True, True, "danger"),
        (True, True, "acknowledge"),
    ]
    assert not any(one["danger"] for one in found if one["case"] != case)


def test_a_refusal_waits_for_another_and_a_contest_for_an_answer(world: World) -> None:
    with_officers(world)
    at = assessed(world)
    propose(at)
    waiting = [one for one in work(world.sign_in("m7"))["items"] if one["kind"] == "refusal"]
    assert [(one["by"], one["due"], one["state"]) for one in waiting] == [("m4", "2026-12-23", "later")]
    assert decide(at, "granted").status_code == 201
    risk = ("deadline", "assessment", "2026-11-26", "at-risk")  # a decision asks for it anew
    assert items(world.sign_in("m7")) == [risk]
    world.clock.move(days=1)
    at = officer(world, "m4", at.case)
    assert at.status("appealed").status_code == 201
    assert items(world.sign_in("m7")) == [risk, ("contest", "decision", "2026-12-24", "later")]
    assert at.status("assessing").status_code == 201
    assert items(world.sign_in("m7")) == [risk, ("deadline", "decision", "2026-12-24", "later")]


def test_nobody_learns_of_a_case_that_was_not_granted_to_them(world: World) -> None:
    with_officers(world)
    world.report(channel="protection", excluded=("m7",))
    assert len(work(world.sign_in("m4"))["items"]) == 2
    shut_out = work(world.sign_in("m7"))
    assert shut_out["items"] == []
    assert [(one["id"], one["open"]) for one in shut_out["load"]] == [("m4", 0), ("m7", 0)]


@pytest.mark.parametrize("member", ["m1", "m2", "m3", "m5", "m9", "a1"])
def test_it_is_for_protection_officers_alone(lite: World, member: str) -> None:
    claim(lite)
    assert problem(lite.sign_in(member).get("/api/protection/work")) == (403, "not-allowed", "")


def test_nobody_reads_it_without_signing_in(lite: World) -> None:
    assert lite.desk.test_client().get("/api/protection/work").status_code == 401


def test_the_load_is_counted_per_officer_of_what_one_holds(world: World) -> None:
    with_officers(world)
    cases = [claim(world) for _ in range(3)]
    world.report()  # not a protection case
    desk = world.sign_in("m4")
    assert desk.post("/api/cases/assignments", {"cases": cases[:2], "member": "m7"}).status_code == 200
    world.clock.move(days=8)
    desk = world.sign_in("m4")
    assert officer(world, "m4", cases[0]).status("triage").status_code == 201
    assert work(desk)["load"] == [
        {"id": "", "open": 1, "overdue": 1},
        {"id": "m4", "open": 0, "overdue": 0},
        {"id": "m7", "open": 2, "overdue": 1},
    ]


def test_whoever_lost_access_sees_nothing_more_of_it(world: World) -> None:
    with_officers(world)
    opened = CaseAtDesk(world.sign_in("m4"), claim(world))
    assert len(work(world.sign_in("m7"))["items"]) > 0
    assert opened.desk.post(f"{opened.path}/epochs", opened.pass_to("m4", "m8")).status_code == 201
    assert work(world.sign_in("m7"))["items"] == []


def test_pages_follow_one_another_whatever_was_done_meanwhile(world: World) -> None:
    cases = [claim(world) for _ in range(3)]
    desk = world.sign_in("m4")
    every = work(desk)["items"]
    seen: list[JSONObject] = []
    query: dict[str, str] = {"limit": "2"}
    while True:
        page = work(desk, **query)
        seen += page["items"]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert seen == every
    assert len(every) == 2 * len(cases)
    first = work(desk, limit="1")
    assert officer(world, "m4", first["items"][0]["case"]).status("withdrawn").status_code == 201
    rest = work(desk, after=first["next"])["items"]
    assert {one["case"] for one in rest} == set(cases) - {first["items"][0]["case"]}


@pytest.mark.parametrize(
    "after", ["", "x", "1.2", "2.5.a.b.c.d", "1.x.a.b.c.d", "1.9999999999999.a.b.c.d", "0.1.a.b.c.d.e"]
)
def test_a_position_of_another_form_is_refused(lite: World, after: str) -> None:
    answer = lite.sign_in("m4").get("/api/protection/work", after=after)
    assert problem(answer) == (409, "unknown-position", "/after")


def test_a_limit_that_is_none_is_refused(lite: World) -> None:
    assert problem(lite.sign_in("m4").get("/api/protection/work", limit="0")) == (422, "invalid", "/limit")


def test_measures_and_check_ins_wait_until_they_are_seen_to(world: World) -> None:
    at, _, _ = claimed(world)
    assert set_measure(at, end="2027-01-10").status_code == 201
    found = [one for one in work(at.desk)["items"] if one["kind"] == "measure"]
    assert [(one["name"], one["due"], one["by"]) for one in found] == [
        ("review", "2026-12-23", "m4"),
        ("end", "2027-01-10", "m4"),
    ]
    assert set_measure(at, state="ended", review=None, end="2026-11-23").status_code == 201
    assert not [one for one in work(at.desk)["items"] if one["kind"] == "measure"]


def test_the_last_check_in_that_may_be_answered_waits_and_those_to_come(world: World) -> None:
    _, receipt, prepared = closed(world)

    def waiting() -> list[tuple[str, str, str]]:
        return [one[1:] for one in items(world.sign_in("m4")) if one[0] == "check-in"]

    assert waiting() == [
        ("1", "2026-12-23", "later"),
        ("3", "2027-02-23", "later"),
        ("6", "2027-05-23", "later"),
        ("12", "2027-11-23", "later"),
    ]
    world.clock.move(days=31)
    publish(world.service, world.root)
    assert waiting()[0] == ("1", "2026-12-23", "overdue")
    world.clock.move(days=48)  # 10 February: the second one may be answered
    publish(world.service, world.root)
    assert [one[0] for one in waiting()] == ["3", "6", "12"]
    write(world, receipt, prepared)
    assert [one[0] for one in waiting()] == ["6", "12"]


# --- what reporters write after closing


def read(desk: Desk, case: str) -> None:
    """Tell that the desk showed the case as it stands."""
    shown = json.loads(desk.get(f"/api/cases/{case}").data)
    assert desk.post(f"/api/cases/{case}/read", {"entry": shown["unread"]}).status_code == 204


def test_an_answered_check_in_waits_until_an_officer_opened_the_case(world: World) -> None:
    at, receipt, prepared = closed(world)
    world.clock.move(days=31)
    publish(world.service, world.root)

    def answered(member: str) -> list[tuple[str, str, str]]:
        return [one[1:] for one in items(world.sign_in(member)) if one[0] == "answered"]

    assert answered("m4") == []
    write(world, receipt, prepared)
    assert answered("m4") == answered("m7") == [("1", "2026-12-24", "today")]
    world.clock.move(days=2)  # it is due on every day, and never later
    assert answered("m4") == [("1", "2026-12-26", "today")]
    desk = officer(world, "m4", at.case).desk
    assert desk.get(f"{at.path}/entries").status_code == 200  # loaded, as for search: nobody read it
    assert answered("m4") == [("1", "2026-12-26", "today")]
    read(desk, at.case)
    assert answered("m4") == []
    assert answered("m7") == [("1", "2026-12-26", "today")]
    write(world, receipt, prepared)  # a message, which answers no check-in
    assert answered("m4") == []


def test_what_is_written_after_a_decision_waits_until_an_officer_opened_the_case(world: World) -> None:
    """It may contest the decision, which the server cannot read; a refused case has no deadline that would tell."""
    at, receipt, prepared = claimed(world)

    def wrote(member: str) -> list[tuple[str, str, str]]:
        return [one[1:] for one in items(world.sign_in(member)) if one[0] == "wrote"]

    write(world, receipt, prepared)
    assert wrote("m4") == []  # nothing was decided
    read(at.desk, at.case)
    for status in ("triage", "assessing"):
        assert at.status(status).status_code == 201
    assert decide(at, "referred").status_code == 201
    assert wrote("m4") == []
    write(world, receipt, prepared)
    today = world.service.clock.today().isoformat()
    assert wrote("m4") == wrote("m7") == [("wrote", today, "today")]
    read(officer(world, "m4", at.case).desk, at.case)
    assert (wrote("m4"), wrote("m7")) == ([], [("wrote", today, "today")])


def test_taking_a_case_up_again_ends_what_was_answered(world: World) -> None:
    at, receipt, prepared = closed(world)
    world.clock.move(days=31)
    publish(world.service, world.root)
    write(world, receipt, prepared)
    assert officer(world, "m4", at.case).status("appealed").status_code == 201
    assert not [one for one in items(world.sign_in("m7")) if one[0] == "answered"]
