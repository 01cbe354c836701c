"""``docs/asvs.md``: every requirement of the chapters once, a verdict for each, and nothing named that is not there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.architecture.rules import ROOT, product_files

PAGE = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
#: The requirements of each section of OWASP ASVS 5.0.0, by the level of each.
SECTIONS = {
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233",
    "6.5": "22222333", "6.6": "2223", "6.7": "33", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23", "11.6": "23", "11.7": "33",
    "14.1": "22", "14.2": "12223333", "14.3": "122",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
}  # fmt: skip
VERDICTS = ("met", "partly", "not met", "not applicable")
_ROW = re.compile(
    r"^\| (?P<number>\d+\.\d+\.\d+) \| (?P<level>[123]) \| (?P<asks>[^|]+) \| (?P<rest>.+) \|$", re.MULTILINE
)
_NAMED = re.compile(r"`([^`]+)`")
_PATH = re.compile(r"(?:docs|reporting|templates|tests)/[\w./-]+")
#: Packages and names by which Python and TypeScript modules use cryptography.
_CRYPTOGRAPHY = {"argon2", "cryptography", "hashlib", "hmac", "pyotp", "secrets", "webauthn"}
_IN_BROWSER = re.compile(
    r'from "(?:@noble/|@scure/|age-encryption|hash-wasm)|crypto\.(?:subtle|getRandomValues)|navigator\.credentials'
)


@dataclass(frozen=True)
class Row:
    """A requirement as the page has it; ``shown`` is what shows it, with its verdict taken off."""

    number: str
    level: int
    verdict: str
    shown: str


def rows(page: str) -> list[Row]:
    """The requirements of a page, in its order; a row without one of the verdicts has none."""
    found = []
    for match in _ROW.finditer(page):
        verdict, _, shown = match["rest"].partition(" | ")
        known = verdict.removeprefix("**").removesuffix("**")
        found.append(Row(match["number"], int(match["level"]), known if verdict == f"**{known}**" else "", shown))
    return found


def missing(row: Row) -> Iterator[str]:
    """What a row names and is not there: files, and tests in the files that it names."""
    named = _NAMED.findall(row.shown)
    paths = [name for name in named if _PATH.fullmatch(name)]
    there = [path for path in paths if (ROOT / path).is_file()]
    yield from (path for path in paths if path not in there)
    text = "".join((ROOT / path).read_text(encoding="utf-8") for path in there)
    for name in named:
        if name.startswith("test_") and not re.search(rf"^\s*def {name}\(", text, re.MULTILINE):
            yield name


def uses_cryptography(source: str) -> bool:
    """Whether a Python module imports a package of cryptography."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").partition(".")[0])
    return bool(names & _CRYPTOGRAPHY)


def users_of_cryptography() -> Iterator[str]:
    """The modules that use it, as the inventory names them."""
    for path in product_files("reporting/*.py"):
        if uses_cryptography((ROOT / path).read_text(encoding="utf-8")):
            yield path.relative_to("reporting").as_posix()
    for path in product_files("reporting/browser/src/*.ts"):
        if _IN_BROWSER.search((ROOT / path).read_text(encoding="utf-8")):
            yield path.relative_to("reporting/browser/src").as_posix()


def test_every_requirement_stands_there_once_with_its_level() -> None:
    wanted = [
        (f"{section}.{number}", int(level))
        for section, levels in SECTIONS.items()
        for number, level in enumerate(levels, start=1)
    ]
    assert [(row.number, row.level) for row in rows(PAGE)] == wanted


def test_every_requirement_has_one_of_the_four_verdicts() -> None:
    assert [row.number for row in rows(PAGE) if row.verdict not in VERDICTS] == []


def test_everything_that_a_row_names_is_there() -> None:
    assert [(row.number, name) for row in rows(PAGE) for name in missing(row)] == []


def test_what_is_met_or_partly_met_says_by_what() -> None:
    assert [row.number for row in rows(PAGE) if len(row.shown) < len("above")] == []


def test_the_summary_counts_what_the_tables_say() -> None:
    counted = Counter((row.number.partition(".")[0], row.level, row.verdict) for row in rows(PAGE))
    for chapter in dict.fromkeys(section.partition(".")[0] for section in SECTIONS):
        for level in (1, 2, 3):
            counts = " | ".join(str(counted[(chapter, level, verdict)]) for verdict in VERDICTS)
            assert f"| V{chapter} | {level} | {counts} |" in PAGE


def test_what_is_not_met_is_said_at_the_beginning() -> None:
    beginning, _, _ = PAGE.partition("\n## Documentation")
    for verdict, heading in (("not met", "### Not met"), ("partly", "### Partly met")):
        _, _, told = beginning.partition(heading)
        numbers = re.findall(r"\*\*(\d+\.\d+\.\d+)\*\*", told.partition("\n#")[0])
        assert numbers == [row.number for row in rows(PAGE) if row.verdict == verdict]


def test_every_module_that_uses_cryptography_stands_in_the_inventory() -> None:
    _, _, inventory = PAGE.partition("### Cryptographic inventory")
    named = set(_NAMED.findall(inventory.partition("\n### ")[0]))
    users = list(users_of_cryptography())
    assert {"protocol/vault.py", "protocol/vault.ts"} <= set(users)
    assert [path for path in users if path not in named] == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("| 6.1.1 | 1 | a | **met** | `tests/architecture/test_asvs.py` `test_of_nothing` |", ["test_of_nothing"]),
        ("| 6.1.1 | 1 | a | **met** | `tests/nowhere.py` |", ["tests/nowhere.py"]),
        ("| 6.1.1 | 1 | a | **met** | `docs/asvs.md`, `hybrid` |", []),
    ],
)
def test_what_is_not_there_is_found(line: str, found: list[str]) -> None:
    assert [name for row in rows(line) for name in missing(row)] == found


def test_a_verdict_of_another_kind_is_none() -> None:
    assert [row.verdict for row in rows("| 6.1.1 | 1 | a | met | b |\n| 6.1.2 | 2 | a | **planned** | b |")] == [
        "",
        "planned",
    ]


def test_cryptography_is_found_however_it_is_imported() -> None:
    assert uses_cryptography("def f():\n    from cryptography.hazmat.primitives import hashes\n")
    assert uses_cryptography("import hmac")
    assert not uses_cryptography("from reporting.members import secrets")
