"""The history of the tables: up and down with data, on both databases, and in agreement with the models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from reporting.db import Base, Database, newest_revision, present_revision
from reporting.db.migrate import downgrade, upgrade
from reporting.paths import data_folder
from tests.databases import Postgres
from tests.web.world import World


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.sqlite"
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    name = server.create()
    yield server.url(name)
    server.drop(name)


def test_the_history_is_one_line() -> None:
    revisions = sorted((data_folder("migrations") / "versions").glob("0*.py"))
    assert [path.name[:4] for path in revisions] == [f"{number:04}" for number in range(1, len(revisions) + 1)]
    assert newest_revision() == revisions[-1].name[:4]


def test_the_history_and_the_models_agree(url: str) -> None:
    upgrade(url)
    database = Database(url)
    with database.read() as session:
        context = MigrationContext.configure(session.connection())
        differences = compare_metadata(context, Base.metadata)
    database.close()
    assert differences == []


def test_up_down_and_up_again(url: str) -> None:
    database = Database(url)
    assert present_revision(database) is None
    upgrade(url)
    upgrade(url)
    assert present_revision(database) == newest_revision()
    database.close()
    downgrade(url, "base")
    with database.read() as session:
        tables = inspect(session.connection()).get_table_names()
    assert tables == ["alembic_version"]
    database.close()
    upgrade(url)
    assert present_revision(database) == newest_revision()
    database.close()


def test_down_and_up_with_data(world: World) -> None:
    """Every step down and up again works on tables that hold a report, a session and an audit trail."""
    case = world.report(identity_answers={"name": "Nobody"}).case
    assigned = world.sign_in("m1").post("/api/cases/assignments", {"cases": [case], "member": "m3"})
    assert assigned.status_code == 200
    url = world.service.settings.database_url
    world.service.database.close()
    count = int(newest_revision())
    for number in range(count - 1, -1, -1):
        downgrade(url, f"{number:04}" if number else "base")
    upgrade(url)
    with world.service.database.read() as session:
        assert session.scalar(text('SELECT count(*) FROM "case"')) == 0


def test_the_step_before_assignments_keeps_the_cases(world: World) -> None:
    case = world.report().case
    desk = world.sign_in("m1")
    desk.post("/api/cases/assignments", {"cases": [case], "member": "m3"})
    url = world.service.settings.database_url
    world.service.database.close()
    downgrade(url, "0001")
    upgrade(url)
    shown = json.loads(world.sign_in("m1").get(f"/api/cases/{case}").data)
    assert (shown["case"], shown["assignee"]) == (case, None)


def test_reporters_tables_have_no_order_of_insertion(world: World) -> None:
    if not world.service.database.sqlite:
        assert "serial" not in (data_folder("migrations") / "versions" / "0001_the_first_tables.py").read_text()
        return
    with world.service.database.read() as session:
        statements = list(session.scalars(text("SELECT sql FROM sqlite_master WHERE type = 'table'")))
    ours = [statement for statement in statements if "alembic_version" not in statement]
    assert len(ours) > 15
    assert all("WITHOUT ROWID" in statement for statement in ours)
