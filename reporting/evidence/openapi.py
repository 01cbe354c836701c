"""How sending files is described."""

from __future__ import annotations

from typing import Any

from reporting.evidence.describing import BYTES
from reporting.evidence.opening import ACTS
from reporting.web.openapi import answer, array, json_body, obj, path_parameter, problems, ref

_BYTE_COUNT = {"type": "integer", "minimum": 1, "maximum": 2**50}

SCHEMAS: dict[str, Any] = {
    "UploadLimits": obj({"file_limit": _BYTE_COUNT, "entry_limit": _BYTE_COUNT, "part_size": _BYTE_COUNT}),
    "NewUpload": obj({"size": _BYTE_COUNT, "challenge": ref("Solution")}),
    "Upload": obj({"upload": ref("Hex32"), "key": ref("Digest"), "part_size": _BYTE_COUNT}),
    "NewCaseUpload": obj({"size": _BYTE_COUNT}),
    "FileOpening": obj({"act": {"type": "string", "enum": list(ACTS)}}),
    "OpenedFile": obj({"size": _BYTE_COUNT, "parts": _BYTE_COUNT, "part_size": _BYTE_COUNT}),
    "UploadParts": obj({"parts": array({"type": "integer", "minimum": 0})}),
}

UPLOAD = path_parameter("upload", {"type": "string", "maxLength": 64})
PART = path_parameter("part", {"type": "integer", "minimum": 0, "maximum": 2**31 - 1})
KEY = {
    "name": "Upload-Key",
    "in": "header",
    "required": True,
    "schema": ref("Digest"),
    "description": "The key that beginning the upload was answered with.",
}
PART_BODY = {"required": True, "content": {"application/octet-stream": {"schema": {}}}}

_SESSION = [{"session": list[str]()}]
_CASE = path_parameter("case", {"type": "string", "maxLength": 64})

PATHS: dict[str, Any] = {
    "/api/uploads": {
        "get": {
            "summary": "How large files may be: each, and all of one entry together, before padding and sealing.",
            "responses": {"200": answer("In bytes.", ref("UploadLimits")), **problems(403, 405)},
        },
        "post": {
            "summary": "Begin a sealed and padded file of that many bytes.",
            "requestBody": json_body(ref("NewUpload")),
            "responses": {
                "201": answer("Send its parts with this key.", ref("Upload")),
                **problems(400, 403, 405, 409, 413, 415, 422, 503),
            },
        },
    },
    "/api/uploads/{upload}": {
        "get": {
            "summary": "Which parts arrived.",
            "parameters": [UPLOAD, KEY],
            "responses": {"200": answer("Their numbers.", ref("UploadParts")), **problems(403, 404, 405)},
        }
    },
    "/api/uploads/{upload}/{part}": {
        "put": {
            "summary": "Send one part, in any order; the same bytes may be sent again.",
            "parameters": [UPLOAD, PART, KEY],
            "requestBody": PART_BODY,
            "responses": {
                "204": answer("Durably stored."),
                **problems(403, 404, 405, 409, 413, 415, 422, 503),
            },
        }
    },
    "/api/cases/{case}/uploads": {
        "get": {
            "summary": "How large a member's files may be: each, and all of one entry, before padding and sealing.",
            "security": _SESSION,
            "parameters": [_CASE],
            "responses": {"200": answer("In bytes.", ref("UploadLimits")), **problems(401, 403, 404, 405)},
        },
        "post": {
            "summary": "Begin a member's file for a case.",
            "security": _SESSION,
            "parameters": [_CASE],
            "requestBody": json_body(ref("NewCaseUpload")),
            "responses": {
                "201": answer("Send its parts with this key.", ref("Upload")),
                **problems(400, 401, 403, 404, 405, 413, 415, 422, 503),
            },
        },
    },
    "/api/cases/{case}/uploads/{upload}": {
        "get": {
            "summary": "Which parts of a member's file arrived.",
            "security": _SESSION,
            "parameters": [_CASE, UPLOAD, KEY],
            "responses": {"200": answer("Their numbers.", ref("UploadParts")), **problems(401, 403, 404, 405)},
        }
    },
    "/api/cases/{case}/uploads/{upload}/{part}": {
        "put": {
            "summary": "Send one part of a member's file.",
            "security": _SESSION,
            "parameters": [_CASE, UPLOAD, PART, KEY],
            "requestBody": PART_BODY,
            "responses": {
                "204": answer("Durably stored."),
                **problems(401, 403, 404, 405, 409, 413, 415, 422, 503),
            },
        }
    },
    "/api/cases/{case}/files/{upload}/openings": {
        "post": {
            "summary": "Open a file of the case for twelve hours. The audit trail tells of it.",
            "security": _SESSION,
            "parameters": [_CASE, UPLOAD],
            "requestBody": json_body(ref("FileOpening")),
            "responses": {
                "200": answer("Opened.", ref("OpenedFile")),
                **problems(400, 401, 403, 404, 405, 413, 415, 422),
            },
        }
    },
    "/api/cases/{case}/files/{upload}/{part}": {
        "get": {
            "summary": "One part of a file that the member opened.",
            "security": _SESSION,
            "parameters": [_CASE, UPLOAD, PART],
            "responses": {"200": BYTES, **problems(401, 403, 404, 405, 409, 503)},
        }
    },
}
