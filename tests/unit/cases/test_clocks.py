"""Deadlines: the Directive's two feedback cases, months that clamp, profiles as data."""

from __future__ import annotations

import datetime

import pytest

from reporting import errors, profiles
from reporting.cases import clocks, workflow
from reporting.cases.clocks import ClockState, start_clocks
from reporting.cases.workflow import State, advance

EU = profiles.load("eu")
RECEIVED = datetime.date(2026, 11, 23)


def due(found: clocks.Clocks) -> dict[str, datetime.date]:
    """The last day of each clock."""
    return {clock.name: clock.due for clock in found}


def test_without_an_acknowledgement_feedback_runs_from_the_end_of_the_seven_days() -> None:
    assert due(start_clocks(EU, RECEIVED)) == {
        "acknowledge": datetime.date(2026, 11, 30),
        "feedback": datetime.date(2027, 2, 28),
    }


def test_feedback_runs_from_the_acknowledgement() -> None:
    found = clocks.acknowledge(start_clocks(EU, RECEIVED), EU, datetime.date(2026, 11, 25))
    assert due(found)["feedback"] == datetime.date(2027, 2, 25)
    assert found[0].done == datetime.date(2026, 11, 25)


def test_a_late_acknowledgement_gains_no_time() -> None:
    found = clocks.acknowledge(start_clocks(EU, RECEIVED), EU, datetime.date(2027, 1, 15))
    assert due(found)["feedback"] == datetime.date(2027, 2, 28)


def test_clocks_survive_storing() -> None:
    found = clocks.acknowledge(start_clocks(EU, RECEIVED), EU, RECEIVED)
    assert clocks.decode(clocks.encode(found)) == found


def test_the_nearest_open_deadline_comes_next() -> None:
    started = start_clocks(EU, RECEIVED)
    assert clocks.next_due(started) == datetime.date(2026, 11, 30)
    assert clocks.next_due(clocks.finish(started, ("acknowledge",), RECEIVED)) == datetime.date(2027, 2, 28)
    assert clocks.next_due(clocks.finish(started, clocks.CLOCK_NAMES, RECEIVED)) == clocks.NO_DUE_DAY


def test_every_status_is_reached_and_the_table_names_no_other() -> None:
    reached = {after for _, after in workflow.TRANSITIONS} | {workflow.RECEIVED}
    assert reached == set(workflow.STATUSES)
    assert {before for before, _ in workflow.TRANSITIONS} == set(workflow.STATUSES) - {workflow.CLOSED}


@pytest.mark.parametrize("before", workflow.STATUSES)
@pytest.mark.parametrize("after", workflow.STATUSES)
def test_only_what_the_table_says_may_follow(before: str, after: str) -> None:
    state = State(before, start_clocks(EU, RECEIVED))
    if (before, after) in workflow.TRANSITIONS:
        assert advance(state, after, EU, RECEIVED).status == after
    else:
        with pytest.raises(errors.WrongTransition) as raised:
            advance(state, after, EU, RECEIVED)
        assert raised.value.members["allowed"] == workflow.allowed_from(before)


def test_closing_ends_every_clock_and_keeps_what_was_met() -> None:
    acknowledged = State(
        workflow.ACKNOWLEDGED, (ClockState("acknowledge", RECEIVED, RECEIVED), ClockState("feedback", RECEIVED))
    )
    closed = advance(acknowledged, workflow.CLOSED, EU, datetime.date(2027, 1, 1))
    assert [clock.done for clock in closed.clocks] == [RECEIVED, datetime.date(2027, 1, 1)]
