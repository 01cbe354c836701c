"""Protection over HTTP: what is done to a case beside moving it on."""

from __future__ import annotations

from flask import Blueprint, Response, request

from reporting.cases.reading import page_limit
from reporting.permissions import Permission, requires
from reporting.protection import acting, setting
from reporting.protection.work import work
from reporting.web.body import json_response, read_json, service
from reporting.web.guard import signed_in

blueprint = Blueprint("protection", __name__, url_prefix="/api")


@blueprint.get("/protection/work")
@requires(Permission.PROTECTION_WORK)
def list_work() -> Response:
    """What waits for the member, those in danger first, and how many cases each officer deals with."""
    limit = page_limit(request.args.get("limit"))
    with service().database.read() as session:
        return json_response(work(service(), session, signed_in().member, request.args.get("after"), limit))


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


@blueprint.post("/cases/<case>/objections")
@requires(Permission.CASE_WRITE)
def waive_acknowledgement(case: str) -> Response:
    """Note that the reporter objects to an acknowledgement, whose deadline that ends: 201, or 200 on a retry."""
    entry = acting.parse_team_entry(read_json())
    found, new = acting.waive_acknowledgement(service(), signed_in().member, case, entry)
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


@blueprint.post("/cases/<case>/measures")
@requires(Permission.PROTECTION_WORK)
def set_measure(case: str) -> Response:
    """Say where a measure stands, with the signed entry that says what it is: 201, or 200 on a retry."""
    new, to = setting.parse(read_json())
    entry, fresh = setting.set_measure(service(), signed_in().member, case, new, to)
    return json_response({"id": entry}, 201 if fresh else 200)
