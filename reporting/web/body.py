"""Reading JSON from requests, and writing it to answers. Bodies stay in memory, never in a file."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import IO, Any, TypeVar

from flask import Request, Response, current_app, request

from reporting import errors
from reporting.protocol.encoding import JSONObject, dump_json, parse_json_object
from reporting.protocol.errors import ProtocolError, N_
from reporting.service import Service
from reporting.web.shape import TOO_LARGE

MAX_BODY = 2 * 1024 * 1024  # the desk's largest: grants for every epoch to every member
STRANGERS = 65_536  # from whoever has neither signed in nor solved a challenge yet: parsing takes memory and time


_TAKES = "__max_body__"
View = TypeVar("View", bound=Callable[..., Any])


def takes(limit: int) -> Callable[[View], View]:
    """Declare that a view takes bodies of up to ``limit`` bytes, from whoever may call it."""

    def declare(view: View) -> View:
        setattr(view, _TAKES, limit)
        return view

    return declare


def taken_by(view: Callable[..., Any]) -> int:
    """How many bytes a view takes."""
    return int(getattr(view, _TAKES, MAX_BODY))


class MemoryRequest(Request):
    """A request whose form parser has no temporary files to spool to."""

    def _get_file_stream(self, *_args: Any, **_kwargs: Any) -> IO[bytes]:
        return io.BytesIO()


def service() -> Service:
    """The service of the application that answers this request."""
    found: Service = current_app.extensions["reporting"]()
    return found


def read_json(limit: int = MAX_BODY) -> JSONObject:
    """The JSON object in the body of this request, of at most ``limit`` bytes.

    :raises TooLarge: longer than this address takes
    :raises WrongMediaType: something else than ``application/json``, said so
    :raises Malformed: not one I-JSON object
    """
    if request.environ.get(TOO_LARGE):
        raise errors.TooLarge
    request.max_content_length = limit
    body = request.get_data(cache=False)
    if request.mimetype and request.mimetype != "application/json":
        raise errors.WrongMediaType
    try:
        return parse_json_object(_without_padding(body), limit=MAX_BODY)
    except ProtocolError as error:
        raise errors.Malformed(error.message, pointer=error.pointer, values=dict(error.values)) from error


def _without_padding(body: bytes) -> bytes:
    # Compared at once: bytes.rstrip looks at each of the 50,000 spaces, which took as long as parsing.
    end = body.rfind(b"}") + 1
    return body[:end] if body[end:] == b" " * (len(body) - end) else body


def json_response(value: Any, status: int = 200) -> Response:
    """``value`` as an ``application/json`` answer."""
    return Response(dump_json(value), status, content_type="application/json")


def only(content: JSONObject, *names: str, pointer: str = "") -> JSONObject:
    """``content`` if it has exactly the members ``names``: what is not understood is not ignored.

    :raises Unprocessable: one is missing, or there is another
    """
    for name in names:
        if name not in content:
            raise errors.Unprocessable(N_("This member is missing."), pointer=f"{pointer}/{name}")
    for name in content:
        if name not in names:
            raise errors.Unprocessable(N_("There is no such member."), pointer=f"{pointer}/{_escape(name)}")
    return content


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")[:64]  # RFC 6901 section 3
