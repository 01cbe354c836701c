"""Measures of protection at the server, and check-ins after closing. Both databases."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from sqlalchemy import select

from reporting.log.models import AuditEvent
from reporting.protection.measures import STATES, STEPS
from reporting.protection.models import CheckIn
from tests.web.casework import at_desk
from tests.web.measures import (
    MEASURE,
    asked,
    beside,
    claimed,
    closed,
    measures,
    sealed,
    set_measure,
    write,
)
from tests.web.protection import decide, officer
from tests.web.test_custody_at_once import at_once
from tests.web.test_mailbox import page
from tests.web.test_protection import acts
from tests.web.world import World, problem

DAYS: dict[str, dict[str, Any]] = {
    "planned": {"review": None, "end": None},
    "active": {},
    "ended": {"review": None, "end": "2026-11-23"},
    "refused": {"review": None, "end": None},
}


def test_a_measure_goes_its_way_and_the_trail_tells_of_it(world: World) -> None:
    at, receipt, _ = claimed(world)
    answer = set_measure(at, state="planned", review=None, end=None)
    assert answer.status_code == 201
    entry = json.loads(answer.data)["id"]
    shown = {"id": MEASURE, "state": "planned", "owner": "m4", "review": None, "end": None, "entry": entry}
    assert measures(at) == [shown]
    assert set_measure(at).status_code == 201
    assert set_measure(at, owner="m7", review="2027-02-01", end="2027-03-01").status_code == 201
    (now,) = measures(officer(world, "m7", at.case))
    assert (now["state"], now["owner"], now["review"], now["end"]) == ("active", "m7", "2027-02-01", "2027-03-01")
    assert set_measure(at, state="ended", owner="m7", review=None, end="2026-11-23").status_code == 201
    assert [one["state"] for one in measures(at)] == ["ended"]
    assert acts(world, at.case) == ["measure:set"] * 4
    query = select(AuditEvent.details).where(AuditEvent.act == "measure:set").order_by(AuditEvent.position)
    with world.service.database.read() as session:
        details = json.loads(str(session.scalars(query).first()))
    assert details == {"measure": MEASURE, "state": "planned", "owner": "m4"}
    assert b"measures" not in world.check(receipt).data


def test_a_retry_is_the_same_measure_even_days_later(world: World) -> None:
    at, _, _ = claimed(world)
    request = sealed(at) | beside(review="2026-11-23")
    answer = at.desk.post(f"{at.path}/measures", request)
    world.clock.move(days=3)
    at = officer(world, "m4", at.case)
    again = at.desk.post(f"{at.path}/measures", request)
    assert (answer.status_code, again.status_code, again.data) == (201, 200, answer.data)
    assert acts(world, at.case).count("measure:set") == 1
    other = officer(world, "m7", at.case)
    assert problem(other.desk.post(f"{at.path}/measures", request))[:2] == (409, "already-there")


def test_what_was_stored_as_something_else_sets_no_measure(world: World) -> None:
    at, _, _ = claimed(world)
    entry = sealed(at)
    assert at.desk.post(f"{at.path}/entries", entry).status_code == 201
    assert problem(at.desk.post(f"{at.path}/measures", entry | beside())) == (409, "already-there", "/entry")
    assert measures(at) == []
    assert set_measure(at).status_code == 201


@pytest.mark.parametrize("before", [None, *STATES])
def test_no_state_is_skipped(world: World, before: str | None) -> None:
    at, _, _ = claimed(world)
    for number, after in enumerate(STATES):
        measure = f"{number:032x}"
        way: tuple[str, ...] = () if before is None else (before,)
        for step in way if before in (None, "planned", "active") else ("planned", *way):
            assert set_measure(at, measure=measure, state=step, **DAYS[step]).status_code == 201
        answer = set_measure(at, measure=measure, state=after, **DAYS[after])
        if after in STEPS[before]:
            assert answer.status_code == 201, after
        else:
            assert problem(answer) == (409, "conflict", "/state"), after


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"measure": "x"}, "/measure"),
        ({"state": "running"}, "/state"),
        ({"owner": "No Id"}, "/owner"),
        ({"owner": "m8"}, "/owner"),
        ({"owner": "m1"}, "/owner"),
        ({"owner": "nobody"}, "/owner"),
        ({"review": None}, "/review"),
        ({"review": "2026-11-22"}, "/review"),
        ({"end": "2026-11-22", "review": "2026-11-22"}, "/review"),
        ({"measure": "cd" * 16, "state": "planned", "review": None, "end": "2026-11-22"}, "/end"),
        ({"review": "2026-12-24", "end": "2026-12-23"}, "/review"),
        ({"state": "ended", "review": None}, "/end"),
        ({"state": "ended", "end": "2026-11-23"}, "/review"),
        ({"state": "ended", "review": None, "end": "2026-11-24"}, "/end"),
        ({"state": "refused"}, "/review"),
        ({"state": "refused", "review": None, "end": "2026-11-23"}, "/end"),
        ({"audience": "custodian"}, "/audience"),
        ({"audience": "team"}, "/audience"),
    ],
)
def test_what_contradicts_itself_is_said_at_the_field(world: World, changes: dict[str, Any], pointer: str) -> None:
    at, _, _ = claimed(world)
    assert set_measure(at).status_code == 201
    entries = len(at.served())
    answer = at.desk.post(f"{at.path}/measures", sealed(at) | beside() | changes)
    if changes == {"audience": "team"}:  # sealed to two, which the team's entries are not
        assert problem(answer)[0] == 422
    else:
        assert problem(answer) == (422, "invalid", pointer)
    assert len(at.served()) == entries


def test_a_day_of_another_form_is_refused(world: World) -> None:
    at, _, _ = claimed(world)
    assert problem(set_measure(at, review="tomorrow"))[2] == "/review"
    assert problem(set_measure(at, end=7))[2] == "/end"


def test_who_was_told_of_a_measure_is_told_of_all_of_it(world: World) -> None:
    at, _, _ = claimed(world)
    assert set_measure(at, "team").status_code == 201
    assert problem(set_measure(at, "reporter")) == (422, "invalid", "/audience")
    assert set_measure(at, "team", state="ended", review=None, end="2026-11-23").status_code == 201


def test_a_measure_ends_where_its_owner_left(world: World) -> None:
    at, _, _ = claimed(world)
    assert set_measure(at, owner="m7").status_code == 201
    answer = at.desk.post(f"{at.path}/epochs", at.pass_to("m4", "m8"))
    assert answer.status_code == 201, answer.data
    assert problem(set_measure(at, owner="m7", review="2027-01-01")) == (422, "invalid", "/owner")
    assert set_measure(at, owner="m7", state="ended", review=None, end="2026-11-23").status_code == 201


def test_measures_are_for_officers_of_protection_cases(world: World) -> None:
    at, _, _ = claimed(world)
    safe = officer(world, "m8", at.case)
    assert problem(set_measure(safe))[:2] == (403, "not-allowed")
    report = at_desk(world, "m1")
    assert problem(at.desk.post(f"{report.path}/measures", sealed(at) | beside()))[:2] == (404, "not-found")
    assert problem(report.desk.post(f"{report.path}/measures", sealed(report) | beside()))[:2] == (403, "not-allowed")


def test_two_first_words_on_a_measure_at_once_are_one_after_the_other(world: World) -> None:
    first, _, _ = claimed(world)
    second = officer(world, "m7", first.case)
    requests = [sealed(at) | beside(state="planned", review=None) for at in (first, second)]
    statuses = at_once(
        lambda: first.desk.post(f"{first.path}/measures", requests[0]),
        lambda: second.desk.post(f"{second.path}/measures", requests[1]),
    )
    assert sorted(statuses) == [201, 409]
    assert len(measures(first)) == 1


def test_no_measure_is_added_once_a_case_is_closed_but_one_ends(world: World) -> None:
    at, _, _ = claimed(world)
    assert set_measure(at).status_code == 201
    assert at.status("withdrawn").status_code == 201
    assert problem(set_measure(at, measure="cd" * 16))[:2] == (409, "conflict")
    assert set_measure(at, state="ended", review=None, end="2026-11-23").status_code == 201


# --- check-ins


@pytest.mark.parametrize("outcome", ["granted", "partly"])
def test_closing_makes_the_check_ins_of_the_profile(world: World, outcome: str) -> None:
    at, receipt, _ = closed(world, outcome)
    assert asked(world, receipt) == [
        (1, "2026-12-23", None),
        (3, "2027-02-23", None),
        (6, "2027-05-23", None),
        (12, "2027-11-23", None),
    ]
    assert [one["months"] for one in at.shown()["protection"]["check_ins"]] == [1, 3, 6, 12]


def test_a_case_that_was_not_protected_asks_nobody(world: World) -> None:
    _, receipt, _ = closed(world, "referred")
    assert asked(world, receipt) == []


def test_a_case_that_was_withdrawn_asks_nobody(world: World) -> None:
    at, receipt, _ = claimed(world)
    for status in ("withdrawn", "closed"):
        assert at.status(status).status_code == 201
    assert asked(world, receipt) == []


def test_taking_up_again_drops_them_and_closing_begins_anew(world: World) -> None:
    at, receipt, prepared = closed(world)
    world.clock.move(days=30)
    write(world, receipt, prepared)
    assert asked(world, receipt)[0] == (1, "2026-12-23", "2026-12-23")
    at = officer(world, "m4", at.case)
    assert at.status("appealed").status_code == 201
    assert asked(world, receipt) == []
    assert at.status("assessing").status_code == 201
    assert decide(at, "granted").status_code == 201
    for status in ("active", "ended", "closed"):
        assert at.status(status).status_code == 201
    assert asked(world, receipt)[0] == (1, "2027-01-23", None)


@pytest.mark.parametrize(
    ("day", "answered"),
    [
        ("2026-12-08", None),
        ("2026-12-09", 1),
        ("2026-12-23", 1),
        ("2027-01-20", 1),
        ("2027-02-08", 1),
        ("2027-02-09", 3),
        ("2027-05-08", 3),
        ("2027-05-09", 6),
        ("2029-01-01", 12),
    ],
)
def test_whatever_is_written_answers_the_check_in_of_its_time(world: World, day: str, answered: int | None) -> None:
    _, receipt, prepared = closed(world)
    world.clock.move(days=(datetime.date.fromisoformat(day) - world.today).days)
    for _ in range(2):
        write(world, receipt, prepared)
    assert [(months, done) for months, _, done in asked(world, receipt) if done] == (
        [(answered, day)] if answered else []
    )


def test_a_check_in_changes_nothing_in_what_the_reporter_gets(world: World) -> None:
    """Answered or not, and whatever is due: the same sizes, the same members."""
    _, receipt, prepared = closed(world)
    early = write(world, receipt, prepared)
    look = world.check(receipt)
    world.clock.move(days=30)
    counted = write(world, receipt, prepared)
    assert len(early.data) == len(counted.data) == len(look.data) == len(world.check(receipt).data) == 65_536
    assert set(json.loads(early.data)) == set(json.loads(counted.data)) == {"id", "acknowledgement"}
    assert [header for header, _ in early.headers] == [header for header, _ in counted.headers]


def test_a_retry_answers_a_check_in_once_and_what_staff_write_does_not(world: World) -> None:
    at, receipt, _ = closed(world)
    world.clock.move(days=30)
    at = officer(world, "m4", at.case)
    assert (
        at.desk.post(f"{at.path}/entries", at.seal("message", "reporter", {"text": "How are you?"})).status_code == 201
    )
    with world.service.database.read() as session:
        assert all(one.done is None for one in session.scalars(select(CheckIn)))
    assert {done for _, _, done in asked(world, receipt)} == {None}


def test_other_cases_of_a_mailbox_answer_nothing(world: World) -> None:
    _, receipt, _ = closed(world)
    world.clock.move(days=30)
    other = world.report(receipt)
    write(world, receipt, other)
    shown = {case["case"]: case["check_ins"] for case in page(world, receipt)["cases"]}
    assert shown.pop(other.case) == []
    ((protected),) = shown.values()
    assert {one["done"] for one in protected} == {None}
