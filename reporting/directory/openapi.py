"""How the directory's addresses are described."""

from __future__ import annotations

from typing import Any

from reporting.questionnaires.models import FORMAT, KINDS, TYPES
from reporting.web.openapi import answer, array, path_parameter, problems, ref

_NOTE = "text/plain"
_TEXTS: dict[str, Any] = {
    "type": "object",
    "description": "A text in several languages, by BCP 47 tag.",
    "additionalProperties": {"type": "string"},
}

_ANSWERS = (
    "Answers: short_text, long_text: text. single: an option's id. multiple: a list of them. yes_no_unsure: yes, no "
    "or unsure. date_or_period: from, to (YYYY, YYYY-MM or YYYY-MM-DD), note. amount: amount, currency, note. place: "
    "text, country. persons: a list of name, role, employer. exclude: member ids, which go into `excluded` instead."
)

SCHEMAS: dict[str, Any] = {
    "Recipients": {
        "type": "object",
        "description": "Member id to recipient string: every member with any role on the channel.",
        "additionalProperties": ref("Recipient"),
    },
    "Site": {"type": "object", "description": "Texts and settings that show on pages."},
    "Questionnaire": {
        "type": "object",
        "description": "What a channel asks. Answers go into the sealed report by question id, where they have one.",
        "properties": {
            "format": {"const": FORMAT},
            "id": ref("Id"),
            "kind": {"enum": list(KINDS)},
            "languages": array({"type": "string"}),
            "title": _TEXTS,
            "introduction": _TEXTS,
            "sections": array(ref("QuestionnaireSection")),
        },
        "required": ["format", "id", "kind", "languages", "title", "sections"],
    },
    "QuestionnaireSection": {
        "type": "object",
        "description": "Questions that belong together.",
        "properties": {
            "id": {"type": "string"},
            "title": _TEXTS,
            "introduction": _TEXTS,
            "questions": array(ref("Question")),
        },
        "required": ["id", "title", "questions"],
    },
    "Question": {
        "type": "object",
        "description": "`show_if`: ask only where the answer to an earlier question is, or holds, one of the values.",
        "properties": {
            "id": {"type": "string"},
            "type": {"enum": list(TYPES), "description": _ANSWERS},
            "required": {"type": "boolean"},
            "text": _TEXTS,
            "help": _TEXTS,
            "options": array(
                {
                    "type": "object",
                    "properties": {"id": {"type": "string"}, "text": _TEXTS, "help": _TEXTS},
                    "required": ["id", "text"],
                }
            ),
            "show_if": {
                "type": "object",
                "properties": {"question": {"type": "string"}, "is": array({"type": "string"})},
                "required": ["question", "is"],
            },
        },
        "required": ["id", "type", "text"],
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
    f"{_ROOT}/logo": _get("The site's logo, where it has one.", answer("A PNG.", {}, "image/png")),
    f"{_ROOT}/questionnaires/{{id}}": _get(
        "A questionnaire.",
        answer("As hashed in the directory.", ref("Questionnaire")),
        path_parameter("id", ref("Id")),
    ),
}
