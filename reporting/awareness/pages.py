"""The first page, and how all of this works."""

from __future__ import annotations

from babel import negotiate_locale
from flask import Blueprint, Response, request

from reporting.directory.rules import site_facts
from reporting.permissions import Permission, requires
from reporting.web.body import service
from reporting.web.pages import deterministic, redirect_to, render

blueprint = Blueprint("awareness", __name__)


@blueprint.get("/")
@requires(Permission.PAGE_READ)
def choose_language() -> Response:
    """To the first page, in the language that the browser asks for."""
    facts = site_facts(service())
    wanted = [tag.replace("-", "_") for tag, _quality in request.accept_languages]
    language = negotiate_locale(wanted, facts.site.languages) or facts.site.languages[0]
    return redirect_to(f"/{language}/")


@blueprint.get("/<lang:language>/")
@requires(Permission.PAGE_READ)
@deterministic
def show_home(language: str) -> Response:
    """The first page: report, follow up, how it works."""
    facts = site_facts(service())
    facts.check_language(language)
    return render("awareness/home.html", language, facts.key, facts=facts, here="")


@blueprint.get("/<lang:language>/how")
@requires(Permission.PAGE_READ)
@deterministic
def show_how(language: str) -> Response:
    """How this works: what is promised, by what means, and where each promise ends."""
    facts = site_facts(service())
    facts.check_language(language)
    return render("awareness/how.html", language, facts.key, facts=facts, here="how")
