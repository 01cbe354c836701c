"""Blurred numbers: they add up, are as noisy as is said, and tell nobody of a case that they were shut out of."""

from __future__ import annotations

import math
import random
from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.statistics.blurring import blur
from reporting.statistics.drawing import NARROW, WIDE, Draw, Ratio, drawn
from reporting.statistics.figures import populations
from reporting.statistics.releases import draft
from reporting.statistics.tables import Cell, Dimension, Population

QUARTER = "2026-Q1"
KINDS = Population("received", (Dimension("kind", ("report", "claim")),), (("kind",),), zeros=True)
DEADLINES = Population(
    "feedback", (Dimension("timeliness", ("in-time", "late")),), (("timeliness",),), zeros=True, watched="late"
)


def seeded(seed: int) -> Draw:
    """The same noise each time."""
    chance = random.Random(seed)
    return lambda ratio: drawn(ratio, chance.randrange)


def quiet(_ratio: Ratio) -> int:
    """No noise."""
    return 0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0, 1, 12, 60, 300]))
def test_blurred_numbers_are_whole_not_negative_and_add_up(seed: int, size: int) -> None:
    chance = random.Random(seed)
    for population in populations({"FR-75", "FR-13", "DE", "country:FR", "country:DE"}):
        records = [{one.name: chance.choice(one.codes) for one in population.dimensions} for _ in range(size)]
        counts = population.count(QUARTER, records)
        assert blur(population, QUARTER, counts, quiet) == counts
        found = blur(population, QUARTER, counts, seeded(seed))
        assert found.keys() == counts.keys()
        assert min(found.values()) >= 0
        for whole, parts in population.relations(QUARTER):
            assert found[whole] == sum(found[part] for part in parts)
        if not population.zeros:
            fine = {code for one in population.dimensions for code in one.codes}
            assert not [
                cell
                for cell, count in counts.items()
                if cell.at and not count and found[cell] and all(code in fine for _, code in cell.at)
            ]


def test_the_noise_is_as_likely_as_is_said() -> None:
    for ratio in (WIDE, NARROW):
        draw, size = seeded(56), 20_000
        found = Counter(draw(ratio) for _ in range(size))
        part = ratio.numerator / ratio.denominator
        expected = {at: size * (1 - part) / (1 + part) * part ** abs(at) for at in range(-30, 31)}
        terms = [(found[at] - wanted) ** 2 / wanted for at, wanted in expected.items() if wanted > 10]
        assert sum(terms) < len(terms) + 5 * math.sqrt(2 * len(terms))  # chi-square, five deviations
    assert {drawn(WIDE) for _ in range(300)} > {-1, 0, 1}


def chance_of(noise: int, ratio: Ratio) -> float:
    """How likely a draw is, by the formula."""
    part = ratio.numerator / ratio.denominator
    return (1 - part) / (1 + part) * part ** abs(noise)


def outcomes(population: Population, code: str, count: int) -> dict[int, float]:
    """How likely each total is where so many cases have a code: by every noise that is not very rare."""
    (dimension,) = population.dimensions
    counts = population.count(QUARTER, [{dimension.name: code}] * count)
    drawing = [(WIDE, range(-12, 13)), (NARROW, range(-4, 5)) if population.watched else (WIDE, range(-12, 13))]
    found: dict[int, float] = {}
    for noise in product(*(wanted for _ratio, wanted in drawing)):
        left = [0, *reversed(noise)]  # claims, of which the case is none, are measured last
        made = blur(population, QUARTER, counts, lambda _ratio, left=left: left.pop())  # type: ignore[misc]  # bound now
        total = made[Cell(QUARTER, population.id)]
        likely = math.prod(chance_of(one, ratio) for one, (ratio, _wanted) in zip(noise, drawing, strict=True))
        found[total] = found.get(total, 0) + likely
    return found


@pytest.mark.parametrize(
    ("population", "code", "most"),
    [
        (KINDS, "report", 2 * math.log(8 / 5)),
        (DEADLINES, "in-time", math.log(8 / 5)),
        (DEADLINES, "late", math.log(8 / 5) + math.log(8)),
    ],
)
def test_nobody_who_was_shut_out_can_tell_it_from_a_release(population: Population, code: str, most: float) -> None:
    without, with_it = (outcomes(population, code, count) for count in (12, 13))
    for one, other in ((without, with_it), (with_it, without)):
        often = {total: likely for total, likely in one.items() if likely > 0.01}
        assert len(often) >= 5
        for total, likely in often.items():
            assert likely < 1.1 * math.exp(most) * other.get(total, 0), (population.id, code, total)


def test_a_year_is_the_sum_of_blurred_quarters_and_is_not_blurred_again() -> None:
    records = {one.id: [{each.name: each.codes[0] for each in one.dimensions}] * 40 for one in populations()}
    made = [draft(f"2026-Q{number}", records, [], seeded(number))[0] for number in (1, 2, 3)]
    last, year = draft("2026-Q4", records, made, seeded(4))
    quarters = [*made, last]
    total = Cell("2026", "received")
    assert year.values[total] == sum(one.values[total._replace(period=one.period)] for one in quarters)
    assert len({one.values[total._replace(period=one.period)] for one in quarters}) > 1, "noise there is"
    (plain,) = draft("2026-Q1", records, [], quiet)
    assert plain.values[total._replace(period="2026-Q1")] == 40
