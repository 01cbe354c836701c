"""Disclosure control, attacked: tables made up at random, published one release after the other; nobody finds out.

The attacker is written apart from the product and uses another solver's interface (scipy): it reads what was published
and makes up lists of records, one unknown for every way in which a record could be classified, that give just that.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import (  # type: ignore[import-untyped]  # scipy ships no types
    Bounds,
    LinearConstraint,
    linprog,
    milp,
)

from reporting.statistics.auditing import Known, breaches
from reporting.statistics.disclosing import disclose
from reporting.statistics.tables import Cell, Dimension, Population, Relation, add_up, yearly
from reporting.statistics.tasks import Rule, Task

RULE = Rule()
K = RULE.k
YEAR = "2026"
QUARTERS = tuple(f"{YEAR}-Q{number}" for number in range(1, 5))


@dataclass
class Published:
    """What readers have: numbers, which cells are hidden, and of which periods nothing is told; and the truth apart."""

    population: Population
    shown: dict[Cell, int] = field(default_factory=dict)
    hidden: set[Cell] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)
    truth: dict[Cell, int] = field(default_factory=dict)

    def release(self, cells: Mapping[Cell, int], relations: Sequence[Relation], *, whole: bool) -> None:
        """Publish new cells; ``whole``: what was published before hangs together with them."""
        old = self.truth if whole else {}
        task = Task(
            self.population,
            {**old, **cells},
            relations,
            tuple(cells),
            frozenset(self.shown) & frozenset(old),
            frozenset(self.withheld),
        )
        made = disclose(task, RULE)
        self.truth |= cells
        self.shown |= {cell: cells[cell] for cell in made.shown}
        self.hidden |= set(cells) - made.shown
        self.withheld |= made.withheld

    def small(self) -> list[Cell]:
        """The hidden cells that nobody may find."""
        told = {cell for cell, value in self.shown.items() if self.population.zeros and not value}
        return [
            cell
            for cell in sorted(self.hidden)
            if self.truth[cell] < K and cell._replace(period=YEAR) not in told  # nobody in the year, so nor before
        ]

    def floor(self, cell: Cell) -> int:
        """The least that readers know of a hidden cell by its being hidden."""
        return int(self.population.zeros and cell.period not in self.withheld)


def publish(population: Population, quarters: Sequence[Sequence[Mapping[str, str]]]) -> Published:
    """Four quarters, one after the other, the year with the last."""
    found = Published(population)
    counts = {}
    for period, records in zip(QUARTERS, quarters, strict=True):
        counts[period] = population.count(period, records)
        if period != QUARTERS[-1]:
            found.release(counts[period], population.relations(period), whole=False)
    relations = [one for period in (*QUARTERS, YEAR) for one in population.relations(period)]
    relations += yearly(population, YEAR, QUARTERS)
    found.release({**counts[QUARTERS[-1]], **add_up(population, YEAR, counts)}, relations, whole=True)
    return found


def naively(population: Population, quarters: Sequence[Sequence[Mapping[str, str]]]) -> Published:
    """The same, hiding small cells and nothing else."""
    found = Published(population)
    counts = {period: population.count(period, records) for period, records in zip(QUARTERS, quarters, strict=True)}
    for cells in (*counts.values(), add_up(population, YEAR, counts)):
        found.truth |= cells
        hidden = {cell for cell, value in cells.items() if found.floor(cell) <= value < K}
        found.hidden |= hidden
        found.shown |= {cell: value for cell, value in cells.items() if cell not in hidden}
    return found


class Attacker:
    """Whoever reads all of it, and has time."""

    def __init__(self, published: Published) -> None:
        self._published = published
        names = [one.name for one in published.population.dimensions]
        codes = [one.codes for one in published.population.dimensions]
        self._ways = [
            (quarter, dict(zip(names, chosen, strict=True))) for quarter in QUARTERS for chosen in product(*codes)
        ]
        self._told = np.array([self._row(cell) for cell in published.shown] or [[0.0] * len(self._ways)])
        self._values = np.array(list(published.shown.values()) or [0], dtype=float)
        hidden = [cell for cell in published.hidden if published.floor(cell)]
        self._least = -np.array([self._row(cell) for cell in hidden] or [[0.0] * len(self._ways)])
        self._floors = -np.array([float(published.floor(cell)) for cell in hidden] or [0.0])

    def _row(self, cell: Cell) -> list[float]:
        """Which ways of classifying count towards a cell."""
        found: list[float] = []
        for quarter, codes in self._ways:
            inside = cell.period in (quarter, YEAR)
            for name, code in cell.at:
                dimension = self._published.population.dimension(name)
                own = codes[name]
                while own != code and own in dimension.parents:
                    own = dimension.parents[own]
                inside = inside and own == code
            found.append(float(inside))
        return found

    def interval(self, cell: Cell) -> tuple[float, float]:
        """The least and greatest value of a cell that fits everything; infinite where nothing bounds it."""
        row = np.array(self._row(cell))
        ends: list[float] = []
        for sign in (1, -1):
            found = linprog(sign * row, self._least, self._floors, self._told, self._values, method="highs")
            ends.append(-sign * np.inf if found.status == 3 else sign * found.fun)
            assert found.status in (0, 3), found.message
        return ends[0], ends[1]

    def stated(self, cell: Cell) -> float:
        """The least that a cell can be by what hiding itself says: where noughts are shown, no hidden one is any."""
        found = linprog(np.array(self._row(cell)), self._least, self._floors, method="highs")
        return float(found.fun)

    def fits(self, cell: Cell, value: int) -> bool:
        """Whether there is a list of records, in whole numbers, in which the cell has this value."""
        told = [
            LinearConstraint(self._told, self._values, self._values),
            LinearConstraint(self._least, -np.inf, self._floors),
            LinearConstraint(np.array([self._row(cell)]), value, value),
        ]
        size = len(self._ways)
        found = milp(np.zeros(size), constraints=told, integrality=np.ones(size), bounds=Bounds(0, 10_000))
        return bool(found.success)


def told_too_much(published: Published, *, integers: bool = False) -> Iterator[tuple[Cell, float, float]]:
    """The small cells for which the attacker can exclude one of the small numbers."""
    attacker = Attacker(published)
    for cell in published.small():
        least, most = attacker.interval(cell)
        floor = round(attacker.stated(cell))
        found = least > floor + 1e-6 or most < K - 1 - 1e-6
        if found or (integers and not (attacker.fits(cell, floor) and attacker.fits(cell, K - 1))):
            yield cell, least, most


OFFENCES = Dimension("offence", ("a1", "a2", "b1", "b2"), {"a1": "a", "a2": "a", "b1": "b", "b2": "b"})
OUTCOMES = Dimension("outcome", ("closed", "tried", "open"))
REGIONS = Dimension("region", ("north", "south"))
POPULATIONS = {
    "parts": Population("closed", (OUTCOMES,), (("outcome",),)),
    "parts with noughts": Population("settled", (OUTCOMES,), (("outcome",),), zeros=True),
    "chapters": Population("closed", (OFFENCES,), (("offence",),)),
    "linked": Population("closed", (OFFENCES, REGIONS), (("offence",), ("region",))),
    "crossed": Population("closed", (OFFENCES, OUTCOMES), (("offence", "outcome"),)),
    "crossed and linked": Population(
        "closed", (OUTCOMES, REGIONS, OFFENCES), (("outcome", "region"), ("offence",)), zeros=True
    ),
}


@st.composite
def years(draw: st.DrawFn) -> tuple[str, list[list[dict[str, str]]]]:
    """A kind of tables, and four quarters of records: few or many, evenly spread or not."""
    name = draw(st.sampled_from(sorted(POPULATIONS)))
    chance = random.Random(draw(st.integers(0, 2**32)))
    sizes = draw(st.lists(st.sampled_from([0, 3, 9, 10, 14, 25, 40, 80, 200]), min_size=4, max_size=4))
    slope = draw(st.sampled_from([0.2, 0.6, 1.2]))

    def code(dimension: Dimension) -> str:
        return dimension.codes[min(int(chance.expovariate(slope)), len(dimension.codes) - 1)]

    dimensions = POPULATIONS[name].dimensions
    return name, [[{one.name: code(one) for one in dimensions} for _ in range(size)] for size in sizes]


@settings(max_examples=30, deadline=None)
@given(years())
def test_no_small_number_is_found_in_a_year_of_releases(year: tuple[str, list[list[dict[str, str]]]]) -> None:
    published = publish(POPULATIONS[year[0]], year[1])
    assert list(told_too_much(published)) == []
    assert not any(value < K for cell, value in published.shown.items() if published.floor(cell) <= value)


@settings(max_examples=6, deadline=None)
@given(years())
def test_nor_by_whoever_reckons_in_whole_numbers(year: tuple[str, list[list[dict[str, str]]]]) -> None:
    assert list(told_too_much(publish(POPULATIONS[year[0]], year[1]), integers=True)) == []


def spread(**counts: int) -> list[dict[str, str]]:
    """Records by outcome."""
    return [{"outcome": outcome} for outcome, count in counts.items() for _ in range(count)]


EVEN = spread(closed=20, tried=15, open=12)


@pytest.mark.parametrize(
    "quarters",
    [
        [spread(closed=20, tried=15, open=3), EVEN, EVEN, EVEN],  # the rest of a row
        [EVEN, EVEN, EVEN, spread(closed=20, tried=4, open=12)],  # the year less the other quarters
        [EVEN, spread(closed=9, tried=9, open=40), EVEN, EVEN],  # as many as two small numbers can be
    ],
)
def test_the_attack_succeeds_where_only_small_numbers_are_hidden(quarters: list[list[dict[str, str]]]) -> None:
    for name in ("parts", "parts with noughts"):
        assert list(told_too_much(naively(POPULATIONS[name], quarters))) != [] or quarters[1] is not EVEN
        assert list(told_too_much(publish(POPULATIONS[name], quarters))) == []


def test_whoever_knows_which_cells_are_small_learns_no_more_than_about_how_much() -> None:
    population = POPULATIONS["parts"]
    cells = population.count(QUARTERS[0], spread(closed=9, tried=9, open=40))
    known = Known(cells, population.relations(QUARTERS[0]), dict.fromkeys(cells, 0))
    small = [cell for cell, value in cells.items() if value < K]
    found = list(breaches(known, small, RULE))
    assert {one.knows for one in found} == {True}
    assert len(disclose(Task(population, cells, known.relations, tuple(cells)), RULE).shown) == 1


def test_what_is_large_is_shown() -> None:
    published = publish(POPULATIONS["parts"], [EVEN] * 4)
    assert published.hidden == set()
    few = publish(POPULATIONS["parts"], [spread(closed=3, tried=1, open=2)] * 4)
    assert [cell for cell in few.shown if not cell.at] == [Cell(YEAR, "closed")]  # 24 in the year; 6 a quarter
    assert few.withheld == set(QUARTERS)


def test_a_nought_is_shown_where_it_tells_of_nobody() -> None:
    late = publish(POPULATIONS["parts with noughts"], [spread(closed=30)] * 4)
    assert late.hidden == set()
    assert late.shown[Cell(QUARTERS[0], "settled", (("outcome", "open"),))] == 0
    hidden = publish(POPULATIONS["parts"], [spread(closed=30)] * 4)
    assert {cell.at for cell in hidden.shown} == {()}


def test_a_nought_does_not_silence_the_year_of_a_small_office() -> None:
    found = publish(POPULATIONS["parts with noughts"], [spread(closed=count) for count in (5, 7, 8, 9)])
    assert found.withheld == set(QUARTERS)
    assert {cell.at: value for cell, value in found.shown.items()} == {
        (): 29,
        (("outcome", "closed"),): 29,
        (("outcome", "tried"),): 0,
        (("outcome", "open"),): 0,
    }
    assert list(told_too_much(found)) == []


def test_tables_in_a_ring_are_refused() -> None:
    with pytest.raises(ValueError, match="ring"):
        Population(
            "x", (OFFENCES, OUTCOMES, REGIONS), (("offence", "outcome"), ("outcome", "region"), ("offence", "region"))
        )
