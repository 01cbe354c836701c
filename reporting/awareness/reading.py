"""A page from its file: TOML between two lines ``+++``, then Markdown in sections.

::

    +++
    title = "Your rights"
    summary = "One sentence, at most 160 characters."
    reviewed_by = ""            # empty: nobody who knows the field or the language has checked it
    reviewed = 2026-11-27       # with reviewed_by
    sources = ["https://…"]     # optional
    +++

    An introduction.

    ## When you are protected {#protected art13=a}

    Text …

A profile's file has neither title, summary nor introduction: its sections take the place of others, or follow them.
docs/content.md describes the format for those who write.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import NoReturn

from reporting.awareness.markdown import MAX_SUMMARY, MAX_TITLE, RawSection, is_outside, read_body
from reporting.awareness.pieces import PROFILE, SHIPPED, Fault, Page, Review, Section
from reporting.characters import unseen_in
from reporting.profiles.tables import Source, Table
from reporting.protocol.errors import N_

FENCE = "+++"
MAX_FILE = 65_536
MAX_SECTIONS = 30
MAX_SOURCES = 20


class _Front(Source):
    """The front matter of a file, whose faults stand at lines of the whole file."""

    def __init__(self, file: str, text: str, first: int) -> None:
        self.file = file
        self.text = text
        self.first = first
        try:
            self.content = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            self._refuse_syntax(str(error))

    def _raise(self, line: int, sentence: str, values: dict[str, object]) -> NoReturn:
        raise Fault(line + self.first - 1, sentence, **values)


def read_file(path: Path) -> str:
    """The text of a file of content.

    :raises Fault: it cannot be read, is too long, or no UTF-8
    """
    try:
        # Without waiting: a pipe would hold up everybody who reads.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as opened:
            data = opened.read(MAX_FILE + 1)
    except OSError as error:
        raise Fault(1, N_("this file cannot be read: {why}"), why=error.strerror or type(error).__name__) from None
    if len(data) > MAX_FILE:
        raise Fault(1, N_("this file is longer than {most} bytes"), most=MAX_FILE)
    try:
        return data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Fault(data[: error.start].count(b"\n") + 1, N_("this is not UTF-8 text")) from None


def read_page(text: str, name: str, language: str, file: str, profile: str = "") -> Page:
    """A page from the text of its file.

    :param name: which page (:data:`reporting.awareness.topics.PAGES`)
    :param profile: of which jurisdiction; empty for the product's texts, which hold everywhere
    :raises Fault: something is missing, unknown, or may not stand there
    """
    front, body, first = _split(text)
    fields = _Front(file, front, 2).top()
    title, summary = ("", "") if profile else (_title(fields), _summary(fields))
    review, sources = _review(fields), _sources(fields)
    fields.done()
    parsed = read_body(body, first)
    if profile and parsed.introduction:
        raise Fault(first, N_("a profile's file has sections alone; words stand before the first heading"))
    if len(parsed.sections) > MAX_SECTIONS:
        raise Fault(parsed.sections[MAX_SECTIONS].line, N_("a page has at most {most} sections"), most=MAX_SECTIONS)
    layer = PROFILE if profile else SHIPPED
    return Page(
        name=name,
        language=language,
        file=file,
        title=title,
        summary=summary,
        introduction=parsed.introduction,
        introduction_text=parsed.text,
        introduction_links=parsed.links,
        sections=tuple(_section(one, language, layer) for one in parsed.sections),
        review=review,
        sources=sources,
        profile=profile,
    )


def _section(raw: RawSection, language: str, layer: str) -> Section:
    return Section(
        anchor=raw.anchor,
        title=raw.title,
        text=raw.text,
        blocks=raw.blocks,
        art13=raw.art13,
        links=raw.links,
        line=raw.line,
        language=language,
        layer=layer,
    )


def _split(text: str) -> tuple[str, str, int]:
    """Front matter, body, and the line on which the body begins."""
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        raise Fault(1, N_("a file begins with a line {fence}, its title and summary, and a line {fence}"), fence=FENCE)
    end = next((place for place, line in enumerate(lines) if place and line.rstrip() == FENCE), None)
    if end is None:
        raise Fault(len(lines), N_("the second line {fence} is missing"), fence=FENCE)
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2


def _title(fields: Table) -> str:
    found = fields.text("title")
    if len(found) > MAX_TITLE:
        fields.refuse("title", N_("“{key}” has at most {most} characters"), most=MAX_TITLE)
    return _seen(fields, "title", found)


def _summary(fields: Table) -> str:
    found = fields.text("summary")
    if len(found) > MAX_SUMMARY:
        fields.refuse("summary", N_("“{key}” has at most {most} characters"), most=MAX_SUMMARY)
    return _seen(fields, "summary", found)


def _seen(fields: Table, key: str, text: str) -> str:
    found = unseen_in(text)
    if found is not None:
        fields.refuse(key, found.message, **found.values)
    return text


def _review(fields: Table) -> Review:
    by = fields.text("reviewed_by", empty=True)
    day = fields.day("reviewed") if fields.has("reviewed") else None
    if by and day is None:
        fields.refuse("reviewed_by", N_("“reviewed” is missing: on which day they did"))
    return Review(by, day)


def _sources(fields: Table) -> tuple[str, ...]:
    found = fields.texts("sources") if fields.has("sources") else ()
    if len(found) > MAX_SOURCES or not all(is_outside(one) for one in found):
        fields.refuse(
            "sources", N_("“{key}” lists at most {most} addresses that begin with https://"), most=MAX_SOURCES
        )
    return found
