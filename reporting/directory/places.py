"""Where else to go, as the site's document has it: an office's own places, and those of profiles that it hides.

::

    "places": {"own": [{"kind": "advice", "name", "url", "topics", "country", "source", "checked", "number"}],
               "hidden": [{"kind": "bodies", "name": "…", "reason": "…"}]}

Places of the profiles stay in ``profiles``; what is hidden is left out where they are shown.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reporting import errors
from reporting.profiles.places import COUNTRY, EMERGENCY, KINDS, NUMBER, TOPICS, WEB, Place, read_place
from reporting.protocol.encoding import JSONObject
from reporting.protocol.errors import N_

MAX_PLACES = 60
_MAX_NAME = 200
_MAX_ADDRESS = 300
_MAX_REASON = 300


@dataclass(frozen=True)
class Hidden:
    """A place of a profile that the office does not show, and why; whoever signs and whoever looks can read it."""

    kind: str
    name: str
    reason: str

    @property
    def key(self) -> str:
        """As that of the place."""
        return Place(self.kind, self.name, "", "", (), "", None).key


@dataclass(frozen=True)
class OwnPlaces:
    """What an office adds to its profiles, and what it hides of them."""

    own: tuple[Place, ...] = ()
    hidden: tuple[Hidden, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.own or self.hidden)

    def to_json(self) -> JSONObject:
        """As the site's document has it."""
        return {
            "own": [{"kind": one.kind, **one.to_json()} for one in self.own],
            "hidden": [{"kind": one.kind, "name": one.name, "reason": one.reason} for one in self.hidden],
        }

    def shown(self, of_profiles: Iterable[Place]) -> list[Place]:
        """Those of profiles that are not hidden, each once, and the office's own; by kind, in the order of KINDS."""
        hidden = {one.key for one in self.hidden}
        found = {replace(one, source="", checked=None): one for one in of_profiles if one.key not in hidden}
        kinds = list(KINDS)
        return sorted([*self.own, *found.values()], key=lambda one: kinds.index(one.kind))


def read_places(content: Mapping[str, Any]) -> OwnPlaces:
    """From the site's document.

    :raises KeyError, TypeError, ValueError, AttributeError: not of that form
    """
    own = tuple(read_place(one["kind"], one) for one in content.get("own", ()))
    hidden = tuple(Hidden(one["kind"], one["name"], one["reason"]) for one in content.get("hidden", ()))
    texts = [text for one in hidden for text in (one.name, one.reason)]
    kinds = {one.kind for one in own} | {one.kind for one in hidden}
    if not all(isinstance(text, str) for text in texts) or not kinds <= set(KINDS):
        raise TypeError
    return OwnPlaces(own, hidden)


def check_place(place: Place, today: datetime.date) -> None:
    """Whether a place can be shown to somebody who needs it.

    :raises Unprocessable: a field that cannot be right; the pointer names it
    """
    for pointer, sentence in _faults(place, today):
        raise errors.Unprocessable(sentence, pointer=pointer)


def check_reason(reason: str) -> None:
    """Whether it says why a place is hidden.

    :raises Unprocessable: it says nothing, or too much
    """
    if not _is_line(reason, 1, _MAX_REASON):
        raise errors.Unprocessable(N_("A reason is one line of 1 to 300 characters."), pointer="/reason")


def _faults(place: Place, today: datetime.date) -> Iterator[tuple[str, str]]:
    line = place.kind == EMERGENCY
    if place.kind not in KINDS:
        yield "/kind", N_("There is no such kind of place.")
    if not _is_line(place.name, 1, _MAX_NAME):
        yield "/name", N_("A name is one line of 1 to 200 characters.")
    if not _is_address(place.url, empty=line):
        yield "/url", N_("An address begins with https:// and has at most 300 characters.")
    if place.number and not NUMBER.fullmatch(place.number):
        yield "/number", N_("A number has 2 to 20 digits and spaces, perhaps with + before them.")
    if line and not place.number:
        yield "/number", N_("An emergency line needs its number.")
    if not COUNTRY.fullmatch(place.country):
        yield "/country", N_("A country is given by two capital letters, such as DE, or left empty.")
    if not place.topics or not set(place.topics) <= set(TOPICS):
        yield "/topics", N_("Please say what people can turn there for.")
    if not _is_address(place.source, empty=False):
        yield "/source", N_("Please say where this can be checked: an address that begins with https://.")
    if place.checked is None or place.checked > today:
        yield "/checked", N_("Please give the day on which somebody checked this: today or earlier, as 2026-11-27.")


def _is_line(text: str, low: int, high: int) -> bool:
    return low <= len(text) <= high and not any(unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp") for one in text)


def _is_address(text: str, *, empty: bool) -> bool:
    return (empty and not text) or (len(text) <= _MAX_ADDRESS and WEB.fullmatch(text) is not None)


def countries(places: Sequence[Place]) -> list[str]:
    """The countries of places: single ones first, then those of many, then everywhere."""
    return sorted({one.country for one in places}, key=lambda code: (code == "", code == "EU", code))
