"""Protection over HTTP: what is done to a case beside moving it on."""

from __future__ import annotations

from flask import Blueprint, Response

from reporting.permissions import Permission, requires
from reporting.protection import acting
from reporting.web.body import json_response, read_json, service
from reporting.web.guard import signed_in

blueprint = Blueprint("protection", __name__, url_prefix="/api")


@blueprint.post("/cases/<case>/refusals")
@requires(Permission.PROTECTION_DECIDE)
def propose(case: str) -> Response:
    """Propose to refuse protection, for another member to confirm: 201, or 200 on a retry."""
    found, new = acting.propose_refusal(service(), signed_in().member, case, acting.parse_team_entry(read_json()))
    return json_response({"id": found}, 201 if new else 200)


@blueprint.post("/cases/<case>/assessments")
@requires(Permission.CASE_WRITE)
def assess(case: str) -> Response:
    """Store an assessment of the risk, which meets the deadline for it: 201, or 200 on a retry."""
    found, new = acting.store_assessment(service(), signed_in().member, case, acting.parse_team_entry(read_json()))
    return json_response({"id": found}, 201 if new else 200)


@blueprint.post("/cases/<case>/findings")
@requires(Permission.CASE_WRITE)
def propose_finding(case: str) -> Response:
    """Propose a finding that needs two, for another member to confirm: 201, or 200 on a retry."""
    found, new = acting.propose_finding(service(), signed_in().member, case, acting.parse_team_entry(read_json()))
    return json_response({"id": found}, 201 if new else 200)


@blueprint.post("/cases/<case>/steps")
@requires(Permission.CASE_WRITE)
def record_step(case: str) -> Response:
    """Record a step towards persons concerned: 201, or 200 on a retry."""
    found, new = acting.record_step(service(), signed_in().member, case, acting.parse_team_entry(read_json()))
    return json_response({"id": found}, 201 if new else 200)


@blueprint.post("/cases/<case>/danger")
@requires(Permission.PROTECTION_WORK)
def raise_danger(case: str) -> Response:
    """Say that somebody is in danger: 201, or 200 where it was said."""
    new = acting.raise_danger(service(), signed_in().member, case)
    return json_response({"raised": new}, 201 if new else 200)


@blueprint.post("/cases/<case>/deadlines")
@requires(Permission.PROTECTION_WORK)
def tell_done(case: str) -> Response:
    """Say that what a deadline of staff waits for was done."""
    return json_response({"met": acting.tell_done(service(), signed_in().member, case, read_json())})
