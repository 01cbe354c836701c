"""The risk of retaliation, assessed: factors, the matrix, and what an assessment has to say (protocol section 8.6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from reporting.protocol.encoding import JSON, JSONObject, check_text
from reporting.protocol.errors import Malformed, N_

SELF_FORM, FORM = "self-assessment-1", "assessment-1"
#: What raises the risk. Their words are each surface's; an id never changes what it means.
FACTORS = (
    "few-knew",
    "many-know",
    "small-unit",
    "conflict",
    "power",
    "violence",
    "dependence",
    "traces",
    "work-device",
    "told-others",
    "dependants",
    "past",
    "media",
)
LIKELIHOODS = ("almost-certain", "likely", "unlikely", "highly-unlikely")
SEVERITIES = ("minor", "moderate", "major", "extreme")
LOW, MEDIUM, HIGH = LEVELS = ("low", "medium", "high")
_MATRIX: Mapping[str, tuple[str, ...]] = {
    "almost-certain": (MEDIUM, HIGH, HIGH, HIGH),
    "likely": (MEDIUM, MEDIUM, HIGH, HIGH),
    "unlikely": (LOW, LOW, MEDIUM, MEDIUM),
    "highly-unlikely": (LOW, LOW, LOW, MEDIUM),
}
#: Why the risk is assessed: at once, or again because of what was done.
TRIGGERS = ("first", "identity", "referral", "notice", "decision", "publicity", "transfer", "other")
#: What is done where a check-in after closing is not answered.
SILENCES = ("nothing", "ask-again", "safe-contact")
_MAX_TEXT = 16_384  # an entry holds no more
_BLANK = " \t\r\n"


def level_of(likelihood: str, severity: str) -> str:
    """The matrix's level.

    :raises Malformed: no such likelihood or severity
    """
    _one_of(likelihood, LIKELIHOODS, "likelihood")
    return _MATRIX[likelihood][SEVERITIES.index(_one_of(severity, SEVERITIES, "severity"))]


def check_assessment(answers: JSON) -> JSONObject:
    """What an assessment by a member answers, if it is one.

    :raises Malformed: something is missing or of another form, or the level is not the matrix's
    """
    found = _object(answers)
    _check_factors(found.get("factors"))
    level = level_of(_text(found, "likelihood"), _text(found, "severity"))
    if found.get("level") != level:
        raise Malformed(N_("This level is not that of the matrix."), pointer="/level")
    if _text(found, "reasons").strip(_BLANK) == "":
        raise Malformed(N_("An assessment needs its reasons."), pointer="/reasons")
    if _text(found, "plan").strip(_BLANK) == "" and level == HIGH:
        raise Malformed(N_("Where the risk is high there is a written plan."), pointer="/plan")
    _one_of(_text(found, "trigger"), TRIGGERS, "trigger")
    _one_of(_text(found, "silence"), SILENCES, "silence")
    return found


def check_self_assessment(answers: JSON) -> JSONObject:
    """What a reporter shares of their own view of the risk, if it is that.

    :raises Malformed: something is missing or of another form
    """
    found = _object(answers)
    _check_factors(found.get("factors"))
    _text(found, "text")
    return found


def _object(value: JSON) -> JSONObject:
    if not isinstance(value, dict):
        raise Malformed(N_("This must be a JSON object."), pointer="/answers")
    return value


def _text(answers: JSONObject, name: str) -> str:
    return check_text(answers.get(name), pointer=f"/{name}", limit=_MAX_TEXT)


def _one_of(value: str, known: Collection[str], name: str) -> str:
    if value not in known:
        raise Malformed(N_("This is not one of the choices."), pointer=f"/{name}")
    return value


def _check_factors(value: JSON) -> None:
    if not isinstance(value, list) or not all(isinstance(one, str) and one in FACTORS for one in value):
        raise Malformed(N_("There is no such factor."), pointer="/factors")
    if len(set(value)) != len(value):
        raise Malformed(N_("A factor is named twice."), pointer="/factors")
