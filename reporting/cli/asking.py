"""Asking a questionnaire step by step, and showing answers in words."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import click

from reporting.cli.showing import say
from reporting.client.visible import visible
from reporting.i18n import gettext as _
from reporting.i18n import message
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import JSON, JSONObject
from reporting.protocol.errors import Malformed
from reporting.questionnaires.answers import PERSON_PARTS, check_answer, is_shown
from reporting.questionnaires.models import Question, Questionnaire, Type

END = "."  # a line that holds nothing else ends a long text


@dataclass
class Interview:
    """One person answering one questionnaire. ``members`` are those who may be shut out: id to label."""

    questionnaire: Questionnaire
    language: str
    members: Mapping[str, str]
    answers: JSONObject = field(default_factory=dict)

    def run(self) -> None:
        """Ask every question whose condition holds, in order."""
        if self.questionnaire.introduction is not None:
            say_text(self.questionnaire.introduction.in_language(self.language))
            say()
        for section in self.questionnaire.sections:
            shown = [question for question in section.questions if self._could_show(question)]
            if not shown:
                continue
            click.secho(visible(section.title.in_language(self.language)), bold=True)
            if section.introduction is not None:
                say_text(section.introduction.in_language(self.language))
            for question in shown:
                if is_shown(question, self.answers):
                    self.ask(question)

    def _could_show(self, question: Question) -> bool:
        # A condition on the same section is judged when its turn comes.
        return question.type != "exclude" or bool(self.members)

    def ask(self, question: Question) -> None:
        """Ask one question until its answer has the form of its type, or is left out."""
        say()
        mark = _(" (needed)") if question.required else ""
        click.secho(visible(question.text.in_language(self.language)) + mark, bold=True)
        if question.help is not None:
            say_text(question.help.in_language(self.language))
        while True:
            try:
                value = check_answer(question, self._value(question))
            except Malformed as error:
                say(message(error))
                continue
            if value is None and question.required:
                say(_("This one is needed."))
                continue
            break
        if value is None:
            self.answers.pop(question.id, None)
        else:
            self.answers[question.id] = value

    def _value(self, question: Question) -> JSON:
        by_type: dict[Type, Callable[[], JSON]] = {
            "long_text": ask_long,
            "single": lambda: next(iter(_choose(self._options(question), several=False)), None),
            "yes_no_unsure": lambda: next(iter(_choose(self._options(question), several=False)), None),
            "multiple": lambda: _choose(self._options(question), several=True),
            "exclude": lambda: _choose(list(self.members.items()), several=True),
            "persons": _ask_persons,
            "amount": _ask_amount,
            "date_or_period": _ask_period,
        }
        return by_type.get(question.type, _ask_line)()

    def _options(self, question: Question) -> list[tuple[str, str]]:
        if question.type == "yes_no_unsure":
            return [("yes", _("Yes")), ("no", _("No")), ("unsure", _("Not sure"))]
        return [(option.id, option.text.in_language(self.language)) for option in question.options]

    def numbered(self) -> list[Question]:
        """The questions that are shown now, in order, as the review numbers them."""
        return [
            question
            for question in self.questionnaire.questions()
            if self._could_show(question) and is_shown(question, self.answers)
        ]


def say_text(text: str) -> None:
    """Text from elsewhere, on as many lines as it has, wrapped, with nothing in it that a terminal obeys."""
    for line in visible(text, lines=True).splitlines():
        click.echo(
            click.wrap_text(line.expandtabs(4), width=min(shutil.get_terminal_size().columns, 100)) if line else ""
        )


def ask_long() -> str:
    """Text of any number of lines, up to one that holds a single full stop."""
    click.echo(_("Write as many lines as you like; a line with nothing but “{end}” ends it.", end=END), err=True)
    lines: list[str] = []
    while True:
        line = click.prompt("", default="", show_default=False, prompt_suffix="> ", type=str)
        if line.strip() == END or (not lines and not line.strip()):
            return "\n".join(lines)
        lines.append(line)


def _ask_line(label: str = "") -> str:
    return str(click.prompt(label, default="", show_default=False, prompt_suffix="> ", type=str))


def _choose(options: Sequence[tuple[str, str]], *, several: bool) -> list[str]:
    for number, (_id, text) in enumerate(options, 1):
        say(f"  {number}. {text}")
    hint = _("Numbers, with spaces between; nothing to go on.") if several else _("A number; nothing to go on.")
    while True:
        typed = _ask_line(hint + " ").replace(",", " ").split()
        chosen = [int(item) for item in typed if item.isdecimal()]
        right = len(chosen) == len(typed) and all(1 <= number <= len(options) for number in chosen)
        if right and (several or len(chosen) <= 1):
            return [options[number - 1][0] for number in sorted(set(chosen))]
        say(_("Please type numbers from 1 to {most}.", most=len(options)))


def _ask_persons() -> list[JSONObject]:
    labels = {"name": _("Name"), "role": _("Role"), "employer": _("Employer")}
    persons: list[JSONObject] = []
    while True:
        person = {part: text for part in PERSON_PARTS if (text := _ask_line(labels[part] + " ").strip())}
        if not person:
            return persons
        persons.append(person)
        say(_("The next person; leave everything empty to go on."))


def _ask_amount() -> JSON:
    typed = _ask_line(_("An amount and a currency, such as 12000 EUR, or words ")).strip()
    amount, _space, currency = typed.partition(" ")
    if amount.replace(".", "").isdecimal() and len(currency) == 3:
        return {"amount": amount, "currency": currency}
    return typed


def _ask_period() -> JSON:
    typed = _ask_line(_("A day (2026-03-14), month (2026-03) or year (2026), “from .. to”, or words ")).strip()
    begin, dots, end = typed.partition("..")
    if dots and begin.strip() and end.strip():
        return {"from": begin.strip(), "to": end.strip()}
    return typed


def answer_lines(
    questionnaire: Questionnaire | None, answers: Mapping[str, JSON], language: str
) -> Iterable[tuple[str, str]]:
    """Question and answer in words, in the questionnaire's order, what it does not know last and plainly."""
    known = [] if questionnaire is None else list(questionnaire.questions())
    for question in known:
        if question.id in answers:
            yield question.text.in_language(language), answer_text(question, answers[question.id], language)
    for name in answers.keys() - {question.id for question in known}:
        yield name, plain(answers[name])


def answer_text(question: Question, value: JSON, language: str) -> str:
    """An answer in words; one that is not of its question's form is shown plainly."""
    labels = {option.id: option.text.in_language(language) for option in question.options}
    if question.type == "yes_no_unsure":
        labels = {"yes": _("Yes"), "no": _("No"), "unsure": _("Not sure")}
    if isinstance(value, str):
        return labels.get(value, value)
    if isinstance(value, list):
        return "; ".join(labels.get(item, item) if isinstance(item, str) else plain(item) for item in value)
    return plain(value)


def plain(value: JSON) -> str:
    """Any JSON value in one line of words."""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {plain(item)}" for name, item in value.items())
    if isinstance(value, list):
        return "; ".join(plain(item) for item in value)
    return str(value)


def labels_of(directory: Directory, members: Iterable[str]) -> dict[str, str]:
    """Members by id, with the labels that the directory gives them."""
    found = {member_id: directory.member(member_id) for member_id in sorted(members)}
    return {member_id: f"{member.label} ({member_id})" for member_id, member in found.items() if member is not None}
