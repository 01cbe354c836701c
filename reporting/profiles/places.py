"""Where else one can turn: outside authorities, advice, legal aid, emergency lines; as data, and as it is published."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reporting.protocol.encoding import JSONObject, dump_json, sha256
from reporting.protocol.errors import N_

EMERGENCY, BODIES, ADVICE, LEGAL_AID = "emergency", "bodies", "advice", "legal_aid"
#: What a place is, in the order and the words in which it is shown.
KINDS = {
    EMERGENCY: N_("If somebody is in danger"),
    BODIES: N_("Authorities"),
    ADVICE: N_("Advice"),
    LEGAL_AID: N_("Legal aid"),
}
#: What a place is for, in the words that reporters read.
TOPICS = {
    "corruption": N_("corruption"),
    "work": N_("unfair treatment after a report"),
    "eu_money": N_("fraud with money of the European Union"),
    "eu_institutions": N_("the European Union's own institutions"),
    "un": N_("the United Nations' own staff and money"),
    "world_bank": N_("projects paid by the World Bank"),
    "finance": N_("banks, insurers, money laundering"),
    "competition": N_("price fixing and other agreements between companies"),
    "advice": N_("advice for people who report"),
    "legal_aid": N_("help with lawyers and courts"),
    "africa": N_("information that concerns Africa"),
    "danger": N_("danger to life or health"),
}
#: What may stand as a country (ISO 3166, ``EU``, or nothing), as an address, as a number.
COUNTRY = re.compile(r"([A-Z]{2})?", re.ASCII)
WEB = re.compile(r"https://[a-z0-9.-]+(/[!-~]*)?", re.ASCII)
NUMBER = re.compile(r"\+?[0-9][0-9 ]{1,19}", re.ASCII)
#: After so many days somebody should look whether an address still holds.
STALE_DAYS = 366


@dataclass(frozen=True)
class Place:
    """An authority, an adviser or an emergency line. ``country`` is empty for an international one.

    An emergency line has a number, and may lack name and address. An example is shown as one, and never in a mailbox.
    ``checked`` is missing only in documents of earlier releases.
    """

    kind: str
    name: str
    url: str
    country: str
    topics: tuple[str, ...]
    source: str
    checked: datetime.date | None
    number: str = ""
    example: bool = False

    @property
    def key(self) -> str:
        """By what the same place is known in every profile."""
        return sha256(dump_json([self.kind, self.name or self.number])).hex()[:16]

    @property
    def called(self) -> str:
        """Its name, or the number that stands for it."""
        return self.name or self.number

    def is_stale(self, day: datetime.date) -> bool:
        """Whether it was checked over a year before ``day``."""
        return self.checked is not None and (day - self.checked).days > STALE_DAYS

    def to_json(self) -> JSONObject:
        """As the site's document has it, but for its kind."""
        return {
            "name": self.name,
            "url": self.url,
            "topics": list(self.topics),
            "country": self.country,
            "source": self.source,
            **({} if self.checked is None else {"checked": self.checked.isoformat()}),
            **({"number": self.number} if self.number else {}),
            **({"example": True} if self.example else {}),
        }


def read_place(kind: str, content: Mapping[str, Any]) -> Place:
    """A place as a site's document has it; what earlier releases did not publish is empty.

    :raises KeyError, TypeError, ValueError, AttributeError: not of that form
    """
    checked, url = content.get("checked"), _text(content["url"])
    if url and not WEB.fullmatch(url):  # a page makes a link of it
        raise ValueError(url)
    example = content.get("example", False)
    if not isinstance(example, bool):  # read as no example, though whoever signs may have taken it for one
        raise TypeError
    return Place(
        kind=kind,
        name=_text(content["name"]),
        url=url,
        country=_text(content.get("country", "")),
        topics=tuple(map(_text, content["topics"])),
        source=_text(content.get("source", "")),
        checked=None if checked is None else datetime.date.fromisoformat(checked),
        number=_text(content.get("number", "")),
        example=example,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


@dataclass(frozen=True)
class Emergency:
    """The number to call in danger."""

    number: str
    source: str
    checked: datetime.date
    country: str = ""

    def place(self) -> Place:
        """As one of the places."""
        return Place(EMERGENCY, "", "", self.country, ("danger",), self.source, self.checked, self.number)


def published_places(profile: Mapping[str, Any]) -> list[Place]:
    """The places of a profile as a site's document has it; earlier releases wrote the number alone.

    :raises KeyError, TypeError, ValueError, AttributeError: not of that form
    """
    emergency = profile.get(EMERGENCY)
    if isinstance(emergency, str):
        emergency = {"name": "", "url": "", "topics": ["danger"], "number": emergency}
    found = [] if emergency is None else [read_place(EMERGENCY, emergency)]
    return found + [read_place(kind, row) for kind in (BODIES, ADVICE, LEGAL_AID) for row in profile.get(kind, ())]
