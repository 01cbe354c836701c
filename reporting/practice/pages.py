"""The page of a practice site that says how to practice, and hands out codes and accounts."""

from __future__ import annotations

from flask import Blueprint, Response, request

from reporting import errors
from reporting.administration.rules import ROLE_NAMES
from reporting.directory.rules import page_facts
from reporting.i18n import choose_language
from reporting.permissions import Permission, requires
from reporting.practice.rules import read_shown
from reporting.practice.samples import STATES
from reporting.web.body import service
from reporting.web.pages import redirect_to, render

blueprint = Blueprint("practice", __name__)


@blueprint.get("/practice")
@requires(Permission.PAGE_READ)
def choose_language_of_practice() -> Response:
    """To the page in the language that the browser asks for: who links here need not know which ones there are."""
    if not service().for_practice:
        raise errors.NotFound
    response = redirect_to(f"/{choose_language(tag for tag, _quality in request.accept_languages)}/practice")
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get("/<lang:language>/practice")
@requires(Permission.PAGE_READ)
def show_practice(language: str) -> Response:
    """How to practice as a reporter and at the desk; no other site than one for practice has it."""
    facts = page_facts(service(), language)
    if not facts.for_practice:
        raise errors.NotFound
    return render(
        "practice/practice.html",
        language,
        facts=facts,
        here="practice",
        shown=read_shown(service()),
        states=STATES,
        roles=ROLE_NAMES,
    )
