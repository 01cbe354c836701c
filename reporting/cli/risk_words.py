"""Assessments of the risk of retaliation in words, as the desk says them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reporting.i18n import gettext as _
from reporting.protocol.encoding import JSON
from reporting.protocol.errors import N_
from reporting.protocol.risk import check_assessment, check_self_assessment

FACTORS = {
    "few-knew": N_("Few people knew of it"),
    "many-know": N_("Many know that there is a report"),
    "small-unit": N_("The unit or team is small"),
    "conflict": N_("There was a conflict before"),
    "power": N_("The person concerned has power"),
    "violence": N_("Violence or organized crime may be involved"),
    "dependence": N_("Much depends on this job: contract, visa, income"),
    "traces": N_("Papers or access logs can show who it was"),
    "work-device": N_("A device or account of the workplace was used"),
    "told-others": N_("Others were told of the report"),
    "dependants": N_("Family or others could be affected"),
    "past": N_("Somebody was punished for such a thing before"),
    "media": N_("The press may take an interest"),
}
LIKELIHOODS = {
    "almost-certain": N_("almost certain"),
    "likely": N_("likely"),
    "unlikely": N_("unlikely"),
    "highly-unlikely": N_("highly unlikely"),
}
SEVERITIES = {
    "minor": N_("minor"),
    "moderate": N_("moderate"),
    "major": N_("major"),
    "extreme": N_("extreme"),
}
LEVELS = {"low": N_("low risk"), "medium": N_("medium risk"), "high": N_("high risk")}
TRIGGERS = {
    "first": N_("The first assessment"),
    "identity": N_("After an identity was disclosed"),
    "referral": N_("With a referral to another office"),
    "notice": N_("With notice to the person concerned"),
    "decision": N_("With a decision"),
    "publicity": N_("As it becomes public"),
    "transfer": N_("After the case was passed on"),
    "other": N_("Because something else has changed"),
}
SILENCES = {
    "nothing": N_("Nothing is done"),
    "ask-again": N_("They are asked once more, in the mailbox"),
    "safe-contact": N_("They are asked in the way that they named as safe"),
}


def assessment_lines(body: Mapping[str, JSON]) -> Sequence[str]:
    """An authentic assessment of the risk: level and cell of the matrix, factors, reasons, plan."""
    answers = check_assessment(body.get("answers"))
    lines = [
        _(
            "Risk of retaliation: {level} ({likelihood}, {severity})",
            level=_(LEVELS[answers["level"]]),
            likelihood=_(LIKELIHOODS[answers["likelihood"]]),
            severity=_(SEVERITIES[answers["severity"]]),
        ),
        _(TRIGGERS[answers["trigger"]]),
        *_factor_lines(answers["factors"]),
        _("Reasons: {text}", text=answers["reasons"]),
    ]
    if answers["plan"]:
        lines.append(_("Protection plan: {text}", text=answers["plan"]))
    return [*lines, _("Where a check-in is not answered: {what}", what=_(SILENCES[answers["silence"]]))]


def self_assessment_lines(body: Mapping[str, JSON]) -> Sequence[str]:
    """What an authentic entry says of how its reporter sees the risk."""
    answers = check_self_assessment(body.get("answers"))
    lines = [_("How the reporter sees the risk:"), *_factor_lines(answers["factors"])]
    return [*lines, answers["text"]] if answers["text"] else lines


def _factor_lines(factors: Sequence[str]) -> list[str]:
    return [f"- {_(FACTORS[factor])}" for factor in factors]
