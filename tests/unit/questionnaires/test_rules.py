"""Questionnaires are data, read strictly: a fault names file, question and what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporting.protocol.encoding import parse_json_object
from reporting.questionnaires import rules
from reporting.questionnaires.rules import QuestionnaireError

SOUND = """
id = "small-1"
kind = "report"
languages = ["en", "ar"]
title = { en = "Small", ar = "صغير" }
[[sections]]
id = "what"
title = { en = "What", ar = "ماذا" }
[[sections.questions]]
id = "account"
type = "long_text"
required = true
text = { en = "What happened?", ar = "ماذا حدث؟" }
[[sections.questions]]
id = "ongoing"
type = "yes_no_unsure"
text = { en = "Does it go on?", ar = "هل يستمر؟" }
[[sections.questions]]
id = "source"
type = "single"
show_if = { question = "ongoing", is = ["yes"] }
text = { en = "How do you know?", ar = "كيف عرفت؟" }
options = [{ id = "saw", text = { en = "Saw it", ar = "رأيته" } }]
"""


def write(folder: Path, text: str, name: str = "small-1") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    found = rules.read_file(write(tmp_path, SOUND))
    assert [question.id for question in found.questions()] == ["account", "ongoing", "source"]
    assert found.title.in_language("ar-EG") == "صغير"
    assert found.title.in_language("fr") == "Small"


@pytest.mark.parametrize("name", rules.shipped())
def test_what_is_served_reads_back_to_the_same_questionnaire_and_bytes(name: str) -> None:
    served = rules.served(name)
    again = rules.read_served(served, name)
    assert again == rules.load(name)
    assert rules.to_bytes(again) == served
    assert parse_json_object(served, limit=rules.MAX_QUESTIONNAIRE)["format"] == "reporting/questionnaire/v1"


@pytest.mark.parametrize("name", rules.shipped())
def test_the_shipped_ones_speak_both_languages_and_require_the_account_alone(name: str) -> None:
    found = rules.load(name)
    assert {"en", "ar"} <= set(found.languages)
    assert [question.id for question in found.questions() if question.required] == ["account"]
    assert [question.type for question in found.questions()].count("exclude") == 1


@pytest.mark.parametrize("name", rules.shipped())
def test_no_reporter_is_asked_to_prove_good_faith(name: str) -> None:
    assert b"good faith" not in rules.served(name).lower()


def test_the_retaliation_questionnaire_has_the_fifteen_forms_and_other() -> None:
    forms = rules.load("retaliation-1").question("forms")
    assert forms is not None
    assert len(forms.option_ids()) == 16
    assert forms.option_ids()[-1] == "other"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('type = "long_text"', 'type = "essay"', "in “account”: this program does not know the type “essay”"),
        ('type = "long_text"', 'kind = "x"\ntype = "long_text"', "in “account”: “kind” is not known here"),
        ("required = true", "required = 1", "in “account”: required must be true or false"),
        ("required = true\n", "", "no question is required"),
        ('ar = "ماذا حدث؟"', 'fr = "Quoi ?"', "in “account”: text needs a text in “ar”"),
        ('ar = "ماذا حدث؟"', 'ar = "ماذا حدث؟", fr = "Quoi ?"', "language that is not listed"),
        ('id = "ongoing"', 'id = "account"', "in “account”: this id stands twice"),
        ('id = "ongoing"', 'id = "On Going"', "lowercase letters, digits and underscores"),
        ('question = "ongoing"', 'question = "later"', "in “source”: show_if names “later”, which is no earlier"),
        ('is = ["yes"]', 'is = ["maybe"]', "in “source”: show_if names an answer that “ongoing” does not have"),
        ('type = "single"', 'type = "persons"', "in “source”: options belong to the types single and multiple"),
        ('kind = "report"', 'kind = "survey"', "the kind must be report or protection"),
        ('id = "small-1"', 'id = "other-1"', "the id must be “small-1”"),
        ('id = "small-1"\n', "", "“id” is missing"),
        ('languages = ["en", "ar"]', 'languages = "en"', "languages must be a list"),
        ("[[sections]]", "[[sections", "small-1.toml: "),
    ],
)
def test_a_fault_is_named_with_file_question_and_reason(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in SOUND
    with pytest.raises(QuestionnaireError) as caught:
        rules.read_file(write(tmp_path, SOUND.replace(before, after, 1)))
    assert str(caught.value).startswith("small-1.toml: ")
    assert said in str(caught.value)


def test_two_questions_of_type_exclude_are_refused(tmp_path: Path) -> None:
    more = '\n[[sections.questions]]\nid = "{}"\ntype = "exclude"\ntext = {{ en = "Who?", ar = "من؟" }}\n'
    with pytest.raises(QuestionnaireError, match="only one question may be of type exclude"):
        rules.read_file(write(tmp_path, SOUND + more.format("a") + more.format("b")))


@pytest.mark.parametrize("data", [b"", b"[]", b'{"id":"x","id":"x"}', b"{}", b"\xff"])
def test_what_is_no_questionnaire_is_refused(data: bytes) -> None:
    with pytest.raises(QuestionnaireError, match="small-1"):
        rules.read_served(data, "small-1")


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(QuestionnaireError, match="There is no questionnaire"):
        rules.load("../../secret")
