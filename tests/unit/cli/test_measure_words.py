"""Measures and check-ins at the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from reporting.cli.measure_words import check_in_lines, measure_lines

KNOWN: dict[str, Any] = json.loads((Path(__file__).parents[1] / "protocol/measures.json").read_text(encoding="utf-8"))


def told(**changes: Any) -> list[str]:
    """The lines of a measure."""
    return list(measure_lines({"form": "measure-1", "answers": KNOWN["measure"] | changes}))


def test_a_measure_is_told_with_its_days_and_who_sees_to_it() -> None:
    assert told() == [
        "Measure of protection: Paid leave",
        "in force, since 2026-11-23, looked at again by 2026-12-23",
        "m4 sees to it; the reporter agrees",
    ]
    ended = told(state="ended", review=None, end="2026-12-01", reason="Done.", effect="They rested.")
    assert ended[1:] == [
        "ended, since 2026-11-23, ended on 2026-12-01",
        "m4 sees to it; the reporter agrees",
        "What it has done: They rested.",
        "Why: Done.",
    ]


def test_what_runs_without_consent_is_said() -> None:
    assert "! It runs without the reporter's consent, though it needs it." in told(consent="refused")


def test_a_measure_of_no_catalogue_is_told_in_its_own_words() -> None:
    assert told(what="other", text="A new lock.")[0] == "Measure of protection: A new lock."
    assert told(what="of-a-later-version")[0] == "Measure of protection: A measure of another kind (of-a-later-version)"
    planned = told(state="planned", review=None, end="2027-01-01")
    assert planned[1] == "being prepared, from 2026-11-23, until 2027-01-01"


def test_an_answer_to_a_check_in_is_told() -> None:
    answers = KNOWN["check_in"] | {"answer": "happened", "text": "They moved me."}
    assert list(check_in_lines({"answers": answers})) == ["Something happened.", "They moved me."]
    assert list(check_in_lines({"answers": KNOWN["check_in"]})) == ["All is well."]
