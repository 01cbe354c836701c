"""The server's own parts: dispatch by port, the watch over slow requests, a log that says nothing."""

from __future__ import annotations

import io
import logging
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from reporting.errors import ServiceError
from reporting.web import body
from reporting.web.logs import Scrubber, place_of
from reporting.web.server import Dispatcher
from reporting.web.shape import HEAD, MAX_DROPPED, TOO_LARGE, Shape
from reporting.web.watch import Watch, prolong


def _answering(name: bytes) -> Any:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [name]

    return application


def _start(found: list[Any]) -> Any:
    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
        found[:] = [status, headers]

    return start_response


def test_only_the_desk_s_port_leads_to_the_desk() -> None:
    both = Dispatcher(_answering(b"intake"), _answering(b"desk"), 8001)
    for port, expected in (("8000", b"intake"), ("8001", b"desk"), ("80", b"intake")):
        assert list(both({"SERVER_PORT": port}, lambda *_: lambda _data: None)) == [expected]


def test_a_request_over_its_time_is_cut_off_and_others_are_not() -> None:
    watch = Watch(5)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        with watch.limit(ours):
            watch.cut(time.monotonic())
            theirs.send(b"x")
            assert ours.recv(1) == b"x"
            watch.cut(time.monotonic() + 6)
            assert theirs.recv(1) == b""
        watch.cut(time.monotonic() + 60)


def test_who_sends_a_part_has_longer_as_long_as_it_comes_and_not_for_ever() -> None:
    watch = Watch(5, 100, 1)
    ours, theirs = socket.socketpair()
    theirs.settimeout(0.01)
    with ours, theirs, watch.limit(ours):
        prolong(30)
        watch.cut(time.monotonic() + 29)
        with pytest.raises(TimeoutError):
            theirs.recv(1)
        prolong(1_000)
        watch.cut(time.monotonic() + 99)
        with pytest.raises(TimeoutError):
            theirs.recv(1)
        watch.cut(time.monotonic() + 101)
        assert theirs.recv(1) == b""
    prolong(30)  # where no watch is kept it asks for nothing


def test_half_of_the_threads_at_most_are_given_longer() -> None:
    watch = Watch(5, 100, 1)
    first, second = socket.socketpair(), socket.socketpair()
    ready, over = threading.Event(), threading.Event()

    def other() -> None:
        with watch.limit(first[0]):
            prolong(50)
            ready.set()
            over.wait(10)

    thread = threading.Thread(target=other)
    thread.start()
    assert ready.wait(10)
    with watch.limit(second[0]):
        prolong(50)
        watch.cut(time.monotonic() + 6)
        assert second[1].recv(1) == b""
    first[1].settimeout(0.01)
    with pytest.raises(TimeoutError):
        first[1].recv(1)
    over.set()
    thread.join()
    for one in (*first, *second):
        one.close()


def _logged(trusted: bool, level: int, message: str, *args: object, error: BaseException | None = None) -> str:
    info = None if error is None else (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", level, "/a/b.py", 7, message, args, info)
    return Scrubber(trusted=trusted).format(record)


def test_arguments_of_warnings_are_withheld() -> None:
    assert "10.0.0.1" not in _logged(False, logging.WARNING, "Invalid request from %s", "10.0.0.1")
    assert "10.0.0.1" not in _logged(False, logging.WARNING, "Invalid request from 10.0.0.1")
    assert _logged(False, logging.INFO, "Booting worker with pid: %s", 7).endswith("pid: 7")


def test_an_error_is_logged_by_class_and_place_without_its_words() -> None:
    with pytest.raises(ServiceError) as raised:
        body.only({}, "name")
    text = _logged(True, logging.ERROR, "failed", error=raised.value)
    assert "Unprocessable at reporting/web/body.py:" in text
    assert "missing" not in text
    assert len(text.split()[0]) == len("2026-11-23")


def test_the_day_of_a_line_is_the_utc_day_whatever_the_machine_s_own_time_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")  # fourteen hours ahead
    time.tzset()
    try:
        record = logging.LogRecord("reporting", logging.INFO, "here.py", 1, "ready", (), None)
        record.created = 1_795_651_200 - 3_600  # 2026-11-25, 23:00 UTC
        assert Scrubber().format(record).startswith("2026-11-25 ")
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_place_of_foreign_code_is_its_file() -> None:
    with pytest.raises(ValueError, match="invalid") as raised:
        int("x")
    assert place_of(raised.value).startswith(Path(__file__).name)


@pytest.mark.parametrize("length", [10, 100, 101, 5_000])
def test_a_body_is_read_to_the_limit_and_what_is_beyond_is_dropped(length: int) -> None:
    seen: dict[str, Any] = {}

    def application(environ: Any, start_response: Any) -> list[bytes]:
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b"{}"]

    source = io.BytesIO(b"x" * length)
    started: list[Any] = []
    environ = {"PATH_INFO": "/api/reports", "wsgi.input": source}
    answer = b"".join(Shape(application, lambda: 100)(environ, _start(started)))
    assert len(answer) == 100
    headers: list[tuple[str, str]] = started[1]
    assert sum(len(name) + len(value) + 4 for name, value in headers) + len("HTTP/1.1 200 OK\r\n") == HEAD
    assert source.read() == b""
    assert seen.get(TOO_LARGE, False) is (length > 100)
    assert seen["body"] == (b"x" * length if length <= 100 else b"")
    assert MAX_DROPPED == 8 * 1024 * 1024


def test_an_answer_that_would_not_fit_is_neither_cut_nor_sent() -> None:
    started: list[Any] = []
    environ = {"PATH_INFO": "/api/mailbox", "wsgi.input": io.BytesIO()}
    answer = Shape(_answering(b"x" * 101), lambda: 100)(environ, _start(started))
    assert started[0] == "500 Internal Server Error"
    assert b"x" not in b"".join(answer)
