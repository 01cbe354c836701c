"""Parts of files in requests and answers: bytes, in memory once."""

from __future__ import annotations

from flask import Response, request

from reporting import errors
from reporting.evidence.sizes import PART_SIZE
from reporting.protocol.errors import N_

KEY_HEADER = "Upload-Key"
CONTENT_TYPE = "application/octet-stream"


def upload_key() -> str:
    """What the sender says is the upload's key."""
    return request.headers.get(KEY_HEADER, "")


def read_part() -> bytes:
    """The bytes of one part.

    :raises TooLarge: longer than any part
    :raises WrongMediaType: something else than bytes, said so
    """
    request.max_content_length = PART_SIZE
    if request.mimetype and request.mimetype != CONTENT_TYPE:
        raise errors.WrongMediaType(N_("A part must be application/octet-stream."))
    return request.get_data(cache=False)


def part_response(content: bytes) -> Response:
    """One part as an answer that no browser shows by itself."""
    return Response(content, content_type=CONTENT_TYPE, headers={"Content-Disposition": "attachment"})
