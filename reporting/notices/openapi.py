"""How mail to members is described."""

from __future__ import annotations

from typing import Any

from reporting.notices.slots import KINDS
from reporting.web.openapi import answer, array, json_body, nullable, obj, problems, ref

_SESSION = [{"session": list[str]()}]
_TEXT = {"type": "string"}
_LANGUAGE = {"type": "string", "description": "The language of mail, one that the desk speaks, such as ar."}
_BODY = (400, 413, 415, 422)
_DONE = {"204": answer("Done.")}

SCHEMAS: dict[str, Any] = {
    "MailChoice": obj(
        {
            "id": ref("Id"),
            "kinds": array({"type": "string", "enum": list(KINDS)}),
            "named": {"type": "boolean", "description": "Whether the mail may say which channel it is."},
        }
    ),
    "Mail": obj(
        {
            "offered": {"type": "boolean", "description": "Whether this service sends mail."},
            "slots": array(_TEXT),
            "zone": {"type": "string", "description": "The time zone of the slots."},
            "address": nullable(_TEXT),
            "waiting": nullable({"type": "string", "description": "An address whose code has not come back yet."}),
            "refused": {"type": "boolean", "description": "Whether the last mail to the address was refused."},
            "language": _LANGUAGE,
            "channels": array(ref("MailChoice")),
            "checkpoints": nullable({"type": "boolean", "description": "Null for whoever is no auditor."}),
        }
    ),
    "MailChoices": obj(
        {"channels": array(ref("MailChoice")), "checkpoints": {"type": "boolean"}, "language": _LANGUAGE}
    ),
}


def _own(summary: str, answers: dict[str, Any], *statuses: int, body: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = {"summary": summary, "security": _SESSION}
    if body is not None:
        found["requestBody"] = json_body(body)
    return {**found, "responses": {**answers, **problems(401, 403, 405, *statuses)}}


def _with_language(name: str) -> Any:
    return obj({name: _TEXT, "language": _LANGUAGE})


PATHS: dict[str, Any] = {
    "/api/account/mail": {
        "get": _own("Where one gets mail, and of what.", {"200": answer("The settings.", ref("Mail"))})
    },
    "/api/account/mail/address": {
        "post": _own("Have a code mailed to an address.", _DONE, *_BODY, 404, 409, 429, body=_with_language("address")),
        "delete": _own("Get no mail any more; the address is forgotten.", _DONE, 404),
    },
    "/api/account/mail/code": {
        "post": _own("Confirm the address by the code.", _DONE, *_BODY, 409, 429, body=_with_language("code"))
    },
    "/api/account/mail/choices": {
        "put": _own("Choose what to be told of.", _DONE, *_BODY, 409, body=ref("MailChoices"))
    },
}
