"""The desk: one document for every address below it; what differs comes over the API (protocol section 9)."""

from __future__ import annotations

from flask import Blueprint, Response

from reporting.directory.rules import site_facts
from reporting.permissions import Permission, requires
from reporting.web import assets
from reporting.web.body import service
from reporting.web.headers import content_security_policy, viewer_headers
from reporting.web.pages import deterministic, redirect_to, render

blueprint = Blueprint("desk_pages", __name__)
_LANGUAGE = "en"


@blueprint.get("/")
@requires(Permission.PAGE_READ)
def begin() -> Response:
    """To the desk."""
    return redirect_to("/desk")


@blueprint.get("/desk")
@blueprint.get("/desk/<path:address>")
@requires(Permission.PAGE_READ)
@deterministic
def show_desk(address: str = "") -> Response:
    """The desk's one document; which part of it shows, its script reads from the address."""
    del address
    facts = site_facts(service())
    response = render("cases/desk.html", _LANGUAGE, facts.key, facts=facts)
    response.headers["Content-Security-Policy"] = content_security_policy(desk=True)
    return response


@blueprint.get("/desk/viewer")
@requires(Permission.PAGE_READ)
@deterministic
def show_viewer() -> Response:
    """The frame in which the desk shows files: it is handed their bytes, and may do nothing but draw them."""
    facts = site_facts(service())
    response = render("cases/viewer.html", _LANGUAGE, facts.key, facts=facts)
    response.headers.update(viewer_headers(assets.script("viewer", _LANGUAGE).integrity))
    return response
