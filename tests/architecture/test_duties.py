"""``docs/paragraph-56.md``: the rows of the table that the product tells itself, each with tests that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from reporting.administration.duties import DUTIES
from reporting.administration.duty_states import NEEDS
from tests.architecture.rules import ROOT

PAGE = (ROOT / "docs" / "paragraph-56.md").read_text(encoding="utf-8")
#: What the issue names: paragraphs, articles and clauses that must each have a row.
WANTED = (
    *("A/RES/76/181 56", "A/RES/76/181 33", "UNCAC 32", "UNCAC 33"),
    *(f"Directive (EU) 2019/1937 {article}" for article in (5, 6, 9, 11, 16, 18, 19, 20, 21, 22)),
    *(f"ISO 37002:2021 8.{clause}" for clause in (2, 3, 4, 5)),
)
_NAMED = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Row:
    """A row of the page; ``shown`` is what shows it."""

    id: str
    asks: str
    does: str
    shown: str
    gap: str


def rows(page: str) -> list[Row]:
    """The rows of the table of duties."""
    _, _, table = page.partition("| duty | asks |")
    lines = [line for line in table.split("\n\n")[0].splitlines()[2:] if line.startswith("| ")]
    return [Row(*(cell.strip() for cell in line.strip("|").split(" | "))) for line in lines]


def missing(row: Row) -> Iterator[str]:
    """What a row names and is not there; a row that names no test lacks one."""
    text = ""
    named = _NAMED.findall(row.shown)
    if not named:
        yield "a test"
    for name in named:
        if "/" not in name:
            if not re.search(rf"^\s*def {name}\(", text, re.MULTILINE):
                yield name
            continue
        path = ROOT / name
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if not name.startswith("tests/") or not path.is_file():
            yield name


def test_the_page_says_what_the_product_says() -> None:
    told = [(row.id, row.asks, row.does, row.gap) for row in rows(PAGE)]
    assert told == [(duty.id, duty.asks, duty.does, duty.gap or "–") for duty in DUTIES]


def test_every_duty_of_the_issue_has_a_row() -> None:
    ids = [duty.id for duty in DUTIES]
    assert len(set(ids)) == len(ids)
    for wanted in WANTED:
        assert any(found == wanted or found.startswith(f"{wanted}(") for found in ids), wanted


def test_every_row_names_tests_that_are_there() -> None:
    assert [(row.id, name) for row in rows(PAGE) for name in missing(row)] == []


def test_what_a_duty_needs_is_looked_at() -> None:
    assert {need for duty in DUTIES for need in duty.needs} == set(NEEDS)


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ("`tests/architecture/test_duties.py` `test_of_nothing`", ["test_of_nothing"]),
        ("`tests/nowhere.py` `test_of_nothing`", ["tests/nowhere.py", "test_of_nothing"]),
        ("`docs/paragraph-56.md`", ["docs/paragraph-56.md"]),
        ("people", ["a test"]),
        ("`tests/architecture/test_duties.py` `test_what_a_duty_needs_is_looked_at`", []),
    ],
)
def test_what_is_not_there_is_found(shown: str, found: list[str]) -> None:
    assert sorted(missing(Row("", "", "", shown, ""))) == sorted(found)
