"""Whose store it is: a trial copy, or another service on the same store, deletes nothing in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from reporting import errors
from reporting.administration.conformance import MET, UNMET, about_files
from reporting.evidence import rules
from reporting.evidence.owning import check_owned, take
from reporting.evidence.store import store_of
from reporting.log.models import AuditEvent
from reporting.protocol.receipt import ReceiptCode
from tests.unit.cli.terminal import refused, succeed
from tests.web import files
from tests.web.conftest import copy_site
from tests.web.files import PART
from tests.web.test_sweeping import age
from tests.web.world import Site, World


@pytest.fixture
def other(sqlite_site: Site, tmp_path: Path, world: World) -> Iterator[World]:
    """Another service, set up from the same site, whose store is ``world``'s."""
    found = copy_site(sqlite_site, tmp_path / "other", "")
    blobs = found.service.settings.data / "blobs"
    store_of(world.service)
    blobs.symlink_to(world.service.settings.data / "blobs")
    yield found
    found.service.database.close()


def old_parts(world: World) -> set[str]:
    """Parts of a claimed file, from a month ago."""
    files.report_with(world, ReceiptCode.generate(), files.send_file(world, files.some_file(PART)))
    names = files.blobs(world)
    for name in names:
        age(world, name, 30)
    return names


def test_a_store_that_another_service_swept_before_is_not_swept(world: World, other: World) -> None:
    names = old_parts(world)
    assert rules.sweep(world.service) == rules.Swept(0, 0)
    with pytest.raises(errors.StoreForeign, match="Nothing was deleted"):
        rules.sweep(other.service)
    assert files.blobs(world) == names
    assert rules.sweep(world.service) == rules.Swept(0, 0), "and the first one goes on as before"


def test_a_copy_falls_behind_with_the_next_sweep(world: World, other: World) -> None:
    """It knows the mark that the store had when it was made."""
    rules.sweep(world.service)
    mark = store_of(world.service).mark()
    take(other.service, store_of(other.service))
    store_of(world.service).set_mark(str(mark))  # as if the copy had been made just now
    names = old_parts(world)
    rules.sweep(world.service)
    assert store_of(world.service).mark() != mark
    with pytest.raises(errors.StoreForeign):
        rules.sweep(other.service)
    with pytest.raises(errors.StoreForeign):
        rules.delete_case_files(other.service, "0" * 32)
    assert files.blobs(world) == names


def test_who_lost_the_store_sees_it_and_an_operator_can_take_it_back(world: World, other: World) -> None:
    rules.sweep(world.service)
    rules.own_store(other.service)
    with pytest.raises(errors.StoreForeign):
        rules.sweep(world.service)
    rules.own_store(world.service)
    assert rules.sweep(world.service) is not None


def test_a_crash_between_saying_and_marking_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of(world.service)
    take(world.service, store)

    def away(_store: object, _mark: str) -> None:
        raise errors.StoreUnavailable

    with monkeypatch.context() as patch:
        patch.setattr("reporting.evidence.store.Folder.set_mark", away)
        with pytest.raises(errors.StoreUnavailable):
            rules.sweep(world.service)
    check_owned(world.service, store)
    assert rules.sweep(world.service) is not None


def test_a_store_that_lost_its_mark_is_marked_anew(lite: World) -> None:
    rules.sweep(lite.service)
    (lite.service.settings.data / "blobs" / "owner").unlink()
    assert rules.sweep(lite.service) is not None
    (lite.service.settings.data / "blobs" / "owner").write_bytes(b"\xff\xfe")
    with pytest.raises(errors.StoreForeign):
        rules.sweep(lite.service)


def test_the_files_of_a_case_go_and_the_audit_trail_says_so(world: World) -> None:
    first, second = (files.send_file(world, files.some_file(PART)) for _ in range(2))
    case = files.report_with(world, ReceiptCode.generate(), first).case
    files.report_with(world, ReceiptCode.generate(), second)
    assert rules.case_usage(world.service, case) == (1, len(first.sealed))
    assert rules.delete_case_files(world.service, case) == 1
    assert len(files.blobs(world)) == len(second.numbers)
    assert rules.case_usage(world.service, case) == (0, 0)
    assert rules.delete_case_files(world.service, case) == 0
    with world.service.database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.act == "file:delete")).all()
    assert [(one.member_id, one.case_id) for one in events] == [("server", case)]


def test_the_command_asks_and_says_how_much_there_is(lite: World) -> None:
    sending = files.send_file(lite, files.some_file(PART))
    case = files.report_with(lite, ReceiptCode.generate(), sending).case
    data = lite.service.settings.data
    assert "--yes" in refused("evidence", "delete", case, "--data", data)
    assert len(files.blobs(lite)) == 2
    assert "gone: 1 files" in succeed("evidence", "delete", case, "--data", data, "--yes")
    assert files.blobs(lite) == set()


def test_conformance_says_whose_the_store_is_and_changes_nothing(world: World, other: World) -> None:
    assert about_the_store(world) == [], "nobody has marked it yet"
    rules.sweep(world.service)
    mark = store_of(world.service).mark()
    assert about_the_store(world) == [MET]
    assert about_the_store(other) == [UNMET]
    assert store_of(world.service).mark() == mark
    (world.service.settings.data / "blobs" / "owner").unlink()
    assert about_the_store(world) == [UNMET], "a store that lost its mark is not the one that is known"


def about_the_store(world: World) -> list[str]:
    with world.service.database.read() as session:
        found = list(about_files(world.service, session))
    return [one.state for one in found if one.sentence.startswith("The store for files")]
