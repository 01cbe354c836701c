"""How signing in, second factors and the vault are described; accounts and enrollment have a module of their own."""

from __future__ import annotations

from typing import Any

from reporting.members import openapi_account
from reporting.permissions import OPEN, STAGES
from reporting.web.openapi import answer, array, json_body, nullable, obj, problems, ref

_NAME = {"type": "string", "minLength": 1, "maxLength": 64}
_SALT = {"type": "string", "pattern": "^[A-Za-z0-9+/]{22}==$"}
_SESSION = [{"session": list[str]()}]
_TEXT = {"type": "string"}
_CREDENTIALS = obj({"name": _NAME, "auth": ref("Digest")})

SCHEMAS: dict[str, Any] = {
    "Session": obj(
        {
            "member": ref("Id"),
            "name": _NAME,
            "label": _TEXT,
            "roles": array(_TEXT),
            "channels": {"type": "object", "additionalProperties": array(_TEXT)},
            "csrf": _TEXT,
            "idle": {"type": "integer", "description": "Seconds without input after which a page locks itself."},
            "stage": {
                "type": "string",
                "enum": [OPEN, *STAGES],
                "description": "What is awaited before the session is open; until then there are no roles.",
            },
            "factors": obj({kind: {"type": "boolean"} for kind in ("passkey", "totp", "backup")}),
            "recent": {"type": "boolean", "description": "Whether the member proved lately who they are."},
            "awaiting": nullable(
                obj(
                    {
                        "administrators": array(_TEXT),
                        "keys": {"type": "string", "description": "Thirty digits over the member's keys."},
                    }
                )
            ),
        }
    ),
    "Wraps": {
        "type": "object",
        "properties": {"passphrase": ref("Base64"), "recovery": ref("Base64")},
        "patternProperties": {"^prf/[A-Za-z0-9_-]+$": ref("Base64")},
        "additionalProperties": False,
        "description": "`passphrase`, or `prf/` and a passkey's credential id: one of either at least.",
    },
    "Vault": obj({"vault": ref("Base64"), "wraps": ref("Wraps"), "salt": _SALT}),
    "NewVault": obj(
        {
            "vault": ref("Base64"),
            "wraps": ref("Wraps"),
            "current_auth": ref("Digest"),
            "passphrase": obj({"salt": _SALT, "auth": ref("Digest")}),
            "recovery_auth": ref("Digest"),
        },
        optional=("passphrase", "recovery_auth"),
    ),
    "Credential": {"type": "object", "description": "A PublicKeyCredential as JSON (WebAuthn level 3)."},
    "FactorProof": {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {
            "totp": {"type": "string", "description": "Six digits of the member's app."},
            "backup": {"type": "string", "description": "A code from the member's sheet."},
            "passkey": ref("Credential"),
            "auth": {**ref("Digest"), "description": "The auth secret once more, of a member without a factor."},
        },
        "additionalProperties": False,
    },
    **openapi_account.SCHEMAS,
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
            "summary": "Sign in with the auth secret. The session is open where no second factor is needed.",
            "requestBody": json_body(_CREDENTIALS),
            "responses": {
                "201": answer("Begun; the cookie carries the session.", ref("Session")),
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
    "/api/session/recovery": {
        "post": {
            "summary": "Sign in with a recovery code's secret, to choose a new passphrase and for nothing else.",
            "requestBody": json_body(_CREDENTIALS),
            "responses": {
                "201": answer("Begun; the cookie carries the session.", ref("Session")),
                **problems(400, 401, 403, 405, 413, 415, 422, 429),
            },
        }
    },
    "/api/session/factor/options": {
        "post": {
            "summary": "What a browser needs to prove with a passkey who is there, `prf` included.",
            "security": _SESSION,
            "responses": {
                "200": answer("Once, for five minutes.", openapi_account.OPTIONS),
                **problems(401, 403, 405, 422),
            },
        }
    },
    "/api/session/factor": {
        "post": {
            "summary": "Prove who is there. A session that waited for it goes on in a new cookie.",
            "security": _SESSION,
            "requestBody": json_body(ref("FactorProof")),
            "responses": {
                "200": answer("Proved.", ref("Session")),
                **problems(400, 401, 403, 405, 413, 415, 422, 429),
            },
        }
    },
    "/api/vault": {
        "get": {
            "summary": "One's own vault.",
            "security": _SESSION,
            "responses": {"200": answer("Sealed.", ref("Vault")), **problems(401, 403, 405)},
        },
        "put": {
            "summary": "Replace one's own vault; with `passphrase` or `recovery_auth`, the way to sign in as well:"
            " other sessions end, after recovery this one too.",
            "security": _SESSION,
            "requestBody": json_body(ref("NewVault")),
            "responses": {"204": answer("Stored."), **problems(400, 401, 403, 405, 409, 413, 415, 422)},
        },
    },
    **openapi_account.PATHS,
}
