"""Each test gets a site of its own, copied from one that was set up once for each kind of database."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from reporting.service import open_service
from tests.databases import Postgres, postgres
from tests.web.world import Site, TestClock, World, set_up


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return set_up(tmp_path_factory.mktemp("site") / "data")


@pytest.fixture(scope="session")
def postgres_site(tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres) -> tuple[Site, str]:
    name = postgres_server.create()
    return set_up(tmp_path_factory.mktemp("site") / "data", postgres_server.url(name)), name


def copy_site(site: Site, folder: Path, database_url: str) -> World:
    """A running copy of a site in a folder of its own."""
    data = folder / "data"
    shutil.copytree(site.settings.data, data)
    clock = TestClock()
    settings = dataclasses.replace(site.settings, data=data, database_url=database_url)
    return World(open_service(settings, clock=clock), clock, site.root, dict(site.people))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A running site, on each kind of database."""
    if request.param == "sqlite":
        found = copy_site(request.getfixturevalue("sqlite_site"), tmp_path, "")
        yield found
        found.service.database.close()
        return
    site, template = request.getfixturevalue("postgres_site")
    server: Postgres = request.getfixturevalue("postgres_server")
    name = server.create(template)
    found = copy_site(site, tmp_path, server.url(name))
    yield found
    found.service.database.close()
    server.drop(name)


@pytest.fixture
def lite(sqlite_site: Site, tmp_path: Path) -> Iterator[World]:
    """A running site on SQLite alone, for what has nothing to do with the database."""
    found = copy_site(sqlite_site, tmp_path, "")
    yield found
    found.service.database.close()
