"""What counts when: each deadline, closing and decision once, in the quarter in which it was settled."""

from __future__ import annotations

import datetime
from collections import Counter

import pytest

from reporting.cases.clocks import ACKNOWLEDGE, DECISION, ClockState
from reporting.statistics import figures, money, releases, showing
from reporting.statistics.figures import days_of, populations
from reporting.statistics.indicators import PROTECTION, REPORT, Facts
from reporting.statistics.money import Total, is_dominated, total
from reporting.statistics.periods import Period
from reporting.statistics.tables import Dimension, Population, add_up

DAY = datetime.date
FIRST, SECOND = days_of("2026-Q1"), days_of("2026-Q2")


def case(**known: object) -> Facts:
    """A report received in January."""
    return Facts(**{"kind": REPORT, "received": DAY(2026, 1, 10), "status": "received", "clocks": (), **known})  # type: ignore[arg-type]  # each by its own type


def counted(population: str, *cases: Facts, quarter: Period = FIRST) -> list[figures.Record]:
    return list(figures._FROM_CASES[population](cases, quarter))


def test_periods_have_their_first_and_last_days() -> None:
    assert [days_of(f"2024-Q{number}") for number in range(1, 5)] == [
        (DAY(2024, 1, 1), DAY(2024, 3, 31)),
        (DAY(2024, 4, 1), DAY(2024, 6, 30)),
        (DAY(2024, 7, 1), DAY(2024, 9, 30)),
        (DAY(2024, 10, 1), DAY(2024, 12, 31)),
    ]
    assert days_of("2024") == (DAY(2024, 1, 1), DAY(2024, 12, 31))
    assert days_of("2023") == (DAY(2023, 1, 1), DAY(2023, 12, 31))
    assert releases.quarter_at(DAY(2026, 11, 27)) == "2026-Q4"
    following = releases.quarters_from("2026-Q3")
    assert [next(following) for _ in range(3)] == ["2026-Q3", "2026-Q4", "2027-Q1"]


@pytest.mark.parametrize(
    ("due", "done", "quarter", "found"),
    [
        (DAY(2026, 3, 31), DAY(2026, 3, 31), FIRST, "in-time"),
        (DAY(2026, 4, 2), DAY(2026, 3, 31), FIRST, "in-time"),
        (DAY(2026, 3, 31), None, FIRST, None),
        (DAY(2026, 3, 31), None, SECOND, "late"),
        (DAY(2026, 3, 31), DAY(2026, 4, 1), SECOND, "late"),
        (DAY(2026, 3, 30), DAY(2026, 9, 1), FIRST, "late"),
        (DAY(2026, 4, 2), DAY(2026, 3, 31), SECOND, None),
        (DAY(9999, 12, 31), None, SECOND, None),
    ],
)
def test_a_deadline_counts_once_when_it_is_settled(
    due: datetime.date, done: datetime.date | None, quarter: Period, found: str | None
) -> None:
    one = case(clocks=(ClockState(ACKNOWLEDGE, due, done),))
    assert [record["timeliness"] for record in counted("acknowledged", one, quarter=quarter)] == (
        [found] if found else []
    )
    assert counted("feedback", one, quarter=quarter) == []


def test_a_report_has_no_decision_on_protection() -> None:
    clock = (ClockState(DECISION, DAY(2026, 2, 1), DAY(2026, 2, 1)),)
    assert counted("decisions", case(clocks=clock)) == []
    claim = case(kind=PROTECTION, clocks=clock, outcome="granted", decided=DAY(2026, 2, 1))
    assert counted("decisions", claim) == [{"timeliness": "in-time"}]
    assert counted("claims", claim) == [{"decision": "granted"}]
    assert counted("claims", claim, quarter=SECOND) == []
    assert counted("received", claim, case()) == [{"kind": PROTECTION}, {"kind": REPORT}]


@pytest.mark.parametrize(
    ("days", "band"), [(0, "to-30-days"), (30, "to-30-days"), (31, "to-90-days"), (400, "above-365-days")]
)
def test_closing_counts_by_how_long_it_took(days: int, band: str) -> None:
    closed = DAY(2026, 1, 10) + datetime.timedelta(days=days)
    span = days_of(releases.quarter_at(closed))
    one = case(status="closed", closed=closed)
    assert counted("closed", one, quarter=span) == [{"duration": band, "follow-up": "did-not"}]
    again = case(status="closed", closed=closed, wrote_again=True)
    assert counted("closed", again, quarter=span) == [{"duration": band, "follow-up": "wrote-again"}]
    named = case(status="closed", closed=closed, wrote_again=True, named=True)
    assert counted("closed", named, quarter=span) == [{"duration": band, "follow-up": "named"}]
    assert counted("closed", case(status="assessing", closed=closed), quarter=span) == []


def test_check_ins_count_when_answered_or_when_their_day_is_past() -> None:
    asked = ((DAY(2026, 2, 1), DAY(2026, 1, 30)), (DAY(2026, 3, 31), None), (DAY(2026, 3, 1), None))
    one = case(check_ins=asked)
    assert Counter(record["answer"] for record in counted("check-ins", one)) == {"answered": 1, "unanswered": 1}
    assert Counter(record["answer"] for record in counted("check-ins", one, quarter=SECOND)) == {"unanswered": 1}


def test_every_population_is_counted_and_adds_up() -> None:
    for population in populations({"FR-75", "FR", "DE-BE", "country:FR"}):
        record = {one.name: one.codes[0] for one in population.dimensions}
        last = {one.name: one.codes[-1] for one in population.dimensions}
        counts = population.count("2026-Q1", [record, record, last])
        for whole, parts in population.relations("2026-Q1"):
            assert counts[whole] == sum(counts[part] for part in parts)
        assert max(counts.values()) == 3
        year = add_up(population, "2026", {"2026-Q1": counts})
        assert sorted(year.values()) == sorted(counts.values())


def test_coarse_codes_count_what_stands_below_them() -> None:
    dimension = Dimension("offence", ("a1", "a2", "b"), {"a1": "a", "a2": "a", "a": "all"})
    assert dimension.nodes() == ("a1", "a2", "b", "a", "all")
    population = Population("x", (dimension,), (("offence",),))
    counts = population.count("2026-Q1", [{"offence": code} for code in ("a1", "a2", "b")])
    assert {cell.at[0][1] if cell.at else "": value for cell, value in counts.items()} == {
        "": 3,
        "a1": 1,
        "a2": 1,
        "b": 1,
        "a": 2,
        "all": 2,
    }


def bands(**counts: int) -> dict[str, int]:
    """Cases by band, none where nothing is said."""
    return {name: counts.get(name.replace("-", "_"), 0) for name in money.EDGES}


def test_a_total_of_money_that_few_make_up_is_hidden() -> None:
    assert total(bands(to_10k=20), 10) == Total(20_000, 200_000, 20)
    shown = {"to-10k": 20, "to-100k": 15}  # the other bands are hidden
    assert total(shown, 10) == Total(170_000, 1_700_000, 35)
    assert total({}, 10) is None
    assert total(bands(to_10k=9), 10) is None
    assert is_dominated(bands(to_10k=20, to_1m=2))
    assert not is_dominated(bands(to_10k=20, to_1m=20))
    assert total(bands(to_10k=20, above_10m=1), 10) is None
    assert is_dominated(bands(above_10m=30))


def test_bars_are_as_long_as_their_numbers_and_say_so() -> None:
    rows = [showing.Row("A name that takes more than one line on a telephone", 40, None), showing.Row("B", 10, None)]
    chart = showing.chart(rows, "en")
    assert chart is not None
    assert [bar.percent for bar in chart.bars] == [100, 25]
    assert [len(bar.lines) for bar in chart.bars] == [2, 1]
    assert chart.described.endswith("B: 10")
    assert chart.bars[0].top < chart.bars[1].lines[0][1] < chart.height
    assert showing.chart(rows[:1], "en") is None
    assert showing.chart([showing.Row("A", 0, None)] * 2, "en") is None
    assert showing.period_name("2026-Q4", "en") == "4th quarter 2026"
    assert showing.code_name("region", "FR-75", "en") == "France, 75"
    assert showing.code_name("offence", "iccs:0703", "en") == "Corruption (ICCS 0703)"
