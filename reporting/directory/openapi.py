"""How the directory's addresses are described."""

from __future__ import annotations

from typing import Any

from reporting.web.openapi import answer, array, path_parameter, problems, ref

_NOTE = "text/plain"
_TEXTS: dict[str, Any] = {
    "type": "object",
    "description": "A text in several languages, by BCP 47 tag.",
    "additionalProperties": {"type": "string"},
}

SCHEMAS: dict[str, Any] = {
    "Recipients": {
        "type": "object",
        "description": "Member id to recipient string: every member with any role on the channel.",
        "additionalProperties": ref("Recipient"),
    },
    "Site": {"type": "object", "description": "Texts and settings that show on pages."},
    "Questionnaire": {
        "type": "object",
        "description": "What a channel asks; answers are given by question id.",
        "properties": {
            "id": ref("Id"),
            "titles": _TEXTS,
            "questions": array(
                {
                    "type": "object",
                    "properties": {
                        "id": ref("Id"),
                        "type": {"type": "string", "description": "Unknown types are asked as long text."},
                        "required": {"type": "boolean"},
                        "labels": _TEXTS,
                        "help": _TEXTS,
                    },
                    "required": ["id", "type"],
                }
            ),
        },
    },
}


def _get(summary: str, ok: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "get": {
            "summary": summary,
            "parameters": list(parameters),
            "responses": {"200": ok, **problems(403, 404, 405, 503)},
        }
    }


_ROOT = "/.well-known/reporting"
_VERSION = path_parameter("version", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1})

PATHS: dict[str, Any] = {
    f"{_ROOT}/directory": _get("The signed directory in force.", answer("A signed note.", ref("Note"), _NOTE)),
    f"{_ROOT}/directory/{{version}}": _get(
        "Any version of the directory.", answer("A signed note.", ref("Note"), _NOTE), _VERSION
    ),
    f"{_ROOT}/root": _get("The root's verifier key.", answer("One line.", {"type": "string"}, _NOTE)),
    f"{_ROOT}/recipients/{{channel}}": _get(
        "Whom a channel's entries may be sealed to.",
        answer("By member id.", ref("Recipients")),
        path_parameter("channel", ref("Id")),
    ),
    f"{_ROOT}/site": _get("The site's document.", answer("As hashed in the directory.", ref("Site"))),
    f"{_ROOT}/questionnaires/{{id}}": _get(
        "A questionnaire.",
        answer("As hashed in the directory.", ref("Questionnaire")),
        path_parameter("id", ref("Id")),
    ),
}
