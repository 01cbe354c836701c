"""One shape on the wire: what an observer of the encrypted connection can count, captured live."""

from __future__ import annotations

import io
import json
import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reporting.protocol.encoding import JSONObject, b64encode, dump_json
from reporting.protocol.feed import Feed
from reporting.protocol.receipt import ReceiptCode
from tests.web.conftest import copy_site
from tests.web.live import Live, request, serving
from tests.web.world import ORIGIN, Site, World

SHAPE = 65_536


@pytest.fixture(scope="module")
def served(sqlite_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Live]]:
    """A site on SQLite, served by gunicorn; the world's clock is the real one's."""
    folder = tmp_path_factory.mktemp("live")
    world = copy_site(sqlite_site, folder, "")
    with serving(world, folder) as live:
        world.clock.at = time.time()
        yield world, live
    world.service.database.close()


def shaped(content: JSONObject) -> bytes:
    """A body as clients pad it."""
    return dump_json(content).ljust(SHAPE)


def actions(world: World) -> dict[str, tuple[str, JSONObject]]:
    """Every kind of action, and of refusal, that may be told apart by nobody."""
    receipt, empty = ReceiptCode.generate(), ReceiptCode.generate()
    prepared = world.prepare(receipt)
    token = b64encode(receipt.mailbox_token(ORIGIN))
    return {
        "submit": ("/api/reports", prepared.request),
        "retry": ("/api/reports", prepared.request),
        "outdated": ("/api/reports", {**world.prepare().request, "directory": 9}),
        "malformed": ("/api/reports", {**world.prepare().request, "entry": "?"}),
        "news": ("/api/mailbox", {"token": token, "after": None}),
        "no news": ("/api/mailbox", {"token": b64encode(empty.mailbox_token(ORIGIN)), "after": None}),
        "unknown after": ("/api/mailbox", {"token": token, "after": "0" * 32}),
        "certificate": ("/api/certify", certificate_request(token, prepared.case)),
        "no certificate": ("/api/certify", certificate_request(token, "0" * 32)),
        "stranger": (
            "/api/entries",
            {"token": token, "case": "0" * 32, "epoch": 0, "entry": prepared.request["entry"], "uploads": []},
        ),
        "link turned on": ("/api/choices", {"token": token, "news": True}),
        "link with nothing under it": ("/api/choices", {"token": b64encode(bytes(32)), "news": True}),
        "link asked": ("/api/updates", {"feed": b64encode(Feed.of_token(receipt.mailbox_token(ORIGIN)).lookup())}),
        "link of nobody's asked": ("/api/updates", {"feed": b64encode(bytes(32))}),
        "link malformed": ("/api/updates", {"feed": "?"}),
        "follow-up": (
            "/api/entries",
            {
                "token": token,
                "case": prepared.case,
                "epoch": 0,
                "entry": world.prepare().request["entry"],
                "uploads": [],
            },
        ),
    }


def certificate_request(token: str, case: str) -> JSONObject:
    return {
        "token": token,
        "case": case,
        "opening": b64encode(bytes(32)),
        "commitment": b64encode(bytes(32)),
        "name_channel": False,
    }


STATUSES = {
    "submit": 201,
    "retry": 200,
    "outdated": 409,
    "malformed": 422,
    "news": 200,
    "no news": 200,
    "unknown after": 409,
    "certificate": 200,
    "no certificate": 404,
    "stranger": 404,
    "follow-up": 201,
    "link turned on": 200,
    "link with nothing under it": 404,
    "link asked": 200,
    "link of nobody's asked": 200,
    "link malformed": 422,
    "unsolved": 400,
    "wrong method": 405,
    "wrong type": 415,
    "foreign": 403,
    "too large": 413,
}


def answers(world: World, live: Live) -> dict[str, tuple[bytes, bytes]]:
    """The bytes of every answer, sent and captured on sockets."""
    found = {}
    for name, (path, content) in actions(world).items():
        found[name] = live.exchange(request("POST", path, shaped({**content, "challenge": world.solved()})))
    body = shaped({"challenge": {"challenge": "x", "nonce": "1"}})
    found["unsolved"] = live.exchange(request("POST", "/api/reports", body))
    found["wrong method"] = live.exchange(request("GET", "/api/mailbox"))
    found["wrong type"] = live.exchange(request("POST", "/api/mailbox", body, **{"Content-Type": "text/plain"}))
    found["foreign"] = live.exchange(request("POST", "/api/mailbox", body, Origin="https://elsewhere.example"))
    found["too large"] = live.exchange(request("POST", "/api/reports", body + b" "))
    return found


def test_every_answer_has_one_size_and_the_same_header_names(served: tuple[World, Live]) -> None:
    found = answers(*served)
    statuses = {name: int(head.split()[1]) for name, (head, _) in found.items()}
    assert statuses == STATUSES
    assert {len(body) for _, body in found.values()} == {SHAPE}
    assert len({len(head) for head, _ in found.values()}) == 1
    names = {tuple(re.findall(rb"(?m)^([\w-]+): ", head)) for head, _ in found.values()}
    assert len(names) == 1
    assert {b"Padding", b"Cache-Control", b"Content-Security-Policy", b"Allow"} <= set(names.pop())
    for head, body in found.values():
        assert b"\r\nContent-Encoding: identity\r\n" in head
        assert b"\r\nCache-Control: no-store, no-transform\r\n" in head
        assert b"Set-Cookie" not in head
        json.loads(body)


def test_a_connection_that_closes_has_the_same_size(served: tuple[World, Live]) -> None:
    _, live = served
    kept, _ = live.exchange(request("GET", "/api/mailbox"))
    closed, _ = live.exchange(request("GET", "/api/mailbox", Connection="close"))
    assert b"Connection: close" in closed
    assert len(kept) == len(closed)


def test_a_head_request_has_the_same_head(served: tuple[World, Live]) -> None:
    _, live = served
    got, _ = live.exchange(request("GET", "/api/mailbox"))
    with pytest.raises(ConnectionResetError):
        live.exchange(request("HEAD", "/api/mailbox", Connection="close"))
    options, _ = live.exchange(request("OPTIONS", "/api/mailbox"))
    assert len(got) == len(options)


def test_a_chunked_request_is_read(served: tuple[World, Live]) -> None:
    world, live = served
    token = b64encode(ReceiptCode.generate().mailbox_token(ORIGIN))
    body = shaped({"token": token, "after": None, "challenge": world.solved()})
    lines = ["POST /api/mailbox HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "", ""]
    chunked = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    head, answer = live.exchange("\r\n".join(lines).encode() + chunked)
    assert head.split()[1] == b"200"
    assert len(answer) == SHAPE


def test_the_desk_answers_at_its_own_port_alone(served: tuple[World, Live]) -> None:
    _, live = served
    head, _ = live.exchange(request("GET", "/api/session"))
    assert head.split()[1] == b"404"
    head, _ = live.exchange(request("GET", "/api/session"), desk=True)
    assert head.split()[1] == b"401"
    head, _ = live.exchange(request("GET", "/api/challenge"), desk=True)
    assert head.split()[1] == b"404"


def test_nothing_about_requests_is_logged(served: tuple[World, Live]) -> None:
    world, live = served
    answers(world, live)
    live.exchange(b"NONSENSE\r\n\r\n")
    log = live.log.read_text()
    assert "127.0.0.1" not in log
    assert "NONSENSE" not in log
    assert not re.search(r"\d\d:\d\d", log)


def test_the_log_of_a_failure_names_class_and_place_alone(
    sqlite_site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = copy_site(sqlite_site, tmp_path, "")
    receipt = ReceiptCode.generate()
    token = b64encode(receipt.mailbox_token(ORIGIN))
    check = {"token": token, "after": None, "challenge": world.solved()}
    world.service.database.close()
    written = io.StringIO()
    handler = logging.getLogger("reporting").handlers[0]
    monkeypatch.setattr(handler, "stream", written)
    (tmp_path / "data" / "reporting.sqlite").write_bytes(b"not a database at all".ljust(4096))
    answer = world.post("/api/mailbox", check)
    assert answer.status_code == 500
    assert len(answer.data) == SHAPE
    log = written.getvalue()
    assert re.search(r"^\d{4}-\d\d-\d\d ERROR \w+ at [\w/]+\.py:\d+$", log.strip())
    assert token not in log
    world.service.database.close()
