"""What figures are called, for pages: populations, dimensions and codes."""

from __future__ import annotations

from collections.abc import Mapping

from reporting.protocol.classes import BANDS, LEVELS, OFFENCES, OUTCOMES, SECTORS
from reporting.protocol.errors import N_
from reporting.statistics.figures import offence_code

#: What is counted, and how that is to be read.
POPULATIONS: Mapping[str, tuple[str, str]] = {
    "received": (N_("Received"), N_("Reports and requests for protection that came in.")),
    "acknowledged": (
        N_("Receipt confirmed in time"),
        N_("Whether receipt was confirmed within the time that is set for it."),
    ),
    "feedback": (N_("Answered in time"), N_("Whether reporters were told what was done within the time set for it.")),
    "closed": (
        N_("Closed cases"),
        N_("How long cases took from receipt to closing, and whether reporters wrote again."),
    ),
    "claims": (N_("Decisions on protection"), N_("What was decided where somebody asked for protection.")),
    "decisions": (
        N_("Protection decided in time"),
        N_("Whether requests for protection were decided in the time set."),
    ),
    "check-ins": (
        N_("Asked again after closing"),
        N_("Whether reporters answered when they were asked, after closing, if anything was done to them."),
    ),
    "triaged": (
        N_("What reports are about"),
        N_("As the staff understood them when they first read them. It need not be true."),
    ),
    "concluded": (
        N_("What became of reports"),
        N_("Findings, proceedings, damage and recovery, as far as they were known at closing."),
    ),
}
DIMENSIONS: Mapping[str, str] = {
    "kind": N_("Kind"),
    "timeliness": N_("Timeliness"),
    "duration": N_("Time until closing"),
    "follow-up": N_("Whether reporters wrote again"),
    "decision": N_("Decision"),
    "answer": N_("Answer"),
    "offence": N_("Offense"),
    "sector": N_("Field"),
    "level": N_("Level"),
    "region": N_("Region"),
    "value": N_("Amount at stake, in US dollars"),
    "outcome": N_("Outcome"),
    "damage": N_("Damage, in US dollars"),
    "recovery": N_("Recovered, in US dollars"),
}
_ICCS: Mapping[str, str] = {
    "iccs:0703": N_("Corruption"),
    "iccs:07031": N_("Bribery"),
    "iccs:07032": N_("Embezzlement"),
    "iccs:07033": N_("Abuse of functions"),
    "iccs:07034": N_("Trading in influence"),
    "iccs:07035": N_("Illicit enrichment"),
    "iccs:07039": N_("Other acts of corruption"),
    "iccs:0701": N_("Fraud"),
    "iccs:0704": N_("Acts involving the proceeds of crime"),
    "iccs:07041": N_("Money laundering"),
    "iccs:0804": N_("Acts against public revenue or rules"),
    "iccs:08041": N_("Acts against public revenue"),
    "iccs:08042": N_("Acts against rules of trade or finance"),
    "iccs:0806": N_("Acts against the justice system"),
    "iccs:08061": N_("Obstruction of justice"),
    "iccs:none": N_("Without a code"),
    "none": N_("No offense named"),
}
_OFFENCES = {offence_code(offence): words for offence, words in OFFENCES.items()}
CODES: Mapping[str, Mapping[str, str]] = {
    "kind": {"report": N_("Reports"), "protection": N_("Requests for protection")},
    "timeliness": {"in-time": N_("In time"), "late": N_("Late")},
    "duration": {
        "to-30-days": N_("Up to 30 days"),
        "to-90-days": N_("31 to 90 days"),
        "to-180-days": N_("91 to 180 days"),
        "to-365-days": N_("181 to 365 days"),
        "above-365-days": N_("More than a year"),
    },
    "follow-up": {
        "wrote-again": N_("Anonymous, and wrote again"),
        "did-not": N_("Anonymous, and did not write again"),
        "named": N_("Left their name for the custodians"),
    },
    "decision": {
        "granted": N_("Granted"),
        "partly": N_("Granted in part"),
        "refused": N_("Refused"),
        "referred": N_("Referred to somebody else"),
    },
    "answer": {"answered": N_("Answered"), "unanswered": N_("Not answered")},
    "offence": {**_OFFENCES, **_ICCS},
    "sector": SECTORS,
    "level": LEVELS,
    "value": BANDS,
    "damage": BANDS,
    "recovery": BANDS,
    "outcome": OUTCOMES,
    "region": {"unknown": N_("Not known"), "elsewhere": N_("A country with few cases")},
}
