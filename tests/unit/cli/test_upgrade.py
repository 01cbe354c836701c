"""Bringing a database to this release."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from reporting.db import newest_revision, present_revision
from tests.unit.cli.terminal import Site, make_site, mode, refused, succeed


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path / "site")


def revision(site: Site) -> str | None:
    service = site.service()
    found = present_revision(service.database)
    service.database.close()
    return found


def test_a_database_of_this_release_is_left_alone(site: Site) -> None:
    assert "nothing was changed" in succeed("upgrade", "--data", site.server)


def test_tables_that_are_missing_are_made_for_their_owner_alone(site: Site) -> None:
    for path in site.server.glob("reporting.sqlite*"):
        path.unlink()
    succeed("upgrade", "--data", site.server)
    assert revision(site) == newest_revision()
    assert mode(site.server / "reporting.sqlite") == 0o600


def test_a_database_of_a_later_release_is_refused(site: Site) -> None:
    service = site.service()
    with service.database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    service.database.close()
    assert "later release" in refused("upgrade", "--data", site.server)
    assert revision(site) == "9999"


def test_where_nothing_was_set_up_that_is_said(tmp_path: Path) -> None:
    assert "reporting init" in refused("upgrade", "--data", tmp_path, status=2)
