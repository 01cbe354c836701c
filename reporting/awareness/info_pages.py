"""The public site's texts as pages: the guide, the list, each topic, its easy-to-read version, and Article 13.

They are rendered anew whenever a text changes, and kept until then. They are no deterministic pages (protocol section
11): an organisation edits them at any time, and neither keys nor plaintext are ever on them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app

from reporting import errors
from reporting.awareness.merging import Merged
from reporting.awareness.pieces import Section
from reporting.awareness.rendering import Setting
from reporting.awareness.rendering import render as to_html
from reporting.awareness.rules import Edition, edition
from reporting.awareness.showing import setting
from reporting.awareness.topics import ARTICLE_13, EASY, GROUPS, GUIDE, SITE_PAGES, TOPICS, address, is_easy, topic_of
from reporting.awareness.words import profile_of
from reporting.directory.rules import SiteFacts, page_facts
from reporting.permissions import Permission, requires
from reporting.web.body import service
from reporting.web.pages import redirect_to, render

blueprint = Blueprint("info", __name__, url_prefix="/<lang:language>/info")
guide = Blueprint("guide", __name__)


@blueprint.get("")
@requires(Permission.PAGE_READ)
def lead_to_list(language: str) -> Response:
    """To the list from its address without the slash."""
    page_facts(service(), language)
    return redirect_to(f"/{language}/info/")


@blueprint.get("/")
@requires(Permission.PAGE_READ)
def show_list(language: str) -> Response:
    """Every topic with one sentence."""
    facts, found = _found(language)

    def groups() -> list[tuple[str, list[Merged]]]:
        pages = {name: found.page(name, language) for name in found.topics}
        listed = ((title, [page for name in names if (page := pages.get(name))]) for title, names in GROUPS.items())
        return [(title, topics) for title, topics in listed if topics]

    return _render(
        "list",
        facts,
        found,
        language,
        "info/",
        guide=lambda: found.page(GUIDE, language),
        groups=groups,
        easy={name for name in found.topics if found.has_easy(name)},
        practice=service().settings.practice_url,
    )


@blueprint.get("/article-13")
@requires(Permission.PAGE_READ)
def show_article_13(language: str) -> Response:
    """What Article 13 asks to be published, item by item, each with an address of its own."""
    facts, found = _found(language)
    return _render(
        "article_13",
        facts,
        found,
        language,
        "info/article-13",
        items=ARTICLE_13,
        answers=lambda: found.article_13(language),
    )


@blueprint.get("/<topic>")
@requires(Permission.PAGE_READ)
def show_topic(language: str, topic: str) -> Response:
    """One topic."""
    if topic not in TOPICS:
        raise errors.NotFound  # easy words and the guide have addresses of their own
    return _show(language, topic)


@blueprint.get("/<topic>/easy")
@requires(Permission.PAGE_READ)
def show_easy(language: str, topic: str) -> Response:
    """One topic in easy-to-read words."""
    return _show(language, f"{EASY}{topic}")


@guide.get(f"/<lang:language>/{GUIDE}")
@requires(Permission.PAGE_READ)
def show_guide(language: str) -> Response:
    """What applies to me? Questions that lead by links to each other, all on one page: nothing is sent."""
    facts, found = _found(language)
    return _render(
        "guide", facts, found, language, address(GUIDE), name=GUIDE, make=lambda: found.page(GUIDE, language)
    )


def _show(language: str, name: str) -> Response:
    facts, found = _found(language)
    if name not in found.names:
        raise errors.NotFound
    topic = topic_of(name)
    place = found.topics.index(topic)
    return _render(
        "topic",
        facts,
        found,
        language,
        address(name),
        name=name,
        make=lambda: found.page(name, language),
        easy=is_easy(name),
        other=address(topic if is_easy(name) else f"{EASY}{topic}") if is_easy(name) or found.has_easy(topic) else "",
        before=lambda: found.page(found.topics[place - 1], language) if place else None,
        after=lambda: found.page(found.topics[place + 1], language) if place + 1 < len(found.topics) else None,
    )


def _found(language: str) -> tuple[SiteFacts, Edition]:
    facts = page_facts(service(), language)
    with service().database.read() as session:
        return facts, edition(service(), session, profile_of(facts))


def _render(template: str, facts: SiteFacts, found: Edition, language: str, here: str, **context: Any) -> Response:
    key = (*facts.key, *found.key, here)
    show = _shown(facts, found, language, context.get("name", ""))
    return render(f"awareness/info_{template}.html", language, key, facts=facts, here=here, show=show, **context)


def _shown(facts: SiteFacts, found: Edition, language: str, page: str) -> Callable[..., Any]:
    """What a template calls to have a text shown; nothing is made for a page that is kept already."""
    made: list[Setting] = []

    def show(what: Section | str | Any) -> Any:
        if not made:
            made.append(setting(service(), facts, found, language, page=page, served=served_pages()))
        if isinstance(what, str):
            return made[0].fill(what)
        return to_html(what.blocks if isinstance(what, Section) else what, made[0])

    return show


def served_pages() -> frozenset[str]:
    """Which other pages of the site this release has."""
    rules = {rule.rule for rule in current_app.url_map.iter_rules()}
    return frozenset(name for name in SITE_PAGES if rules & {f"/<lang:language>/{name}", f"/<lang:language>/{name}/"})
