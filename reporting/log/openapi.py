"""How the audit trail is described."""

from __future__ import annotations

from typing import Any

from reporting.log.trail import FORMS, MAX_LEAVES, MAX_PAGE
from reporting.protocol.encoding import MAX_INTEGER
from reporting.web.openapi import answer, array, json_body, nullable, obj, problems, query_parameter, ref

_SIZE = {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}

SCHEMAS: dict[str, Any] = {
    "AuditEvent": obj(
        {
            "position": _SIZE,
            "salt": ref("Base64"),
            "id": ref("Hex32"),
            "at": {"type": "integer", "description": "Unix seconds."},
            "member": {"type": "string", "description": "A member's id, or `server` for a command at its terminal."},
            "act": {"type": "string"},
            "case": nullable(ref("Hex32")),
            "details": {"type": "object"},
        }
    ),
    "AuditItem": obj(
        {
            "position": _SIZE,
            "leaf": ref("Digest"),
            "event": {
                **nullable(ref("AuditEvent")),
                "description": "What was hashed (RFC 8785, RFC 6962); null where it was erased.",
            },
            "proof": {**array(ref("Digest")), "description": "Inclusion, RFC 9162 section 2.1.3."},
        }
    ),
}


def _read(summary: str, schema: Any, *parameters: Any) -> dict[str, Any]:
    return {
        "get": {
            "summary": summary,
            "security": [{"session": list[str]()}],
            "parameters": list(parameters),
            "responses": {"200": answer("For auditors.", schema), **problems(401, 403, 405, 409, 422)},
        }
    }


PATHS: dict[str, Any] = {
    "/api/audit/checkpoint": _read(
        "The signed state of the audit log (c2sp.org/tlog-checkpoint).",
        obj({"checkpoint": ref("Note"), "consistency": array(ref("Digest"))}),
        query_parameter("from", _SIZE, "The size of the checkpoint that was kept; `consistency` proves from there on."),
    ),
    "/api/audit/events": _read(
        "Events, the newest first.",
        obj({"size": _SIZE, "events": array(ref("AuditItem")), "more": {"type": "boolean"}}),
        query_parameter("after", _SIZE, "The position of the last event of the page before."),
        query_parameter("size", _SIZE, "The size of the log that the proofs are for; else the present one."),
        query_parameter("member", {"type": "string", "maxLength": 64}, "Who did it, or to whom it was done."),
        query_parameter("case", {"type": "string", "pattern": "^[0-9a-f]{8,32}$"}, "A case number or its beginning."),
        query_parameter(
            "act", {"type": "string", "pattern": "^[a-z][a-z-]*(:[a-z][a-z-]*)?$"}, "`case:grant`, or `case`."
        ),
        query_parameter("limit", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE}, "Events on a page."),
    ),
    "/api/audit/leaves": _read(
        "Leaf hashes, in order.",
        obj({"size": _SIZE, "leaves": array(ref("Digest"))}),
        query_parameter("from", _SIZE, "The first position."),
        query_parameter("count", {"type": "integer", "minimum": 1, "maximum": MAX_LEAVES}, "How many at most."),
    ),
    "/api/audit/exports": {
        "post": {
            "summary": "Record that events are taken out of the desk, before they are.",
            "security": [{"session": list[str]()}],
            "requestBody": json_body(
                obj(
                    {
                        "form": {"type": "string", "enum": list(FORMS)},
                        **{name: {"type": "string", "maxLength": 64} for name in ("member", "case", "act")},
                    },
                    optional=("member", "case", "act"),
                )
            ),
            "responses": {"204": answer("Recorded."), **problems(400, 401, 403, 405, 413, 415, 422)},
        }
    },
    "/api/audit/tombstones": _read("Signed statements of what was erased.", obj({"tombstones": array(ref("Note"))})),
}
