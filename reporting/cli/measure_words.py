"""Measures of protection and check-ins in words, as the desk says them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reporting.i18n import gettext as _
from reporting.protocol.encoding import JSON, JSONObject
from reporting.protocol.errors import N_
from reporting.protocol.measures import (
    ACTIVE,
    ASKED,
    CATALOGUE,
    ENDED,
    GIVEN,
    HAPPENED,
    NOT_GIVEN,
    NOT_NEEDED,
    OTHER,
    PLANNED,
    REFUSED,
    WELL,
    WORDS,
    check_check_in,
    check_measure,
    lacks_consent,
)

STATES = {PLANNED: N_("being prepared"), ACTIVE: N_("in force"), ENDED: N_("ended"), REFUSED: N_("not taken")}
CONSENTS = {
    GIVEN: N_("the reporter agrees"),
    ASKED: N_("the reporter was asked"),
    NOT_GIVEN: N_("the reporter does not agree"),
    NOT_NEEDED: N_("no consent needed"),
}
ANSWERS = {WELL: N_("All is well."), HAPPENED: N_("Something happened."), WORDS: N_("An answer in words.")}


def measure_title(what: str, text: str) -> str:
    """What a measure is: of the catalogue, or as it was written."""
    if what in CATALOGUE:
        return _(CATALOGUE[what].title)
    return text if what == OTHER else _("A measure of another kind ({what})", what=what)


def measure_lines(body: Mapping[str, JSON]) -> Sequence[str]:
    """An authentic entry about a measure: what it is, where it stands, its days, consent, effect and reason."""
    answers = check_measure(body.get("answers"))
    what, state, consent = (str(answers[name]) for name in ("what", "state", "consent"))
    lines = [
        _("Measure of protection: {title}", title=measure_title(what, str(answers["text"]))),
        ", ".join([_(STATES[state]), *_days(answers, over=state in (ENDED, REFUSED))]),
        _("{name} sees to it; {consent}", name=answers["owner"], consent=_(CONSENTS[consent])),
    ]
    if lacks_consent(what, state, consent):
        lines.append("! " + _("It runs without the reporter's consent, though it needs it."))
    if answers["text"] and what != OTHER:
        lines.append(str(answers["text"]))
    if answers["effect"]:
        lines.append(_("What it has done: {effect}", effect=answers["effect"]))
    if answers["reason"]:
        lines.append(_("Why: {reason}", reason=answers["reason"]))
    return lines


def _days(answers: JSONObject, *, over: bool) -> Iterator[str]:
    if answers.get("start"):
        planned = answers["state"] == PLANNED
        yield _("from {day}", day=answers["start"]) if planned else _("since {day}", day=answers["start"])
    if answers.get("review"):
        yield _("looked at again by {day}", day=answers["review"])
    if answers.get("end"):
        yield _("ended on {day}", day=answers["end"]) if over else _("until {day}", day=answers["end"])


def check_in_lines(body: Mapping[str, JSON]) -> Sequence[str]:
    """An authentic answer to how the reporter is."""
    answers = check_check_in(body.get("answers"))
    text = str(answers["text"])
    return [_(ANSWERS[str(answers["answer"])]), *([text] if text else [])]
