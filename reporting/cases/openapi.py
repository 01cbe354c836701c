"""How the desk's cases are described."""

from __future__ import annotations

from typing import Any

from reporting.cases.assigning import MAX_ASSIGNED
from reporting.cases.looking import FORMS
from reporting.cases.reading import MAX_PAGE
from reporting.cases.workflow import OUTCOMES, STATUSES
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
_STATUS = {"type": "string", "enum": list(STATUSES)}
_EPOCH = {"type": "integer", "minimum": 0, "maximum": 23}
_CASE = path_parameter("case", ref("Hex32"))
_AFTER = query_parameter("after", ref("Hex32"), "The id of the last item of the page before.")
_ADDED = obj({"id": ref("Hex32")})

_HEAD: dict[str, Any] = {
    "case": ref("Hex32"),
    "channel": ref("Id"),
    "received": ref("Day"),
    "sealed_by": {"type": "string", "enum": ["device", "server"]},
    "status": _STATUS,
    "clocks": array(ref("Clock")),
    "granted": {"type": "boolean"},
    "custodian": {"type": "boolean"},
    "assignee": nullable(ref("Id")),
    "card": nullable(ref("Base64")),
    "unread": nullable({**ref("Hex32"), "description": "The last entry of the reporter's that one was not shown."}),
    "unread_since": nullable(ref("Day")),
}

SCHEMAS: dict[str, Any] = {
    "CaseLine": obj(
        {
            **_HEAD,
            "next_due": nullable(ref("Day")),
            "danger": {
                "type": "boolean",
                "description": "Staff said that somebody is in danger, and nobody yet what was done.",
            },
            "urgent": nullable({"type": "string", "description": "When the nearest of the hours of staff runs out."}),
        }
    ),
    "Case": obj(
        {
            **_HEAD,
            "outcome": nullable({"type": "string", "enum": list(OUTCOMES)}),
            "directory": {"type": "integer"},
            "epochs": array(ref("Note")),
            "recipient": ref("Recipient"),
            "grants": array(obj({"epoch": _EPOCH, "sealed": ref("Age")})),
            "allowed": array(_STATUS),
            "custody": obj({"identity": {"type": "boolean"}, "disclosures": {"type": "integer"}}),
            "protection": {
                **nullable(ref("Protected")),
                "description": "Of a report only where an assessment of the risk was asked for.",
            },
            "findings": array(ref("Proposal")),
        }
    ),
    "CaseEntry": obj(
        {
            "id": ref("Hex32"),
            "audience": {"type": "string", "enum": ["reporter", "team", "custodian"]},
            "author": {"type": "string"},
            "epoch": _EPOCH,
            "date": ref("Day"),
            "sealed": nullable(ref("Age")),
            "sha256": ref("Digest"),
            "acknowledgement": nullable(ref("Note")),
        }
    ),
    "NewCaseEntry": obj(
        {
            "audience": {"type": "string", "enum": ["reporter", "team"]},
            "epoch": _EPOCH,
            "entry": ref("Age"),
            "status": obj(
                {
                    "status": _STATUS,
                    "outcome": {"type": "string", "enum": list(OUTCOMES)},
                    "refusal": ref("Hex32"),
                    "finding": ref("Hex32"),
                },
                optional=("outcome", "refusal", "finding"),
            ),
            "uploads": array({"type": "string", "maxLength": 64}, maxItems=16),
        },
        optional=("status", "uploads"),
    ),
    "NewRemoval": obj(
        {
            "audience": {"type": "string", "enum": ["reporter", "team"]},
            "epoch": _EPOCH,
            "entry": ref("Age"),
            "target": {**ref("Hex32"), "description": "The entry that goes, with its files, or of which a file goes."},
            "upload": {**ref("Hex32"), "description": "The one file of it that goes."},
        },
        optional=("upload",),
    ),
    "Removed": obj(
        {
            "id": ref("Hex32"),
            "left": {
                "type": ["array", "null"],
                "items": {"type": "string", "enum": ["files", "log"]},
                "description": "What of the bytes stays until the next sweep: parts in the store of files, the log of"
                " the database. Null where the same was sent before.",
            },
        }
    ),
    "Access": obj(
        {
            "member": ref("Id"),
            "epoch": _EPOCH,
            "grants": array(obj({"epoch": _EPOCH, "sealed": ref("Age")}), minItems=1, maxItems=24),
            "entry": ref("Age"),
        }
    ),
    "NewEpoch": obj(
        {
            "note": ref("Note"),
            "recipient": ref("Recipient"),
            "grants": array(obj({"member": ref("Id"), "epoch": _EPOCH, "sealed": ref("Age")}), minItems=1),
            "confirmed": {
                "type": "boolean",
                "description": "Fewer than two hold the case from now on, and whoever asks for it was told so.",
            },
        },
        optional=("confirmed",),
    ),
    "NewAssignment": obj(
        {"cases": array(ref("Hex32"), minItems=1, maxItems=MAX_ASSIGNED), "member": nullable(ref("Id"))}
    ),
    "Counts": obj(
        {
            "id": {"type": "string", "description": "A channel or member; empty for cases that nobody deals with."},
            **{name: {"type": "integer", "minimum": 0} for name in ("open", "overdue", "never_opened", "closed")},
        }
    ),
    "NewCover": obj(
        {
            "to": ref("Id"),
            "until": ref("Day"),
            "cases": array(ref("Hex32"), minItems=1, maxItems=MAX_ASSIGNED),
        }
    ),
    "Cover": obj(
        {
            "id": ref("Hex32"),
            "to": ref("Id"),
            "until": ref("Day"),
            "ended": {"type": "boolean"},
            "cases": array(obj({"case": ref("Hex32"), "given": {"type": "boolean"}})),
        }
    ),
    "Event": obj(
        {
            "id": ref("Hex32"),
            "at": {"type": "string", "format": "date-time"},
            "member": {"type": "string"},
            "act": {"type": "string"},
            "details": {"type": "object"},
            "leaf": ref("Digest"),
        }
    ),
}


def _operation(summary: str, responses: dict[str, Any], *parameters: Any, body: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "summary": summary,
        "security": _SESSION,
        "parameters": list(parameters),
        "responses": responses,
    }
    if body is not None:
        found["requestBody"] = json_body(body)
    return found


def _read(summary: str, schema: Any, *parameters: Any) -> dict[str, Any]:
    responses = {"200": answer("Only what the member holds.", schema), **problems(401, 403, 404, 405, 409, 422)}
    return _operation(summary, responses, *parameters)


def _write(summary: str, body: Any, schema: Any) -> dict[str, Any]:
    responses = {
        "201": answer("Stored.", schema),
        "200": answer("Stored before.", schema),
        **problems(400, 401, 403, 404, 405, 409, 413, 415, 422, 503),
    }
    return _operation(summary, responses, _CASE, body=body)


_PLACE = query_parameter("after", {"type": "string"}, "The `next` of the page before.")
_LIMIT = query_parameter("limit", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE}, "Cases on a page.")

PATHS: dict[str, Any] = {
    "/api/cases": {
        "get": _read(
            "One's own cases, the nearest due first.",
            obj({"cases": array(ref("CaseLine")), "next": nullable({"type": "string"})}),
            _PLACE,
            _LIMIT,
        )
    },
    "/api/cases/assignments": {
        "post": _operation(
            "Say who deals with cases: all of them or none. Everybody named must have been granted each.",
            {
                "200": answer("Those that had another before.", obj({"changed": array(ref("Hex32"))})),
                **problems(400, 401, 403, 404, 405, 413, 415, 422),
            },
            body=ref("NewAssignment"),
        )
    },
    "/api/overview": {
        "get": _operation(
            "Counts of cases, by channel and by who deals with them: one's own, or for auditors all before today.",
            {
                "200": answer(
                    "Channels and people without any case are left out.",
                    obj(
                        {
                            "scope": {"type": "string", "enum": ["own", "all"]},
                            "channels": array(ref("Counts")),
                            "people": array(ref("Counts")),
                        }
                    ),
                ),
                **problems(401, 403, 405),
            },
        )
    },
    "/api/cases/{case}": {"get": _read("One case.", ref("Case"), _CASE)},
    "/api/cases/{case}/entries": {
        "get": _read(
            "A case's entries, newest first.",
            obj({"entries": array(ref("CaseEntry")), "more": {"type": "boolean"}}),
            _CASE,
            _AFTER,
        ),
        "post": _write(
            "Add a sealed entry. Status, on a channel of kind `report`: received → acknowledged → assessing →"
            " investigating → feedback_given → closed; on one of kind `protection`: received → triage → assessing →"
            " decided → active → review → ended → closed, and beside these on_hold, appealed, withdrawn. Reasons are"
            " in the sealed entry; `decided` has an `outcome`, and `refused` a `refusal` that another member proposed.",
            ref("NewCaseEntry"),
            _ADDED,
        ),
    },
    "/api/covers": {
        "get": _operation(
            "Who stands in for the member.",
            {"200": answer("Their covers.", obj({"covers": array(ref("Cover"))})), **problems(401, 403, 404, 405)},
        ),
        "post": _operation(
            "Let a member stand in until a day, that day included: access given to them in these cases ends then.",
            {"201": answer("Begun.", _ADDED), **problems(400, 401, 403, 404, 405, 413, 415, 422)},
            body=ref("NewCover"),
        ),
    },
    "/api/covers/{cover}": {
        "delete": _operation(
            "End a cover now; one that has ended is taken off the list.",
            {"204": answer("Done."), **problems(401, 403, 404, 405)},
            path_parameter("cover", ref("Hex32")),
        )
    },
    "/api/cases/{case}/removals": {
        "post": _write(
            "Remove an entry, or one file of an entry, as irrelevant personal data, with the `removal` entry for the"
            " same audience that names its hash and says why. Its hash stays.",
            ref("NewRemoval"),
            ref("Removed"),
        )
    },
    "/api/cases/{case}/grants": {
        "post": _write("Give one more member access, with the `access` entry.", ref("Access"), _ADDED)
    },
    "/api/cases/{case}/epochs": {
        "post": _write("Continue the chain of epochs.", ref("NewEpoch"), obj({"epoch": _EPOCH}))
    },
    "/api/cases/{case}/exports": {
        "post": _operation(
            "Record that the case is taken out of the desk, before it is.",
            {"204": answer("Recorded."), **problems(400, 401, 403, 404, 405, 413, 415, 422)},
            _CASE,
            body=obj({"form": {"type": "string", "enum": list(FORMS)}}),
        )
    },
    "/api/cases/{case}/read": {
        "post": _operation(
            "Say that one was shown all up to this entry of the reporter's; what came after it stays unread.",
            {"204": answer("Noted."), **problems(400, 401, 403, 404, 405, 413, 415, 422)},
            _CASE,
            body=obj({"entry": ref("Hex32")}),
        )
    },
    "/api/cases/{case}/card": {
        "put": _operation(
            "Keep one's card of the case.",
            {"204": answer("Stored."), **problems(400, 401, 403, 404, 405, 413, 415, 422)},
            _CASE,
            body=obj({"card": ref("Base64")}),
        )
    },
    "/api/cases/{case}/history": {
        "get": _read(
            "What staff did to the case.",
            obj({"events": array(ref("Event")), "more": {"type": "boolean"}}),
            _CASE,
            _AFTER,
        )
    },
}
