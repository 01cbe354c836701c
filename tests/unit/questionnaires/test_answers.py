"""Answers are judged where they are written: on the reporter's own device."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.protocol.errors import Malformed
from reporting.questionnaires import answers, rules
from reporting.questionnaires.models import Question, Text

CORRUPTION = rules.load("corruption-1")


def checked(**given_answers: Any) -> dict[str, Any]:
    return answers.check_answers(CORRUPTION, {"account": "They took it.", **given_answers})


def test_only_the_account_is_needed() -> None:
    assert checked() == {"account": "They took it."}
    with pytest.raises(Malformed) as caught:
        answers.check_answers(CORRUPTION, {"account": "  "})
    assert caught.value.pointer == "/account"


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("organization", "  Ministry ", "Ministry"),
        ("source", ["guess", "saw"], ["saw", "guess"]),
        ("source", "saw", ["saw"]),
        ("ongoing", "unsure", "unsure"),
        ("when", "2026-05", {"from": "2026-05"}),
        ("when", "around Easter", {"note": "around Easter"}),
        ("when", {"from": "2026-03-05", "to": "2026"}, {"from": "2026-03-05", "to": "2026"}),
        ("value", {"amount": "12000.50", "currency": "eur"}, {"amount": "12000.50", "currency": "EUR"}),
        ("value", "a car", {"note": "a car"}),
        ("where", "Harbor office", {"text": "Harbor office"}),
        ("where", {"text": "Mombasa", "country": "ke"}, {"text": "Mombasa", "country": "KE"}),
        ("persons", "the mayor", [{"name": "the mayor"}]),
        ("persons", [{"name": "", "role": "Head of purchasing"}, {}], [{"role": "Head of purchasing"}]),
        ("exclude", ["m2", "m1", "m2"], ["m1", "m2"]),
    ],
)
def test_each_type_takes_its_form(name: str, value: Any, kept: Any) -> None:
    assert checked(**{name: value})[name] == kept


@pytest.mark.parametrize(
    ("name", "value", "pointer"),
    [
        ("organization", 7, "/organization"),
        ("organization", "two\nlines", "/organization"),
        ("organization", "x" * 501, "/organization"),
        ("source", ["saw", "saw"], "/source"),
        ("source", ["dreamt"], "/source"),
        ("source", [["saw"]], "/source"),
        ("relation", "nobody", "/relation"),
        ("ongoing", True, "/ongoing"),
        ("when", {"from": "5.3.2026"}, "/when/from"),
        ("when", {"from": "2026-02-30"}, "/when/from"),
        ("when", {"from": "2026-05", "to": "2026-04"}, "/when/to"),
        ("when", {"day": "2026-05"}, "/when"),
        ("value", {"amount": "1,000", "currency": "EUR"}, "/value/amount"),
        ("value", {"amount": "1000", "currency": "euro"}, "/value/currency"),
        ("value", {"amount": "1000"}, "/value"),
        ("where", {"text": "x", "country": "Kenya"}, "/where/country"),
        ("persons", [{"name": "x", "birthday": "y"}], "/persons"),
        ("persons", 3, "/persons"),
        ("exclude", ["reporter"], "/exclude"),
        ("urgent", 3, None),
    ],
)
def test_what_does_not_fit_its_type_is_refused_by_name(name: str, value: Any, pointer: str | None) -> None:
    if pointer is None:
        assert name not in checked(**{name: value}), "not shown, so not sent"
        return
    with pytest.raises(Malformed) as caught:
        checked(**{name: value})
    assert caught.value.pointer == pointer


def test_a_question_is_shown_and_sent_only_under_its_condition() -> None:
    urgent = CORRUPTION.question("urgent")
    assert urgent is not None
    assert not answers.is_shown(urgent, {"ongoing": "no"})
    assert answers.is_shown(urgent, {"ongoing": "unsure"})
    assert "urgent" not in checked(ongoing="no", urgent="by Friday")
    assert checked(ongoing="yes", urgent="by Friday")["urgent"] == "by Friday"
    assert checked(source=["saw", "documents"], documents="invoices")["documents"] == "invoices"


def test_unknown_ids_stay_as_they_are() -> None:
    assert checked(color={"shade": 3})["color"] == {"shade": 3}
    assert answers.unknown(CORRUPTION, {"account": "x", "color": 1}) == ["color"]


def test_exclusions_leave_the_answers() -> None:
    rest, excluded = answers.split_excluded(CORRUPTION, checked(exclude=["m2", "m1"]))
    assert rest == {"account": "They took it."}
    assert excluded == ("m1", "m2")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(list(CORRUPTION.questions())), json_values)
def test_any_value_is_taken_or_refused_in_words(question: Question, value: Any) -> None:
    try:
        taken = answers.check_answer(question, value)
    except Malformed:
        return
    assert taken is None or answers.check_answer(question, taken) == taken


def test_a_lone_surrogate_is_refused() -> None:
    question = Question("q", "long_text", Text({"en": "?"}))
    with pytest.raises(Malformed):
        answers.check_answer(question, "\ud800")
