"""Assessing the risk of retaliation: the matrix, and what is no assessment. Both implementations read `risk.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reporting.protocol import risk
from reporting.protocol.errors import Malformed

CASES: dict[str, Any] = json.loads(Path(__file__).with_name("risk.json").read_text(encoding="utf-8"))


def test_the_matrix_is_that_of_the_requirements() -> None:
    """`law-and-practice.md`, "Risk of retaliation", line by line."""
    found = {
        likelihood: [risk.level_of(likelihood, severity) for severity in risk.SEVERITIES]
        for likelihood in risk.LIKELIHOODS
    }
    assert found == CASES["matrix"]
    assert list(risk.SEVERITIES) == CASES["severities"]


def test_both_implementations_know_the_same_words() -> None:
    assert list(risk.FACTORS) == CASES["factors"]
    assert list(risk.TRIGGERS) == CASES["triggers"]
    assert list(risk.SILENCES) == CASES["silences"]


@pytest.mark.parametrize("change", CASES["taken"], ids=json.dumps)
def test_an_assessment_is_taken(change: dict[str, Any]) -> None:
    answers = CASES["assessment"] | change
    assert risk.check_assessment(answers) == answers


@pytest.mark.parametrize(("pointer", "change"), CASES["refused"], ids=json.dumps)
def test_what_is_no_assessment_is_refused_at_its_field(pointer: str, change: dict[str, Any]) -> None:
    with pytest.raises(Malformed) as refused:
        risk.check_assessment(CASES["assessment"] | change)
    assert refused.value.pointer == pointer


@pytest.mark.parametrize("missing", ["factors", "likelihood", "level", "reasons", "trigger", "plan", "silence"])
def test_nothing_of_it_may_be_missing(missing: str) -> None:
    answers = {name: value for name, value in CASES["assessment"].items() if name != missing}
    with pytest.raises(Malformed):
        risk.check_assessment(answers)


@pytest.mark.parametrize("change", CASES["selfTaken"], ids=json.dumps)
def test_a_reporters_own_view_is_taken(change: dict[str, Any]) -> None:
    assert risk.check_self_assessment(CASES["self"] | change)


@pytest.mark.parametrize(("pointer", "change"), CASES["selfRefused"], ids=json.dumps)
def test_what_is_no_view_of_a_reporter_is_refused(pointer: str, change: dict[str, Any]) -> None:
    with pytest.raises(Malformed) as refused:
        risk.check_self_assessment(CASES["self"] | change)
    assert refused.value.pointer == pointer


@pytest.mark.parametrize("answers", [None, [], "low"])
def test_answers_are_an_object(answers: Any) -> None:
    for check in (risk.check_assessment, risk.check_self_assessment):
        with pytest.raises(Malformed):
            check(answers)
