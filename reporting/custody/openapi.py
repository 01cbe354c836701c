"""How custody of identities is described."""

from __future__ import annotations

from typing import Any

from reporting.custody.rules import APPROVE, REFUSE, STATES
from reporting.web.openapi import answer, array, json_body, nullable, obj, path_parameter, problems, ref

_SESSION = [{"session": list[str]()}]
_EPOCH = {"type": "integer", "minimum": 0, "maximum": 23}
_CASE = path_parameter("case", ref("Hex32"))
_DISCLOSURE = path_parameter("disclosure", ref("Hex32"))
_STATE = {"type": "string", "enum": list(STATES)}
_DECISION = {"type": "string", "enum": [APPROVE, REFUSE]}
_LIST = array(ref("Disclosure"))

SCHEMAS: dict[str, Any] = {
    "Disclosure": obj(
        {
            "id": ref("Hex32"),
            "case": ref("Hex32"),
            "channel": ref("Id"),
            "entry": ref("Hex32"),
            "requested_by": ref("Id"),
            "day": ref("Day"),
            "needed": {"type": "integer", "minimum": 1, "description": "How many custodians must approve."},
            "state": _STATE,
            "notice": nullable(ref("Hex32")),
            "opened_by": nullable(ref("Id")),
            "custodians": array(
                obj(
                    {
                        "member": ref("Id"),
                        "decision": nullable(_DECISION),
                        "day": nullable(ref("Day")),
                        "entry": nullable(ref("Hex32")),
                    }
                )
            ),
        }
    ),
    "NewDisclosure": obj(
        {
            "epoch": _EPOCH,
            "entry": ref("Age"),
            "custodians": array(ref("Id"), minItems=1, maxItems=16),
            "notice": nullable(
                {**ref("Hex32"), "description": "One's message that told the reporter; null where that is waived."}
            ),
        },
        optional=("notice",),
    ),
    "NewDecision": obj({"epoch": _EPOCH, "entry": ref("Age"), "decision": _DECISION}),
    "NewWithdrawal": obj({"epoch": _EPOCH, "entry": ref("Age")}),
    "OpenedIdentity": obj({"epoch": _EPOCH, "entry": ref("Age"), "note": ref("Age")}),
}


def _read(summary: str, schema: Any, *parameters: Any) -> dict[str, Any]:
    responses = {"200": answer("Only what the member holds.", schema), **problems(401, 403, 404, 405)}
    return {"summary": summary, "security": _SESSION, "parameters": list(parameters), "responses": responses}


def _write(summary: str, body: Any, schema: Any, *parameters: Any, again: bool = True) -> dict[str, Any]:
    stored = {"201": answer("Stored.", schema), "200": answer("Stored before.", schema)}
    return {
        "summary": summary,
        "security": _SESSION,
        "parameters": [_CASE, *parameters],
        "requestBody": json_body(body),
        "responses": {
            **(stored if again else {"200": answer("The identity file.", schema)}),
            **problems(400, 401, 403, 404, 405, 409, 413, 415, 422, 503),
        },
    }


PATHS: dict[str, Any] = {
    "/api/disclosures": {
        "get": _read("Requests that one was asked about as a custodian.", obj({"disclosures": _LIST}))
    },
    "/api/cases/{case}/disclosures": {
        "get": _read(
            "Requests for a case's identity; `needed` is what the next one would need.",
            obj({"needed": {"type": "integer"}, "disclosures": _LIST}),
            _CASE,
        ),
        "post": _write("Ask for the identity, with a sealed request.", ref("NewDisclosure"), obj({"id": ref("Hex32")})),
    },
    "/api/cases/{case}/disclosures/{disclosure}/decisions": {
        "post": _write("Approve or refuse.", ref("NewDecision"), obj({"state": _STATE}), _DISCLOSURE)
    },
    "/api/cases/{case}/disclosures/{disclosure}/withdrawal": {
        "post": _write(
            "Take back one's own request, before it is opened.",
            ref("NewWithdrawal"),
            obj({"state": _STATE}),
            _DISCLOSURE,
        )
    },
    "/api/cases/{case}/disclosures/{disclosure}/opening": {
        "post": _write(
            "The identity file, once approved.", obj({}), obj({"sealed": ref("Age")}), _DISCLOSURE, again=False
        )
    },
    "/api/cases/{case}/disclosures/{disclosure}/opened": {
        "post": _write(
            "Store the opened identity, sealed to the case.",
            ref("OpenedIdentity"),
            obj({"id": ref("Hex32")}),
            _DISCLOSURE,
        )
    },
}
