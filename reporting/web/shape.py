"""One shape on the wire (protocol section 6): six addresses whose answers all look alike.

The wrapper stands around Flask, so that what Flask answers by itself (404, 405, 415, 500) has the shape
too. Bodies are ``size`` bytes; status line and headers are :data:`HEAD` bytes before what the HTTP server
adds, made up by a ``Padding`` header of zeros.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SHAPED = frozenset({"/api/reports", "/api/mailbox", "/api/entries", "/api/certify", "/api/choices", "/api/updates"})
DEFAULT_SIZE = 65_536
HEAD = 2_048  # every header that headers.py and the API set, and room to spare
MAX_DROPPED = 8 * 1024 * 1024  # read and thrown away before a 413, so that the client hears it
TOO_LARGE = "reporting.body_too_large"
_CHUNK = 65_536
# HTTP/1.1 says "Connection: close" in five letters and "keep-alive" in ten.
_CONNECTION_DIFFERENCE = len("keep-alive") - len("close")


class Shape:
    """WSGI middleware that gives the shape to requests read and answers sent at :data:`SHAPED`."""

    def __init__(self, app: WSGIApplication, size: Callable[[], int]) -> None:
        """:param size: the length of bodies, from the directory in force"""
        self._app = app
        self._size = size

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") not in SHAPED:
            return self._app(environ, start_response)
        size = self._size()
        _read_body(environ, size)
        status, headers, body = _call(self._app, environ)
        if len(body) > size:
            # The answers are built to fit, so this is a fault of ours: never cut, never sent larger.
            status, body = "500 Internal Server Error", b"{}"
        body = body.ljust(size, b" ")
        start_response(status, _shaped_headers(status, headers, size, _closes(start_response)))
        return [body]


def _read_body(environ: WSGIEnvironment, size: int) -> None:
    source = environ["wsgi.input"]
    body = _read(source, size + 1)
    if len(body) > size:
        environ[TOO_LARGE] = True
        dropped = 0
        while dropped < MAX_DROPPED and (chunk := source.read(_CHUNK)):
            dropped += len(chunk)
        body = b""
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)


def _read(source: Any, most: int) -> bytes:
    parts: list[bytes] = []
    left = most
    while left and (chunk := source.read(left)):
        parts.append(chunk)
        left -= len(chunk)
    return b"".join(parts)


def _call(app: WSGIApplication, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], bytes]:
    answer: list[Any] = []
    written: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], object]:
        answer[:] = [status, headers]
        return written.append

    result = app(environ, start_response)
    try:
        body = b"".join([*written, *result])
    finally:
        if (close := getattr(result, "close", None)) is not None:
            close()
    return answer[0], answer[1], body


def _closes(start_response: StartResponse) -> bool:
    """Whether gunicorn will say ``Connection: close``: the client asked for it, or the worker is leaving."""
    response = getattr(start_response, "__self__", None)
    request = getattr(response, "req", None)
    return bool(getattr(response, "must_close", False) or (request is not None and request.should_close()))


def _shaped_headers(status: str, headers: Iterable[tuple[str, str]], size: int, closes: bool) -> list[tuple[str, str]]:
    kept = {name.title(): value for name, value in headers}
    kept |= {
        # RFC 9110 section 15.5.6 wants Allow with a 405; here it comes with everything.
        "Allow": "POST",
        "Cache-Control": "no-store, no-transform",
        "Content-Encoding": "identity",
        "Content-Length": str(size),
    }
    kept.pop("Retry-After", None)
    fixed = sorted(kept.items())
    used = len(f"HTTP/1.1 {status}\r\n") + sum(len(name) + len(value) + 4 for name, value in fixed)
    zeros = HEAD - used - len("Padding: \r\n") + (_CONNECTION_DIFFERENCE if closes else 0)
    return [*fixed, ("Padding", "0" * zeros)]
