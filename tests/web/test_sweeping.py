"""What nobody claimed goes, with every part of it; what was claimed stays until its entry goes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from reporting import errors
from reporting.cases.models import Entry
from reporting.db.alone import only_one
from reporting.evidence import rules
from reporting.evidence.models import FileOpening, Upload, UploadPart
from reporting.evidence.store import Folder, store_of
from reporting.protocol.receipt import ReceiptCode
from tests.web import files
from tests.web.files import PART
from tests.web.test_files_at_desk import open_file
from tests.web.world import World, problem

DAY = 24 * 60 * 60


def rows(world: World) -> tuple[int, ...]:
    """How many uploads, parts and openings there are."""
    with world.service.database.read() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (Upload, UploadPart, FileOpening)
        )


def age(world: World, name: str, days: int) -> Path:
    """Let an object of the store be from some days before the world's clock."""
    path = world.service.settings.data / "blobs" / name[:2] / name
    at = world.clock.now() - days * DAY
    os.utime(path, (at, at))
    return path


def test_what_nobody_claimed_is_swept_once_a_whole_day_has_passed(world: World) -> None:
    receipt = ReceiptCode.generate()
    claimed, left, unfinished = (files.send_file(world, files.some_file(PART)) for _ in range(3))
    unfinished = files.send_file(world, files.some_file(PART), [1])
    case = files.report_with(world, receipt, claimed).case
    world.clock.move(days=1)
    assert rules.sweep(world.service) == rules.Swept(0, 0)
    world.clock.move(days=1)
    assert rules.sweep(world.service) == rules.Swept(3, 0)
    assert rows(world)[:2] == (1, 2)
    assert len(files.blobs(world)) == 2
    assert files.put(world, left, 0).status_code == 404
    assert files.arrived(world, unfinished).status_code == 404
    assert files.load(world, receipt, case, claimed.upload, 1).data == claimed.part(1)
    assert rules.sweep(world.service) == rules.Swept(0, 0)


def test_what_a_crash_left_in_the_store_is_swept_and_nothing_else(lite: World) -> None:
    sending = files.send_file(lite, files.some_file(PART))
    files.report_with(lite, ReceiptCode.generate(), sending)
    kept = files.blobs(lite)
    for name in kept:
        age(lite, name, 30)
    store = store_of(lite.service)
    names = {days: os.urandom(16).hex() for days in (0, 1, 2, 30)}
    for days, name in names.items():
        store.put(name, b"half a part")
        age(lite, name, days)
    strange = lite.service.settings.data / "blobs" / "00" / "lost+found"
    strange.write_bytes(b"")
    os.utime(strange, (0, 0))
    assert rules.sweep(lite.service) == rules.Swept(0, 2)
    assert files.blobs(lite) == kept | {names[0], names[1], "lost+found"}


def test_two_sweeps_at_once_do_not_meet(world: World) -> None:
    with only_one(world.service.database) as first:
        assert first
        assert rules.sweep(world.service) is None
    assert rules.sweep(world.service) is not None


def test_what_could_not_be_deleted_goes_the_next_time(lite: World, monkeypatch: pytest.MonkeyPatch) -> None:
    files.send_file(lite, files.some_file(PART))
    for name in files.blobs(lite):
        age(lite, name, 0)
    lite.clock.move(days=2)

    def away(_store: Folder, _names: object) -> None:
        raise errors.StoreUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "delete", away)
        with pytest.raises(errors.StoreUnavailable):
            rules.sweep(lite.service)
    assert rows(lite)[:2] == (0, 0)
    assert rules.sweep(lite.service) == rules.Swept(0, 2)
    assert files.blobs(lite) == set()


def test_the_files_of_an_entry_go_with_every_part_and_every_opening(world: World) -> None:
    receipt = ReceiptCode.generate()
    first, second = (files.send_file(world, files.some_file(PART)) for _ in range(2))
    case = files.report_with(world, receipt, first).case
    files.report_with(world, receipt, second)
    desk = world.sign_in("m1")
    open_file(desk, case, first.upload)
    with world.service.database.read() as session:
        entries = session.scalars(select(Entry.id).where(Entry.case_id == case)).all()
    assert rules.delete_files(world.service, entries) == 1
    assert rows(world) == (1, 2, 0)
    assert len(files.blobs(world)) == 2
    assert problem(files.load(world, receipt, case, first.upload, 0))[:2] == (404, "not-found")
    assert problem(open_file(desk, case, first.upload))[:2] == (404, "not-found")
    assert rules.delete_files(world.service, entries) == 0


def test_a_deletion_that_the_store_did_not_do_is_said_and_can_be_repeated(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending = files.send_file(lite, files.some_file(PART))
    case = files.report_with(lite, ReceiptCode.generate(), sending).case
    with lite.service.database.read() as session:
        entries = session.scalars(select(Entry.id).where(Entry.case_id == case)).all()
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "delete", lambda _store, _names: None)  # a store that says yes and does nothing
        with pytest.raises(errors.StoreUnavailable, match="kept"):
            rules.delete_files(lite.service, entries)
    assert rows(lite)[:2] == (1, 2)
    assert rules.delete_files(lite.service, entries) == 1
    assert files.blobs(lite) == set()
