"""The site's document: names, languages, addresses, the way out, and whose deadlines new channels keep."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request

from reporting import errors, profiles
from reporting.administration import channels, drafts
from reporting.administration.drafts import Changing
from reporting.administration.forms import SiteForm
from reporting.administration.room import carry_out, go_to, show, status_of
from reporting.awareness.campaign.formats import Format
from reporting.awareness.campaign.overview import undrawn
from reporting.directory.logo import MAX_UPLOAD, Logo, read_logo
from reporting.directory.rules import site_facts
from reporting.directory.site import Site
from reporting.permissions import Permission, requires
from reporting.web.body import service

blueprint = Blueprint("site", __name__)
#: Texts by language; each is sent as ``<field>-<language>``.
_TEXTS = ("names", "welcome", "contacts")


@blueprint.route("/site", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def change() -> Response:
    """Draft the site's document."""
    form = SiteForm()
    with service().database.read() as session:
        before = channels.site(session)
        if not form.is_submitted():
            form.revision.data = str(drafts.revision(session))
    if not form.is_submitted():
        _fill(form, before)
    texts = {name: _sent(name) if form.is_submitted() else dict(getattr(before, name)) for name in _TEXTS}
    if form.sent():
        stored: list[bool] = []

        def act(change: Changing) -> None:
            stored.append(channels.store_site(change, _wanted(form, texts, before.logo)))

        if carry_out(form, "site", act):
            return go_to("/site", "site" if stored[0] else "unchanged")
    languages = list(dict.fromkeys([*_languages(form), *before.languages]))
    context = {
        "form": form,
        "texts": texts,
        "languages": languages,
        "profiles": profiles.names(service().settings.profiles),
        "logo": before.logo,
        "undrawn": _undrawn(before),
    }
    return show("site", "site", status_of(form), **context)


def _undrawn(draft: Site) -> list[tuple[Format, str, str]]:
    """Sheets of the campaign that cannot be drawn as the site is drafted; nothing is drawn before there is a list."""
    try:
        return list(undrawn(site_facts(service()), draft))
    except errors.NothingPublished:
        return []


def _fill(form: SiteForm, before: Site) -> None:
    form.languages.data = ", ".join(before.languages)
    form.addresses.data = "\n".join(before.addresses)
    form.onion.data = before.onion or ""
    form.exit.data = before.exit
    form.profile.data = before.profile


def _languages(form: SiteForm) -> list[str]:
    return [part for part in str(form.languages.data or "").replace(",", " ").split() if part]


def _sent(name: str) -> dict[str, str]:
    prefix = f"{name}-"
    sent = {
        field.removeprefix(prefix): text.replace("\r\n", "\n").strip()
        for field, text in request.form.items()
        if field.startswith(prefix)
    }
    return {language: text for language, text in sent.items() if text}


def _logo(form: SiteForm, before: Logo | None) -> Logo | None:
    """The logo that was chosen, else the one that there is."""
    sent = form.logo.data
    if getattr(sent, "filename", ""):
        return read_logo(sent.read(MAX_UPLOAD))
    return None if form.no_logo.data else before


@blueprint.get("/site/logo")
@requires(Permission.SITE_MANAGE)
def show_logo() -> Response:
    """The logo as drafted."""
    with service().database.read() as session:
        logo = channels.site(session).logo
    if logo is None:
        raise errors.NotFound
    return Response(logo.png, content_type="image/png")


def _wanted(form: SiteForm, texts: Mapping[str, Mapping[str, str]], logo: Logo | None) -> Site:
    return Site(
        names=texts["names"],
        welcome=texts["welcome"],
        contacts=texts["contacts"],
        languages=tuple(_languages(form)),
        addresses=tuple(str(form.addresses.data or "").split()),
        exit=str(form.exit.data).strip(),
        onion=str(form.onion.data or "").strip() or None,
        profile=str(form.profile.data),
        logo=_logo(form, logo),
    )
