"""A case as it stood at the end of a day: nothing that happened later is in it."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

from reporting import profiles
from reporting.cases import workflow
from reporting.statistics.indicators import PROTECTION, REPORT, Facts
from reporting.statistics.replaying import MEASURE, MET, STATUS, Event, stood

RECEIVED = datetime.date(2026, 1, 5)
END = datetime.date(2026, 6, 30)
PROFILE = profiles.load("eu", Path("/nowhere"))
GRANTED = ("triage", "assessing", "decided", "active", "ended", "closed")


def day(number: int) -> datetime.date:
    """So many days after the case came in."""
    return RECEIVED + datetime.timedelta(days=number)


def moved(*steps: tuple[str, int], outcome: str = "granted") -> list[Event]:
    """The case moved on, each step so many days after it came in."""
    before, found = "received", []
    for status, number in steps:
        details: dict[str, Any] = {"from": before, "to": status}
        found.append(Event(STATUS, day(number), details | ({"outcome": outcome} if status == "decided" else {})))
        before = status
    return found


def now(events: list[Event], kind: str = PROTECTION) -> Facts:
    """A case as it is stored after all of this."""
    state = workflow.start(kind, PROFILE, RECEIVED)
    for event in events:
        move = workflow.Move(event.details["to"], event.details.get("outcome"))
        state = workflow.after(kind, state, move, PROFILE, event.day)
    return Facts(kind, RECEIVED, state.status, state.clocks, state.outcome)


def test_what_was_done_by_then_counts_and_what_was_done_later_does_not() -> None:
    events = moved(*((status, 10 * place) for place, status in enumerate(GRANTED)))
    assert stood(now(events), events, (), PROFILE, END).status == "closed"
    for place, status in enumerate(GRANTED):
        found = stood(now(events), events, (), PROFILE, day(10 * place + 9))
        assert (found.status, found.clocks) == (status, now(events[: place + 1]).clocks)
        assert found.outcome == ("granted" if place >= 2 else None)
        assert found.decided == (day(20) if place >= 2 else None)
        assert found.closed == (day(50) if place >= 5 else None)
    again = [*events, Event(STATUS, day(300), {"from": "closed", "to": "appealed"})]
    assert stood(now(again), again, (), PROFILE, END) == stood(now(events), events, (), PROFILE, END)


def test_check_ins_of_a_case_that_was_taken_up_again_later_are_those_of_that_day() -> None:
    events = moved(*((status, place) for place, status in enumerate(GRANTED)))
    again = [*events, Event(STATUS, day(300), {"from": "closed", "to": "appealed"})]
    for told in (events, again):
        found = stood(now(told), told, [day(2), day(37), day(38)], PROFILE, END).check_ins
        assert len(found) == len(PROFILE.protection.check_in_months)
        assert [done for _due, done in found][:2] == [day(37), None]
    refused = moved(("triage", 0), ("assessing", 0), ("decided", 0), ("closed", 0), outcome="refused")
    assert stood(now(refused), refused, [day(37)], PROFILE, END).check_ins == ()


def test_measures_stand_as_they_stood_and_the_first_assessment_is_owed_from_the_receipt() -> None:
    def told(number: int, measure: str, state: str) -> Event:
        return Event(MEASURE, day(number), {"measure": measure, "state": state})

    events = [
        *moved(("triage", 0)),
        told(1, "a", "planned"),
        told(2, "b", "active"),
        told(3, "a", "active"),
        Event(MET, day(4), {"name": "interim"}),
        Event(MET, day(5), {"name": "assessment"}),
        Event(MET, day(90), {"name": "assessment"}),
        told(300, "b", "ended"),
        told(300, "c", "planned"),
    ]
    found = stood(now(events[:1]), events, (), PROFILE, END)
    assert found.measures == ("active", "active")
    assert found.assessed == day(5)
    assert found.assess_by is not None
    assert stood(now(events[:1]), events, (), PROFILE, day(4)).assessed is None


def test_of_a_case_whose_log_was_erased_only_days_after_the_period_are_left_out() -> None:
    events = moved(("acknowledged", 3), ("assessing", 5), ("feedback_given", 250), ("closed", 260))
    case = replace(now(events, REPORT), check_ins=((day(30), day(29)), (day(200), day(199))), assessed=day(250))
    found = stood(case, events[1:], (), PROFILE, END)
    assert [clock.done for clock in found.clocks] == [day(3), None]
    assert (found.closed, found.assessed) == (None, None)
    assert found.check_ins == ((day(30), day(29)), (day(200), None))
    assert stood(case, (), (), PROFILE, END).clocks == found.clocks
