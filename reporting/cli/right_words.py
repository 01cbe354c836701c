"""Requests, minutes and steps towards persons concerned in words, at the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reporting.cli.asking import plain
from reporting.cli.class_words import offence_lines
from reporting.i18n import gettext as _
from reporting.protocol.classes import SCHEME
from reporting.protocol.encoding import JSON
from reporting.protocol.errors import N_
from reporting.protocol.rights import NOTED_SCHEME, STEP_SCHEME
from reporting.protocol.translating import PERSON

_REQUESTS = {
    "withdraw": N_("Withdraw the report"),
    "no-acknowledgement": N_("No acknowledgement, please"),
    "meeting": N_("A meeting"),
    "call": N_("A call"),
    "other": N_("Something else"),
}
_STEPS = {
    "notice": N_("A person concerned was told"),
    "heard": N_("A person concerned was heard"),
    "referral": N_("Referred to another authority"),
    "publicity": N_("Made public"),
}

#: By a person, and checked.
_MADE = {
    (True, True): N_("Translated into {language} by a person, and checked"),
    (True, False): N_("Translated into {language} by a person, not checked"),
    (False, True): N_("Translated into {language} by a program, and checked by a person"),
    (False, False): N_("Translated into {language} by a program, checked by nobody"),
}


def request_lines(body: Mapping[str, JSON]) -> Sequence[str]:
    """What a reporter asks for."""
    asked = _named(_REQUESTS, body.get("request"))
    return [_("Asked for: {what}", what=asked), *_given(body.get("text"))]


def minutes_lines(body: Mapping[str, JSON]) -> Sequence[str]:
    """Minutes by members, or what the reporter says to them."""
    if "title" not in body:
        agrees = body.get("answer") == "agree"
        said = _("Agrees to the minutes.") if agrees else _("Corrects the minutes:")
        return [said, *_given(body.get("text"))]
    head = _("{title}, held on {day}", title=plain(body.get("title")), day=plain(body.get("held")))
    newer = [_("These replace an earlier version.")] if body.get("of") else []
    return [head, *newer, *_given(body.get("text"))]


def classification_lines(body: Mapping[str, JSON]) -> Sequence[str] | None:
    """Offences, a step towards persons concerned, or that a request was dealt with; None for other marks."""
    codes = body.get("codes")
    if not isinstance(codes, dict):
        return None
    if body.get("scheme") == SCHEME:
        return offence_lines(body)
    if body.get("scheme") == STEP_SCHEME:
        step = _named(_STEPS, codes.get("step"))
        return [_("{what}, {day}", what=step, day=plain(codes.get("date"))), *_given(codes.get("text"))]
    if body.get("scheme") == NOTED_SCHEME:
        return [_("A request was dealt with."), *_given(codes.get("text"))]
    return None


def translation_lines(body: Mapping[str, JSON]) -> Sequence[str]:
    """An authentic translation: into which language, by whom or what, whether checked; then its text."""
    made = _MADE[body.get("by") == PERSON, bool(body.get("checked"))]
    return [_(made, language=plain(body.get("language"))), *_given(body.get("text"))]


def _named(names: Mapping[str, str], value: JSON) -> str:
    return _(names[value]) if isinstance(value, str) and value in names else plain(value)


def _given(value: JSON) -> list[str]:
    return [value] if isinstance(value, str) and value else []
