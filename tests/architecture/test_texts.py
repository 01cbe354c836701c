"""Texts for people go through gettext, and nothing in the product speaks of what is not in it."""

from __future__ import annotations

from pathlib import Path

from reporting.translations import catalogues
from tests.architecture import rules

# Put together here, so that this file does not hold what it looks for.
OUTSIDE = ("../" + "shared", "shared/" + "design", "shared/" + "requirements", "CONTRACT" + ".md")
REGISTRIES = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "npmjs" + ".com")


def test_no_text_is_hidden_from_gettext() -> None:
    modules = [(rules.module_name(path), rules.ROOT / path) for path in rules.product_files("reporting/*.py")]
    assert [
        found for module, path in modules for found in rules.f_string_messages(module, path.read_text(encoding="utf-8"))
    ] == []


def test_a_text_hidden_from_gettext_is_found() -> None:
    assert rules.f_string_messages("m", "_(f'Case {number}')")
    assert rules.f_string_messages("m", "ngettext('one', '%d many' % n, n)")
    assert rules.f_string_messages("m", "_('Case {number}', number=f'{number:02}')") == []


def test_the_catalogues_fit_the_sources() -> None:
    assert catalogues.problems() == []


def test_nothing_speaks_of_what_is_not_in_the_product() -> None:
    found = {str(path): rules.mentions(text(path), *OUTSIDE, *REGISTRIES) for path in product()}
    assert {path: names for path, names in found.items() if names} == {}


def test_a_mention_of_what_is_not_in_the_product_is_found() -> None:
    for name in (*OUTSIDE, *REGISTRIES):
        assert rules.mentions(f"see {name}/file", *OUTSIDE, *REGISTRIES)


def product() -> list[Path]:
    return [path for path in rules.product_files() if path.name != "LICENSE"]


def text(path: Path) -> str:
    return (rules.ROOT / path).read_bytes().decode("utf-8", errors="replace")
