"""The audit trail over HTTP, for auditors."""

from __future__ import annotations

from flask import Blueprint, Response, request

from reporting.log import rules, trail
from reporting.permissions import Permission, requires
from reporting.protocol.encoding import MAX_INTEGER
from reporting.web.body import json_response, read_json, service
from reporting.web.guard import signed_in

blueprint = Blueprint("audit", __name__, url_prefix="/api/audit")


@blueprint.get("/checkpoint")
@requires(Permission.AUDIT_READ)
def show_checkpoint() -> Response:
    """The signed state of the log, and that it continues the one of size ``from``."""
    kept = trail.any_size(request.args.get("from"), "from", 0)
    with service().database.read() as session:
        return json_response(trail.show_checkpoint(service(), session, kept))


@blueprint.get("/events")
@requires(Permission.AUDIT_READ)
def list_events() -> Response:
    """A page of events, the newest first, with proofs."""
    asked = request.args
    wanted = trail.parse_filter(asked.get("member"), asked.get("case"), asked.get("act"))
    limit = trail.number(asked.get("limit"), "limit", 1, trail.MAX_PAGE, trail.PAGE)
    after = trail.any_size(asked.get("after"), "after", MAX_INTEGER)
    size = trail.any_size(asked["size"], "size", 0) if "size" in asked else None
    with service().database.read() as session:
        return json_response(trail.show_events(session, wanted, after, size, limit))


@blueprint.get("/leaves")
@requires(Permission.AUDIT_READ)
def list_leaves() -> Response:
    """Leaf hashes in order, so that the root can be computed from them."""
    start = trail.any_size(request.args.get("from"), "from", 0)
    count = trail.number(request.args.get("count"), "count", 1, trail.MAX_LEAVES, trail.MAX_LEAVES)
    with service().database.read() as session:
        return json_response(trail.show_leaves(session, start, count))


@blueprint.get("/tombstones")
@requires(Permission.AUDIT_READ)
def list_tombstones() -> Response:
    """What says which events were erased, signed."""
    with service().database.read() as session:
        return json_response({"tombstones": trail.tombstones(session)})


@blueprint.post("/exports")
@requires(Permission.AUDIT_READ, recent=True)
def note_export() -> Response:
    """Record that an auditor takes events out of the desk, before their browser makes the file."""
    rules.note_export(service(), signed_in().member, trail.parse_export(read_json()))
    return Response(status=204)
