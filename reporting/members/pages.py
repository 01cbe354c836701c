"""The page on which newcomers enroll: one document. The invitation is in the fragment, never sent."""

from __future__ import annotations

from flask import Blueprint, Response

from reporting.directory.rules import site_facts
from reporting.i18n import ENGLISH
from reporting.permissions import Permission, requires
from reporting.web.body import service
from reporting.web.headers import content_security_policy
from reporting.web.pages import deterministic, render, spoken

blueprint = Blueprint("member_pages", __name__)


@blueprint.get("/enroll")
@blueprint.get("/<lang:tongue>/enroll")
@requires(Permission.PAGE_READ)
@deterministic
def show_enroll(tongue: str = ENGLISH) -> Response:
    """The enrollment page in a language; what the invitation is for, its script asks over the API."""
    facts = site_facts(service())
    response = render("members/enroll.html", spoken(tongue), facts.key, facts=facts)
    response.headers["Content-Security-Policy"] = content_security_policy(desk=True)
    return response
