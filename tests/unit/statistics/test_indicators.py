"""Each indicator by an example that was computed by hand, as docs/indicators.md defines it."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from reporting import errors
from reporting.cases.clocks import ClockState
from reporting.statistics import indicators as found
from reporting.statistics.indicators import INDICATORS, PROTECTION, REPORT, Facts
from reporting.statistics.periods import parse_period
from reporting.statistics.suppressing import Share

TODAY = datetime.date(2026, 7, 1)
DAY = datetime.timedelta(days=1)
RECEIVED = datetime.date(2026, 1, 5)
DUE = datetime.date(2026, 1, 12)


def case(*clocks: ClockState, kind: str = REPORT, **known: object) -> Facts:
    """A case that came in on 5 January."""
    return replace(Facts(kind, RECEIVED, "received", clocks), **known)  # type: ignore[arg-type]  # what a test names


def clock(name: str, done: datetime.date | None, due: datetime.date = DUE) -> ClockState:
    """One deadline."""
    return ClockState(name, due, done)


@pytest.mark.parametrize(
    ("name", "compute"),
    [("acknowledge", found.acknowledged), ("feedback", found.feedback), ("decision", found.decided_in_time)],
)
def test_in_time_is_up_to_the_last_day_among_those_whose_time_is_over(name: str, compute: found.Indicator) -> None:
    kept = [case(clock(name, DUE - day * DAY)) for day in range(15)]  # the last day among them
    late = [case(clock(name, DUE + DAY)), *[case(clock(name, None)) for _ in range(4)]]
    waiting = [case(clock(name, None, TODAY)), case(clock(name, None, TODAY + DAY))]
    other = [case(clock("review", None))]
    assert compute([*kept, *late, *waiting, *other], TODAY) == Share(20, 15, 75.0)


def test_the_risk_is_assessed_in_time_where_staff_looked() -> None:
    kept = [case(kind=PROTECTION, assess_by=DUE, assessed=DUE) for _ in range(5)]
    late = [case(kind=PROTECTION, assess_by=DUE) for _ in range(5)]
    never_looked = [case(kind=PROTECTION)]
    assert found.assessed([*kept, *late, *never_looked], TODAY) == Share(10, 5, 50.0)


def test_days_are_counted_from_the_day_of_the_report() -> None:
    days = [0, 10, 20, 30, 40, 50]
    cases = [case(status="closed", closed=RECEIVED + day * DAY, decided=RECEIVED + 2 * day * DAY) for day in days]
    assert (found.closed(cases, TODAY).of, found.closed(cases, TODAY).days) == (6, 25.0)
    assert found.decided(cases, TODAY).days == 50.0
    reopened = [replace(one, status="triage") for one in cases]
    assert (found.closed(reopened, TODAY).of, found.closed(reopened, TODAY).days) == (0, None)
    assert found.closed(cases[:4], TODAY).days is None


def test_follow_up_is_of_those_who_gave_no_identity() -> None:
    cases = [case(wrote_again=place < 6) for place in range(12)] + [case(named=True, wrote_again=True)] * 9
    assert found.followed_up(cases, TODAY) == Share(12, 6, 50.0)


def test_claims_come_to_one_outcome_each() -> None:
    kinds = {"granted": 7, "refused": 6, "partly": 5, "referred": 5}
    cases = [case(kind=PROTECTION, outcome=outcome) for outcome, count in kinds.items() for _ in range(count)]
    cases += [case(kind=PROTECTION, status="withdrawn")] * 4 + [case(kind=PROTECTION, status="closed")] * 3
    cases += [case(kind=PROTECTION, status="triage")] * 8
    table = found.outcomes(cases, TODAY)
    assert table.of == 38
    assert table.parts == {**kinds, "withdrawn": 7, "undecided": 8}


def test_measures_are_counted_by_state_and_check_ins_by_answer() -> None:
    one = case(kind=PROTECTION, measures=("planned",) * 5 + ("active",) * 6 + ("ended",) * 7 + ("refused",) * 8)
    assert found.measures_by_state([one], TODAY).parts == {"planned": 5, "active": 6, "ended": 7, "refused": 8}
    answered = ((TODAY + DAY, TODAY), (DUE, DUE), (DUE, DUE + 30 * DAY))
    missed, to_come = (TODAY - DAY, None), (TODAY, None)
    cases = [case(kind=PROTECTION, check_ins=(*answered, missed, to_come)) for _ in range(5)]
    assert found.check_ins(cases, TODAY) == Share(20, 15, 75.0)


def test_every_kind_of_channel_has_its_indicators_in_nothing_too() -> None:
    for names in INDICATORS.values():
        for compute in names.values():
            compute([], TODAY)


@pytest.mark.parametrize(
    ("first", "last"), [("2026-01-01", "2026-03-31"), ("2024-01-01", "2024-12-31"), ("2026-10-01", "2026-12-31")]
)
def test_quarters_and_years_are_periods(first: str, last: str) -> None:
    assert [day.isoformat() for day in parse_period(first, last)] == [first, last]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (None, None),
        ("2026-01-01", None),
        ("2026-01-01", "2026-03-30"),
        ("2026-01-02", "2026-04-01"),
        ("2026-02-01", "2026-04-30"),
        ("2026-04-01", "2027-03-31"),
        ("2026-01-01", "2026-06-30"),
        ("2026-03-31", "2026-01-01"),
        ("9999-10-01", "9999-12-31"),
        ("x", "y"),
    ],
)
def test_anything_else_is_none(first: str | None, last: str | None) -> None:
    with pytest.raises(errors.Unprocessable):
        parse_period(first, last)


@pytest.mark.parametrize(("day", "counted"), [(DUE, 15), (DUE + DAY, 20)])
def test_who_objects_in_time_is_not_counted_and_who_is_said_to_object_later_is_late(
    day: datetime.date, counted: int
) -> None:
    waived = [case(ClockState("acknowledge", DUE, day, waived=True))] * 5
    kept = [case(clock("acknowledge", DUE))] * 15
    assert found.acknowledged([*kept, *waived], TODAY) == Share(counted, 15, 100.0 * 15 / counted)
