"""Parts of files in requests and answers: bytes, in memory once."""

from __future__ import annotations

from flask import Response, request

from reporting import errors
from reporting.evidence.sizes import PART_SIZE
from reporting.protocol.errors import N_
from reporting.web.watch import prolong

KEY_HEADER = "Upload-Key"
CONTENT_TYPE = "application/octet-stream"
_PIECE = 65_536
#: Seconds within which some more must have come; a part has ``part_seconds`` in all.
_PIECE_SECONDS = 60


def upload_key() -> str:
    """What the sender says is the upload's key."""
    return request.headers.get(KEY_HEADER, "")


def read_part() -> bytes:
    """The bytes of one part. It may come slowly, as long as it comes.

    :raises TooLarge: longer than any part
    :raises WrongMediaType: something else than bytes, said so
    """
    most = PART_SIZE + 1  # one more than may come, so that the stream need not say where it ends
    request.max_content_length = most
    if request.mimetype and request.mimetype != CONTENT_TYPE:
        raise errors.WrongMediaType(N_("A part must be application/octet-stream."))
    content = bytearray()
    prolong(_PIECE_SECONDS)
    while piece := request.stream.read(min(_PIECE, most - len(content))):
        content += piece
        if len(content) > PART_SIZE:
            raise errors.TooLarge
        prolong(_PIECE_SECONDS)
    return bytes(content)


def part_response(content: bytes) -> Response:
    """One part as an answer that no browser shows by itself."""
    return Response(content, content_type=CONTENT_TYPE, headers={"Content-Disposition": "attachment"})
