"""Whoever reads the reporters' pages in a language that we ship reads all of them in that language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from reporting.translations import catalogues

# Where texts stand that a reporter may see in a browser: the pages, their scripts, and the pages of errors.
SEEN = re.compile(
    r"templates/(?!cases/|administration/|members/)"
    r"|reporting/browser/src/(reporter|risk|checking|dossier|ui|client|protocol|questionnaires|evidence|hidden)/"
    r"|reporting/browser/src/workers/(?!desk|audit|identity|keys|member|looking)"
    r"|reporting/errors\.py$"
)
# Modules among those that no script of a reporter's page has in it: what members alone do.
STAFF = re.compile(
    r"reporting/browser/src/protocol/(audit|custody|disclosure|vault|withdrawal)\.ts$"
    r"|reporting/browser/src/client/(audit|casework|cases|custody|enrolling|identity|leading|member|own_account|protection)\.ts$"
    r"|reporting/browser/src/client/(account_news|along|decided|desk_files|evidence|export_words|file_marks|findings|kept_vault|proposals|renewing|right_acts)\.ts$"
)
# Days and amounts of the protocol turn around between words that are written from right to left.
ISO_DAY = re.compile(r"\d{4}-\d{2}")
ISOLATED = re.compile("\u2066[^\u2066\u2069]*\u2069")
RIGHT_TO_LEFT = {"ar"}
# Question marks, commas and quotation marks as Arabic is not written; a comma between Latin letters is a sample.
FOREIGN_MARKS = re.compile(r"[?;“”]|(?<![A-Za-z]),")


def catalog_of(language: str) -> Catalog:
    path = catalogues.FOLDER / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def seen_by_reporters(catalog: Catalog) -> list[Message]:
    return [
        message
        for message in catalog
        if message.id and any(SEEN.match(path) and not STAFF.match(path) for path, _ in message.locations)
    ]


def forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [text or ""] if isinstance(text, str | None) else list(text)


def lacking(catalog: Catalog) -> list[str]:
    """The English of what a reporter may see and reads in English, in whole or in one of its plural forms."""
    found = []
    for message in seen_by_reporters(catalog):
        wanted = catalog.num_plurals if message.pluralizable else 1
        translated = forms(message.string)
        if len(translated) != wanted or not all(translated) or message.fuzzy:
            found.append(forms(message.id)[0])
    return found


@pytest.mark.parametrize("language", catalogues.languages())
def test_no_text_of_the_reporters_pages_stays_english(language: str) -> None:
    assert lacking(catalog_of(language)) == [], f"Translate these into {language!r}."


@pytest.mark.parametrize("language", sorted(RIGHT_TO_LEFT & set(catalogues.languages())))
def test_marks_and_days_stand_as_in_a_language_written_from_the_right(language: str) -> None:
    wrong = [
        form
        for message in seen_by_reporters(catalog_of(language))
        for form in forms(message.string)
        if FOREIGN_MARKS.search(form) or ISO_DAY.search(ISOLATED.sub("", form))
    ]
    assert wrong == []


def test_each_place_that_is_named_here_has_texts() -> None:
    template = catalogues.extract()
    places = {SEEN.match(path) for message in template for path, _ in message.locations}
    named = {match.group() for match in places if match}
    assert {place.rstrip("/").rpartition("/")[2] for place in named} == {
        "templates", "reporter", "risk", "checking", "dossier", "ui", "client", "protocol", "questionnaires",
        "evidence", "hidden", "workers", "errors.py",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "missing"),
    [
        ('#: templates/web/layout.html\nmsgid "Seen"\nmsgstr ""\n', ["Seen"]),
        ('#: templates/web/layout.html\nmsgid "Seen"\nmsgstr "مرئي"\n', []),
        ('#: templates/cases/desk.html reporting/cli/desk.py\nmsgid "Desk"\nmsgstr ""\n', []),
        ('#: reporting/browser/src/workers/desk_engine.ts\nmsgid "Desk"\nmsgstr ""\n', []),
        ('#: reporting/browser/src/ui/words.ts\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "ا"\nmsgstr[1] ""\n', ["a"]),
    ],
)
def test_what_is_missing_is_found(tmp_path: Path, entry: str, missing: list[str]) -> None:
    path = tmp_path / "messages.po"
    path.write_text(f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n{entry}', encoding="utf-8")
    with path.open("rb") as file:
        assert lacking(read_po(file, locale="ar")) == missing
