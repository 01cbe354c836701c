"""What an observer can count: every action of a reporter, and every refusal, has one size each way."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from reporting.protocol.encoding import JSONObject, b64encode, dump_json
from reporting.protocol.receipt import ReceiptCode
from tests.bench.prepare import Site, load_site, seal
from tests.system.durability import solved_one
from tests.system.recording import Message, Relay, relay, split
from tests.system.running import run
from tests.system.scanning import forms, in_files
from tests.system.stage import Stage

SHAPE = 65_536
ACTIONS = ("POST /api/reports HTTP/1.1", "POST /api/mailbox HTTP/1.1", "POST /api/entries HTTP/1.1")
CHALLENGE = "GET /api/challenge HTTP/1.1"
REMARKS = 18  # two pages and a bit
AGENT = "DistinctiveBrowserOfTheReporter/56.1"
ADDRESS = "203.0.113.156"  # RFC 5737


@dataclass(frozen=True)
class Seen:
    """What went over the wire while one person reported, looked, was answered and answered."""

    exchanges: dict[str, list[tuple[Message, Message]]]

    def actions(self) -> list[tuple[Message, Message]]:
        """Every post with its answer."""
        return [pair for pairs in self.exchanges.values() for pair in pairs if pair[0].start in ACTIONS]


def reporter(through: Relay, stage: Stage, *arguments: str, typed: str = "") -> JSONObject:
    """Run a reporter's command through the relay; what it prints."""
    command = [arguments[0], through.url, *arguments[1:], "--json", "--fingerprint", stage.fingerprint]
    printed: JSONObject = json.loads(run(command, typed=typed, HOME=str(stage.home("reporter"))))
    return printed


def at_desk(stage: Stage, *arguments: str) -> None:
    member = stage.service.member("intake")
    command = ["desk", "--url", stage.service.desk_url, "--member", "intake", "--passphrase-file", "-", *arguments]
    run(command, typed=f"{member['passphrase']}\n", HOME=str(stage.home("intake")))


@pytest.fixture(scope="module")
def seen(on_sqlite: Stage) -> Seen:
    """A whole conversation by the terminal's own client, recorded action by action."""
    found: dict[str, list[tuple[Message, Message]]] = {}
    answers = json.dumps({"account": "The ferry's engine was bought twice and delivered never."})
    empty = " ".join(ReceiptCode.generate().words()) + "\n"

    def act(name: str, *arguments: str, typed: str) -> JSONObject:
        with relay(on_sqlite.service.port) as through:
            printed = reporter(through, on_sqlite, *arguments, typed=typed)
            found[name] = through.exchanges()
        return printed

    sent = act("submit", "submit", "--channel", "procurement", "--answers", "-", typed=answers)
    code = " ".join(sent["receipt"]["words"]) + "\n"
    act("empty mailbox", "mailbox", typed=empty)
    act("check without news", "mailbox", typed=code)
    at_desk(on_sqlite, "reply", sent["case"], "When was it bought the second time?")
    at_desk(on_sqlite, "status", sent["case"], "acknowledged")
    act("check with news", "mailbox", typed=code)
    for number in range(REMARKS):
        act(f"follow-up {number}", "mailbox", "--reply", f"Remark {number} on the engine.", typed=code)
    act("long conversation", "mailbox", typed=code)
    return Seen(found)


def test_every_action_was_seen(seen: Seen) -> None:
    starts = {name: [request.start for request, _ in pairs] for name, pairs in seen.exchanges.items()}

    assert ACTIONS[0] in starts["submit"]
    assert starts["check without news"].count(ACTIONS[1]) == 1
    assert starts["long conversation"].count(ACTIONS[1]) >= 3
    assert sum(found.count(ACTIONS[2]) for found in starts.values()) == REMARKS
    assert {answer.status for _, answer in seen.actions()} == {200, 201}


def test_posts_and_their_answers_have_one_size_each_way(seen: Seen) -> None:
    requests, answers = zip(*seen.actions(), strict=True)

    assert {request.sizes for request in requests} == {(len(requests[0].head), SHAPE)}
    assert {request.names for request in requests} == {requests[0].names}
    assert {answer.sizes for answer in answers} == {(len(answers[0].head), SHAPE)}
    assert {answer.names for answer in answers} == {answers[0].names}


def test_an_action_is_one_challenge_and_one_post(seen: Seen) -> None:
    for name, pairs in seen.exchanges.items():
        starts = [request.start for request, _ in pairs]
        first = starts.index(CHALLENGE)
        posts = [start for start in starts[first:] if start != CHALLENGE]
        assert starts[first:] == [start for post in posts for start in (CHALLENGE, post)], name
        assert set(posts) <= set(ACTIONS), name
        assert not set(starts[:first]) & set(ACTIONS), name


def test_challenges_have_one_size_too(seen: Seen) -> None:
    pairs = [pair for found in seen.exchanges.values() for pair in found if pair[0].start == CHALLENGE]

    assert len({request.sizes for request, _ in pairs}) == 1
    assert len({answer.sizes for _, answer in pairs}) == 1


def test_nothing_sets_a_cookie(seen: Seen) -> None:
    for pairs in seen.exchanges.values():
        for request, answer in pairs:
            assert "cookie" not in {name.lower() for name in request.names}
            assert "set-cookie" not in {name.lower() for name in answer.names}


def exchange(stage: Stage, requests: list[bytes]) -> list[Message]:
    """The answers to requests on one connection, until the server closes it or the last one is answered."""
    received = b""
    with socket.create_connection(("127.0.0.1", stage.service.port), 30) as connection:
        for count, request in enumerate(requests, 1):
            connection.sendall(request)
            while len(_complete(received)) < count and (part := connection.recv(1 << 17)):
                received += part
    return split(received)


def _complete(received: bytes) -> list[Message]:
    try:
        found = split(received)
    except AssertionError:
        return []
    return found if not found or len(found[-1].body) == SHAPE else found[:-1]


def request_bytes(path: str, body: bytes, connection: str, method: str = "POST", **headers: str) -> bytes:
    fields = {
        "Host": "127.0.0.1",
        "Connection": connection,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **headers,
    }
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def refusals(site: Site) -> Iterator[tuple[int, str, str, bytes]]:
    """Status, method, path and body of what is refused, for many reasons."""

    def shaped(content: JSONObject) -> bytes:
        return dump_json(content).ljust(SHAPE)

    report = seal(site)[0].request
    token = {"token": b64encode(bytes(32)), "after": None}
    yield 400, "POST", "/api/reports", b"{".ljust(SHAPE)
    yield 400, "POST", "/api/mailbox", b'{"token": "a", "token": "b"}'.ljust(SHAPE)
    yield 400, "POST", "/api/reports", shaped({**report, "challenge": {"challenge": "x", "nonce": "1"}})
    yield 400, "POST", "/api/mailbox", shaped({**token, "challenge": {**solved_one(site), "nonce": "none"}})
    yield 409, "POST", "/api/reports", shaped({**report, "directory": 77, "challenge": solved_one(site)})
    yield 409, "POST", "/api/mailbox", shaped({**token, "after": "0" * 32, "challenge": solved_one(site)})
    yield 422, "POST", "/api/reports", shaped({**report, "entry": "?", "challenge": solved_one(site)})
    yield 422, "POST", "/api/mailbox", shaped({"token": "?", "after": None, "challenge": solved_one(site)})
    yield 422, "POST", "/api/entries", shaped({**token, "case": "?", "challenge": solved_one(site)})
    yield 405, "DELETE", "/api/entries", b""
    yield 405, "GET", "/api/reports", b""


@pytest.fixture(scope="module")
def site(on_sqlite: Stage) -> Site:
    return load_site(on_sqlite.service.base_url, on_sqlite.service.port)


@pytest.mark.parametrize("connection", ["keep-alive", "close"])
def test_refusals_look_like_answers(on_sqlite: Stage, site: Site, seen: Seen, connection: str) -> None:
    asked = list(refusals(site))
    sent = [request_bytes(path, body, connection, method) for _, method, path, body in asked]
    if connection == "keep-alive":
        answers = exchange(on_sqlite, sent)
    else:
        answers = [answer for request in sent for answer in exchange(on_sqlite, [request])]

    usual = seen.actions()[0][1]
    assert [answer.status for answer in answers] == [status for status, *_ in asked]
    assert {answer.sizes for answer in answers} == {usual.sizes}
    assert {answer.names for answer in answers} == {usual.names}


def test_neither_agent_nor_address_is_kept(on_sqlite: Stage, site: Site) -> None:
    telling = {
        "User-Agent": AGENT,
        "X-Forwarded-For": ADDRESS,
        "Forwarded": f"for={ADDRESS}",
        "Referer": f"https://{AGENT.partition('/')[0]}.example/",
        "Accept-Language": "rm-sursilv",
        "Cookie": f"session={AGENT}",
    }
    prepared, receipt = seal(site)
    token = {"token": b64encode(receipt.mailbox_token(site.directory.origin)), "after": None}
    for path, content in (("/api/reports", prepared.request), ("/api/mailbox", token), ("/api/entries", {})):
        body = dump_json({**content, "challenge": solved_one(site)}).ljust(SHAPE)
        answer = exchange(on_sqlite, [request_bytes(path, body, "keep-alive", **telling)])[0]
        assert "Set-Cookie" not in answer.names
    exchange(on_sqlite, [b"NONSENSE " + AGENT.encode() + b"\r\n\r\n"])

    assert in_files(on_sqlite.written, forms(prepared.case)), "the scanner is blind"
    # The address of the connection itself stands in the service's settings and in no other place.
    assert in_files(on_sqlite.written, forms(AGENT) | forms(ADDRESS) | forms("rm-sursilv")) == {}
    log = on_sqlite.service.data.parent / f"{on_sqlite.service.data.name}.log"
    assert "127.0.0.1" not in log.read_text()
