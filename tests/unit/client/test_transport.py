"""The way to a site: nothing that identifies, nothing followed, limits on everything, names left to the proxy."""

from __future__ import annotations

import socket

import httpx
import pytest

from reporting.client import transport as transports
from reporting.client.errors import NotPossible, Problem, UnexpectedAnswer, Unreachable
from reporting.client.transport import Transport, check_url, is_protected
from tests.unit.client.serving import Reply, serving, socks5


def test_every_request_looks_like_the_next() -> None:
    with serving(lambda _: Reply(b"{}", headers={"Set-Cookie": "seen=1"})) as server, Transport(server.url) as site:
        site.get("/a")
        site.get("/b")
    first, second = (request.headers for request in server.requests)
    assert first == second
    assert set(first) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
    assert first["User-Agent"] == "Mozilla/5.0"


def test_a_request_has_exactly_the_shape() -> None:
    with serving(lambda _: Reply(b"{}")) as server, Transport(server.url) as site:
        site.send_json("POST", "/api/reports", {"a": 1}, shape=65_536)
        site.send_json("POST", "/api/mailbox", {"token": "x" * 900}, shape=65_536)
        with pytest.raises(NotPossible, match="bytes too long"):
            site.send_json("POST", "/api/reports", {"a": "x" * 65_536}, shape=65_536)
    assert [len(request.body) for request in server.requests] == [65_536, 65_536]
    assert server.requests[0].body.rstrip(b" ") == b'{"a":1}'


def test_the_name_of_a_site_is_resolved_at_the_proxy_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    resolve = socket.getaddrinfo

    def watched(host: str, *args: object, **options: object) -> object:
        asked.append(host)
        return resolve(host, *args, **options)  # type: ignore[arg-type]  # passed on as it came

    with serving(lambda _: Reply(b"{}")) as server:
        port = int(server.url.rpartition(":")[2])
        with socks5(("127.0.0.1", port)) as proxy:
            monkeypatch.setattr(socket, "getaddrinfo", watched)
            for scheme in ("socks5h", "socks5"):
                address = proxy.url.replace("socks5h", scheme)
                with Transport("http://hidden.onion:8080", proxy=address) as site:
                    assert site.get("/x").status == 200
    assert proxy.targets == [(3, "hidden.onion", 8080)] * 2
    assert set(asked) <= {"127.0.0.1"}


@pytest.mark.parametrize("url", ["http://hidden.onion", "https://sub.HIDDEN.ONION:8443/site", "http://hidden.onion."])
def test_an_onion_address_is_asked_of_no_name_server(url: str) -> None:
    """RFC 7686 section 2: whoever answers for names, or listens, would learn which site is visited."""
    with pytest.raises(NotPossible, match="--tor"):
        Transport(url)
    Transport(url, proxy="socks5h://127.0.0.1:1").close()


def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    with serving(lambda _: Reply(b"{}")) as server, Transport(server.url) as site:
        assert site.get("/").status == 200


def test_redirects_are_not_followed() -> None:
    def answer(request: object) -> Reply:
        return Reply(b"", 302, {"Location": "/elsewhere"})

    with (
        serving(answer) as server,
        Transport(server.url) as site,
        pytest.raises(UnexpectedAnswer, match="another address"),
    ):
        site.get("/").expect(200)
    assert len(server.requests) == 1


def test_an_answer_over_the_limit_or_encoded_is_refused() -> None:
    with (
        serving(lambda _: Reply(b"x" * 2_000)) as server,
        Transport(server.url) as site,
        pytest.raises(UnexpectedAnswer, match="longer than 1000 bytes"),
    ):
        site.get("/", limit=1_000)
    with (
        serving(lambda _: Reply(b"x", headers={"Content-Encoding": "gzip"})) as server,
        Transport(server.url) as site,
        pytest.raises(UnexpectedAnswer, match="not asked for"),
    ):
        site.get("/")


def test_an_endless_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transports, "_WHOLE_ANSWER", -1.0)
    with serving(lambda _: Reply(b"x")) as server, Transport(server.url) as site, pytest.raises(Unreachable):
        site.get("/")


def test_no_answer_tells_whether_something_may_have_arrived() -> None:
    with serving(lambda _: Reply(None)) as server, Transport(server.url) as site:
        with pytest.raises(Unreachable) as caught:
            site.get("/")
        assert caught.value.may_have_arrived
        assert caught.value.exit_status == 3
    with Transport(server.url) as site, pytest.raises(Unreachable) as caught:
        site.get("/")
    assert not caught.value.may_have_arrived


def test_a_silent_server_is_given_up() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    with (
        listener,
        Transport(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=httpx.Timeout(0.2)) as site,
        pytest.raises(Unreachable),
    ):
        site.get("/")


def test_a_problem_document_becomes_a_sentence_without_controls() -> None:
    document = b'{"type":"urn:reporting:problem:invalid","detail":"\\u001b[2J is wrong","pointer":"/grants"}'
    padded = Reply(document.ljust(4_000), 422, {"Content-Type": "application/problem+json"})
    with serving(lambda _: padded) as server, Transport(server.url) as site, pytest.raises(Problem) as caught:
        site.get("/").expect(200)
    assert (caught.value.kind, caught.value.status) == ("invalid", 422)
    assert str(caught.value) == "The server refuses /grants: ⟨U+001B⟩[2J is wrong"


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a":1,"a":2}', b"[1]"])
def test_an_error_without_a_problem_document_is_told_by_its_number(body: bytes) -> None:
    reply = Reply(body, 502, {"Content-Type": "application/problem+json"})
    with serving(lambda _: reply) as server, Transport(server.url) as site, pytest.raises(Problem, match="HTTP 502"):
        site.get("/").expect(200)


@pytest.mark.parametrize(
    "url", ["", "ftp://x", "https://", "host", "https://u:p@host", "https://h/?q=1", "https://h#f"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(NotPossible):
        check_url(url)


def test_an_address_is_written_one_way() -> None:
    assert check_url(" https://Host.example/path/ ") == "https://host.example/path"


@pytest.mark.parametrize("proxy", ["", "http://127.0.0.1:8080", "socks4://h:1", "socks5h://host", "socks5h://"])
def test_what_is_no_socks_proxy_is_refused(proxy: str) -> None:
    if proxy:
        with pytest.raises(NotPossible):
            Transport("https://host", proxy=proxy)


@pytest.mark.parametrize(
    ("url", "protected"),
    [
        ("https://host", True),
        ("http://x.onion", True),
        ("http://x.onion.", True),
        ("http://127.0.0.1:8000", True),
        ("http://[::1]:8000", True),
        ("http://localhost", True),
        ("http://host", False),
        ("http://10.0.0.1", False),
        ("http://x.onion.example", False),
    ],
)
def test_only_some_ways_are_protected(url: str, protected: bool) -> None:
    assert is_protected(url) is protected
