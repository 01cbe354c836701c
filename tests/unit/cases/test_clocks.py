"""Deadlines: the Directive's two feedback cases, months that clamp, profiles as data."""

from __future__ import annotations

import datetime

from reporting import profiles
from reporting.cases import clocks
from reporting.cases.clocks import start_clocks

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
