"""Reading questionnaires, strictly, and writing the bytes that are served."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from reporting.protocol.encoding import JSONObject, dump_json, is_id, parse_json_object
from reporting.protocol.errors import Malformed, ProtocolError, N_
from reporting.questionnaires.models import (
    FORMAT,
    KINDS,
    TYPES,
    WITH_OPTIONS,
    Condition,
    Option,
    Question,
    Questionnaire,
    Section,
    Text,
    as_type,
    is_type,
)

MAX_QUESTIONNAIRE = 262_144
MAX_TEXT = 4_000
_FOLDER = Path(__file__).resolve().parent
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", re.ASCII)


class QuestionnaireError(Malformed):
    """A questionnaire is not as it must be; the sentence names file, question and fault."""


def shipped() -> tuple[str, ...]:
    """The ids of the questionnaires that come with the product."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@cache
def load(questionnaire_id: str) -> Questionnaire:
    """A questionnaire that comes with the product.

    :raises QuestionnaireError: there is none of that id, or its file is faulty
    """
    if questionnaire_id not in shipped():
        raise QuestionnaireError(N_("There is no questionnaire “{name}”."), name=questionnaire_id)
    return read_file(_FOLDER / f"{questionnaire_id}.toml")


def read_file(path: Path) -> Questionnaire:
    """A questionnaire from a TOML file, whose name without its ending must be its id.

    :raises QuestionnaireError: it cannot be read, or is faulty
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise QuestionnaireError(N_("{file}: {fault}"), file=path.name, fault=error) from None
    return _Reader(path.name).read({"format": FORMAT, **content}, path.stem)


def read_served(data: bytes, questionnaire_id: str) -> Questionnaire:
    """A questionnaire from the JSON that a site serves.

    :raises QuestionnaireError: it is faulty, or of a kind that this program does not know
    """
    try:
        content = parse_json_object(data, limit=MAX_QUESTIONNAIRE)
    except ProtocolError as error:
        raise QuestionnaireError(N_("{file}: {fault}"), file=questionnaire_id, fault=error) from None
    return _Reader(questionnaire_id).read(content, questionnaire_id)


def to_json(questionnaire: Questionnaire) -> JSONObject:
    """The object that is served (its members are listed in :mod:`reporting.questionnaires.models`)."""
    return {
        "format": FORMAT,
        "id": questionnaire.id,
        "kind": questionnaire.kind,
        "languages": list(questionnaire.languages),
        "title": dict(questionnaire.title.by_language),
        **_optional("introduction", questionnaire.introduction),
        "sections": [
            {
                "id": section.id,
                "title": dict(section.title.by_language),
                **_optional("introduction", section.introduction),
                "questions": [_question_json(question) for question in section.questions],
            }
            for section in questionnaire.sections
        ],
    }


def to_bytes(questionnaire: Questionnaire) -> bytes:
    """The bytes that are served, the same for the same questionnaire: the directory holds their SHA-256."""
    return dump_json(to_json(questionnaire))


def served(questionnaire_id: str) -> bytes:
    """:func:`to_bytes` of a questionnaire that comes with the product.

    :raises QuestionnaireError: there is none of that id, or its file is faulty
    """
    return to_bytes(load(questionnaire_id))


def _optional(name: str, text: Text | None) -> JSONObject:
    return {} if text is None else {name: dict(text.by_language)}


def _question_json(question: Question) -> JSONObject:
    content: JSONObject = {
        "id": question.id,
        "type": question.type,
        "required": question.required,
        "text": dict(question.text.by_language),
        **_optional("help", question.help),
    }
    if question.options:
        content["options"] = [
            {"id": option.id, "text": dict(option.text.by_language), **_optional("help", option.help)}
            for option in question.options
        ]
    if question.show_if is not None:
        content["show_if"] = {"question": question.show_if.question, "is": list(question.show_if.values)}
    return content


class _Reader:
    """One reading of one file. ``where`` is the question or section at hand, for the sentence of a fault."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.where = ""
        self.languages: tuple[str, ...] = ()
        self.earlier: dict[str, Question] = {}

    def fault(self, message: str, **values: object) -> QuestionnaireError:
        text = message.format(**values)
        if self.where:
            return QuestionnaireError(N_("{file}: in “{where}”: {fault}"), file=self.file, where=self.where, fault=text)
        return QuestionnaireError(N_("{file}: {fault}"), file=self.file, fault=text)

    @contextmanager
    def inside(self, name: object) -> Iterator[None]:
        before, self.where = self.where, str(name)
        yield
        self.where = before  # after a fault the reading ends, and the sentence needs the place

    def read(self, content: Mapping[str, Any], expected_id: str) -> Questionnaire:
        self.members(content, {"format", "id", "kind", "languages", "title", "sections"}, {"introduction"})
        if content["format"] != FORMAT:
            raise self.fault(N_("this program does not know the format “{format}”."), format=content["format"])
        if content["id"] != expected_id or not is_id(expected_id):
            raise self.fault(N_("the id must be “{id}”."), id=expected_id)
        if content["kind"] not in KINDS:
            raise self.fault(N_("the kind must be report or protection."))
        self.languages = self.read_languages(content["languages"])
        questionnaire = Questionnaire(
            id=expected_id,
            kind=content["kind"],
            languages=self.languages,
            title=self.text(content["title"], "title"),
            introduction=self.optional_text(content, "introduction"),
            sections=tuple(self.section(item) for item in self.items(content["sections"], "sections", 30)),
        )
        if not any(question.required for question in questionnaire.questions()):
            raise self.fault(N_("no question is required: at least the account itself must be."))
        if sum(question.type == "exclude" for question in questionnaire.questions()) > 1:
            raise self.fault(N_("only one question may be of type exclude."))
        return questionnaire

    def read_languages(self, value: object) -> tuple[str, ...]:
        items = self.items(value, "languages", 50)
        if not all(isinstance(item, str) and _LANGUAGE.fullmatch(item) for item in items):
            raise self.fault(N_("languages must be a list such as en, ar."))
        if len(set(items)) != len(items):
            raise self.fault(N_("a language is named twice."))
        return tuple(items)

    def section(self, value: object) -> Section:
        content = self.table(value)
        with self.inside(content.get("id")):
            self.members(content, {"id", "title", "questions"}, {"introduction"})
            return Section(
                id=self.name(content["id"]),
                title=self.text(content["title"], "title"),
                introduction=self.optional_text(content, "introduction"),
                questions=tuple(self.question(item) for item in self.items(content["questions"], "questions", 100)),
            )

    def question(self, value: object) -> Question:
        content = self.table(value)
        with self.inside(content.get("id")):
            self.members(content, {"id", "type", "text"}, {"help", "required", "options", "show_if"})
            if not is_type(content["type"]):
                raise self.fault(
                    N_("this program does not know the type “{type}”; known are {types}."),
                    type=content["type"],
                    types=", ".join(TYPES),
                )
            required = content.get("required", False)
            if not isinstance(required, bool):
                raise self.fault(N_("required must be true or false."))
            question = Question(
                id=self.name(content["id"]),
                type=as_type(content["type"]),
                text=self.text(content["text"], "text"),
                help=self.optional_text(content, "help"),
                required=required,
                options=self.options(content),
                show_if=self.condition(content.get("show_if")),
            )
            if question.id in self.earlier:
                raise self.fault(N_("this id stands twice."))
            if question.required and question.show_if:
                raise self.fault(N_("a question that is not always shown cannot be required."))
            self.earlier[question.id] = question
            return question

    def options(self, content: Mapping[str, Any]) -> tuple[Option, ...]:
        if (content["type"] in WITH_OPTIONS) != ("options" in content):
            raise self.fault(N_("options belong to the types single and multiple, and only to them."))
        found = []
        for item in self.items(content["options"], "options", 60) if "options" in content else ():
            option = self.table(item)
            self.members(option, {"id", "text"}, {"help"})
            text, help_text = self.text(option["text"], "options"), self.optional_text(option, "help")
            found.append(Option(self.name(option["id"]), text, help_text))
        if len({option.id for option in found}) != len(found):
            raise self.fault(N_("two options have the same id."))
        return tuple(found)

    def condition(self, value: object) -> Condition | None:
        if value is None:
            return None
        content = self.table(value)
        self.members(content, {"question", "is"}, set())
        before = self.earlier.get(str(content["question"]))
        if before is None:
            raise self.fault(N_("show_if names “{name}”, which is no earlier question."), name=content["question"])
        values = self.items(content["is"], "is", 60)
        if not values or not set(map(str, values)) <= set(before.option_ids()):
            raise self.fault(N_("show_if names an answer that “{name}” does not have."), name=before.id)
        return Condition(before.id, tuple(str(item) for item in values))

    def members(self, content: Mapping[str, Any], needed: Collection[str], allowed: Collection[str]) -> None:
        for name in sorted(set(needed) - set(content)):
            raise self.fault(N_("“{name}” is missing."), name=name)
        for name in sorted(set(content) - set(needed) - set(allowed)):
            raise self.fault(N_("“{name}” is not known here."), name=name)

    def table(self, value: object) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self.fault(N_("this must be a table."))
        return value

    def items(self, value: object, name: str, most: int) -> list[Any]:
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise self.fault(N_("{name} must be a list of 1 to {most} items."), name=name, most=most)
        return value

    def name(self, value: object) -> str:
        if not isinstance(value, str) or not _NAME.fullmatch(value):
            raise self.fault(N_("an id must be lowercase letters, digits and underscores."))
        return value

    def optional_text(self, content: Mapping[str, Any], name: str) -> Text | None:
        return self.text(content[name], name) if name in content else None

    def text(self, value: object, name: str) -> Text:
        content = self.table(value)
        for language in self.languages:
            text = content.get(language)
            if not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT:
                raise self.fault(
                    N_("{name} needs a text in “{language}” of at most {most} characters."),
                    name=name,
                    language=language,
                    most=MAX_TEXT,
                )
        if set(content) != set(self.languages):
            raise self.fault(N_("{name} has a text in a language that is not listed."), name=name)
        return Text({language: content[language].strip() for language in self.languages})
