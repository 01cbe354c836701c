"""How reporting is described."""

from __future__ import annotations

from typing import Any

from reporting.web.openapi import answer, array, json_body, nullable, obj, problems, ref

_UPLOADS = array({"type": "string", "maxLength": 64}, maxItems=16)

SCHEMAS: dict[str, Any] = {
    "Challenge": obj(
        {
            "challenge": {"type": "string", "maxLength": 256},
            "bits": {"type": "integer", "minimum": 0, "maximum": 18},
        }
    ),
    "Solution": obj(
        {
            "challenge": {"type": "string", "maxLength": 256},
            "nonce": {"type": "string", "pattern": "^[0-9]{1,20}$"},
        }
    ),
    "Report": obj(
        {
            "directory": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
            "channel": ref("Id"),
            "token": ref("Digest"),
            "recipient": ref("Recipient"),
            "epoch": ref("Note"),
            "reporter_sha256": ref("Digest"),
            "grants": array(obj({"member": ref("Id"), "sealed": ref("Age")}), minItems=1, maxItems=64),
            "entry": ref("Age"),
            "identity": nullable(ref("Age")),
            "uploads": _UPLOADS,
            "challenge": ref("Solution"),
        },
        optional=("identity",),
    ),
    "Stored": obj({"case": ref("Hex32"), "acknowledgement": ref("Note")}),
}

PATHS: dict[str, Any] = {
    "/api/challenge": {
        "get": {
            "summary": "A proof of work to solve before each action.",
            "responses": {"200": answer("Valid for ten minutes.", ref("Challenge")), **problems(403, 405)},
        }
    },
    "/api/reports": {
        "post": {
            "summary": "Submit a sealed report.",
            "requestBody": json_body(ref("Report")),
            "responses": {
                "201": answer("Stored.", ref("Stored")),
                "200": answer("Stored before: the same answer.", ref("Stored")),
                **problems(400, 403, 405, 409, 413, 415, 422, 503),
            },
        }
    },
}
