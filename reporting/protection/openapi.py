"""How protection is described."""

from __future__ import annotations

from typing import Any

from reporting.cases.reading import MAX_PAGE
from reporting.cases.workflow import STATUSES
from reporting.protection import work
from reporting.protection.measures import STATES
from reporting.protection.rules import CLOCKS, CONFIRMED, LAPSED, PROPOSED, TOLD
from reporting.web.openapi import (
    answer,
    array,
    json_body,
    nullable,
    obj,
    path_parameter,
    problems,
    query_parameter,
    ref,
)

_SESSION = [{"session": list[str]()}]
_CASE = path_parameter("case", ref("Hex32"))
_TIME = {"type": "string", "description": "ISO 8601, UTC. Of staff, never of a reporter."}
_NAME = {"type": "string", "enum": list(CLOCKS)}
_STATE = {"type": "string", "enum": list(STATES)}

SCHEMAS: dict[str, Any] = {
    "Protected": obj(
        {
            "clocks": array(obj({"name": _NAME, "started": _TIME, "due": _TIME, "done": nullable(_TIME)})),
            "refusals": array(ref("Proposal")),
            "measures": array(
                obj(
                    {
                        "id": ref("Hex32"),
                        "state": _STATE,
                        "owner": ref("Id"),
                        "review": nullable(ref("Day")),
                        "end": nullable(ref("Day")),
                        "entry": ref("Hex32"),
                    }
                )
            ),
            "check_ins": array(ref("CheckIn")),
        }
    ),
    "CheckIn": obj(
        {
            "months": {"type": "integer", "minimum": 1, "maximum": 120, "description": "After the case was closed."},
            "due": ref("Day"),
            "done": nullable(ref("Day")),
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
    "NewMeasure": obj(
        {
            "epoch": {"type": "integer", "minimum": 0, "maximum": 23},
            "entry": ref("Age"),
            "audience": {"type": "string", "enum": ["reporter", "team"]},
            "measure": ref("Hex32"),
            "state": _STATE,
            "owner": ref("Id"),
            "review": nullable(ref("Day")),
            "end": nullable(ref("Day")),
        }
    ),
    "WorkItem": obj(
        {
            "case": ref("Hex32"),
            "channel": ref("Id"),
            "status": {"type": "string", "enum": list(STATUSES)},
            "assignee": nullable(ref("Id")),
            "danger": {"type": "boolean", "description": "Somebody is in danger, and nobody said yet what was done."},
            "kind": {"type": "string", "enum": list(work.KINDS)},
            "name": {"type": "string", "description": "Which deadline, or what is to be looked at."},
            "due": {"type": "string", "description": "The last day for it; or the instant, ISO 8601, of staff."},
            "state": {"type": "string", "enum": list(work.STATES)},
            "by": {**nullable(ref("Id")), "description": "Who proposed it, or answers for it."},
        }
    ),
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

_LOAD = obj(
    {
        "id": {"type": "string", "description": "A member; empty for cases that nobody deals with."},
        "open": {"type": "integer", "minimum": 0},
        "overdue": {"type": "integer", "minimum": 0},
    }
)
_WORK = obj(
    {
        "today": ref("Day"),
        "items": array(ref("WorkItem")),
        "next": nullable({"type": "string"}),
        "load": {**array(_LOAD), "description": "On the first page alone."},
    }
)

PATHS: dict[str, Any] = {
    "/api/protection/work": {
        "get": {
            "summary": "What waits for a protection officer, those in danger first, then the nearest due.",
            "security": _SESSION,
            "parameters": [
                query_parameter("after", {"type": "string"}, "The `next` of the page before."),
                query_parameter("limit", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE}, "Items on a page."),
            ],
            "responses": {
                "200": answer("Of cases that the member was granted.", _WORK),
                **problems(401, 403, 404, 405, 422),
            },
        }
    },
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
    "/api/cases/{case}/measures": {
        "post": _write(
            "Say where a measure stands, with the signed entry about it, for both sides or the team.",
            {"201": answer("Stored.", _ADDED), "200": answer("Stored before.", _ADDED)},
            ref("NewMeasure"),
        )
    },
    "/api/cases/{case}/findings": {
        "post": _write(
            "Propose to find a report knowingly false, with the signed proposal for the team; another confirms it.",
            {"201": answer("Stored.", _ADDED), "200": answer("Stored before.", _ADDED)},
            ref("NewTeamEntry"),
        )
    },
    "/api/cases/{case}/steps": {
        "post": _write(
            "Record a step towards persons concerned, sealed for the team; the risk is then to be assessed again.",
            {"201": answer("Stored.", _ADDED), "200": answer("Stored before.", _ADDED)},
            ref("NewTeamEntry"),
        )
    },
    "/api/cases/{case}/objections": {
        "post": _write(
            "Note for the team that the reporter objects to an acknowledgement: its deadline ends as waived.",
            {"201": answer("Stored.", _ADDED), "200": answer("Stored before.", _ADDED)},
            ref("NewTeamEntry"),
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
