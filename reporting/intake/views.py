"""Reporting over HTTP: a challenge, and a report."""

from __future__ import annotations

from flask import Blueprint, Response

from reporting.intake import rules
from reporting.permissions import Permission, requires
from reporting.web.body import json_response, read_json, service

blueprint = Blueprint("intake", __name__, url_prefix="/api")


@blueprint.get("/challenge")
@requires(Permission.CHALLENGE_GET)
def get_challenge() -> Response:
    """A challenge to solve; nothing is remembered of it."""
    return json_response(rules.issue(service()))


@blueprint.post("/reports")
@requires(Permission.REPORT_SEND)
def submit() -> Response:
    """Store a report: 201, or 200 with the stored answer on a retry."""
    stored = rules.submit(service(), read_json())
    answer = {"case": stored.case, "acknowledgement": stored.acknowledgement}
    return json_response(answer, 201 if stored.new else 200)
