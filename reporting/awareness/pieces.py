"""What content is made of: pages of a file, their sections, and who has checked them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

#: From where a section comes: the product's texts, those for a jurisdiction, or the organisation's own.
SHIPPED, PROFILE, OWN = LAYERS = ("shipped", "profile", "own")


class Fault(Exception):
    """What is wrong with a text: the line, and a sentence for translation with its values apart."""

    def __init__(self, line: int, message: str, **values: object) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.values = values


@dataclass(frozen=True)
class Link:
    """Where a link in a text leads, as it is written there, and on which line."""

    target: str
    line: int


@dataclass(frozen=True)
class Section:
    """One section: heading, anchor, which items of Article 13 it answers, and its text.

    ``blocks`` is the text as it was parsed, ``text`` as it was written; ``line`` is where its heading stands.
    """

    anchor: str
    title: str
    text: str = field(compare=False)
    blocks: Sequence[Token] = field(compare=False, repr=False)
    art13: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    line: int = 1
    language: str = "en"
    layer: str = SHIPPED

    def answering(self, *items: str) -> Section:
        """The same section, answering these items of Article 13 as well."""
        return replace(self, art13=tuple(sorted({*self.art13, *items})))


@dataclass(frozen=True)
class Review:
    """Who knows the field and the language and has checked a text, and when; ``by`` is empty where nobody has."""

    by: str = ""
    day: datetime.date | None = None


@dataclass(frozen=True)
class Page:
    """What one file holds. A profile's file has sections alone: neither title nor introduction."""

    name: str
    language: str
    file: str
    title: str
    summary: str
    introduction: Sequence[Token] = field(compare=False, repr=False)
    introduction_text: str
    introduction_links: tuple[Link, ...]
    sections: tuple[Section, ...]
    review: Review
    sources: tuple[str, ...]
    profile: str = ""

    @property
    def links(self) -> tuple[Link, ...]:
        """Every link of the page."""
        return (*self.introduction_links, *(link for one in self.sections for link in one.links))
