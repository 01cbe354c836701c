"""How indicators are described."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reporting.protocol import classes
from reporting.statistics.indicators import INDICATORS
from reporting.web.openapi import answer, array, json_body, nullable, obj, problems, query_parameter, ref

_SESSION = [{"session": list[str]()}]
_NUMBER = nullable({"type": "integer", "minimum": 0})
_PERCENT = nullable({"type": "integer", "minimum": 0, "maximum": 100})
_NAMES = list(dict.fromkeys(name for names in INDICATORS.values() for name in names))


def _one_of(values: Iterable[str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


SCHEMAS: dict[str, Any] = {
    "StatisticsRecord": {
        **obj(
            {
                "scheme": _one_of([classes.SCHEME]),
                "at": _one_of(classes.MOMENTS),
                "offences": array(
                    {
                        **obj(
                            {
                                "uncac": nullable({"type": "string", "description": "Article of the convention."}),
                                "iccs": nullable({"type": "string"}),
                                "attempted": {"type": "boolean"},
                            }
                        ),
                        "additionalProperties": False,
                    },
                    maxItems=classes.MAX_OFFENCES,
                ),
                "sector": _one_of(classes.SECTORS),
                "level": _one_of(classes.LEVELS),
                "region": {"type": "string", "description": "A country or a part of one, by ISO 3166, or empty."},
                "value": _one_of(classes.BANDS),
                "outcome": _one_of(classes.OUTCOMES),
                "damage": _one_of(classes.BANDS),
                "recovery": _one_of(classes.BANDS),
                "channel_kind": _one_of(classes.CHANNEL_KINDS),
            }
        ),
        "additionalProperties": False,
    },
    "Indicator": obj(
        {
            "id": {"type": "string", "enum": _NAMES},
            "form": {"type": "string", "enum": ["number", "share", "median", "parts"]},
            "of": {**_NUMBER, "description": "Null: fewer than five."},
            "count": {**_NUMBER, "description": "Null: hidden, since it or what is left of the whole is small."},
            "percent": nullable({"type": "number", "minimum": 0, "maximum": 100}),
            "least": _PERCENT,
            "most": _PERCENT,
            "days": nullable({"type": "number"}),
            "parts": {"type": "object", "additionalProperties": _NUMBER},
        },
        optional=("count", "percent", "least", "most", "days", "parts"),
    ),
    "Indicators": obj(
        {
            "from": ref("Day"),
            "to": ref("Day"),
            "computed": ref("Day"),
            "least_number": {"type": "integer"},
            "scope": {"type": "string", "enum": ["own", "all"]},
            "channels": array(
                obj(
                    {
                        "id": ref("Id"),
                        "kind": {"type": "string", "enum": ["report", "protection"]},
                        "indicators": array(ref("Indicator")),
                    }
                )
            ),
            "sealed": array({"type": "string"}),
        }
    ),
}

_PERIOD = [
    query_parameter("from", ref("Day"), "The first day of a quarter or year."),
    query_parameter("to", ref("Day"), "Its last day."),
]


def _read(summary: str, found: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": summary,
        "security": _SESSION,
        "parameters": _PERIOD,
        "responses": {"200": found, **problems(401, 403, 405, 422)},
    }


_WHO = "of the cases that one was granted, or for statisticians of all, once it is over. Small numbers are hidden."

PATHS: dict[str, Any] = {
    "/api/indicators": {
        "get": _read(f"Indicators of a quarter or year, {_WHO}", answer("By channel.", ref("Indicators")))
    },
    "/api/statistics/records": {
        "post": {
            "summary": "Put what was classified among the figures of this month, without saying of which case.",
            "security": _SESSION,
            "requestBody": json_body(ref("StatisticsRecord")),
            "responses": {
                "201": answer("It is in the bag.", obj({})),
                **problems(400, 401, 403, 405, 409, 413, 415, 422),
            },
        }
    },
    "/api/indicators/table": {
        "get": _read("The same as CSV.", answer("One line a figure.", {"type": "string"}, "text/csv; charset=utf-8"))
    },
}
