"""Measures and check-ins: the catalogue, and what is no entry about them. Both implementations read `measures.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reporting.protocol import measures
from reporting.protocol.errors import Malformed

CASES: dict[str, Any] = json.loads(Path(__file__).with_name("measures.json").read_text(encoding="utf-8"))


def test_both_implementations_have_the_same_catalogue() -> None:
    listed = {name: [one.group, one.title, one.consent, one.article] for name, one in measures.CATALOGUE.items()}
    assert listed == CASES["catalogue"]
    assert {one.group for one in measures.CATALOGUE.values()} == set(measures.GROUPS)


@pytest.mark.parametrize("change", CASES["taken"], ids=json.dumps)
def test_a_measure_is_taken(change: dict[str, Any]) -> None:
    answers = CASES["measure"] | change
    assert measures.check_measure(answers) == answers


@pytest.mark.parametrize(("pointer", "change"), CASES["refused"], ids=json.dumps)
def test_what_is_no_measure_is_refused_at_its_field(pointer: str, change: dict[str, Any]) -> None:
    with pytest.raises(Malformed) as refused:
        measures.check_measure(CASES["measure"] | change)
    assert refused.value.pointer == pointer


@pytest.mark.parametrize(("what", "state", "consent", "lacking"), CASES["consent"], ids=json.dumps)
def test_what_runs_without_the_consent_that_it_needs_is_told(
    what: str, state: str, consent: str, lacking: bool
) -> None:
    assert measures.lacks_consent(what, state, consent) == lacking


@pytest.mark.parametrize(("what", "profile", "article"), CASES["articles"], ids=json.dumps)
def test_a_basis_is_named_only_where_it_is_known(what: str, profile: str, article: str) -> None:
    assert measures.article_of(what, profile) == article


@pytest.mark.parametrize("change", CASES["check_in_taken"], ids=json.dumps)
def test_a_check_in_is_taken(change: dict[str, Any]) -> None:
    answers = CASES["check_in"] | change
    assert measures.check_check_in(answers) == answers


@pytest.mark.parametrize(("pointer", "change"), CASES["check_in_refused"], ids=json.dumps)
def test_what_is_no_check_in_is_refused_at_its_field(pointer: str, change: dict[str, Any]) -> None:
    with pytest.raises(Malformed) as refused:
        measures.check_check_in(CASES["check_in"] | change)
    assert refused.value.pointer == pointer
