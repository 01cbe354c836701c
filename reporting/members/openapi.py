"""How signing in and the vault are described."""

from __future__ import annotations

from typing import Any

from reporting.web.openapi import answer, array, json_body, obj, problems, ref

_NAME = {"type": "string", "minLength": 1, "maxLength": 64}
_SALT = {"type": "string", "pattern": "^[A-Za-z0-9+/]{22}==$"}
_SESSION = [{"session": list[str]()}]

SCHEMAS: dict[str, Any] = {
    "Session": obj(
        {
            "member": ref("Id"),
            "name": _NAME,
            "label": {"type": "string"},
            "roles": array({"type": "string"}),
            "channels": {"type": "object", "additionalProperties": array({"type": "string"})},
            "csrf": {"type": "string"},
            "idle": {"type": "integer", "description": "Seconds without input after which a page locks itself."},
        }
    ),
    "Wraps": obj({"passphrase": ref("Base64"), "recovery": ref("Base64")}, optional=("recovery",)),
    "Vault": obj({"vault": ref("Base64"), "wraps": ref("Wraps"), "salt": _SALT}),
    "NewVault": obj(
        {
            "vault": ref("Base64"),
            "wraps": ref("Wraps"),
            "current_auth": ref("Digest"),
            "passphrase": obj({"salt": _SALT, "auth": ref("Digest")}),
        },
        optional=("passphrase",),
    ),
}

PATHS: dict[str, Any] = {
    "/api/session/salt": {
        "post": {
            "summary": "The salt of a name's passphrase; every name has one.",
            "requestBody": json_body(obj({"name": _NAME})),
            "responses": {
                "200": answer("16 bytes.", obj({"salt": _SALT})),
                **problems(400, 403, 405, 413, 415, 422),
            },
        }
    },
    "/api/session": {
        "post": {
            "summary": "Sign in with the auth secret.",
            "requestBody": json_body(obj({"name": _NAME, "auth": ref("Digest")})),
            "responses": {
                "201": answer("Signed in; the cookie carries the session.", ref("Session")),
                **problems(400, 401, 403, 405, 413, 415, 422, 429),
            },
        },
        "get": {
            "summary": "Who is signed in, and the token for requests that change something.",
            "security": _SESSION,
            "responses": {"200": answer("The session.", ref("Session")), **problems(401, 403, 405)},
        },
        "delete": {
            "summary": "Sign out.",
            "security": _SESSION,
            "responses": {"204": answer("Signed out."), **problems(401, 403, 405)},
        },
    },
    "/api/vault": {
        "get": {
            "summary": "One's own vault.",
            "security": _SESSION,
            "responses": {"200": answer("Sealed.", ref("Vault")), **problems(401, 403, 405)},
        },
        "put": {
            "summary": "Replace one's own vault; with `passphrase`, the way to sign in as well: other sessions end.",
            "security": _SESSION,
            "requestBody": json_body(ref("NewVault")),
            "responses": {"204": answer("Stored."), **problems(400, 401, 403, 405, 413, 415, 422)},
        },
    },
}
