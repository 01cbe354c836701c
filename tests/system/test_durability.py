"""What was acknowledged survives a kill at any instant; what was not is there whole, or not at all."""

from __future__ import annotations

from pathlib import Path

from tests.system.durability import run_trials


def test_kills_at_random_instants_lose_nothing(tmp_path: Path) -> None:
    sent = run_trials(tmp_path, trials=12)

    assert len(sent.acknowledged) >= 12
