"""The first page, and how all of this works."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Blueprint, Response, request

from reporting.directory.places import countries
from reporting.directory.rules import page_facts, site_facts
from reporting.permissions import Permission, requires
from reporting.profiles import TOPICS
from reporting.profiles.places import KINDS
from reporting.web.body import service
from reporting.web.pages import deterministic, redirect_to, render

blueprint = Blueprint("awareness", __name__)


@blueprint.get("/")
@requires(Permission.PAGE_READ)
def choose_language() -> Response:
    """To the first page, in the language that the browser asks for."""
    wanted = (tag for tag, _quality in request.accept_languages)
    response = redirect_to(f"/{_spoken(wanted, site_facts(service()).site.languages)}/")
    response.headers["Vary"] = "Accept-Language"
    return response


def _spoken(wanted: Iterable[str], languages: Sequence[str]) -> str:
    """The language to begin in, as the site's document writes it: never a word of the request."""
    known = {language.lower(): language for language in reversed(languages)}
    tags = [tag.lower() for tag in wanted]
    candidates = (candidate for tag in tags for candidate in (tag, tag.partition("-")[0]))
    return next((known[candidate] for candidate in candidates if candidate in known), languages[0])


@blueprint.get("/<lang:language>")
@requires(Permission.PAGE_READ)
def lead_home(language: str) -> Response:
    """To the first page from its address without the slash; werkzeug would name host and scheme of the request."""
    page_facts(service(), language)
    return redirect_to(f"/{language}/")


@blueprint.get("/<lang:language>/")
@requires(Permission.PAGE_READ)
@deterministic
def show_home(language: str) -> Response:
    """The first page: report, follow up, how it works."""
    facts = page_facts(service(), language)
    return render("awareness/home.html", language, facts.key, facts=facts, here="")


@blueprint.get("/<lang:language>/how")
@requires(Permission.PAGE_READ)
@deterministic
def show_how(language: str) -> Response:
    """How this works: what is promised, by what means, and where each promise ends."""
    facts = page_facts(service(), language)
    return render("awareness/how.html", language, facts.key, facts=facts, here="how")


@blueprint.get("/<lang:language>/elsewhere")
@requires(Permission.PAGE_READ)
@deterministic
def show_elsewhere(language: str) -> Response:
    """Where else to go: authorities, advice, legal aid and emergency lines, by country and by what it is about."""
    facts = page_facts(service(), language)
    places = facts.places(*facts.directory.channels)
    known = {topic for place in places if not place.example for topic in place.topics}
    by_kind = [(kind, [place for place in places if place.kind == kind]) for kind in KINDS]
    return render(
        "awareness/elsewhere.html",
        language,
        facts.key,
        facts=facts,
        here="elsewhere",
        by_kind=[(kind, found, countries(found)) for kind, found in by_kind if found],
        topics=[(name, words) for name, words in TOPICS.items() if name in known],
        titles=KINDS,
        names=TOPICS,
    )
