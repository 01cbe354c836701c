"""What a worker does once a day: once, and again only where it failed."""

from __future__ import annotations

import datetime
import io
import logging

import pytest

from reporting.web import logs
from reporting.web.housekeeping import Courier, Housekeeper

MONDAY = datetime.date(2026, 11, 23)
TUESDAY = datetime.date(2026, 11, 24)


def test_the_work_is_done_once_on_each_day() -> None:
    done: list[str] = []
    keeper = Housekeeper(lambda: done.append("swept"))
    for day in (MONDAY, MONDAY, TUESDAY, TUESDAY):
        keeper.look(day)
    assert len(done) == 2


def test_work_that_failed_is_tried_again_and_nothing_of_the_error_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("/var/lib/reporting/data/blobs/ab")

    logs.install()
    keeper = Housekeeper(work)
    for _ in range(3):
        keeper.look(MONDAY)
    assert len(tries) == 2
    told = capsys.readouterr().err
    assert "/var/lib" not in told


def test_the_courier_goes_again_after_a_failure_and_tells_nothing_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    went: list[int] = []

    def work() -> None:
        went.append(1)
        raise OSError("550 somebody@mail.example is unknown")

    logs.install()
    courier = Courier(work)
    courier.carry()
    courier.carry()
    assert len(went) == 2
    assert "mail.example" not in capsys.readouterr().err


def test_a_log_that_cannot_be_written_tells_nothing_elsewhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def work() -> None:
        raise OSError("550 somebody@mail.example is unknown")

    monkeypatch.setattr(logging, "raiseExceptions", True)
    closed = io.StringIO()
    closed.close()
    handler = logging.StreamHandler(closed)
    log = logging.getLogger("reporting")
    log.addHandler(handler)
    try:
        Courier(work).carry()
        assert "mail.example" in capsys.readouterr().err  # what Python does by itself
        logs.install()
        Courier(work).carry()
    finally:
        log.removeHandler(handler)
    assert "mail.example" not in capsys.readouterr().err
