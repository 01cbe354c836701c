"""Assessments of the risk by the wrong side, for the wrong people, or that say what an assessment cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reporting.cli.telling import body_lines
from tests.dishonest.scene import Scene, State, assert_withheld

CASES: dict[str, Any] = json.loads((Path(__file__).parents[1] / "unit/protocol/risk.json").read_text(encoding="utf-8"))


def written(scene: Scene, form: str, audience: str, answers: dict[str, Any], *, by_reporter: bool) -> Any:
    """An entry as somebody with the right key and the wrong idea makes it."""
    key = scene.reporter.signing_key(scene.case) if by_reporter else scene.ada.person.key
    author = {"author": "reporter"} if by_reporter else {}
    recipients = scene.both if audience == "reporter" else scene.team
    body = {"form": form, "answers": answers}
    return scene.forge(key, recipients, kind="protection", audience=audience, body=body, **author)


@pytest.mark.parametrize(
    ("form", "audience", "by_reporter"),
    [
        ("assessment-1", "reporter", False),
        ("assessment-1", "reporter", True),
        ("self-assessment-1", "reporter", False),
        ("self-assessment-1", "team", False),
    ],
)
def test_an_assessment_by_the_other_side_or_for_others_is_not_authentic(
    form: str, audience: str, by_reporter: bool
) -> None:
    """No officer's assessment reaches a reporter under another's name, and no member speaks for the reporter."""
    scene = Scene()
    answers = CASES["assessment"] if form == "assessment-1" else CASES["self"]
    forged = written(scene, form, audience, answers, by_reporter=by_reporter)
    for view in scene.views()[audience == "team" :]:
        assert_withheld(view, forged)


@pytest.mark.parametrize(("pointer", "change"), CASES["refused"], ids=json.dumps)
def test_a_level_that_the_matrix_does_not_give_or_a_high_one_without_a_plan_is_withheld(
    pointer: str, change: dict[str, Any]
) -> None:
    scene = Scene()
    forged = written(scene, "assessment-1", "team", CASES["assessment"] | change, by_reporter=False)
    for view in scene.views()[1:]:
        assert_withheld(view, forged)


@pytest.mark.parametrize(("pointer", "change"), CASES["selfRefused"], ids=json.dumps)
def test_a_reporters_entry_of_another_form_is_withheld(pointer: str, change: dict[str, Any]) -> None:
    scene = Scene()
    forged = written(scene, "self-assessment-1", "reporter", CASES["self"] | change, by_reporter=True)
    for view in scene.views():
        assert_withheld(view, forged)


def test_honest_ones_are_told_in_words() -> None:
    scene = Scene()
    written(scene, "self-assessment-1", "reporter", CASES["self"], by_reporter=True)
    written(scene, "assessment-1", "team", CASES["assessment"], by_reporter=False)
    entries = [view.entry for view in scene.views()[1].entries if view.entry and view.entry.kind == "protection"]
    assert all(view.state is State.AUTHENTIC for view in scene.views()[1].entries)
    told = "\n".join(line for entry in entries for line in body_lines(entry))
    for words in (
        "How the reporter sees the risk:",
        "I am afraid of my supervisor.",
        "Risk of retaliation: high risk (likely, major)",
        "After an identity was disclosed",
        "- Few people knew of it",
        "Protection plan: No notice to the unit before March.",
    ):
        assert words in told
