"""What is written under a right: requests, minutes, steps towards persons concerned, removals (protocol 8.7, 8.8)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from reporting.protocol.encoding import JSON, b64decode, check_text, is_hex32, parse_day
from reporting.protocol.entry import Entry
from reporting.protocol.errors import Malformed, N_

#: What a reporter asks for.
REQUESTS = ("withdraw", "no-acknowledgement", "meeting", "call", "other")
#: What a reporter says to minutes.
ANSWERS = ("agree", "correct")
#: What was done towards persons concerned: told, heard, referred, made public.
STEPS = ("notice", "heard", "referral", "publicity")
STEP_SCHEME = "step/1"
#: That a request was dealt with.
NOTED_SCHEME = "request/1"
_MAX_TEXT = 16_384  # an entry holds no more
_MAX_TITLE = 200
_BLANK = " \t\r\n"


def check_right(entry: Entry) -> None:
    """Whether a request, minutes, an answer to them, a step or a removal says what belongs in it. Other entries pass.

    :raises Malformed: something is missing or of another form
    """
    body = entry.body
    if entry.kind == "request":
        _one_of(body, "request", REQUESTS)
        if _text(body, "text").strip(_BLANK) == "" and body["request"] == "other":
            raise Malformed(N_("There is nothing to send."), pointer="/text")
    elif entry.kind == "minutes":
        _check_answer(body) if entry.by_reporter else _check_minutes(body)
    elif entry.kind == "removal":
        _check_removal(body)
    elif entry.kind == "classification" and body.get("scheme") in (STEP_SCHEME, NOTED_SCHEME):
        _check_codes(body)


def _check_minutes(body: Mapping[str, JSON]) -> None:
    check_text(body.get("title"), pointer="/title", limit=_MAX_TITLE)
    parse_day(body.get("held"), pointer="/held")
    if _text(body, "text").strip(_BLANK) == "":
        raise Malformed(N_("There is nothing to send."), pointer="/text")
    if body.get("of", "") is not None:
        _id(body, "of")


def _check_answer(body: Mapping[str, JSON]) -> None:
    _id(body, "of")
    b64decode(body.get("sha256"), length=32, pointer="/sha256")
    _one_of(body, "answer", ANSWERS)
    if _text(body, "text").strip(_BLANK) == "" and body["answer"] == "correct":
        raise Malformed(N_("Say what is not right."), pointer="/text")


def _check_removal(body: Mapping[str, JSON]) -> None:
    b64decode(body.get("sha256"), length=32, pointer="/sha256")
    if _text(body, "reason").strip(_BLANK) == "":
        raise Malformed(N_("Say why it does not belong here."), pointer="/reason")


def _check_codes(body: Mapping[str, JSON]) -> None:
    codes = body.get("codes")
    if not isinstance(codes, dict):
        raise Malformed(N_("This must be a JSON object."), pointer="/codes")
    _text(codes, "text")
    if body["scheme"] == NOTED_SCHEME:
        _id(codes, "of")
        return
    _one_of(codes, "step", STEPS)
    parse_day(codes.get("date"), pointer="/date")


def _text(found: Mapping[str, JSON], name: str) -> str:
    return check_text(found.get(name), pointer=f"/{name}", limit=_MAX_TEXT)


def _one_of(found: Mapping[str, JSON], name: str, known: Collection[str]) -> None:
    if _text(found, name) not in known:
        raise Malformed(N_("This is not one of the choices."), pointer=f"/{name}")


def _id(found: Mapping[str, JSON], name: str) -> None:
    if not is_hex32(found.get(name)):
        raise Malformed(N_("This must be 32 hexadecimal digits."), pointer=f"/{name}")
