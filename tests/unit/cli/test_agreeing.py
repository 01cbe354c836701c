"""Questions of yes or no: shown and answered in the letters of the terminal's language, and in English everywhere."""

from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner, Result

from reporting.cli.options import agreed
from reporting.i18n import available_languages, use_language
from tests.architecture.rules import ROOT, product_files

LETTERS = {"en": "y/N", "ar": "نعم/لا", "zh": "是/否", "ru": "д/Н", "fr": "o/N", "es": "s/N"}
YES = {
    "en": ["y", "Y", "yes", " YES ", "ｙ"],
    "ar": ["نعم", "نَعَم", "\u200fنعم\u200f"],
    "zh": ["是"],
    "ru": ["д", "Д", "да", "ДА"],
    "fr": ["o", "O", "oui", "Oui"],
    "es": ["s", "S", "sí", "SÍ", "si", "si\u0301"],
}
NO = {
    "en": ["n", "N", "no", ""],
    "ar": ["لا", "لَا"],
    "zh": ["否"],
    "ru": ["н", "Н", "нет"],
    "fr": ["n", "non"],
    "es": ["n", "No"],
}


@click.command()
def command() -> None:
    """Ask."""
    click.echo("agreed" if agreed("Really?") else "refused")


def ask(language: str, *typed: str) -> Result:
    """What comes of an answer, or of several, one after the other."""
    with use_language(language):
        return CliRunner().invoke(command, input="".join(f"{line}\n" for line in typed))


def test_every_language_is_told_here() -> None:
    assert set(LETTERS) == set(YES) == set(NO) == set(available_languages())


@pytest.mark.parametrize("language", LETTERS)
def test_the_letters_of_the_language_are_shown_and_taken(language: str) -> None:
    for meant, answers in (("agreed", YES[language] + YES["en"]), ("refused", NO[language] + NO["en"])):
        for answer in answers:
            found = ask(language, answer)
            assert found.stdout == f"Really? [{LETTERS[language]}]: {answer}\n{meant}\n", answer
            assert found.stderr == ""


@pytest.mark.parametrize("language", LETTERS)
def test_anything_else_is_asked_again(language: str) -> None:
    others = {one for answers in YES.values() for one in answers} - {*YES[language], *YES["en"]}
    wrong = ["maybe", "yn", "1", *sorted(others - {""})]
    found = ask(language, *wrong, YES[language][0])
    assert found.stdout.splitlines()[-1] == "agreed"
    assert found.stdout.count("Really?") == len(wrong) + 1
    assert found.stderr.count(LETTERS[language]) == len(wrong)


def test_an_input_that_ends_agrees_to_nothing() -> None:
    found = ask("en")
    assert found.exit_code == 1
    assert "agreed" not in found.output


def test_nothing_asks_in_another_way() -> None:
    asking = re.compile(r"click\.confirm\b|confirmation_option")
    for path in product_files("reporting/*.py"):
        assert not asking.search((ROOT / path).read_text(encoding="utf-8")), path
