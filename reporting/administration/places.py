"""Where else to go, as administrators draft it: the office's own places, and those of profiles that it hides.

Profiles are files, which nobody edits here; what they hold can be hidden, with a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting import errors, profiles
from reporting.administration import channels
from reporting.administration.drafts import Changing
from reporting.directory import rules as directories
from reporting.directory.draft import with_places_of_profiles
from reporting.directory.models import Channel
from reporting.directory.places import MAX_PLACES, Hidden, OwnPlaces, check_place, check_reason
from reporting.directory.site import MAX_SITE
from reporting.profiles.places import Place
from reporting.protocol.encoding import parse_json_object
from reporting.protocol.errors import N_
from reporting.service import Service

_LIMIT = 1 << 16


@dataclass(frozen=True)
class OfProfiles:
    """A place of profiles: in which of them it stands, and why it is hidden; empty where it is shown."""

    place: Place
    profiles: tuple[str, ...]
    reason: str = ""


def own(session: Session) -> Sequence[Place]:
    """The office's own places as drafted."""
    return channels.site(session).places.own


def own_place(session: Session, key: str) -> Place:
    """One of them.

    :raises NotFound: there is none of that key
    """
    found = next((one for one in own(session) if one.key == key), None)
    if found is None:
        raise errors.NotFound(N_("There is no such place."))
    return found


def of_profiles(service: Service, session: Session) -> list[OfProfiles]:
    """The places of the profiles that drafted channels keep, each once."""
    hidden = {one.key: one.reason for one in channels.site(session).places.hidden}
    found: dict[str, OfProfiles] = {}
    for name in kept_profiles(session):
        for place in profiles.load(name, service.settings.profiles).places():
            known = found.get(place.key, OfProfiles(place, (), hidden.get(place.key, "")))
            found[place.key] = replace(known, profiles=(*known.profiles, name))
    return list(found.values())


def of_profile(service: Service, session: Session, key: str) -> OfProfiles:
    """One of them.

    :raises NotFound: there is none of that key
    """
    found = next((one for one in of_profiles(service, session) if one.place.key == key), None)
    if found is None:
        raise errors.NotFound(N_("There is no such place."))
    return found


def hidden_in_vain(service: Service, session: Session) -> list[Hidden]:
    """What is hidden though no profile that is kept has it any more, by that name."""
    known = {one.place.key for one in of_profiles(service, session)}
    return [one for one in channels.site(session).places.hidden if one.key not in known]


def kept_profiles(session: Session) -> list[str]:
    """Which profiles drafted channels keep."""
    policies = session.scalars(select(Channel.policy))
    return sorted({str(parse_json_object(one.encode(), limit=_LIMIT)["profile"]) for one in policies})


def store(change: Changing, place: Place, before: str | None) -> bool:
    """Draft a place of the office's own, or what is to be another about the one of key ``before``; whether it differs.

    :raises NotFound: there is none of that key any more
    :raises AlreadyThere: another of the same kind and name
    :raises Unprocessable: a field that cannot be right, or there are too many
    """
    check_place(place, change.service.clock.today())
    there = own(change.session)
    if before is not None and own_place(change.session, before) == place:
        return False
    rest = [one for one in there if one.key != before]
    if place.key in {one.key for one in rest}:
        raise errors.AlreadyThere(pointer="/name")
    if len(rest) >= MAX_PLACES:
        raise errors.Unprocessable(N_("There are {limit} places already."), values={"limit": MAX_PLACES})
    new = [place if one.key == before else one for one in there] if before is not None else [*there, place]
    _put(change, replace(channels.site(change.session).places, own=tuple(new)))
    change.note("place:change" if before else "place:add", place=place.called)
    return True


def take_out(change: Changing, key: str) -> None:
    """Draft the list without a place of the office's own.

    :raises NotFound: there is none of that key
    """
    place = own_place(change.session, key)
    left = tuple(one for one in own(change.session) if one.key != key)
    _put(change, replace(channels.site(change.session).places, own=left))
    change.note("place:remove", place=place.called)


def hide(change: Changing, key: str, reason: str) -> bool:
    """Draft that a place of profiles is not shown, and why; whether that differs.

    :raises NotFound: no profile that is kept has it
    :raises Unprocessable: no reason, or there are too many
    """
    check_reason(reason)
    found = of_profile(change.service, change.session, key)
    if found.reason == reason:
        return False
    places = channels.site(change.session).places
    rest = tuple(one for one in places.hidden if one.key != key)
    if len(rest) >= MAX_PLACES:
        raise errors.Unprocessable(N_("There are {limit} places already."), values={"limit": MAX_PLACES})
    _put(change, replace(places, hidden=(*rest, Hidden(found.place.kind, found.place.called, reason))))
    change.note("place:hide", place=found.place.called, reason=reason)
    return True


def show_again(change: Changing, key: str) -> None:
    """Draft that a place of profiles is shown again.

    :raises NotFound: it is not hidden
    """
    places = channels.site(change.session).places
    found = next((one for one in places.hidden if one.key == key), None)
    if found is None:
        raise errors.NotFound(N_("There is no such place."))
    _put(change, replace(places, hidden=tuple(one for one in places.hidden if one.key != key)))
    change.note("place:show", place=found.name)


def _put(change: Changing, places: OwnPlaces) -> None:
    body = replace(channels.site(change.session), places=places).encode()
    published = with_places_of_profiles(change.service, body, kept_profiles(change.session))
    if len(published) > MAX_SITE:
        raise errors.Unprocessable(
            N_("The site's document would be longer than {limit} bytes."), values={"limit": MAX_SITE}
        )
    directories.set_site(change.session, body)
    change.session.flush()
