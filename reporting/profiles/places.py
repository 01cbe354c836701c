"""Where else one can turn: outside authorities, advice, the emergency number; as data, and as it is published."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from reporting.protocol.encoding import JSONObject
from reporting.protocol.errors import N_

#: What a place is for, in the words that reporters read.
TOPICS = {
    "corruption": N_("corruption"),
    "eu_money": N_("fraud with money of the European Union"),
    "eu_institutions": N_("the European Union's own institutions"),
    "un": N_("the United Nations' own staff and money"),
    "work": N_("unfair treatment after a report"),
    "advice": N_("advice for people who report"),
}


@dataclass(frozen=True)
class Place:
    """An authority or adviser. ``country`` is empty for an international one; an example is never shown to anybody."""

    name: str
    url: str
    country: str
    topics: tuple[str, ...]
    source: str
    checked: datetime.date
    example: bool

    def to_json(self) -> JSONObject:
        """As the site's document has it."""
        return {"name": self.name, "url": self.url, "topics": list(self.topics)}


@dataclass(frozen=True)
class Emergency:
    """The number to call in danger."""

    number: str
    source: str
    checked: datetime.date
