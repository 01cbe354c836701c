"""The mailbox page, what a receipt code opens; and the page behind a news link."""

from __future__ import annotations

from flask import Blueprint, Response

from reporting.directory.rules import page_facts
from reporting.permissions import Permission, requires
from reporting.profiles import TOPICS
from reporting.profiles.places import KINDS
from reporting.web.body import service
from reporting.web.headers import offer_recording
from reporting.web.pages import deterministic, render

blueprint = Blueprint("mailbox_pages", __name__)


@blueprint.get("/<lang:language>/mailbox")
@requires(Permission.PAGE_READ)
@deterministic
def show_mailbox(language: str) -> Response:
    """Follow a report with its receipt code."""
    facts = page_facts(service(), language)
    page = render("mailbox/mailbox.html", language, facts.key, facts=facts, here="mailbox", topics=TOPICS, titles=KINDS)
    return offer_recording(page)


@blueprint.get("/<lang:language>/news")
@requires(Permission.PAGE_READ)
@deterministic
def show_news(language: str) -> Response:
    """The page behind a news link, whose secret part no browser sends: the same for everybody."""
    facts = page_facts(service(), language)
    return render("mailbox/news.html", language, facts.key, facts=facts, here="news")
