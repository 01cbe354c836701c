"""The desk: one document for every address below it; what differs comes over the API (protocol section 9).

It comes in each language that has texts, told by the first part of the address; without one it speaks English.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from reporting.directory.rules import site_facts
from reporting.i18n import ENGLISH, choose_language
from reporting.permissions import Permission, requires
from reporting.web import assets
from reporting.web.body import service
from reporting.web.headers import content_security_policy, viewer_headers
from reporting.web.pages import deterministic, redirect_to, render, spoken

blueprint = Blueprint("desk_pages", __name__)


@blueprint.get("/")
@requires(Permission.PAGE_READ)
def begin() -> Response:
    """To the desk, in a language that the browser asks for."""
    language = choose_language(tag for tag, _quality in request.accept_languages)
    return redirect_to("/desk" if language == ENGLISH else f"/{language}/desk")


@blueprint.get("/desk")
@blueprint.get("/desk/<path:address>")
@blueprint.get("/<lang:tongue>/desk")
@blueprint.get("/<lang:tongue>/desk/<path:address>")
@requires(Permission.PAGE_READ)
@deterministic
def show_desk(tongue: str = ENGLISH, address: str = "") -> Response:
    """The desk's one document in a language; which part of it shows, its script reads from the address."""
    del address
    facts = site_facts(service())
    response = render("cases/desk.html", spoken(tongue), facts.key, facts=facts)
    response.headers["Content-Security-Policy"] = content_security_policy(desk=True)
    return response


@blueprint.get("/desk/viewer")
@requires(Permission.PAGE_READ)
@deterministic
def show_viewer() -> Response:
    """The frame in which the desk shows files: it is handed their bytes and its texts, and may do nothing but draw."""
    facts = site_facts(service())
    response = render("cases/viewer.html", ENGLISH, facts.key, facts=facts)
    response.headers.update(viewer_headers(assets.script("viewer", ENGLISH).integrity))
    return response
