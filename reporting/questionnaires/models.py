"""A questionnaire as it is read from its file or from the site.

The JSON that is served has the same members as the TOML file, so that any client renders it::

    {"format": "reporting/questionnaire/v1", "id": "corruption-1", "kind": "report" or "protection",
     "languages": ["en", "ar"], "title": TEXT, "introduction": TEXT,
     "sections": [{"id": "…", "title": TEXT, "introduction": TEXT, "questions": [
         {"id": "…", "type": TYPE, "required": false, "text": TEXT, "help": TEXT,
          "options": [{"id": "…", "text": TEXT, "help": TEXT}],
          "show_if": {"question": "<id of an earlier one>", "is": ["<value>", …]}}]}]}

TEXT is an object of language to text with every language of ``languages``. ``introduction``, ``help``,
``options`` and ``show_if`` stand only where there is one; ``options`` only with ``single`` and ``multiple``.

==================  ======================================================================================
type                value of an answer
==================  ======================================================================================
``short_text``      text on one line, at most 500 characters
``long_text``       text
``single``          the id of one option
``multiple``        a list of ids of options, none twice
``yes_no_unsure``   ``"yes"``, ``"no"`` or ``"unsure"``
``date_or_period``  ``{"from": DAY, "to": DAY, "note": text}``: one of them at least; DAY is ``YYYY``,
                    ``YYYY-MM`` or ``YYYY-MM-DD``
``amount``          ``{"amount": "<digits, with or without .digits>", "currency": "<ISO 4217>", "note": text}``:
                    amount and currency together, or a note
``place``           ``{"text": text, "country": "<ISO 3166-1 alpha-2>"}``: the country may be left out
``persons``         a list of ``{"name": text, "role": text, "employer": text}``: one of them at least, each
``exclude``         a list of member ids; it goes into ``excluded`` of the first entry, never into its answers
==================  ======================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

FORMAT = "reporting/questionnaire/v1"
Kind = Literal["report", "protection"]
Type = Literal[
    "short_text",
    "long_text",
    "single",
    "multiple",
    "yes_no_unsure",
    "date_or_period",
    "amount",
    "place",
    "persons",
    "exclude",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
TYPES: tuple[Type, ...] = get_args(Type)
WITH_OPTIONS: frozenset[Type] = frozenset({"single", "multiple"})
YES_NO_UNSURE = ("yes", "no", "unsure")


@dataclass(frozen=True)
class Text:
    """A text in each language of its questionnaire, the first being the one to fall back to."""

    by_language: Mapping[str, str]

    def in_language(self, language: str) -> str:
        """The text in ``language`` (``ar``, also asked for as ``ar-EG``), else in the first language."""
        found = self.by_language.get(language) or self.by_language.get(language.partition("-")[0])
        return found if found is not None else next(iter(self.by_language.values()))


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from."""

    id: str
    text: Text
    help: Text | None = None


@dataclass(frozen=True)
class Condition:
    """Show a question only if the answer to an earlier one is, or holds, one of ``values``."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question."""

    id: str
    type: Type
    text: Text
    help: Text | None = None
    required: bool = False
    options: tuple[Option, ...] = ()
    show_if: Condition | None = None

    def option_ids(self) -> tuple[str, ...]:
        """What may be chosen; empty for types without a choice."""
        if self.type == "yes_no_unsure":
            return YES_NO_UNSURE
        return tuple(option.id for option in self.options)


@dataclass(frozen=True)
class Section:
    """Questions that belong together, under a title."""

    id: str
    title: Text
    introduction: Text | None
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Questionnaire:
    """What a channel asks."""

    id: str
    kind: Kind
    languages: tuple[str, ...]
    title: Text
    introduction: Text | None
    sections: tuple[Section, ...]

    def questions(self) -> Iterator[Question]:
        """Every question, in order."""
        for section in self.sections:
            yield from section.questions

    def question(self, question_id: str) -> Question | None:
        """The question of that id, if there is one."""
        return next((question for question in self.questions() if question.id == question_id), None)

    def best_language(self, wanted: str) -> str:
        """``wanted`` if the questionnaire speaks it, else its first language."""
        for candidate in (wanted, wanted.partition("-")[0]):
            if candidate in self.languages:
                return candidate
        return self.languages[0]


def is_type(value: object) -> bool:
    """Whether ``value`` is the name of a type of question."""
    return value in TYPES


def as_type(value: object) -> Type:
    """``value`` as a type of question, once :func:`is_type` said so."""
    return cast(Type, value)
