"""How a member's own account and enrollment are described."""

from __future__ import annotations

from typing import Any

from reporting.web.openapi import answer, array, json_body, nullable, obj, path_parameter, problems, ref

_SESSION = [{"session": list[str]()}]
_TEXT = {"type": "string"}
_INSTANT = {"type": "string", "format": "date-time"}
_INVITATION = {"type": "string", "minLength": 1, "maxLength": 128, "description": "The token of the link."}
_SALT = {"type": "string", "pattern": "^[A-Za-z0-9+/]{22}==$"}
_SIGNATURE = {"type": "string", "pattern": "^[A-Za-z0-9+/]{86}==$"}
OPTIONS = obj({"options": {"type": "object", "description": "As JSON of WebAuthn level 3, with `extensions.prf`."}})

SCHEMAS: dict[str, Any] = {
    "Factor": obj(
        {
            "id": ref("Hex32"),
            "kind": {"type": "string", "enum": ["passkey", "totp"]},
            "name": _TEXT,
            "created": _INSTANT,
            "used": nullable(_INSTANT),
            "prf": {"type": "boolean"},
            "credential": nullable({"type": "string", "description": "A passkey's credential id, base64url."}),
        }
    ),
    "OwnSession": obj(
        {
            "id": ref("Hex32"),
            "opened": _INSTANT,
            "seen": _INSTANT,
            "method": {"type": "string", "enum": ["passphrase", "totp", "backup", "passkey", "invitation"]},
            "current": {"type": "boolean"},
        }
    ),
    "Account": obj(
        {
            "factors": array(ref("Factor")),
            "backup_codes": {"type": "integer", "description": "How many are left."},
            "recovery": {"type": "boolean", "description": "Whether a recovery code can sign in."},
            "keys": ref("KeysOfAccount"),
            "sessions": array(ref("OwnSession")),
        }
    ),
    "KeysOfAccount": obj(
        {
            "pending": nullable(
                obj(
                    {
                        "signing_key": ref("Digest"),
                        "digits": {"type": "string", "description": "Thirty digits over both keys, to compare."},
                        "at": {"type": "integer", "description": "Unix seconds."},
                    }
                )
            ),
            "taken_back": array(ref("Digest")),
            "administrators": array(_TEXT),
        }
    ),
    "KeyRenewal": obj(
        {
            "recipient": ref("Recipient"),
            "signing_key": ref("Digest"),
            "nonce": ref("Digest"),
            "signature": _SIGNATURE,
            "renewal": _SIGNATURE,
            "vault": {**ref("Digest"), "description": "SHA-256 of the vault, which holds the new keys already."},
        }
    ),
    "Enrolment": obj(
        {
            "invitation": _INVITATION,
            "recipient": ref("Recipient"),
            "signing_key": ref("Digest"),
            "vault": ref("Base64"),
            "wraps": ref("Wraps"),
            "salt": _SALT,
            "auth": ref("Digest"),
            "recovery_auth": ref("Digest"),
            "nonce": ref("Digest"),
            "signature": _SIGNATURE,
        }
    ),
}


def _own(summary: str, answers: dict[str, Any], *statuses: int, body: Any = None, path: str = "") -> dict[str, Any]:
    """An operation on one's own account."""
    found: dict[str, Any] = {"summary": summary, "security": _SESSION}
    if path:
        found["parameters"] = [path_parameter(path, ref("Hex32"))]
    if body is not None:
        found["requestBody"] = json_body(body)
    return {**found, "responses": {**answers, **problems(401, 403, 405, *statuses)}}


def _public(summary: str, body: Any, answers: dict[str, Any], *statuses: int) -> dict[str, Any]:
    responses = {**answers, **problems(400, 403, 404, 405, 413, 415, 422, 429, *statuses)}
    return {"post": {"summary": summary, "requestBody": json_body(body), "responses": responses}}


_NOTICES = obj(
    {
        "end": {"type": "integer", "description": "The position of the audit log up to which this tells."},
        "failures": {"type": "integer", "description": "How many attempts to sign in or to prove failed."},
        "events": array(
            obj(
                {
                    "at": _INSTANT,
                    "act": _TEXT,
                    "by": {"type": "string", "description": "A member, or `server`."},
                    "details": {"type": "object"},
                }
            )
        ),
    }
)
_NONE = {"204": answer("Done.")}
_CODE = obj({"code": {"type": "string", "description": "Six digits."}})
_PASSKEY = obj({"name": {"type": "string", "minLength": 1, "maxLength": 80}, "credential": ref("Credential")})
_BEGUN = obj(
    {"id": ref("Hex32"), "secret": _TEXT, "uri": {"type": "string", "description": "otpauth://, for a QR code."}}
)

PATHS: dict[str, Any] = {
    "/api/account": {"get": _own("One's own account.", {"200": answer("The account.", ref("Account"))})},
    "/api/account/notices": {
        "get": _own("What happened to one's account since one was last told.", {"200": answer("News.", _NOTICES)}),
        "post": _own(
            "Remember that one was told, up to a position of the audit log.",
            _NONE,
            *(400, 413, 415, 422),
            body=obj({"end": {"type": "integer", "minimum": 0}}),
        ),
    },
    "/api/account/sessions": {"delete": _own("End every session but this one.", _NONE)},
    "/api/account/sessions/{session}": {"delete": _own("End one of one's sessions.", _NONE, 404, path="session")},
    "/api/account/factors/totp": {
        "post": _own("Begin to register an app that makes codes.", {"200": answer("Its secret.", _BEGUN)})
    },
    "/api/account/factors/totp/{factor}": {
        "post": _own("Confirm the app by a code.", _NONE, 400, 404, 413, 415, 422, 429, body=_CODE, path="factor")
    },
    "/api/account/factors/passkey/options": {
        "post": _own("Begin to register a passkey.", {"200": answer("For five minutes.", OPTIONS)}, 409, 422)
    },
    "/api/account/factors/passkey": {
        "post": _own(
            "Register a passkey.",
            {"201": answer("Registered.", obj({"id": ref("Hex32"), "prf": {"type": "boolean"}}))},
            *(400, 409, 413, 415, 422),
            body=_PASSKEY,
        )
    },
    "/api/account/factors/{factor}": {
        "delete": _own("Take a factor away; other sessions end.", _NONE, 404, 409, path="factor")
    },
    "/api/account/backup-codes": {
        "post": _own("Ten codes in the place of those before.", {"201": answer("Once.", obj({"codes": array(_TEXT)}))})
    },
    "/api/account/exports": {"post": _own("Say that one takes one's own key out of the desk, before doing so.", _NONE)},
    "/api/account/keys/challenge": {
        "post": _own(
            "A sealed nonce, to show that new keys are one's own.",
            {"200": answer("32 bytes, for ten minutes.", obj({"sealed": ref("Age")}))},
            *(400, 413, 415, 422),
            body=obj({"recipient": ref("Recipient"), "signing_key": ref("Digest")}),
        )
    },
    "/api/account/keys": {
        "post": _own(
            "Ask for new keys: `signature` as in enrolling, by the new signing key; `renewal` by the present one, over"
            " `reporting/v1/renewal` ‖ 0x00 ‖ SHA-256(SHA-256(origin) ‖ SHA-256(member id) ‖ present signing key ‖ new"
            " signing key ‖ SHA-256(new recipient)).",
            {"204": answer("They wait for the next directory.")},
            *(400, 409, 413, 415, 422),
            body=ref("KeyRenewal"),
        ),
        "delete": _own("Ask for them no longer.", {"204": answer("Taken back.")}, 404),
    },
    "/api/enrolment/look": _public(
        "What an invitation is for.",
        obj({"invitation": _INVITATION}),
        {
            "200": answer(
                "The invitation.",
                obj(
                    {
                        "member": ref("Id"),
                        "name": _TEXT,
                        "label": _TEXT,
                        "site_roles": array(_TEXT),
                        "roles": array(array(_TEXT, minItems=2, maxItems=2)),
                        "expires": _INSTANT,
                        "by": {"type": "string", "description": "Who invites."},
                    }
                ),
            )
        },
    ),
    "/api/enrolment/challenge": _public(
        "A sealed nonce, to show that the keys are one's own.",
        obj({"invitation": _INVITATION, "recipient": ref("Recipient"), "signing_key": ref("Digest")}),
        {"200": answer("32 bytes, for ten minutes.", obj({"sealed": ref("Age")}))},
    ),
    "/api/enrolment": _public(
        "Enroll: the signature, by the signing key, is over `reporting/v1/possession` ‖ 0x00 ‖ SHA-256(nonce ‖"
        " recipient ‖ member id).",
        ref("Enrolment"),
        {"201": answer("Enrolled; the cookie carries the session.", ref("Session"))},
        401,
        409,
    ),
}
