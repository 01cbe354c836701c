"""Where else to go: the office's own places, and which of its profiles' it does not show."""

from __future__ import annotations

import datetime
from typing import Any

from flask import Blueprint, Response

from reporting.administration import drafts, places
from reporting.administration.drafts import Changing
from reporting.administration.forms import Agree, HideForm, PlaceForm, Plain
from reporting.administration.room import carry_out, go_to, show, status_of
from reporting.permissions import Permission, requires
from reporting.profiles import TOPICS
from reporting.profiles.places import KINDS, Place
from reporting.web.body import service
from reporting.web.guard import signed_in

blueprint = Blueprint("places", __name__)
_SUBJECT = "places"


@blueprint.get("/places")
@requires(Permission.SITE_MANAGE)
def show_places() -> Response:
    """Every place as it is drafted."""
    with service().database.read() as session:
        context: dict[str, Any] = {
            "own": places.own(session),
            "of_profiles": places.of_profiles(service(), session),
            "in_vain": places.hidden_in_vain(service(), session),
            "form": Plain(formdata=None, revision=str(drafts.revision(session))),
        }
    return show("places", "places", kinds=KINDS, topics=TOPICS, today=service().clock.today(), **context)


@blueprint.route("/places/add", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def add() -> Response:
    """Add one of the office's own."""
    form = PlaceForm()
    _show_revision(form)
    return _edit(form, None)


@blueprint.route("/places/<key>", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def change(key: str) -> Response:
    """Change one of the office's own."""
    form = PlaceForm()
    with service().database.read() as session:
        before = places.own_place(session, key)
    if not form.is_submitted():
        _fill(form, before)
    _show_revision(form)
    return _edit(form, before)


@blueprint.route("/places/<key>/remove", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def remove(key: str) -> Response:
    """Take one of the office's own out."""
    form = Agree()
    with service().database.read() as session:
        place = places.own_place(session, key)
    _show_revision(form)
    if form.sent() and carry_out(form, _SUBJECT, lambda change: places.take_out(change, key)):
        return go_to("/places", "place-out")
    return show("place_out", "places", status_of(form), form=form, place=place)


@blueprint.route("/places/<key>/hide", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def hide(key: str) -> Response:
    """Hide a place of the profiles."""
    form = HideForm()
    with service().database.read() as session:
        found = places.of_profile(service(), session, key)
    if not form.is_submitted():
        form.reason.data = found.reason
    _show_revision(form)
    stored: list[bool] = []
    reason = str(form.reason.data or "").strip()
    if form.sent() and carry_out(form, _SUBJECT, lambda change: stored.append(places.hide(change, key, reason))):
        return go_to("/places", "place-hidden" if stored[0] else "unchanged")
    return show("place_hide", "places", status_of(form), form=form, found=found)


@blueprint.post("/places/<key>/show")
@requires(Permission.SITE_MANAGE)
def show_again(key: str) -> Response:
    """Show a place of the profiles again."""
    with drafts.changing(service(), signed_in().member, _SUBJECT) as change:
        places.show_again(change, key)
    return go_to("/places", "place-shown")


def _show_revision(form: PlaceForm | Agree | HideForm) -> None:
    if not form.is_submitted():
        with service().database.read() as session:
            form.revision.data = str(drafts.revision(session))


def _fill(form: PlaceForm, before: Place) -> None:
    form.kind.data = before.kind
    form.name.data = before.name
    form.url.data = before.url
    form.number.data = before.number
    form.country.data = before.country
    form.topics.data = list(before.topics)
    form.source.data = before.source
    form.checked.data = "" if before.checked is None else before.checked.isoformat()


def _edit(form: PlaceForm, before: Place | None) -> Response:
    stored: list[bool] = []

    def act(change: Changing) -> None:
        stored.append(places.store(change, _wanted(form), None if before is None else before.key))

    if form.sent() and carry_out(form, _SUBJECT, act):
        return go_to("/places", "place" if stored[0] else "unchanged")
    return show("place", "places", status_of(form), form=form, before=before, kinds=KINDS, topics=TOPICS)


def _wanted(form: PlaceForm) -> Place:
    return Place(
        kind=str(form.kind.data),
        name=_line(form.name.data),
        url=_line(form.url.data),
        country=_line(form.country.data).upper(),
        topics=tuple(name for name in TOPICS if name in (form.topics.data or ())),
        source=_line(form.source.data),
        checked=_day(_line(form.checked.data)),
        number=_line(form.number.data),
    )


def _line(value: object) -> str:
    return str(value or "").strip()


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
