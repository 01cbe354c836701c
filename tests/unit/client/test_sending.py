"""One action is one challenge and one post, repeated until it is answered, and never for ever."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from reporting.client.errors import NotPossible, Problem, UnexpectedAnswer, Unreachable
from reporting.client.sending import Sender
from reporting.client.transport import Transport
from reporting.protocol import challenge as challenges
from tests.unit.client.serving import Reply, Request, Server, serving

SHAPE = 4_096


class Office:
    """Issues challenges, and answers posts with what a test has put in line; the last one for ever."""

    def __init__(self, *replies: Reply, bits: int = 4) -> None:
        self.replies = list(replies)
        self.bits = bits
        self.issued = 0

    def answer(self, request: Request) -> Reply:
        """One request."""
        if request.path == "/api/challenge":
            self.issued += 1
            return Reply(json.dumps({"challenge": f"challenge-{self.issued}", "bits": self.bits}).encode())
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def problem(kind: str, status: int = 409) -> Reply:
    body = json.dumps({"type": f"urn:reporting:problem:{kind}", "detail": "No."}).encode().ljust(SHAPE)
    return Reply(body, status, {"Content-Type": "application/problem+json"})


TAKEN = Reply(b'{"id": "1"}'.ljust(SHAPE))


@contextmanager
def sending(office: Office) -> Iterator[tuple[Callable[[], object], Server, list[float]]]:
    """Something that sends one request, the server it goes to, and the seconds waited."""
    waited: list[float] = []
    with serving(office.answer) as server, Transport(server.url) as transport:
        sender = Sender(transport, SHAPE, sleep=waited.append)
        yield lambda: sender.send("/api/entries", {"entry": "sealed"}), server, waited


def posts(server: Server) -> list[dict[str, object]]:
    assert all(len(request.body) == SHAPE for request in server.requests if request.method == "POST")
    return [json.loads(request.body) for request in server.requests if request.method == "POST"]


def test_a_solved_challenge_goes_with_it() -> None:
    with sending(Office(TAKEN)) as (send, server, waited):
        assert send() == {"id": "1"}
    (sent,) = posts(server)
    assert sent["entry"] == "sealed"
    assert isinstance(sent["challenge"], dict)
    assert challenges.solves(sent["challenge"]["challenge"], sent["challenge"]["nonce"], 4)
    assert waited == []


@pytest.mark.parametrize("kind", ["challenge-expired", "challenge-spent"])
def test_a_challenge_that_was_not_taken_is_replaced(kind: str) -> None:
    with sending(Office(problem(kind), TAKEN)) as (send, server, waited):
        assert send() == {"id": "1"}
    first, second = posts(server)
    assert first.pop("challenge") != second.pop("challenge")
    assert first == second
    assert waited == []


def test_an_unanswered_post_is_repeated_but_for_its_challenge() -> None:
    with sending(Office(Reply(None), problem("unavailable", 503), TAKEN)) as (send, server, waited):
        assert send() == {"id": "1"}
    sent = posts(server)
    assert len({json.dumps(request.pop("challenge")) for request in sent}) == 3
    assert sent == [{"entry": "sealed"}] * 3
    assert waited == [1.0, 3.0]


@pytest.mark.parametrize("kind", ["unavailable", "room-low"])
def test_what_is_turned_away_is_sent_again_and_was_surely_not_stored(kind: str) -> None:
    with sending(Office(problem(kind, 503), TAKEN)) as (send, server, waited):
        assert send() == {"id": "1"}
    assert len(posts(server)) == 2
    assert waited == [1.0]
    with serving(Office(problem(kind, 503)).answer) as server, Transport(server.url) as transport:
        sender = Sender(transport, SHAPE, sleep=lambda _seconds: None)
        with pytest.raises(Problem):
            sender.send("/api/reports", {"entry": "sealed"})
        assert not sender.fate.unknown


def test_a_refusal_is_not_repeated() -> None:
    with sending(Office(problem("epoch-stale"))) as (send, server, _waited), pytest.raises(Problem) as caught:
        send()
    assert caught.value.kind == "epoch-stale"
    assert len(posts(server)) == 1


def test_it_ends_some_time() -> None:
    with sending(Office(Reply(None))) as (send, server, waited):
        with pytest.raises(Unreachable) as caught:
            send()
        assert caught.value.may_have_arrived
    assert len(posts(server)) == 4
    assert len(waited) == 3


def test_without_a_challenge_nothing_can_have_arrived() -> None:
    with serving(lambda _request: Reply(None)) as server, Transport(server.url) as transport:
        sender = Sender(transport, SHAPE, sleep=lambda _seconds: None)
        with pytest.raises(Unreachable) as caught:
            sender.send("/api/reports", {})
    assert not caught.value.may_have_arrived
    assert posts(server) == []


@pytest.mark.parametrize("bits", [19, 64, -1, True])
def test_more_work_than_the_protocol_allows_is_not_done(bits: int) -> None:
    with sending(Office(TAKEN, bits=bits)) as (send, server, _waited), pytest.raises(UnexpectedAnswer):
        send()
    assert posts(server) == []


def test_what_does_not_fit_the_shape_is_not_sent() -> None:
    with serving(Office(TAKEN).answer) as server, Transport(server.url) as transport:
        sender = Sender(transport, SHAPE)
        with pytest.raises(NotPossible, match="too long"):
            sender.send("/api/entries", {"entry": "x" * SHAPE})
    assert posts(server) == []
