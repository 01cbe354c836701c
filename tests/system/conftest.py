"""Running services for tests of the whole: real processes in folders and on databases of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.databases import Postgres, postgres
from tests.system.running import Service, running
from tests.system.stage import MARKER, Stage


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


def prepare(folder: Path, database_url: str, store: list[Path]) -> Iterator[Stage]:
    """A service that has everything it writes below ``folder``, and a home for each person."""
    temporary = folder / "temporary"
    temporary.mkdir()
    environment = {"TMPDIR": str(temporary), "REPORTING_ONION_LOCATION": MARKER}
    if database_url:
        environment["REPORTING_DATABASE_URL"] = database_url
    with running(folder / "service", environment=environment) as service:
        yield Stage(service, folder, temporary, [folder, *store], environment)


@pytest.fixture(scope="session")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    yield from prepare(tmp_path_factory.mktemp("sqlite"), "", [])


@pytest.fixture(scope="session")
def on_postgres(tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres) -> Iterator[Stage]:
    name = postgres_server.create()
    with psycopg.connect(postgres_server.uri) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    yield from prepare(tmp_path_factory.mktemp("postgres"), postgres_server.url(name), [Path(row[0])])
    postgres_server.drop(name)


@pytest.fixture
def service(on_sqlite: Stage) -> Service:
    """A running service on SQLite, shared by all tests that harm nothing in it."""
    return on_sqlite.service
