"""How the mailbox is described."""

from __future__ import annotations

from typing import Any

from reporting.cases.rules import STATUSES
from reporting.cases.workflow import OUTCOMES
from reporting.evidence.describing import BYTES
from reporting.profiles.models import MAX_CHECK_INS
from reporting.web.openapi import answer, array, json_body, nullable, obj, problems, ref

SCHEMAS: dict[str, Any] = {
    "MailboxRequest": obj({"token": ref("Digest"), "after": nullable(ref("Hex32")), "challenge": ref("Solution")}),
    "MailboxCase": obj(
        {
            "case": ref("Hex32"),
            "channel": ref("Id"),
            "received": ref("Day"),
            "sealed_by": {"type": "string", "enum": ["device", "server"]},
            "epochs": array(ref("Note"), minItems=1, maxItems=24),
            "recipient": ref("Recipient"),
            "status": {"type": "string", "enum": list(STATUSES)},
            "outcome": nullable({"type": "string", "enum": list(OUTCOMES)}),
            "clocks": array(ref("Clock")),
            "check_ins": array(ref("CheckIn"), maxItems=MAX_CHECK_INS),
        }
    ),
    "MailboxEntry": obj(
        {
            "case": ref("Hex32"),
            "id": ref("Hex32"),
            "date": ref("Day"),
            "sealed": nullable(ref("Age")),
            "sha256": ref("Digest"),
            "acknowledgement": nullable(ref("Note")),
            "proof": nullable({"type": "string"}),
        },
        optional=("sha256",),
    ),
    "Mailbox": obj(
        {"cases": array(ref("MailboxCase")), "entries": array(ref("MailboxEntry")), "more": {"type": "boolean"}}
    ),
    "FollowUp": obj(
        {
            "token": ref("Digest"),
            "case": ref("Hex32"),
            "epoch": {"type": "integer", "minimum": 0, "maximum": 23},
            "entry": ref("Age"),
            "uploads": array({"type": "string", "maxLength": 64}, maxItems=16),
            "challenge": ref("Solution"),
        }
    ),
    "FilePart": obj(
        {
            "token": ref("Digest"),
            "case": ref("Hex32"),
            "upload": ref("Hex32"),
            "part": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
            "challenge": ref("Solution"),
        }
    ),
    "CertificateRequest": obj(
        {
            "token": ref("Digest"),
            "case": ref("Hex32"),
            "opening": ref("Digest"),
            "commitment": ref("Digest"),
            "name_channel": {"type": "boolean"},
            "challenge": ref("Solution"),
        }
    ),
    "Certified": obj({"certificate": ref("Note")}),
    "Choices": obj({"token": ref("Digest"), "news": {"type": "boolean"}, "challenge": ref("Solution")}),
    "Chosen": obj({"news": {"type": "boolean"}}),
    "NewsRequest": obj({"feed": ref("Digest")}),
    "News": obj({"news": {"type": "string", "minLength": 52, "maxLength": 52, "contentEncoding": "base64"}}),
    "Added": obj({"id": ref("Hex32"), "acknowledgement": ref("Note")}),
}

PATHS: dict[str, Any] = {
    "/api/mailbox": {
        "post": {
            "summary": "Read a mailbox, newest entries first.",
            "requestBody": json_body(ref("MailboxRequest")),
            "responses": {
                "200": answer("A page.", ref("Mailbox")),
                **problems(400, 403, 405, 409, 413, 415, 422, 503),
            },
        }
    },
    "/api/entries": {
        "post": {
            "summary": "Add a sealed entry to one's own case.",
            "requestBody": json_body(ref("FollowUp")),
            "responses": {
                "201": answer("Stored.", ref("Added")),
                "200": answer("Stored before: the same answer.", ref("Added")),
                **problems(400, 403, 404, 405, 409, 413, 415, 422, 503),
            },
        }
    },
    "/api/certify": {
        "post": {
            "summary": "Certify that a report was made, without its content. Nothing about it is stored.",
            "requestBody": json_body(ref("CertificateRequest")),
            "responses": {
                "200": answer("Signed.", ref("Certified")),
                **problems(400, 403, 404, 405, 409, 413, 415, 422, 503),
            },
        }
    },
    "/api/choices": {
        "post": {
            "summary": "Turn the news link of one's mailbox on or off.",
            "requestBody": json_body(ref("Choices")),
            "responses": {
                "200": answer("As it is now.", ref("Chosen")),
                **problems(400, 403, 404, 405, 409, 413, 415, 422, 503),
            },
        }
    },
    "/api/updates": {
        "post": {
            "summary": "Ask by a news link; no challenge, nothing is written, and what is unknown gets random bytes.",
            "requestBody": json_body(ref("NewsRequest")),
            "responses": {
                "200": answer("A day, sealed to the link.", ref("News")),
                **problems(400, 403, 405, 413, 415, 422, 503),
            },
        }
    },
    "/api/mailbox/blob": {
        "post": {
            "summary": "Read one part of a file in one's own case; a challenge pays for all parts until it expires.",
            "requestBody": json_body(ref("FilePart")),
            "responses": {
                "200": BYTES,
                **problems(400, 403, 404, 405, 409, 413, 415, 422, 503),
            },
        }
    },
}
