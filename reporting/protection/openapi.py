"""How protection is described."""

from __future__ import annotations

from typing import Any

from reporting.protection.rules import CLOCKS, CONFIRMED, LAPSED, PROPOSED, TOLD
from reporting.web.openapi import answer, array, json_body, nullable, obj, path_parameter, problems, ref

_SESSION = [{"session": list[str]()}]
_CASE = path_parameter("case", ref("Hex32"))
_TIME = {"type": "string", "description": "ISO 8601, UTC. Of staff, never of a reporter."}
_NAME = {"type": "string", "enum": list(CLOCKS)}

SCHEMAS: dict[str, Any] = {
    "Protected": obj(
        {
            "clocks": array(obj({"name": _NAME, "started": _TIME, "due": _TIME, "done": nullable(_TIME)})),
            "refusals": array(ref("Proposal")),
        }
    ),
    "Proposal": obj(
        {
            "id": ref("Hex32"),
            "entry": ref("Hex32"),
            "proposed_by": ref("Id"),
            "date": ref("Day"),
            "state": {"type": "string", "enum": [PROPOSED, CONFIRMED, LAPSED]},
            "confirmed_by": nullable(ref("Id")),
        }
    ),
    "NewTeamEntry": obj({"epoch": {"type": "integer", "minimum": 0, "maximum": 23}, "entry": ref("Age")}),
    "MetDeadline": obj({"done": {"type": "string", "enum": list(TOLD)}}),
}


def _write(summary: str, answers: dict[str, Any], body: Any = None) -> dict[str, Any]:
    found = {
        "summary": summary,
        "security": _SESSION,
        "parameters": [_CASE],
        "responses": {**answers, **problems(400, 401, 403, 404, 405, 409, 413, 415, 422)},
    }
    return found if body is None else {**found, "requestBody": json_body(body)}


_ADDED = obj({"id": ref("Hex32")})
_RAISED = obj({"raised": {"type": "boolean"}})

PATHS: dict[str, Any] = {
    "/api/cases/{case}/refusals": {
        "post": _write(
            "Propose to refuse protection, with the signed proposal for the team; another member confirms it.",
            {"201": answer("Stored.", _ADDED), "200": answer("Stored before.", _ADDED)},
            ref("NewTeamEntry"),
        )
    },
    "/api/cases/{case}/assessments": {
        "post": _write(
            "Store an assessment of the risk, for the team: the deadline for it is met. Of a protection case by its"
            " officers, of a report by whoever may write to it.",
            {"201": answer("Stored.", _ADDED), "200": answer("Stored before.", _ADDED)},
            ref("NewTeamEntry"),
        )
    },
    "/api/cases/{case}/findings": {
        "post": _write(
            "Propose to find a report knowingly false, with the signed proposal for the team; another confirms it.",
            {"201": answer("Stored.", _ADDED), "200": answer("Stored before.", _ADDED)},
            ref("NewRefusal"),
        )
    },
    "/api/cases/{case}/steps": {
        "post": _write(
            "Record a step towards persons concerned, sealed for the team; the risk is then to be assessed again.",
            {"201": answer("Stored.", _ADDED), "200": answer("Stored before.", _ADDED)},
            ref("NewRefusal"),
        )
    },
    "/api/cases/{case}/danger": {
        "post": _write(
            "Say that somebody is in danger: the case comes first, and the hours to act in begin.",
            {"201": answer("Raised.", _RAISED), "200": answer("Raised before.", _RAISED)},
        )
    },
    "/api/cases/{case}/deadlines": {
        "post": _write(
            "Say that what a deadline of staff waits for was done.",
            {"200": answer("Those that ran.", obj({"met": array(_NAME)}))},
            ref("MetDeadline"),
        )
    },
}
