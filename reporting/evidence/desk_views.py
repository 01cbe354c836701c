"""Files over HTTP, at the desk."""

from __future__ import annotations

from flask import Blueprint, Response

from reporting.cases.rules import end_covers
from reporting.evidence import body, rules
from reporting.permissions import Permission, requires
from reporting.web.body import STRANGERS, json_response, read_json, service
from reporting.web.guard import signed_in

blueprint = Blueprint("files", __name__, url_prefix="/api/cases/<case>")


@blueprint.before_request
def end() -> None:
    """Let nobody load by a cover what it gave them until yesterday."""
    end_covers(service())


@blueprint.get("/uploads")
@requires(Permission.CASE_WRITE)
def show_limits(case: str) -> Response:
    """What may be sent."""
    rules.sender_of(service(), signed_in().member, case)
    return json_response(rules.limits(service()))


@blueprint.post("/uploads")
@requires(Permission.CASE_WRITE)
def begin_upload(case: str) -> Response:
    """Begin a member's file for a case."""
    content = read_json(STRANGERS)
    return json_response(rules.begin_for_case(service(), signed_in().member, case, content), 201)


@blueprint.put("/uploads/<upload>/<int:part>")
@requires(Permission.CASE_WRITE)
def send_part(case: str, upload: str, part: int) -> Response:
    """Keep one part: 204 once it is durable, and again for the same bytes."""
    sender = rules.sender_of(service(), signed_in().member, case)
    expected = rules.expect_part(service(), sender, upload, body.upload_key(), part)
    rules.receive(service(), sender, body.upload_key(), expected, body.read_part())
    return Response(status=204)


@blueprint.get("/uploads/<upload>")
@requires(Permission.CASE_WRITE)
def list_parts(case: str, upload: str) -> Response:
    """Which parts have arrived."""
    sender = rules.sender_of(service(), signed_in().member, case)
    return json_response(rules.parts_of(service(), sender, upload, body.upload_key()))


@blueprint.post("/files/<upload>/openings")
@requires(Permission.CASE_READ)
def open_file(case: str, upload: str) -> Response:
    """Record that the member opens a file, and let them load its parts."""
    content = read_json(STRANGERS)
    return json_response(rules.open_file(service(), signed_in().member, case, upload, content))


@blueprint.get("/files/<upload>/<int:part>")
@requires(Permission.CASE_READ)
def read_part(case: str, upload: str, part: int) -> Response:
    """One part of an opened file."""
    return body.part_response(rules.read_part(service(), signed_in().member, case, upload, part))
