"""An upload that is swept while somebody still sends it: what the server answers, and how the terminal goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from reporting.cli.tick import keep_house
from reporting.evidence.models import Upload
from reporting.protocol.receipt import ReceiptCode
from tests.unit.cli.at_terminal import Terminal, Wire
from tests.unit.client.running import RunningSite, listening
from tests.web import files
from tests.web.files import PART
from tests.web.world import World, problem

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

NOTHING = (404, "not-found", "")
CONTENT = os.urandom(PART + 5_000)


def let_go(world: World) -> None:
    """A day and more passes, and what is done once a day is done."""
    world.clock.move(days=2)
    assert keep_house(world.service) == (1, 0)


def test_resuming_after_more_than_a_day_is_told_plainly_and_a_fresh_upload_works(world: World) -> None:
    sealed = files.some_file(PART)
    sending = files.send_file(world, sealed, [0])
    world.clock.move(hours=11)
    assert keep_house(world.service) == (0, 0)
    assert json.loads(files.arrived(world, sending).data) == {"parts": [0]}, "within the day it can be resumed"
    let_go(world)
    assert files.blobs(world) == set()

    for answer in (files.arrived(world, sending), files.put(world, sending, 0), files.put(world, sending, 1)):
        assert problem(answer) == NOTHING
        told = json.loads(answer.data)
        assert told["title"]
        assert told["detail"]
        assert sending.upload not in answer.text
    refused = files.send_report(world, world.prepare(), sending.upload)
    assert problem(refused) == (409, "upload-unusable", "/uploads/0")

    receipt = ReceiptCode.generate()
    again = files.send_file(world, sealed)
    assert again.upload != sending.upload
    case = files.report_with(world, receipt, again).case
    loaded = [files.load(world, receipt, case, again.upload, number).data for number in again.numbers]
    assert b"".join(loaded) == sealed
    world.clock.move(days=30)
    assert keep_house(world.service) == (0, 0), "what an entry claimed stays"


@contextmanager
def at_terminal(world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """A reporter's terminal, in the world's time, over real connections."""
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr("reporting.cli.connecting.utc_today", lambda: world.today)
    wire = Wire()
    with listening(wire.around(world.intake)) as url:
        yield Terminal(RunningSite(world.service, world.root, {}, url), folder, wire)


@pytest.mark.parametrize("at", ["/1", "/api/reports"], ids=["between two parts", "before the report"])
def test_the_terminal_begins_anew(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    lost: list[str] = []

    def pass_time(environ: WSGIEnvironment) -> None:
        if environ["PATH_INFO"].endswith(at) and not lost:
            with world.service.database.read() as session:
                lost.extend(session.scalars(select(Upload.id)))
            let_go(world)

    with at_terminal(world, tmp_path, monkeypatch) as here:
        here.wire.before = pass_time
        path = tmp_path / "scan.pdf"
        path.write_bytes(CONTENT)
        filed = here.filed("--attach", str(path))
        assert len(lost) == 1
        with world.service.database.read() as session:
            (kept,) = session.scalars(select(Upload)).all()
        assert kept.id not in lost
        assert kept.case_id == filed.case
        back = tmp_path / "back"
        result = here.mailbox(filed.code, "--save-files", str(back))
        assert result.exit_code == 0, result.stderr
        (saved,) = back.rglob("scan.pdf")
        assert saved.read_bytes() == CONTENT
