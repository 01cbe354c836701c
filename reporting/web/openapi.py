"""The OpenAPI 3.1 description of the API, put together from what each room says of itself.

A room's ``openapi`` module has ``PATHS`` (path to method to operation) and ``SCHEMAS``; both are plain
data. ``docs/protocol.md`` says what the sealed parts hold; this says what travels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from flask import Blueprint, Response, current_app

from reporting import __version__
from reporting.errors import PROBLEM_PREFIX, every_error
from reporting.permissions import Permission, requires
from reporting.web.body import json_response

JSONSchema = Mapping[str, Any]


class Description(Protocol):
    """What a room's ``openapi`` module offers."""

    @property
    def PATHS(self) -> Mapping[str, Mapping[str, Any]]:  # noqa: N802 - a module's constant
        """Path to method to operation."""

    @property
    def SCHEMAS(self) -> Mapping[str, JSONSchema]:  # noqa: N802 - a module's constant
        """Component schemas by name."""


def ref(name: str) -> dict[str, str]:
    """A reference to a component schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def obj(properties: Mapping[str, Any], *, optional: Iterable[str] = ()) -> dict[str, Any]:
    """An object schema; every property is required but those named ``optional``."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in set(optional)],
    }


def array(items: Any, **limits: int) -> dict[str, Any]:
    """An array schema."""
    return {"type": "array", "items": items, **limits}


def nullable(schema: Any) -> dict[str, Any]:
    """A value or null."""
    return {"oneOf": [schema, {"type": "null"}]}


def json_body(schema: Any) -> dict[str, Any]:
    """A required JSON request body."""
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def answer(description: str, schema: Any = None, content_type: str = "application/json") -> dict[str, Any]:
    """A response with or without content."""
    found: dict[str, Any] = {"description": description}
    if schema is not None:
        found["content"] = {content_type: {"schema": schema}}
    return found


def problems(*statuses: int) -> dict[str, Any]:
    """The problem documents that an operation answers with, by status."""
    return {str(status): {"$ref": "#/components/responses/Problem"} for status in sorted(statuses)}


def path_parameter(name: str, schema: Any) -> dict[str, Any]:
    """A parameter in the path."""
    return {"name": name, "in": "path", "required": True, "schema": schema}


def query_parameter(name: str, schema: Any, description: str) -> dict[str, Any]:
    """An optional parameter in the query."""
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


_BASE64 = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"

COMMON: dict[str, JSONSchema] = {
    "Base64": {"type": "string", "pattern": _BASE64, "description": "Canonical padded base64."},
    "Digest": {
        "type": "string",
        "pattern": "^[A-Za-z0-9+/]{43}=$",
        "description": "32 bytes in canonical padded base64.",
    },
    "Age": {
        "type": "string",
        "pattern": _BASE64,
        "description": "A binary age file (c2sp.org/age) of hybrid stanzas alone, in base64.",
    },
    "Recipient": {"type": "string", "pattern": "^age1pq1[02-9ac-hj-np-z]{1952}$"},
    "Note": {"type": "string", "description": "A signed note (c2sp.org/signed-note)."},
    "Hex32": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "Id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,31}$"},
    "Day": {"type": "string", "format": "date", "description": "A UTC day."},
    "Clock": obj(
        {
            "name": {"type": "string", "enum": ["acknowledge", "feedback"]},
            "due": {"$ref": "#/components/schemas/Day"},
            "done": nullable({"$ref": "#/components/schemas/Day"}),
            "waived": {
                "type": "boolean",
                "description": "There and true where it was not met on `done`, but ended: the reporter objects.",
            },
        },
        optional=("waived",),
    ),
}


def _problem_schema() -> dict[str, Any]:
    kinds = {PROBLEM_PREFIX + error.kind: error for error in every_error()}
    listed = "\n".join(f"- `{kind}` ({error.status}): {error.title}" for kind, error in sorted(kinds.items()))
    return {
        "type": "object",
        "description": f"RFC 9457. Types:\n{listed}",
        "properties": {
            "type": {"type": "string", "enum": sorted(kinds)},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "pointer": {"type": "string", "description": "The field at fault (RFC 6901)."},
            "version": {"type": "integer", "description": "directory-outdated: the version in force."},
            "epochs": array({"$ref": "#/components/schemas/Note"}),
            "holders": array({"$ref": "#/components/schemas/Id"}),
            "recipient": {"$ref": "#/components/schemas/Recipient"},
            "current": {"type": "string", "description": "wrong-transition: the present status."},
            "allowed": array({"type": "string"}),
            "retry_after": {"type": "integer", "description": "too-many-attempts: seconds."},
        },
        "required": ["type", "title", "status", "detail"],
    }


_INFO = """\
Every value that a person wrote travels sealed; the protocol says how. Requests to `/api/reports`,
`/api/mailbox`, `/api/entries`, `/api/certify`, `/api/choices` and `/api/updates` are JSON followed by spaces to the
directory's `shape`; answers have exactly that length. Requests that change something on the desk name their `Origin`,
one of the desk's own, and carry the `X-CSRF-Token` of `GET /api/session`."""


def document(rooms: Iterable[Description]) -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {**COMMON, "Problem": _problem_schema()}
    for room in rooms:
        paths |= room.PATHS
        schemas |= room.SCHEMAS
    problem = answer("A problem document.", ref("Problem"), "application/problem+json")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Paragraph 56", "version": __version__, "description": _INFO},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {"Problem": problem},
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "__Host-session"}},
        },
    }


blueprint = Blueprint("openapi", __name__)


@blueprint.get("/api/openapi.json")
@requires(Permission.API_DESCRIBE)
def show() -> Response:
    """The description of the whole API, the same on both surfaces."""
    return json_response(current_app.extensions["reporting.openapi"]())
