"""HTTP as the terminal speaks it: nothing that identifies, no redirects, limits on everything.

With a SOCKS proxy, names are resolved at the proxy: this machine asks no name server.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from types import TracebackType
from typing import Self

import httpx

from reporting.client.errors import NotPossible, Problem, UnexpectedAnswer, Unreachable, not_as_described
from reporting.protocol.encoding import JSONObject, dump_json, parse_json_object
from reporting.protocol.errors import ProtocolError, N_

TOR = "socks5h://127.0.0.1:9050"  # Tor's own default address
MAX_ANSWER = 8 * 1024 * 1024
# The same for every request of every copy of this program, and shared with most browsers.
_USER_AGENT = "Mozilla/5.0"
_TIMEOUT = httpx.Timeout(60.0, connect=45.0)  # Tor may need half a minute to reach an onion service
_WHOLE_ANSWER = 180.0  # seconds for an answer, however it trickles
_PROXY_SCHEMES = ("socks5h", "socks5")


@dataclass(frozen=True)
class Answer:
    """An answer of the server: status, headers, whole body."""

    status: int
    headers: httpx.Headers
    body: bytes

    def json(self) -> JSONObject:
        """The JSON object in the body, spaces around it ignored.

        :raises UnexpectedAnswer: something else
        """
        try:
            return parse_json_object(self.body.strip(b" \t\r\n"), limit=MAX_ANSWER)
        except ProtocolError as error:
            raise not_as_described(error) from None

    def expect(self, *statuses: int) -> Answer:
        """This answer, if its status is one of ``statuses``.

        :raises Problem: the server refused
        :raises UnexpectedAnswer: it points elsewhere
        """
        if self.status in statuses:
            return self
        if 300 <= self.status < 400:
            raise UnexpectedAnswer(N_("The server points to another address; this program does not follow."))
        raise Problem.of(self.status, self._problem())

    def _problem(self) -> JSONObject | None:
        if self.headers.get("content-type", "").partition(";")[0] != "application/problem+json":
            return None
        try:
            return self.json()
        except UnexpectedAnswer:
            return None


def check_url(url: str) -> str:
    """``url`` as a site's base address: scheme, host, port and path, without a slash at its end.

    :raises NotPossible: anything but http or https with a host, or one that carries a name, query or fragment
    """
    try:
        parsed = httpx.URL(url.strip())
    except (httpx.InvalidURL, UnicodeError):
        parsed = httpx.URL("")
    extra = parsed.userinfo or parsed.query or parsed.fragment
    if parsed.scheme not in ("http", "https") or not parsed.host or extra:
        raise NotPossible(N_("“{url}” is not a site's address; write it like https://host."), url=url)
    return str(parsed).rstrip("/")


def is_protected(url: str) -> bool:
    """Whether nobody on the way can read along: TLS, an onion service, or this very machine."""
    parsed = httpx.URL(url)
    if parsed.scheme == "https" or _is_onion(parsed.host) or parsed.host == "localhost":
        return True
    try:
        return ip_address(parsed.host).is_loopback
    except ValueError:
        return False


def _is_onion(host: str) -> bool:
    return host.removesuffix(".").endswith(".onion")


def _check_proxy(proxy: str) -> httpx.Proxy:
    try:
        parsed = httpx.URL(proxy)
    except httpx.InvalidURL:
        parsed = httpx.URL("")
    if parsed.scheme not in _PROXY_SCHEMES or not parsed.host or not parsed.port:
        raise NotPossible(N_("“{proxy}” is not a SOCKS proxy; write it like socks5h://127.0.0.1:9050."), proxy=proxy)
    # httpx hands the name to the proxy for both schemes; only socks5h says so.
    return httpx.Proxy(parsed.copy_with(scheme="socks5h"))


class Transport:
    """Requests to one site. Keeps no cookies and reads no environment."""

    def __init__(self, url: str, *, proxy: str | None = None, timeout: httpx.Timeout = _TIMEOUT) -> None:
        """:raises NotPossible: ``url`` or ``proxy`` is not of the right form, or an onion address without a proxy"""
        self.url = check_url(url)
        if proxy is None and _is_onion(httpx.URL(self.url).host):
            # RFC 7686 section 2: its name must not be asked of name servers, who would learn of the visit.
            raise NotPossible(N_("An onion address is reached through Tor alone: give --tor, or --proxy."))
        self._client = httpx.Client(
            proxy=_check_proxy(proxy) if proxy else None,
            headers={"User-Agent": _USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            trust_env=False,
            timeout=timeout,
        )

    @property
    def origin(self) -> str:
        """Scheme, host and port, as an ``Origin`` header carries them (RFC 6454)."""
        parsed = httpx.URL(self.url)
        return f"{parsed.scheme}://{parsed.netloc.decode('ascii')}"

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(
        self, path: str, *, limit: int = MAX_ANSWER, headers: Mapping[str, str] | None = None, encoded: bool = False
    ) -> Answer:
        """``GET path``, an answer of at most ``limit`` bytes.

        :param encoded: take it in whatever coding it comes, unread
        :raises Unreachable: no answer
        :raises UnexpectedAnswer: longer, or encoded
        """
        return self.request("GET", path, None, limit=limit, headers=headers, encoded=encoded)

    def send_json(
        self,
        method: str,
        path: str,
        value: JSONObject,
        *,
        shape: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send ``value``, followed by spaces to exactly ``shape`` bytes where one is given (protocol section 6).

        :raises NotPossible: it is longer than that
        :raises Unreachable: no answer
        """
        body = dump_json(value)
        if shape is not None:
            if len(body) > shape:
                raise NotPossible(N_("This is {over} bytes too long to be sent."), over=len(body) - shape)
            body = body.ljust(shape, b" ")
        return self.request(method, path, body, headers={"Content-Type": "application/json", **(headers or {})})

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None,
        *,
        limit: int = MAX_ANSWER,
        headers: Mapping[str, str] | None = None,
        encoded: bool = False,
    ) -> Answer:
        """One request, and its whole answer.

        :param encoded: take it in whatever coding it comes, unread
        :raises Unreachable: no answer
        :raises UnexpectedAnswer: longer than ``limit`` bytes, or encoded
        """
        sent = {**(headers or {}), **({} if body is None else {"Content-Length": str(len(body))})}
        content = None if body is None else _handed_over(body)
        try:
            with self._client.stream(method, f"{self.url}{path}", content=content, headers=sent) as response:
                return Answer(response.status_code, response.headers, _read(response, limit, encoded=encoded))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise Unreachable(N_("{url} cannot be reached ({reason})."), url=self.url, reason=_reason(error)) from None
        except httpx.TransportError as error:
            silent = Unreachable(N_("{url} did not answer ({reason})."), url=self.url, reason=_reason(error))
            silent.may_have_arrived = True
            raise silent from None


def _handed_over(body: bytes) -> Iterator[bytes]:
    # httpx keeps a request until garbage is collected: parts of large files would pile up with it.
    yield body


def _read(response: httpx.Response, limit: int, *, encoded: bool) -> bytes:
    if not encoded and response.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnexpectedAnswer(N_("The server's answer is encoded in a way that was not asked for."))
    until = time.monotonic() + _WHOLE_ANSWER
    parts: list[bytes] = []
    left = limit
    for part in response.iter_raw():
        left -= len(part)
        if left < 0:
            raise UnexpectedAnswer(N_("The server's answer is longer than {limit} bytes."), limit=limit)
        if time.monotonic() > until:
            raise httpx.ReadTimeout("slow")
        parts.append(part)
    return b"".join(parts)


def _reason(error: httpx.TransportError) -> str:
    return str(error)[:200] or type(error).__name__
