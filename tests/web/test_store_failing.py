"""The store is full, or away: 503 in the middle, nothing recorded, and the sender goes on later."""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reporting import errors
from reporting.config import ConfigurationError, Settings
from reporting.evidence.rules import check_store, sweep
from reporting.evidence.store import make_store
from reporting.protocol.receipt import ReceiptCode
from tests.web import files
from tests.web.files import PART
from tests.web.world import World, problem


@pytest.fixture
def small_disk(lite: World) -> Iterator[Path]:
    """The world's store on a disk of its own that holds three and a half parts."""
    folder = lite.service.settings.data / "blobs"
    folder.mkdir()
    size = f"size={7 * PART // 2}"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("A small disk is a mount, which this user may not make.")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def roomy(world: World) -> World:
    """The same site, whose operator set no share: the disk itself is the limit."""
    settings = dataclasses.replace(world.service.settings, free_space_floor=0, upload_share=100)
    return World(dataclasses.replace(world.service, settings=settings), world.clock, world.root, world.people)


def test_a_disk_that_fills_refuses_parts_and_keeps_what_came(
    lite: World, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = roomy(lite)
    monkeypatch.setattr("reporting.evidence.store.Folder.free", lambda _self: 1 << 40)  # it was free when this began
    sending = files.start(world, files.some_file(4 * PART))
    statuses = [files.put(world, sending, number).status_code for number in sending.numbers]
    assert statuses[:3] == [204] * 3
    assert 503 in statuses[3:]
    refused = files.put(world, sending, 3)
    assert problem(refused)[:2] == (503, "store-unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    arrived = json.loads(files.arrived(world, sending).data)["parts"]
    assert arrived == [number for number, status in enumerate(statuses) if status == 204]
    assert len(files.blobs(world)) == len(arrived), "no half part is left"
    assert world.report().case, "reports without files go on"

    subprocess.run(["mount", "-o", f"remount,size={16 * PART}", small_disk], check=True)
    for number in set(sending.numbers) - set(arrived):
        assert files.put(world, sending, number).status_code == 204
    receipt = ReceiptCode.generate()
    case = files.report_with(world, receipt, sending).case
    loaded = b"".join(files.load(world, receipt, case, sending.upload, number).data for number in sending.numbers)
    assert loaded == sending.sealed


def test_a_store_that_is_smaller_than_the_file_refuses_it_at_once(lite: World, small_disk: Path) -> None:
    world = roomy(lite)
    assert small_disk.is_mount()
    assert problem(files.begin(world, len(files.some_file(4 * PART))))[:2] == (503, "room-low")


def test_a_part_that_could_not_be_recorded_leaves_nothing_in_the_store(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending = files.start(lite, files.some_file(1))

    def no_database(*_: object) -> None:
        raise OSError("no database")

    with monkeypatch.context() as patch:
        patch.setattr("reporting.evidence.sending.insert_rows", no_database)
        assert files.put(lite, sending, 0).status_code == 500
    assert files.blobs(lite) == set()
    assert files.put(lite, sending, 0).status_code == 204


def away(world: World) -> World:
    """The same site, with a bucket at an address where nobody answers."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    secret = world.service.settings.data / "keys" / "store.secret"
    secret.touch(mode=0o600)
    secret.write_text("secret\n")
    settings = dataclasses.replace(
        world.service.settings,
        store=f"s3://evidence/{os.urandom(4).hex()}",
        store_endpoint=f"http://127.0.0.1:{port}",
        store_key_id="reporting",
        store_secret_file=str(secret),
    )
    return World(dataclasses.replace(world.service, settings=settings), world.clock, world.root, world.people)


def test_a_bucket_that_nobody_answers_for_refuses_parts_and_no_report(lite: World) -> None:
    sending = files.send_file(lite, files.some_file(1))
    receipt = ReceiptCode.generate()
    case = files.report_with(lite, receipt, sending).case
    other = files.start(lite, files.some_file(1))
    world = away(lite)
    refused = files.put(world, other, 0)
    assert problem(refused)[:2] == (503, "store-unavailable")
    assert json.loads(files.arrived(world, other).data) == {"parts": []}
    assert problem(files.load(world, receipt, case, sending.upload, 0))[:2] == (503, "store-unavailable")
    with pytest.raises(errors.StoreUnavailable):
        sweep(world.service)
    assert world.report().case
    assert files.put(lite, other, 0).status_code == 204


def test_a_bucket_has_a_budget_for_what_nobody_claimed(lite: World) -> None:
    world = away(lite)
    settings = dataclasses.replace(world.service.settings, store_budget=1)
    small = World(dataclasses.replace(world.service, settings=settings), world.clock, world.root, world.people)
    size = len(files.some_file(PART // 2))
    assert files.begin(small, size).status_code == 201
    assert problem(files.begin(small, size))[:2] == (503, "room-low")


def test_the_secret_of_a_store_is_for_its_owner_alone(lite: World) -> None:
    settings = away(lite).service.settings
    check_store(settings)
    Path(settings.store_secret_file).chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        check_store(settings)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        make_store(settings)


def test_without_a_folder_for_it_nothing_is_promised(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_bytes(b"not a folder")
    with pytest.raises(errors.StoreUnavailable):
        make_store(Settings(data=tmp_path))
