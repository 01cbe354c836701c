"""Deadlines: the Directive's two feedback cases, months that clamp, profiles as data."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.cases import clocks
from reporting.cases.clocks import add_months, load_profile, profile_names, start_clocks

EU = load_profile("eu")
RECEIVED = datetime.date(2026, 11, 23)


def due(found: clocks.Clocks) -> dict[str, datetime.date]:
    """The last day of each clock."""
    return {clock.name: clock.due for clock in found}


def test_the_generic_and_the_european_profile_are_here() -> None:
    assert {"generic", "eu"} <= profile_names()
    assert load_profile("gone") == load_profile("generic")


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


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-10-31", 1, "2026-11-30"),
        ("2026-01-15", 12, "2027-01-15"),
    ],
)
def test_months_clamp_to_the_last_day(day: str, months: int, expected: str) -> None:
    assert add_months(datetime.date.fromisoformat(day), months) == datetime.date.fromisoformat(expected)


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)), st.integers(0, 48))
def test_a_month_later_is_in_the_next_month(day: datetime.date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


def test_clocks_survive_storing() -> None:
    found = clocks.acknowledge(start_clocks(EU, RECEIVED), EU, RECEIVED)
    assert clocks.decode(clocks.encode(found)) == found


def test_the_nearest_open_deadline_comes_next() -> None:
    started = start_clocks(EU, RECEIVED)
    assert clocks.next_due(started) == datetime.date(2026, 11, 30)
    assert clocks.next_due(clocks.finish(started, ("acknowledge",), RECEIVED)) == datetime.date(2027, 2, 28)
    assert clocks.next_due(clocks.finish(started, clocks.CLOCK_NAMES, RECEIVED)) == clocks.NO_DUE_DAY
