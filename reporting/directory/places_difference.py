"""Where reporters are sent besides: how the places and emergency numbers of the next site document differ from before.

The server puts them into the document, so whoever signs the directory is shown each by name, address and number.
Nothing of it is believed to have the form that an honest server gives it: whatever stands there is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reporting.i18n import gettext as _
from reporting.protocol.encoding import dump_json, parse_json_object, visible_bidi
from reporting.protocol.errors import ProtocolError

_MAX_SITE = 1024 * 1024
LISTS = ("bodies", "advice", "legal_aid")
EMERGENCY = "emergency"
_OWN, _HIDDEN = "own", "hidden"


def places_differ(before: bytes | None, after: bytes) -> Iterator[str]:
    """One sentence for each place or number that is new, gone or another; all are new where ``before`` is missing."""
    yield from _own(content_of(before).get("places"), content_of(after).get("places"))
    old, new = _profiles(before), _profiles(after)
    for profile in sorted({*old, *new}):
        was, now = object_of(old.get(profile)), object_of(new.get(profile))
        for name in LISTS:
            yield from _listed(visible_bidi(profile), _sequence(was.get(name)), _sequence(now.get(name)))
        yield from _number(visible_bidi(profile), was.get(EMERGENCY), now.get(EMERGENCY))


def _own(before: Any, after: Any) -> Iterator[str]:
    """What the office adds to the profiles and hides of them."""
    old, new = object_of(before), object_of(after)
    for one, other in _paired(_sequence(old.get(_OWN)), _sequence(new.get(_OWN))):
        if one is None:
            yield _("The office's own list: new place, {place}.", place=_shown(other))
        elif other is None:
            yield _("The office's own list: a place is gone, {place}.", place=_shown(one))
        else:
            places = {"old": _shown(one), "new": _shown(other)}
            yield _("The office's own list: a place changes from {old} to {new}.", **places)
    for one, other in _paired(_sequence(old.get(_HIDDEN)), _sequence(new.get(_HIDDEN))):
        if other is None:
            yield _("No longer hidden from reporters: {place}.", place=text_of(one))
        else:
            yield _("Hidden from reporters: {place}.", place=text_of(other))
    rest = [{name: value for name, value in part.items() if name not in (_OWN, _HIDDEN)} for part in (old, new)]
    if not is_same(rest[0], rest[1]) or (
        not is_same(after, before) and not (isinstance(after, dict | None) and isinstance(before, dict | None))
    ):
        yield _("The office's own list is now {content}.", content=text_of(after))


def _listed(profile: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[str]:
    for one, other in _paired(before, after):
        if one is None:
            yield _("Profile “{profile}”: new place, {place}.", profile=profile, place=_shown(other))
        elif other is None:
            yield _("Profile “{profile}”: a place is gone, {place}.", profile=profile, place=_shown(one))
        else:
            places = {"old": _shown(one), "new": _shown(other)}
            yield _("Profile “{profile}”: a place changes from {old} to {new}.", profile=profile, **places)


def _paired(before: Sequence[Any], after: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """What was and what is, by name, where they differ; None where there is nothing on a side."""
    gone, come = without(before, after), without(after, before)
    for one in come:
        place = next((place for place, other in enumerate(gone) if is_same(_name(other), _name(one))), None)
        yield None if place is None else gone.pop(place), one
    yield from ((one, None) for one in gone)


def _number(profile: str, before: Any, after: Any) -> Iterator[str]:
    if is_same(before, after):
        return
    if after is None:
        yield _("Profile “{profile}”: no emergency number any more.", profile=profile)
        return
    number = after["number"] if isinstance(after, dict) and isinstance(after.get("number"), str) else after
    yield _("Profile “{profile}”: the emergency number is now {number}.", profile=profile, number=text_of(number))
    if number is not after:
        with_it = {name: value for name, value in after.items() if name != "number"}
        yield _(
            "Profile “{profile}”: with the emergency number goes {content}.", profile=profile, content=text_of(with_it)
        )


def _shown(place: Any) -> str:
    if not isinstance(place, dict):
        return text_of(place)
    more = {name: value for name, value in place.items() if name not in ("name", "url")}
    said = f"{text_of(place.get('name'))} <{text_of(place.get('url'))}>"
    return f"{said} {text_of(more)}" if more else said


def is_same(one: Any, other: Any) -> bool:
    """Whether two values stand in a document as the same bytes: ``True == 1`` for Python, and not for its readers."""
    return dump_json({"": one}) == dump_json({"": other})


def without(values: Iterable[Any], others: Iterable[Any]) -> list[Any]:
    """Those of ``values`` that ``others`` has not; what stands twice and there once stays once."""
    left = Counter(dump_json({"": one}) for one in others)
    found = []
    for one in values:
        body = dump_json({"": one})
        if left[body]:
            left[body] -= 1
        else:
            found.append(one)
    return found


def text_of(value: Any) -> str:
    """Whatever stands somewhere, as one can see it: texts as they are, all else as JSON."""
    text = value if isinstance(value, str) else dump_json({"": value}).decode()[4:-1]
    return visible_bidi(text)


def _name(place: Any) -> Any:
    return place.get("name") if isinstance(place, dict) else place


def _profiles(body: bytes | None) -> Mapping[str, Any]:
    return object_of(content_of(body).get("profiles"))


def content_of(body: bytes | None) -> Mapping[str, Any]:
    """A site's document; nothing, where it is none."""
    try:
        return {} if body is None else parse_json_object(body, limit=_MAX_SITE)
    except ProtocolError:  # no client shows anything of it either
        return {}


def object_of(value: Any) -> Mapping[str, Any]:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def _sequence(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else () if value is None else (value,)
