"""Measures of protection and check-ins: the catalogue, and what entries about them have to say (section 8.6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reporting.protocol.encoding import JSON, JSONObject, check_integer, check_text, is_hex32, is_id, parse_day
from reporting.protocol.errors import Malformed, N_

FORM, CHECK_IN_FORM = "measure-1", "check-in-1"
#: Of a measure that is in no catalogue: its words say what it is.
OTHER = "other"
PLANNED, ACTIVE, ENDED, REFUSED = STATES = ("planned", "active", "ended", "refused")
GIVEN, ASKED, NOT_GIVEN, NOT_NEEDED = CONSENTS = ("given", "asked", "refused", "not-needed")
#: What a reporter answers: all is well, something happened, or words alone.
WELL, HAPPENED, WORDS = ANSWERS = ("well", "happened", "words")
_MAX_TEXT = 16_384  # an entry holds no more
_MAX_WHAT = 64
_MAX_MONTHS = 120
_BLANK = " \t\r\n"


@dataclass(frozen=True)
class Listed:
    """A measure of the catalogue. ``consent``: it needs the reporter's.

    ``article``: of Directive (EU) 2019/1937, which speaks of it; empty where none does.
    """

    group: str
    title: str
    consent: bool
    article: str


GROUPS: Mapping[str, str] = {
    "identity": N_("Identity"),
    "work": N_("Work"),
    "legal": N_("Law"),
    "physical": N_("Safety"),
    "psychosocial": N_("Support"),
    "financial": N_("Money"),
    "deterrence": N_("Deterrence"),
}
#: An id never changes what it means.
CATALOGUE: Mapping[str, Listed] = {
    "need-to-know": Listed("identity", N_("Only those who need it know the name"), False, "16"),
    "pseudonym": Listed("identity", N_("A made-up name in all papers"), False, "16"),
    "redaction": Listed("identity", N_("Names and traces blacked out in papers"), False, "16"),
    "confidentiality-order": Listed("identity", N_("An order to keep the identity secret"), False, "16"),
    "no-adverse-action": Listed(
        "work", N_("A notice to the employer that nothing may be done to the reporter"), True, "19"
    ),
    "change-of-manager": Listed("work", N_("Another manager"), True, "21(6)"),
    "transfer": Listed("work", N_("A move to another unit or place"), True, "21(6)"),
    "remote-work": Listed("work", N_("Work from elsewhere"), True, "21(6)"),
    "paid-leave": Listed("work", N_("Paid leave"), True, "21(6)"),
    "supervised-appraisal": Listed("work", N_("Appraisals that somebody else checks"), True, "21(6)"),
    "reinstatement": Listed("work", N_("The post or the conditions from before"), True, "21(6)"),
    "interim-relief": Listed("legal", N_("A fast order of a court or an authority"), True, "21(6)"),
    "certificate": Listed("legal", N_("A certificate of the report"), True, "20(1)(b)"),
    "dossier": Listed("legal", N_("A dossier for a court or a lawyer"), False, "21(5)"),
    "legal-aid": Listed("legal", N_("Legal aid"), False, "20(1)(c)"),
    "immunity": Listed("legal", N_("No liability for the report"), False, "21(2)"),
    "safety-plan": Listed("physical", N_("A plan for safety"), False, ""),
    "relocation": Listed("physical", N_("A safe place to live"), True, ""),
    "counseling": Listed("psychosocial", N_("Counseling"), True, "20(2)"),
    "support-person": Listed("psychosocial", N_("A person of support"), True, "20(2)"),
    "emergency-fund": Listed("financial", N_("Money for an emergency"), True, "20(2)"),
    "costs": Listed("financial", N_("Costs paid"), True, "20(2)"),
    "compensation": Listed("financial", N_("Compensation for what was lost"), True, "21(8)"),
    "warning": Listed("deterrence", N_("A warning to those who retaliate"), True, "23"),
    "sanction": Listed("deterrence", N_("A penalty for those who retaliate"), False, "23"),
    "monitoring": Listed("deterrence", N_("A watch over the treatment at work"), False, "19"),
}
#: Profiles of countries whose law carries out the directive.
_DIRECTIVE = frozenset({"eu", "de", "es", "fr", "it"})


def lacks_consent(what: str, state: str, consent: str) -> bool:
    """Whether a measure runs without the reporter's consent though it needs it.

    What is in no catalogue needs it, unless whoever signs says that it does not; what was refused is never done.
    """
    listed = CATALOGUE.get(what)
    needed = NOT_NEEDED if listed is None else "" if listed.consent else NOT_NEEDED
    return state == ACTIVE and consent not in (GIVEN, needed)


def article_of(what: str, profile: str) -> str:
    """The article of Directive (EU) 2019/1937 that a measure rests on in a country; empty where none is known."""
    listed = CATALOGUE.get(what)
    return listed.article if listed is not None and profile in _DIRECTIVE else ""


def check_measure(answers: JSON) -> JSONObject:
    """What an entry says about a measure, if it does.

    :raises Malformed: something is missing or of another form, contradicts itself, or needs a reason
    """
    found = _object(answers)
    if not is_hex32(found.get("measure")):
        raise Malformed(N_("This must be 32 hexadecimal digits."), pointer="/measure")
    what, text = check_text(found.get("what"), pointer="/what", limit=_MAX_WHAT), _text(found, "text")
    if what == "" or (what == OTHER and text.strip(_BLANK) == ""):
        raise Malformed(N_("Say what the measure is."), pointer="/text")
    state = _one_of(found, "state", STATES)
    if not is_id(found.get("owner")):
        raise Malformed(N_("This is not a valid id."), pointer="/owner")
    _one_of(found, "consent", CONSENTS)
    _text(found, "effect")
    if _text(found, "reason").strip(_BLANK) == "" and state in (ENDED, REFUSED):
        raise Malformed(N_("Say why the measure ended or was refused."), pointer="/reason")
    _check_days(found, state)
    return found


def _check_days(found: JSONObject, state: str) -> None:
    start, review, end = (_day(found, name) for name in ("start", "review", "end"))
    if start and end and end < start:
        raise Malformed(N_("The end of a measure cannot come before its start."), pointer="/end")
    if review and ((start and review < start) or (end and review > end)):
        raise Malformed(N_("The review of a measure lies between its start and its end."), pointer="/review")
    if state == ACTIVE and not start:
        raise Malformed(N_("Say from which day on the measure runs."), pointer="/start")
    if state == ACTIVE and not review:
        raise Malformed(N_("A measure that runs needs a day on which it is reviewed."), pointer="/review")
    if state == ENDED and not end:
        raise Malformed(N_("Say on which day the measure ended."), pointer="/end")


def check_check_in(answers: JSON) -> JSONObject:
    """What a reporter answers when they are asked how they are, if it is that.

    :raises Malformed: something is missing or of another form
    """
    found = _object(answers)
    check_integer(found.get("check_in"), 1, _MAX_MONTHS, pointer="/check_in")
    parse_day(found.get("closed"), pointer="/closed")
    if _one_of(found, "answer", ANSWERS) == WORDS and _text(found, "text").strip(_BLANK) == "":
        raise Malformed(N_("There is nothing to send."), pointer="/text")
    _text(found, "text")
    return found


def _object(value: JSON) -> JSONObject:
    if not isinstance(value, dict):
        raise Malformed(N_("This must be a JSON object."), pointer="/answers")
    return value


def _text(answers: JSONObject, name: str) -> str:
    return check_text(answers.get(name), pointer=f"/{name}", limit=_MAX_TEXT)


def _one_of(answers: JSONObject, name: str, known: Collection[str]) -> str:
    value = answers.get(name)
    if not isinstance(value, str) or value not in known:
        raise Malformed(N_("This is not one of the choices."), pointer=f"/{name}")
    return value


def _day(answers: JSONObject, name: str) -> str:
    value = answers.get(name)
    return "" if value is None else parse_day(value, pointer=f"/{name}").isoformat()
