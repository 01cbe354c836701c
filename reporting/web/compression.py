"""Answers in the smallest form that a browser takes. Only for what is public and the same for everybody:
lengths of compressed secrets would tell of them."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from functools import lru_cache

import brotli
from flask import Response, request

#: Content codings in the order of preference (RFC 9110 section 12.5.3), with the endings of files built so.
CODINGS = {"br": ".br", "gzip": ".gz"}
_KEPT = 256  # compressed documents in memory, some tens of kilobytes each


def chosen_coding() -> str:
    """The content coding to answer this request in; empty for none."""
    accepted = request.accept_encodings
    return next((coding for coding in CODINGS if accepted.quality(coding) > 0), "")


@lru_cache(_KEPT)
def _compressed(body: bytes, coding: str) -> bytes:
    compress: Mapping[str, Callable[[bytes], bytes]] = {
        "br": lambda data: bytes(brotli.compress(data, quality=11)),
        "gzip": lambda data: gzip.compress(data, 9, mtime=0),  # no time in what must be the same each time
    }
    return compress[coding](body)


def compressed(body: bytes, content_type: str) -> Response:
    """``body``, which is public, in the coding that the browser prefers."""
    coding = chosen_coding()
    response = Response(_compressed(body, coding) if coding else body, content_type=content_type)
    if coding:
        response.headers["Content-Encoding"] = coding
    response.headers["Vary"] = "Accept-Encoding"
    return response
