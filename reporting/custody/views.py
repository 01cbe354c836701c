"""Custody of identities over HTTP."""

from __future__ import annotations

from flask import Blueprint, Response

from reporting.custody import rules, withdrawing
from reporting.permissions import Permission, requires
from reporting.web.body import json_response, read_json, service
from reporting.web.guard import signed_in

blueprint = Blueprint("custody", __name__, url_prefix="/api")


@blueprint.get("/disclosures")
@requires(Permission.IDENTITY_DECIDE)
def list_asked() -> Response:
    """The requests that a custodian was asked about, those that are awaited first."""
    with service().database.read() as session:
        return json_response(rules.of_custodian(session, signed_in().member))


@blueprint.get("/cases/<case>/disclosures")
@requires(Permission.CASE_READ)
def list_disclosures(case: str) -> Response:
    """The requests for a case's identity, with what was decided."""
    with service().database.read() as session:
        return json_response(rules.of_case(service(), session, signed_in().member, case))


@blueprint.post("/cases/<case>/disclosures")
@requires(Permission.IDENTITY_REQUEST)
def ask(case: str) -> Response:
    """Ask for an identity: 201, or 200 on a retry."""
    found, new = rules.request(service(), signed_in().member, case, rules.parse_request(read_json()))
    return json_response({"id": found}, 201 if new else 200)


@blueprint.post("/cases/<case>/disclosures/<disclosure>/withdrawal")
@requires(Permission.IDENTITY_REQUEST)
def withdraw(case: str, disclosure: str) -> Response:
    """Take back a request of one's own: 201, or 200 on a retry."""
    new = withdrawing.parse_withdrawal(read_json())
    stored = withdrawing.withdraw(service(), signed_in().member, case, disclosure, new)
    return json_response({"state": rules.WITHDRAWN}, 201 if stored else 200)


@blueprint.post("/cases/<case>/disclosures/<disclosure>/decisions")
@requires(Permission.IDENTITY_DECIDE, recent=True)
def decide(case: str, disclosure: str) -> Response:
    """Approve or refuse: 201, or 200 on a retry."""
    new = rules.parse_decision(read_json())
    state, stored = rules.decide(service(), signed_in().member, case, disclosure, new)
    return json_response({"state": state}, 201 if stored else 200)


@blueprint.post("/cases/<case>/disclosures/<disclosure>/opening")
@requires(Permission.IDENTITY_DECIDE, recent=True)
def open_identity(case: str, disclosure: str) -> Response:
    """Hand the identity file of an approved request to one of its custodians."""
    read_json()
    return json_response(rules.sealed_json(rules.hand_out(service(), signed_in().member, case, disclosure)))


@blueprint.post("/cases/<case>/disclosures/<disclosure>/opened")
@requires(Permission.IDENTITY_DECIDE, recent=True)
def store_opened(case: str, disclosure: str) -> Response:
    """Store the opened identity, sealed to the case: 201, or 200 on a retry."""
    new = rules.parse_opening(read_json())
    note, stored = rules.store_opened(service(), signed_in().member, case, disclosure, new)
    return json_response({"id": note}, 201 if stored else 200)
