"""Files over HTTP, from reporters."""

from __future__ import annotations

from flask import Blueprint, Response

from reporting.evidence import rules
from reporting.evidence.body import read_part, upload_key
from reporting.permissions import Permission, requires
from reporting.web.body import STRANGERS, json_response, read_json, service

blueprint = Blueprint("uploads", __name__, url_prefix="/api")
#: For both sides: members send files too, and are told as early.
limits = Blueprint("limits", __name__, url_prefix="/api")


@limits.get("/uploads")
@requires(Permission.UPLOAD_SEND)
def show_limits() -> Response:
    """What may be sent."""
    return json_response(rules.limits(service()))


@blueprint.post("/uploads")
@requires(Permission.UPLOAD_SEND)
def begin_upload() -> Response:
    """Begin a file."""
    return json_response(rules.begin(service(), read_json(STRANGERS)), 201)


@blueprint.put("/uploads/<upload>/<int:part>")
@requires(Permission.UPLOAD_SEND)
def send_part(upload: str, part: int) -> Response:
    """Keep one part: 204 once it is durable, and again for the same bytes."""
    expected = rules.expect_part(service(), rules.Sender(), upload, upload_key(), part)
    rules.receive(service(), rules.Sender(), upload_key(), expected, read_part())
    return Response(status=204)


@blueprint.get("/uploads/<upload>")
@requires(Permission.UPLOAD_SEND)
def list_parts(upload: str) -> Response:
    """Which parts have arrived."""
    return json_response(rules.parts_of(service(), rules.Sender(), upload, upload_key()))
