"""Which regions are named: no single case decides that, nor what is hidden beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.statistics import disclosing
from reporting.statistics.drawing import Ratio, drawn
from reporting.statistics.figures import populations
from reporting.statistics.regions import ELSEWHERE, LEAST, NOT_SAID, named_regions, under_names
from reporting.statistics.releases import Draft, draft
from reporting.statistics.tasks import Decision, Rule, Task

QUARTER = "2026-Q1"
MANY = {"DE-BE": 60, "DE-HH": 30, "FR-75": 60, NOT_SAID: 30}
CODES = st.sampled_from(["DE", "DE-BE", "DE-HH", "FR-75", "FR-13", "ES-MD", NOT_SAID])


def still(_ratio: Ratio) -> int:
    """No noise."""
    return 0


def triaged(regions: Mapping[str, int]) -> dict[str, list[Mapping[str, str]]]:
    """Cases that are alike but for their regions."""
    found: dict[str, list[Mapping[str, str]]] = {one.id: [] for one in populations()}
    (population,) = (one for one in populations() if one.id == "triaged")
    same = {one.name: one.codes[0] for one in population.dimensions}
    found["triaged"] = [{**same, "region": code} for code, count in regions.items() for _ in range(count)]
    return found


def regions_of(found: Draft, *, shown: bool) -> set[tuple[str, ...]]:
    cells = found.shown if shown else found.values.keys()
    return {tuple(code for _name, code in cell.at) for cell in cells if "region" in dict(cell.at)}


def named(regions: Mapping[str, int], before: set[str] | None = None) -> frozenset[str]:
    return named_regions(triaged(regions).values(), before or set(), still)


def test_a_region_and_a_country_are_named_from_a_count_on_that_no_single_case_reaches() -> None:
    assert named({"DE-BE": LEAST, "DE-HH": LEAST - 1}) == {"DE", "DE-BE"}
    assert named({"DE-BE": LEAST - 1, "DE": 1}) == {"DE"}
    assert named({"DE-BE": LEAST - 1, NOT_SAID: 100}) == set()
    # What was named earlier in the year stays named, and so does its country; of a table's other codes nothing does.
    assert named({"FR-75": 1}, {"FR-75", "country:DE", ELSEWHERE, NOT_SAID}) == {"FR", "FR-75"}


def test_a_single_case_names_a_region_hardly_ever() -> None:
    records = triaged({"ES-MD": 1}).values()
    often = sum(bool(named_regions(records, set(), drawn)) for _ in range(4_000))
    assert often < 20  # three or four are expected


@given(st.lists(CODES, max_size=60), st.sets(CODES))
def test_every_record_is_counted_once_under_a_name_that_is_listed(codes: list[str], names: set[str]) -> None:
    chosen = named_regions([[{"region": code} for code in codes]], names, still)
    told = [one["region"] for one in under_names([{"region": code} for code in codes], chosen)]
    assert len(told) == len(codes)
    assert set(told) <= chosen | {ELSEWHERE, NOT_SAID}
    assert Counter(told)[NOT_SAID] == Counter(codes)[NOT_SAID]
    assert all(name == code or name in (code[:2], ELSEWHERE) for name, code in zip(told, codes, strict=True))


@pytest.mark.parametrize("further", ["DE-BY", "DE", "ES-MD"])
def test_neither_the_list_nor_what_is_hidden_tells_of_a_case_in_a_region_that_nobody_else_named(further: str) -> None:
    """The bug: a region of one case made a cell of its own, beside which another had to be hidden."""
    (without,) = draft(QUARTER, triaged(MANY), [], still)
    (with_it,) = draft(QUARTER, triaged({**MANY, further: 1}), [], still)
    assert regions_of(with_it, shown=False) == regions_of(without, shown=False)
    assert regions_of(with_it, shown=True) == regions_of(without, shown=True)
    assert ("country:DE",) in regions_of(without, shown=True)


def test_that_a_region_was_not_named_yet_is_known_to_whoever_does_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bug: its cells of earlier quarters counted as hidden, as if somebody could doubt that they are nought."""
    tasks: list[Task] = []
    decide = disclosing.disclose

    def noted(task: Task, rule: Rule) -> Decision:
        tasks.append(task)
        return decide(task, rule)

    monkeypatch.setattr(disclosing, "disclose", noted)
    before: list[Draft] = []
    for number, regions in enumerate((MANY, MANY, {**MANY, "ES-MD": 20}, MANY), 1):
        before += draft(f"2026-Q{number}", triaged(regions), before, still)[:1]
    (year,) = (task for task in tasks if task.population.id == "triaged" and len(task.values) > len(task.new))
    found = {code: {cell.period for cell in year.shown if cell.at == (("region", code),)} for code in ("ES-MD", "ES")}
    assert all(periods >= {"2026-Q1", "2026-Q2"} for periods in found.values())
    assert "2026-Q3" not in found["ES"]
    assert not any(year.values[cell] for cell in year.shown if cell.at == (("region", "ES"),))
