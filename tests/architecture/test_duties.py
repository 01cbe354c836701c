"""``docs/paragraph-56.md`` and ``-58.md``: the rows that the product tells itself, each with tests that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from reporting.administration.duties import DUTIES
from reporting.administration.duty_states import ALL_DUTIES, NEEDS
from reporting.administration.public_duties import PUBLIC_DUTIES
from tests.architecture.rules import ROOT

PAGES = [
    ((ROOT / "docs" / f"paragraph-{number}.md").read_text(encoding="utf-8"), duties)
    for number, duties in ((56, DUTIES), (58, PUBLIC_DUTIES))
]
#: What the issues name: paragraphs, articles, clauses and standards that must each have a row.
WANTED = (
    *(f"A/RES/76/181 {paragraph}" for paragraph in (58, 32, 48, 61)),
    *(f"Directive (EU) 2019/1937 13({item})" for item in "abcdefgh"),
    *("Directive (EU) 2019/1937 27(2)", "ISO 24495-1:2023", "WCAG 2.2 AA"),
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
    for page, duties in PAGES:
        told = [(row.id, row.asks, row.does, row.gap) for row in rows(page)]
        assert told == [(duty.id, duty.asks, duty.does, duty.gap or "–") for duty in duties]


def test_every_duty_of_the_issue_has_a_row() -> None:
    ids = [duty.id for duty in ALL_DUTIES]
    assert len(set(ids)) == len(ids)
    for wanted in WANTED:
        assert any(found == wanted or found.startswith(f"{wanted}(") for found in ids), wanted


def test_every_row_names_tests_that_are_there() -> None:
    assert [(row.id, name) for page, _duties in PAGES for row in rows(page) for name in missing(row)] == []


def test_what_a_duty_needs_is_looked_at() -> None:
    assert {need for duty in ALL_DUTIES for need in duty.needs} == set(NEEDS)


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
