"""Judging answers on the reporter's own device, before they are sealed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from reporting.protocol.encoding import JSON, JSONObject, is_id, parse_day
from reporting.protocol.errors import Malformed, N_
from reporting.questionnaires.models import Condition, Question, Questionnaire, Type

MAX_SHORT = 500
MAX_LONG = 16_384  # no entry holds more; the whole is measured when it is sealed
MAX_PERSONS = 30
PERSON_PARTS = ("name", "role", "employer")
_DAY = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_AMOUNT = re.compile(r"\d{1,18}(\.\d{1,4})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def is_shown(question: Question, answers: Mapping[str, JSON]) -> bool:
    """Whether a question's condition holds, given the answers so far."""
    return question.show_if is None or _holds(question.show_if, answers)


def _holds(condition: Condition, answers: Mapping[str, JSON]) -> bool:
    value = answers.get(condition.question)
    chosen = value if isinstance(value, list) else [value]
    return any(item in condition.values for item in chosen)


def check_answers(questionnaire: Questionnaire, answers: Mapping[str, JSON]) -> JSONObject:
    """The answers in the questionnaire's order, each in the form of its type, empty ones left out.

    Ids that the questionnaire does not know stay as they are: readers show them plainly. Answers to
    questions that are not shown are left out. Text is taken for a date, an amount, a place or persons too.

    :raises Malformed: an answer of another form, or a required one is missing; the pointer names it
    """
    checked: JSONObject = {}
    for question in questionnaire.questions():
        if not is_shown(question, checked):
            continue
        value = check_answer(question, answers.get(question.id))
        if value is not None:
            checked[question.id] = value
        elif question.required:
            raise Malformed(
                N_("The answer to “{question}” is missing: it is the one that is needed."),
                pointer=f"/{question.id}",
                question=question.id,
            )
    return checked | {name: answers[name] for name in unknown(questionnaire, answers)}


def unknown(questionnaire: Questionnaire, answers: Mapping[str, JSON]) -> list[str]:
    """Ids among the answers that the questionnaire does not know."""
    known = {question.id for question in questionnaire.questions()}
    return [name for name in answers if name not in known]


def split_excluded(questionnaire: Questionnaire, answers: JSONObject) -> tuple[JSONObject, tuple[str, ...]]:
    """Answers without the one of type ``exclude``, and the member ids that it names."""
    rest, excluded = dict(answers), set[str]()
    for question in questionnaire.questions():
        if question.type == "exclude":
            excluded.update(rest.pop(question.id, None) or ())
    return rest, tuple(sorted(excluded))


def check_answer(question: Question, value: JSON) -> JSON:
    """One answer in the form of its type; None where nothing was answered.

    :raises Malformed: another form; the pointer names the question
    """
    if value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip()):
        return None
    try:
        return _CHECKS[question.type](question, value) or None
    except Malformed as error:
        raise error.at(f"/{question.id}") from None


def _text(value: JSON, most: int) -> str:
    if not isinstance(value, str):
        raise Malformed(N_("This must be text."))
    text = value.strip().replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > most:
        raise Malformed(N_("This is longer than {limit} characters."), limit=most)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed(N_("This is not UTF-8 text.")) from None
    return text


def _short_text(_question: Question, value: JSON) -> str:
    text = _text(value, MAX_SHORT)
    if "\n" in text:
        raise Malformed(N_("This must be on one line."))
    return text


def _long_text(_question: Question, value: JSON) -> str:
    return _text(value, MAX_LONG)


def _option(question: Question, value: JSON) -> str:
    if value not in question.option_ids():
        raise Malformed(N_("Choose one of: {options}."), options=", ".join(question.option_ids()))
    return str(value)


def _options(question: Question, value: JSON) -> list[str]:
    chosen = value if isinstance(value, list) else [value]
    for item in chosen:
        _option(question, item)
    if len(set(chosen)) != len(chosen):
        raise Malformed(N_("Something is chosen twice."))
    return [option for option in question.option_ids() if option in chosen]


def _parts(value: JSON, names: Collection[str], plain: str) -> JSONObject:
    """An object with text under some of ``names``; plain text stands for the one called ``plain``."""
    if isinstance(value, str):
        value = {plain: value}
    if not isinstance(value, dict) or not set(value) <= set(names):
        raise Malformed(N_("This must be text, or an object with: {names}."), names=", ".join(names))
    found = {name: _text(value[name], MAX_SHORT) for name in names if value.get(name) is not None}
    return {name: text for name, text in found.items() if text}


def _matching(parts: JSONObject, name: str, form: re.Pattern[str], message: str) -> None:
    if name in parts and not form.fullmatch(parts[name]):
        raise Malformed(message, pointer=f"/{name}")


def _date_or_period(_question: Question, value: JSON) -> JSONObject:
    if isinstance(value, str) and _DAY.fullmatch(value.strip()):
        value = {"from": value.strip()}
    parts = _parts(value, ("from", "to", "note"), "note")
    for name in ("from", "to"):
        _matching(parts, name, _DAY, N_("Write a day as 2026-03-14, a month as 2026-03, a year as 2026."))
        if len(parts.get(name, "")) == len("2026-03-14"):
            parse_day(parts[name], pointer=f"/{name}")
    if "from" in parts and "to" in parts and parts["to"] < parts["from"][: len(parts["to"])]:
        raise Malformed(N_("This period ends before it begins."), pointer="/to")
    return parts


def _amount(_question: Question, value: JSON) -> JSONObject:
    parts = _parts(value, ("amount", "currency", "note"), "note")
    parts |= {"currency": parts["currency"].upper()} if "currency" in parts else {}
    _matching(parts, "amount", _AMOUNT, N_("Write an amount as 12000 or 12000.50."))
    _matching(parts, "currency", _CURRENCY, N_("Write a currency as three letters, such as EUR."))
    if ("amount" in parts) != ("currency" in parts):
        raise Malformed(N_("An amount needs a currency, and a currency an amount."))
    return parts


def _place(_question: Question, value: JSON) -> JSONObject:
    parts = _parts(value, ("text", "country"), "text")
    parts |= {"country": parts["country"].upper()} if "country" in parts else {}
    _matching(parts, "country", _COUNTRY, N_("Write a country as two letters, such as KE."))
    return parts


def _persons(_question: Question, value: JSON) -> list[JSONObject]:
    if isinstance(value, str | dict):
        value = [value]
    if not isinstance(value, list) or len(value) > MAX_PERSONS:
        raise Malformed(N_("This must be a list of at most {limit} items."), limit=MAX_PERSONS)
    return [parts for item in value if (parts := _parts(item, PERSON_PARTS, "name"))]


def _exclude(_question: Question, value: JSON) -> list[str]:
    members = value if isinstance(value, list) else [value]
    if not all(map(is_id, members)):
        raise Malformed(N_("This must be a list of ids."))
    return sorted(set(members))


_CHECKS: Mapping[Type, Callable[[Question, Any], JSON]] = {
    "short_text": _short_text,
    "long_text": _long_text,
    "single": _option,
    "multiple": _options,
    "yes_no_unsure": _option,
    "date_or_period": _date_or_period,
    "amount": _amount,
    "place": _place,
    "persons": _persons,
    "exclude": _exclude,
}
