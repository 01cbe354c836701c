"""Where reporters are sent besides: how the places and emergency numbers of the next site document differ from before.

The server puts them into the document, so whoever signs the directory is shown each by name, address and number.
Nothing of it is believed to have the form that an honest server gives it: whatever stands there is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reporting.i18n import gettext as _
from reporting.protocol.encoding import dump_json, parse_json_object, visible_bidi
from reporting.protocol.errors import ProtocolError

_MAX_SITE = 1024 * 1024
_LISTS = ("bodies", "advice")
_EMERGENCY = "emergency"


def places_differ(before: bytes | None, after: bytes) -> Iterator[str]:
    """One sentence for each place or number that is new, gone or another; all are new where ``before`` is missing."""
    old, new = _profiles(before), _profiles(after)
    for profile in sorted({*old, *new}):
        was, now = _object(old.get(profile)), _object(new.get(profile))
        for name in _LISTS:
            yield from _listed(visible_bidi(profile), _sequence(was.get(name)), _sequence(now.get(name)))
        yield from _number(visible_bidi(profile), was.get(_EMERGENCY), now.get(_EMERGENCY))


def rest_differs(before: bytes | None, after: bytes) -> bool:
    """Whether anything else in the document changes: its texts, its addresses, its logo, days of deadlines."""
    return before is None or _rest(before) != _rest(after)


def _listed(profile: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[str]:
    gone = [one for one in before if one not in after]
    for one in (one for one in after if one not in before):
        old = next((other for other in gone if _name(other) == _name(one)), None)
        if old is None:
            yield _("Profile “{profile}”: new place, {place}.", profile=profile, place=_shown(one))
            continue
        gone.remove(old)
        places = {"old": _shown(old), "new": _shown(one)}
        yield _("Profile “{profile}”: a place changes from {old} to {new}.", profile=profile, **places)
    for one in gone:
        yield _("Profile “{profile}”: a place is gone, {place}.", profile=profile, place=_shown(one))


def _number(profile: str, before: Any, after: Any) -> Iterator[str]:
    if before == after:
        return
    if after is None:
        yield _("Profile “{profile}”: no emergency number any more.", profile=profile)
    else:
        yield _("Profile “{profile}”: the emergency number is now {number}.", profile=profile, number=_text(after))


def _shown(place: Any) -> str:
    if not isinstance(place, dict):
        return _text(place)
    more = {name: value for name, value in place.items() if name not in ("name", "url")}
    said = f"{_text(place.get('name'))} <{_text(place.get('url'))}>"
    return f"{said} {_text(more)}" if more else said


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else dump_json({"": value}).decode()[4:-1]
    return visible_bidi(text)


def _name(place: Any) -> Any:
    return place.get("name") if isinstance(place, dict) else place


def _profiles(body: bytes | None) -> Mapping[str, Any]:
    return _object(_content(body).get("profiles"))


def _content(body: bytes | None) -> Mapping[str, Any]:
    try:
        return {} if body is None else parse_json_object(body, limit=_MAX_SITE)
    except ProtocolError:  # no client shows anything of it either
        return {}


def _rest(body: bytes) -> Any:
    content = dict(_content(body))
    content["profiles"] = {
        name: {field: value for field, value in _object(found).items() if field not in (*_LISTS, _EMERGENCY)}
        for name, found in _profiles(body).items()
    }
    return content


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _sequence(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else () if value is None else (value,)
