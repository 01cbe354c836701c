"""How the rest of the next site document differs from before: addresses and texts, line by line.

A telephone number or an onion address in them leads reporters as places do, so whoever signs the directory sees each
line that is new or gone. Nothing of it is believed to have the form that an honest server gives it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reporting.directory.places_difference import (
    EMERGENCY,
    LISTS,
    content_of,
    is_same,
    object_of,
    text_of,
    without,
)
from reporting.i18n import gettext as _
from reporting.protocol.encoding import visible_bidi

_PROFILES, _PLACES = "profiles", "places"
#: Texts by language.
_TEXTS = ("names", "welcome", "contacts")
#: What one line says; the logo is too long to be read.
_SHORT = ("onion", "exit", "addresses", "languages", "profile", "format")


def rest_differs(before: bytes | None, after: bytes) -> bool:
    """Whether anything beside places changes: texts, addresses, the logo, days of deadlines."""
    return before is None or not is_same(_rest(before), _rest(after))


def rest_lines(before: bytes | None, after: bytes) -> Iterator[str]:
    """A sentence for each address and each line of a text that is new or gone; all are new where there was nothing."""
    old, new = _rest(before), _rest(after)
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        if is_same(was, now):
            continue
        if name in _TEXTS:
            yield from _texts(name, was, now)
        elif name in _SHORT:
            yield _("{name} of the site is now {value}.", name=f"“{name}”", value=text_of(now))
            if was is not None:
                yield _("{name} of the site was {value}.", name=f"“{name}”", value=text_of(was))
        else:
            yield _("Of the site's document, “{name}” changes.", name=visible_bidi(name))


def _texts(name: str, before: Any, after: Any) -> Iterator[str]:
    old, new = _by_language(before), _by_language(after)
    for language in sorted({*old, *new}):
        was, now = _lines(old.get(language)), _lines(new.get(language))
        if was == now:
            continue
        where = {"name": name, "language": visible_bidi(language)}
        gone, come = without(was, now), without(now, was)
        for line in gone:
            yield _("“{name}” ({language}), gone: {line}", line=visible_bidi(line), **where)
        for line in come:
            yield _new(line, _above(now, line) if was else None, where)
        if without(was, gone) != without(now, come):  # a number under another heading leads to somebody else
            yield _("“{name}” ({language}), in another order, now line by line:", **where)
            for line in now:
                yield _("“{name}” ({language}), now: {line}", line=visible_bidi(line), **where)


def _new(line: str, above: str | None, where: Mapping[str, str]) -> str:
    """A new line, with what stands above it: a number under another heading leads to somebody else."""
    if above is None:
        return _("“{name}” ({language}), new: {line}", line=visible_bidi(line), **where)
    shown = {"line": visible_bidi(line), "above": visible_bidi(above)}
    return _("“{name}” ({language}), new: {line}; it stands below: {above}", **shown, **where)


def _above(now: Sequence[str], line: str) -> str | None:
    # Of lines that are alike it is the last one; where that is not the new one, all are shown in their order anyway.
    place = len(now) - 1 - now[::-1].index(line)
    return now[place - 1] if place else None


def _by_language(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {} if value is None else {"": value}


def _lines(text: Any) -> Sequence[str]:
    if text is None:
        return ()
    return text.splitlines() if isinstance(text, str) else (text_of(text),)


def _rest(body: bytes | None) -> Mapping[str, Any]:
    content = {name: value for name, value in content_of(body).items() if name != _PLACES}
    found = object_of(content.get(_PROFILES))
    left = (*LISTS, EMERGENCY)
    rest = {
        name: {field: value for field, value in object_of(profile).items() if field not in left}
        for name, profile in found.items()
    }
    return {**content, _PROFILES: rest}
