"""What was acknowledged survives a kill at any instant; what was not is there whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import Postgres
from tests.system.durability import run_trials

pytestmark = pytest.mark.slow


def test_kills_at_random_instants_lose_nothing(tmp_path: Path) -> None:
    sent = run_trials(tmp_path, trials=12)

    assert len(sent.acknowledged) >= 12


@pytest.mark.postgres
def test_kills_lose_nothing_on_postgresql(tmp_path: Path, postgres_server: Postgres) -> None:
    url = postgres_server.url(postgres_server.create())
    sent = run_trials(tmp_path, trials=4, environment={"REPORTING_DATABASE_URL": url})

    assert len(sent.acknowledged) >= 4
