"""What the published files hold, as JSON Schema (draft 2020-12)."""

from __future__ import annotations

from typing import Any

from reporting.statistics.figures import populations
from reporting.statistics.telling import FORMAT, ICCS_FORMAT

_COUNT = {"type": ["integer", "null"], "minimum": 0, "description": "Blurred a little; null: hidden."}
_MONEY = {"type": ["integer", "null"], "minimum": 0}
_DAY = {"type": "string", "format": "date"}
_PERIOD = {"type": "string", "pattern": "^[0-9]{4}(-Q[1-4])?$", "description": "A quarter or a year."}
_POPULATION = {"type": "string", "enum": [one.id for one in populations()]}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _array(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


_CELL = _object(codes={**_array({"type": "string"}), "minItems": 1, "maxItems": 2}, count=_COUNT)
_TABLE = _object(
    dimensions={**_array({"type": "string"}), "minItems": 1, "maxItems": 2},
    cells={**_array(_CELL), "description": "Of regions, which are not listed beforehand, only what is shown."},
)
_FIGURES = _object(
    format={"const": FORMAT},
    period=_PERIOD,
    **{"from": _DAY},
    to=_DAY,
    made=_DAY,
    scheme={"type": "string", "description": "The lists of codes of classifications."},
    least_number={"type": "integer", "description": "Numbers below it are hidden."},
    width={"type": "integer", "description": "docs/publication.md"},
    populations=_array(
        _object(
            id=_POPULATION,
            noughts={"enum": ["shown", "hidden"]},
            withheld={"type": "boolean", "description": "Nothing is told of it: too few, or it would tell too much."},
            total=_COUNT,
            tables=_array(_TABLE),
        )
    ),
    money=_array(
        _object(
            of={"enum": ["damage", "recovery"]},
            least={**_MONEY, "description": "The total is at least this: of the cases whose bands are shown."},
            most={**_MONEY, "description": "The total of these cases is at most this: more where bands are hidden."},
            cases={**_COUNT, "description": "How many cases the total is of."},
        )
    ),
)
_ICCS = _object(
    format={"const": ICCS_FORMAT},
    period=_PERIOD,
    **{"from": _DAY},
    to=_DAY,
    classification={"const": "ICCS 1.0"},
    unit={"type": "string"},
    least_number={"type": "integer"},
    populations=_array(
        _object(
            id=_POPULATION,
            codes=_array(
                _object(
                    iccs={"type": "string", "pattern": "^[0-9]{4,6}$"},
                    uncac={"type": ["string", "null"], "description": "Article of the convention, if it is one alone."},
                    other={"type": "boolean", "description": "What of this code has no article."},
                    count=_COUNT,
                )
            ),
        )
    ),
)
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Published figures",
    "oneOf": [_FIGURES, _ICCS],
}
