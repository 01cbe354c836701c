"""The public site's texts: which there are, what of them is translated and checked, and editing them by section."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response
from markupsafe import Markup
from sqlalchemy.orm import Session
from wtforms import Field

from reporting import errors
from reporting.administration import content_reviews, contents, drafts
from reporting.administration.content_reviews import Checked
from reporting.administration.contents import Where
from reporting.administration.drafts import Changing
from reporting.administration.forms import Agree, DraftForm, Plain, ReviewForm, SectionForm
from reporting.administration.room import carry_out, go_to, show, status_of
from reporting.awareness import reviews
from reporting.awareness.markdown import MAX_SUMMARY
from reporting.awareness.pieces import Section
from reporting.awareness.rendering import render as to_html
from reporting.awareness.rules import Edition
from reporting.awareness.showing import setting
from reporting.awareness.topics import ARTICLE_13, HEAD, PLACEHOLDERS, SITE_PAGES
from reporting.directory.rules import SiteFacts, site_facts
from reporting.errors import ServiceError
from reporting.i18n import ENGLISH, current_language
from reporting.permissions import Permission, requires
from reporting.protocol.errors import ProtocolError
from reporting.web import problems
from reporting.web.body import service
from reporting.web.guard import signed_in

blueprint = Blueprint("content", __name__, url_prefix="/content")
_HERE = "content"
_PAGE = "/<language>/<page>"
_SECTION = f"{_PAGE}/sections/<anchor>"


@blueprint.get("")
@requires(Permission.SITE_MANAGE)
def show_topics() -> Response:
    """Every page in every language of the site, with its marks."""
    with service().database.read() as session:
        found = contents.edition(service(), session)
        rows = {language: reviews.standings(session, found, language) for language in contents.languages(session)}
    by_page: dict[str, dict[str, reviews.Standing]] = {name: {} for name in found.names}
    for language, standings in rows.items():
        for one in standings:
            by_page[one.page.name][language] = one
    titles = {name: page.title for name in found.names if (page := found.page(name, current_language()))}
    return show("contents", _HERE, pages=by_page, languages=list(rows), titles=titles, fault=contents.fault(service()))


@blueprint.get(_PAGE)
@requires(Permission.SITE_MANAGE)
def show_page(language: str, page: str) -> Response:
    """The sections of a page in a language."""
    with service().database.read() as session:
        found = _edition(session, language, page)
        one = reviews.standing(session, found, page, language)
        form = Plain(formdata=None, revision=str(drafts.revision(session)))
        touched = contents.touched(session, page, language)
    whole = found.page(page, language, with_hidden=True)
    context: dict[str, Any] = {
        "standing": one,
        "whole": whole,
        "hidden": found.written.hidden.get(page, frozenset()),
        "touched": touched,
        "gone": sorted(touched - {HEAD} - (whole.anchors if whole else frozenset())),
        "head": contents.section(found, Where(page, language, HEAD)),
        "form": form,
        "where": Where(page, language, ""),
    }
    return show("content_page", _HERE, **context)


@blueprint.route(f"{_PAGE}/add", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def add(language: str, page: str) -> Response:
    """Add a section of the organisation's own."""
    form = SectionForm()
    _show_revision(form)
    return _edit(form, Where(page, language, str(form.anchor.data or "").strip()), is_new=True)


@blueprint.route(_SECTION, methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def change(language: str, page: str, anchor: str) -> Response:
    """Write another text for a section."""
    form = SectionForm()
    where = Where(page, language, anchor)
    if not form.is_submitted():
        with service().database.read() as session:
            before = contents.section(_edition(session, language, page), where)
        form.title.data, form.text.data = before.title, before.text
    _show_revision(form)
    return _edit(form, where, is_new=False)


def _edit(form: SectionForm, where: Where, *, is_new: bool) -> Response:
    with service().database.read() as session:
        found = _edition(session, where.language, where.page)
        before = None if is_new else contents.section(found, where)
        items = tuple(form.art13.data or ()) if is_new else contents.own_items(session, where)
    preview = None
    if form.sent() and (wanted := _look(form, found, where, items, is_new=is_new)) is not None:
        preview = _rendered(found, where, wanted)
        stored: list[bool] = []

        def act(change: Changing) -> None:
            stored.append(contents.store(change, found, where, wanted))

        if not form.preview.data and carry_out(form, where.subject, act):
            return go_to(_path(where), "content" if stored[0] else "unchanged")
    english = None if is_new or where.language == ENGLISH else contents.in_english(found, where)
    context: dict[str, Any] = {"form": form, "where": where, "before": before, "preview": preview, "english": english}
    gaps = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    limits = {"is_head": where.anchor == HEAD, "most": MAX_SUMMARY}
    return show("content_section", _HERE, status_of(form), items=ARTICLE_13, gaps=gaps, **limits, **context)


@blueprint.route(f"{_SECTION}/hide", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def hide(language: str, page: str, anchor: str) -> Response:
    """Show a section to nobody."""
    where = Where(page, language, anchor)
    return _confirmed(where, "content-hidden", "hide", lambda change, found: contents.hide(change, found, where))


@blueprint.route(f"{_SECTION}/drop", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def drop(language: str, page: str, anchor: str) -> Response:
    """Take the organisation's own text out."""
    where = Where(page, language, anchor)
    return _confirmed(where, "content-out", "drop", lambda change, _found: contents.drop(change, where))


@blueprint.post(f"{_SECTION}/show")
@requires(Permission.SITE_MANAGE)
def show_again(language: str, page: str, anchor: str) -> Response:
    """Show a hidden section again."""
    where = Where(page, language, anchor)
    with drafts.changing(service(), signed_in().member, where.subject) as change:
        contents.section(_edition(change.session, language, page), where)
        contents.show(change, where)
    return go_to(_path(where), "content-shown")


@blueprint.get(f"{_SECTION}/history")
@requires(Permission.SITE_MANAGE)
def show_history(language: str, page: str, anchor: str) -> Response:
    """Who did what to a section, and when."""
    where = Where(page, language, anchor)
    with service().database.read() as session:
        _edition(session, language, page)
        steps = contents.history(session, where)
    if not steps:
        raise errors.NotFound
    return show("content_history", _HERE, where=where, steps=steps)


@blueprint.route(f"{_SECTION}/history/<int:version>", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def restore(language: str, page: str, anchor: str, version: int) -> Response:
    """Look at an older version, and put it back."""
    where = Where(page, language, anchor)
    form = Plain()
    _show_revision(form)
    with service().database.read() as session:
        found = _edition(session, language, page)
        row = contents.one_version(session, where, version)
    if form.sent() and carry_out(form, where.subject, lambda change: contents.restore(change, found, where, version)):
        return go_to(_path(where), "content-back")
    return show("content_version", _HERE, status_of(form), form=form, where=where, row=row)


@blueprint.route(f"{_PAGE}/review", methods=["GET", "POST"])
@requires(Permission.SITE_MANAGE)
def review(language: str, page: str) -> Response:
    """Note who has checked a page."""
    form = ReviewForm()
    where = Where(page, language, "")
    with service().database.read() as session:
        found = _edition(session, language, page)
        shown = contents.visible(found, where)
    if not form.is_submitted():
        form.digest.data = reviews.digest(shown).hex()
    _show_revision(form)
    checked = Checked(_line(form.reviewed_by), _line(form.reviewed), _line(form.digest))
    if form.sent() and carry_out(
        form, where.subject, lambda change: content_reviews.review(change, found, where, checked)
    ):
        return go_to(f"/content/{language}/{page}", "content-review")
    return show("content_review", _HERE, status_of(form), form=form, page=shown, where=where)


def _confirmed(where: Where, done: str, step: str, act: Callable[[Changing, Edition], None]) -> Response:
    """Ask before something is lost to readers; say which items of Article 13 nothing answers then."""
    form = Agree()
    _show_revision(form)
    with service().database.read() as session:
        found = _edition(session, where.language, where.page)
        section = contents.section(found, where)
    if form.sent() and carry_out(form, where.subject, lambda change: act(change, found)):
        return go_to(_path(where), done)
    lost = contents.lost(found, where, step)
    return show(
        "content_confirm", _HERE, status_of(form), form=form, where=where, section=section, step=step, lost=lost
    )


def _edition(session: Session, language: str, page: str) -> Edition:
    """The texts, if there is that page in that language.

    :raises NotFound: there is none
    """
    found = contents.edition(service(), session)
    if page not in found.names or language not in contents.languages(session):
        raise errors.NotFound
    return found


def _look(form: SectionForm, found: Edition, where: Where, items: tuple[str, ...], *, is_new: bool) -> Section | None:
    """The section as it was written, if it can stand there; else the fault stands beside its field."""
    title, text = _line(form.title), str(form.text.data or "").replace("\r\n", "\n").strip()
    try:
        if is_new:
            contents.check_new(found, where)
        return contents.read_section(found, where, title, text, items)
    except (ProtocolError, ServiceError) as error:
        form.refuse(problems.as_service_error(error))
        return None


def _rendered(found: Edition, where: Where, section: Section) -> Markup:
    facts = _facts()
    root = facts.site.addresses[0] if facts is not None and facts.site.addresses else ""
    served = frozenset(SITE_PAGES)
    here = setting(service(), facts, found, where.language, page=where.page, served=served, root=root)
    return to_html(section.blocks, here)


def _facts() -> SiteFacts | None:
    try:
        return site_facts(service())
    except errors.NothingPublished:
        return None


def _show_revision(form: DraftForm) -> None:
    if not form.is_submitted():
        with service().database.read() as session:
            form.revision.data = str(drafts.revision(session))


def _path(where: Where) -> str:
    return f"/content/{where.language}/{where.page}"


def _line(field: Field) -> str:
    return str(field.data or "").strip()
