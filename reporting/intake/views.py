"""Reporting over HTTP: a challenge, a report, and uploads once they are offered."""

from __future__ import annotations

from flask import Blueprint, Response

from reporting import errors
from reporting.intake import rules
from reporting.permissions import Permission, requires
from reporting.protocol.errors import N_
from reporting.web.body import STRANGERS, json_response, read_json, service

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


def _not_offered() -> Response:
    raise errors.NotOffered(N_("Attachments are not offered here."))


@blueprint.post("/uploads")
@requires(Permission.UPLOAD_SEND)
def begin_upload() -> Response:
    """Not offered yet."""
    read_json(STRANGERS)
    return _not_offered()


@blueprint.put("/uploads/<upload>/<int:part>")
@requires(Permission.UPLOAD_SEND)
def send_part(upload: str, part: int) -> Response:  # noqa: ARG001 - the address names them
    """Not offered yet."""
    return _not_offered()


@blueprint.get("/uploads/<upload>")
@requires(Permission.UPLOAD_SEND)
def list_parts(upload: str) -> Response:  # noqa: ARG001 - the address names it
    """Not offered yet."""
    return _not_offered()
