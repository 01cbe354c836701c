"""Modules and functions stay small, and the core explains itself."""

from __future__ import annotations

from pathlib import Path

from tests.architecture import rules

PYTHON = [
    path
    for path in rules.product_files("reporting/*.py", "migrations/*.py", "*.py")
    if not path.parts[0].startswith("tests")
]
BROWSER = Path("reporting/browser")
TYPESCRIPT = [
    path
    for path in rules.product_files(*(f"{BROWSER}/*.{ending}" for ending in ("ts", "mjs", "js")))
    if not {"test", "tests"} & set(path.parts)
]


def source(path: object) -> str:
    return (rules.ROOT / str(path)).read_text(encoding="utf-8")


def test_modules_stay_under_the_limit() -> None:
    assert len(PYTHON) > 1
    assert len(TYPESCRIPT) > 1
    lengths = {str(path): len(source(path).splitlines()) for path in [*PYTHON, *TYPESCRIPT]}
    # Data that a machine wrote is as long as it is.
    assert {path: lines for path, lines in lengths.items() if lines >= rules.MODULE_LINES} == {}


def test_functions_stay_under_the_limit() -> None:
    assert [found for path in PYTHON for found in rules.long_functions(str(path), source(path))] == []


def test_a_function_over_the_limit_is_found() -> None:
    lines = rules.FUNCTION_LINES - 1
    assert rules.long_functions("m", "def fits():\n" + "    x = 1\n" * lines) == []
    assert rules.long_functions("m", "def long():\n" + "    x = 1\n" * (lines + 1)) == ["m.long has 51 lines"]
    method = "class C:\n    def long(self):\n" + "        x = 1\n" * (lines + 1)
    assert rules.long_functions("m", method) == ["m.long has 51 lines"]


def test_the_public_names_of_the_core_have_docstrings() -> None:
    core = [path for path in PYTHON if path.parts[:2] == ("reporting", "protocol")]
    assert core
    problems = [rules.undocumented(rules.module_name(path), source(path)) for path in core]
    assert [found for module in problems for found in module] == []


def test_a_public_name_without_a_docstring_is_found() -> None:
    text = '"""M."""\nclass C:\n    "C"\n    def seen(self): pass\n    def _own(self): pass\ndef f(): pass\n'
    assert sorted(rules.undocumented("m", text)) == ["m.C.seen", "m.f"]
    assert rules.undocumented("m", "x = 1\n") == ["m"]
