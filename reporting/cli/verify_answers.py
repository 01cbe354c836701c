"""Comparing what a site answers with what this release would answer: status, headers and bytes."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import brotli

from reporting.client.transport import Answer, Transport
from reporting.i18n import gettext as _

#: What HTTP servers and proxies say of themselves and of the connection. Any other header may do something to a
#: visitor: lead elsewhere, tell them apart, report on them, or give the same bytes another meaning.
_SERVERS_OWN = frozenset(
    [
        "alt-svc",
        "connection",
        "content-encoding",
        "content-length",
        "date",
        "keep-alive",
        "server",
        "transfer-encoding",
        "vary",
        "via",
    ]
)
_ONION = "onion-location"
_IS_ONION = re.compile(r"http://[a-z2-7]{56}\.onion", re.ASCII)
_STEP = 16  # bytes of brotli at a time: few enough not to become more than the memory holds

#: What Tor Browser 15 sends with a page; its coding differs with and without TLS.
_TOR_BROWSER = {
    "User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.5",
}
_CODINGS = {"https": "gzip, deflate, br, zstd", "http": "gzip, deflate"}


@dataclass(frozen=True)
class Expected:
    """What this release answers at ``path``. ``asking``: headers of the request; header names are in lower case."""

    path: str
    asking: Mapping[str, str]
    status: int
    headers: Mapping[str, str]
    body: bytes


def compare(transport: Transport, expected: Expected, onion: str | None) -> str:
    """What is wrong with the site's answer, asked plainly and then as a browser does; empty where nothing is.

    :param onion: the onion address in the site's document
    """
    coding = _CODINGS[transport.origin.partition(":")[0]]
    for browser in ({}, {**_TOR_BROWSER, "Accept-Encoding": coding}):
        answer = transport.get(expected.path, headers={**browser, **expected.asking}, encoded=True)
        if fault := _fault(answer, expected, onion):
            return fault
    return ""


def _fault(answer: Answer, expected: Expected, onion: str | None) -> str:
    path = expected.path
    if answer.status != expected.status:
        return _("{path} answers {status}.", path=path, status=answer.status)
    if _decoded(answer, len(expected.body)) != expected.body:
        return _("{path} is another page.", path=path)
    served = {name.lower(): answer.headers[name] for name in answer.headers}
    if served.get("content-security-policy") != expected.headers.get("content-security-policy"):
        return _("{path} comes with another security policy.", path=path)
    for name in sorted((served.keys() | expected.headers.keys()) - _SERVERS_OWN):
        if served.get(name) != expected.headers.get(name) and not (name == _ONION and _is_onion(served, onion)):
            return _("{path} comes with the header {name}, or without the one it should have.", path=path, name=name)
    return ""


def _is_onion(served: Mapping[str, str], onion: str | None) -> bool:
    """Whether Tor Browser is sent to the site's own onion address; where the site's document names none, to any."""
    shown = served.get(_ONION)
    return shown is None or (shown == onion if onion else _IS_ONION.fullmatch(shown) is not None)


def _decoded(answer: Answer, most: int) -> bytes | None:
    """The body without its coding, cut off behind ``most`` bytes and one; None where it cannot be read."""
    pieces = _READERS.get(answer.headers.get("content-encoding", "identity").lower())
    if pieces is None:
        return None
    body = b""
    try:
        for piece in pieces(answer.body, most + 1):
            body += piece
            if len(body) > most:
                break
    except (brotli.error, zlib.error):
        return None
    return body


def _plain(data: bytes, _most: int) -> Iterator[bytes]:
    yield data


def _gunzipped(data: bytes, most: int) -> Iterator[bytes]:
    reader = zlib.decompressobj(wbits=31)
    yield reader.decompress(data, most)
    if not reader.eof or reader.unused_data:
        raise zlib.error


def _unbrotlied(data: bytes, _most: int) -> Iterator[bytes]:
    reader = brotli.Decompressor()
    for start in range(0, len(data), _STEP):
        yield reader.process(data[start : start + _STEP])
    if not reader.is_finished():
        raise brotli.error


_READERS: Mapping[str, Callable[[bytes, int], Iterator[bytes]]] = {
    "identity": _plain,
    "gzip": _gunzipped,
    "br": _unbrotlied,
}
