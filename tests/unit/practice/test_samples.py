"""The made-up cases: complete in every language, and answers that their channels' questions take."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporting.cli.made_up_people import CHANNELS, PEOPLE, ROLES
from reporting.cli.practice_cases import _STEPS
from reporting.i18n import available_languages
from reporting.practice.samples import FOLDER, REPORTER, STATES, Sample, read_sample, samples
from reporting.questionnaires.answers import check_answers, unknown
from reporting.questionnaires.rules import load

NAMES = [sample.name for sample in samples()]


def named(name: str) -> Sample:
    return next(sample for sample in samples() if sample.name == name)


def test_every_state_is_met_in_one_case() -> None:
    assert sorted(sample.state for sample in samples()) == sorted(STATES)
    assert len(samples()) == len(list(FOLDER.iterdir())) >= 6


@pytest.mark.parametrize("name", NAMES)
def test_a_case_says_the_same_in_every_language(name: str) -> None:
    words = named(name).words
    assert set(words) == set(available_languages())
    english = words["en"]
    for language, found in words.items():
        assert set(found.answers) == set(english.answers)
        assert set(found.texts) == set(english.texts)
        assert set(found.identity or {}) == set(english.identity or {})
        assert language == "en" or found.title != english.title
        assert language == "en" or found.answers["account"] != english.answers["account"]


@pytest.mark.parametrize("name", NAMES)
def test_the_answers_fit_the_questions_of_the_channel(name: str) -> None:
    sample = named(name)
    channel = next(channel for channel in CHANNELS if channel.id == sample.channel)
    questionnaire = load(channel.questionnaire)
    for language in sample.words:
        body = sample.body(language)
        assert unknown(questionnaire, body) == []
        checked = check_answers(questionnaire, body)
        assert set(checked) == set(body)
        assert checked["account"] == body["account"]


@pytest.mark.parametrize("name", NAMES)
def test_steps_are_taken_by_people_of_the_channel_and_name_texts_that_are_there(name: str) -> None:
    sample = named(name)
    kind = next(channel.kind for channel in CHANNELS if channel.id == sample.channel)
    dealing = {member for _role, member in ROLES[kind]}
    assert set(sample.exclude) <= {person.id for person in PEOPLE}
    texts = sample.words["en"].texts
    for step in sample.steps:
        assert step.by == REPORTER or (step.by in dealing and step.do in _STEPS)
        assert step.by not in sample.exclude
        assert not step.text or step.text in texts
    assert {step.text for step in sample.steps if step.text} == set(texts)


def test_one_case_is_in_another_language_than_asked_for() -> None:
    foreign = named("6-permit")
    assert [foreign.language(language) for language in ("en", "es", "ar")] == ["es", "fr", "es"]
    assert {sample.language("ar") for sample in samples() if sample is not foreign} == {"ar"}


def test_a_file_with_a_gap_or_a_wrong_step_is_refused(tmp_path: Path) -> None:
    text = (FOLDER / "2-clinic.toml").read_text(encoding="utf-8")
    for wrong, error in (
        (text.replace('state = "answered"', 'state = "lost"'), KeyError),
        (text.replace('title = "Money for a place on the waiting list"', ""), KeyError),
        (text.replace('do = "status"', 'do = "status"\nwhen = "now"', 1), TypeError),
    ):
        assert wrong != text
        path = tmp_path / "2-clinic.toml"
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(error):
            read_sample(path)
