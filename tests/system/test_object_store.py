"""Files in a real object store: SeaweedFS with copies on two of three servers, of which some die in the middle."""

from __future__ import annotations

import dataclasses
import hashlib
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from reporting.evidence import rules
from reporting.evidence.store import store_of
from reporting.protocol.receipt import ReceiptCode
from reporting.service import open_service
from tests.conftest import require
from tests.seaweed import WEED, Seaweed, seaweed
from tests.web import files
from tests.web.files import PART
from tests.web.world import TestClock, World, set_up

PATIENCE = 60  # seconds in which a store that lost a server must be itself again


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    require(WEED.exists(), "SeaweedFS is not installed: run “make setup”.")
    with seaweed(tmp_path_factory.mktemp("seaweed")) as found:
        yield found


@pytest.fixture
def world(cluster: Seaweed, tmp_path: Path) -> Iterator[World]:
    """A site whose store is the cluster."""
    site = set_up(tmp_path / "data")
    settings = dataclasses.replace(site.settings, **cluster.settings)  # type: ignore[arg-type]  # settings by name
    clock = TestClock()
    found = World(open_service(settings, clock=clock), clock, site.root, dict(site.people))
    yield found
    found.service.database.close()


def patient(ask: Callable[[], TestResponse]) -> TestResponse:
    """An answer other than 503, asked for again and again as a client would."""
    until = time.monotonic() + PATIENCE
    while True:
        answer = ask()
        if answer.status_code != 503 or time.monotonic() > until:
            return answer
        time.sleep(0.2)


def test_a_file_survives_the_death_of_servers_while_it_is_sent_and_read(cluster: Seaweed, world: World) -> None:
    sealed = files.some_file(24 * PART)
    sending = files.start(world, sealed)
    for number in sending.numbers:
        if number == 8:
            cluster.kill("volume0")
        if number == 16:
            cluster.start_volume_server("volume0")
        assert patient(partial(files.put, world, sending, number)).status_code == 204
    receipt = ReceiptCode.generate()
    case = files.report_with(world, receipt, sending).case

    digest = hashlib.sha256()
    solved = world.solved()
    for number in sending.numbers:
        if number == 4:
            cluster.kill("volume1")
        answer = patient(partial(files.load, world, receipt, case, sending.upload, number, challenge=solved))
        assert answer.status_code == 200
        digest.update(answer.data)
    cluster.start_volume_server("volume1")
    assert digest.hexdigest() == hashlib.sha256(sealed).hexdigest()
    assert not (world.service.settings.data / "blobs").exists(), "nothing lies on this machine"


def test_what_is_swept_and_deleted_is_gone_from_the_bucket(world: World) -> None:
    store = store_of(world.service)
    before = {found.name for found in store.listed()}
    kept, left = (files.send_file(world, files.some_file(PART)) for _ in range(2))
    case = files.report_with(world, ReceiptCode.generate(), kept).case
    assert case
    assert len({found.name for found in store.listed()} - before) == 4
    world.clock.move(days=2)
    swept = rules.sweep(world.service)
    assert swept is not None
    assert swept.uploads == 1
    assert files.arrived(world, left).status_code == 404
    assert len({found.name for found in store.listed()} - before) == 2


def test_a_wrong_secret_is_an_unreachable_store(world: World, tmp_path: Path) -> None:
    secret = tmp_path / "wrong.secret"
    secret.touch(mode=0o600)
    secret.write_text("wrong\n")
    settings = dataclasses.replace(world.service.settings, store_secret_file=str(secret), data=tmp_path)
    stranger = dataclasses.replace(world.service, settings=settings)
    foreign = World(stranger, world.clock, world.root, world.people)
    sending = files.start(world, files.some_file(1))
    assert files.put(foreign, sending, 0).status_code == 503
    assert files.put(world, sending, 0).status_code == 204
