"""The indicators, each from days, states and deadlines alone (docs/indicators.md). Plain functions: no database."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reporting.cases import clocks, workflow
from reporting.protection import measures
from reporting.statistics.suppressing import Median, Parts, Share, median, number, parts, share

REPORT, PROTECTION = "report", "protection"
#: What a claim came to; ``withdrawn`` and ``undecided`` are those without a decision.
OUTCOMES = (*workflow.OUTCOMES, "withdrawn", "undecided")


@dataclass(frozen=True)
class Facts:
    """What is known of a case without opening it. Days are UTC days; None where it did not happen, or nothing tells."""

    kind: str
    received: datetime.date
    status: str
    clocks: clocks.Clocks
    outcome: str | None = None
    #: Whether an identity was given, sealed; whether the reporter wrote again.
    named: bool = False
    wrote_again: bool = False
    #: Of the risk: by when it is to be assessed, and when that was done.
    assess_by: datetime.date | None = None
    assessed: datetime.date | None = None
    decided: datetime.date | None = None
    closed: datetime.date | None = None
    #: The states of its measures; its check-ins, by when each was to be answered and when it was.
    measures: tuple[str, ...] = ()
    check_ins: tuple[tuple[datetime.date, datetime.date | None], ...] = ()


Figure = int | None | Share | Median | Parts
Cases = Sequence[Facts]


def received(cases: Cases, _today: datetime.date) -> int | None:
    """How many came in."""
    return number(len(cases))


def acknowledged(cases: Cases, today: datetime.date) -> Share:
    """Acknowledged in time, of those whose reporters did not object to it."""
    return _in_time(_clocks(cases, clocks.ACKNOWLEDGE), today)


def feedback(cases: Cases, today: datetime.date) -> Share:
    """Feedback in time."""
    return _in_time(_clocks(cases, clocks.FEEDBACK), today)


def assessed(cases: Cases, today: datetime.date) -> Share:
    """The risk assessed in time."""
    return _in_time([(one.assess_by, one.assessed) for one in cases if one.assess_by is not None], today)


def decided(cases: Cases, _today: datetime.date) -> Median:
    """From the claim to the first decision."""
    return median([(one.decided - one.received).days for one in cases if one.decided is not None])


def decided_in_time(cases: Cases, today: datetime.date) -> Share:
    """Decided in time."""
    return _in_time(_clocks(cases, clocks.DECISION), today)


def closed(cases: Cases, _today: datetime.date) -> Median:
    """From the report to its closing."""
    done = [one for one in cases if one.status == workflow.CLOSED and one.closed is not None]
    return median([(one.closed - one.received).days for one in done if one.closed is not None])


def followed_up(cases: Cases, _today: datetime.date) -> Share:
    """Written again, by those who did not say who they are."""
    anonymous = [one for one in cases if not one.named]
    return share(sum(one.wrote_again for one in anonymous), len(anonymous))


def outcomes(cases: Cases, _today: datetime.date) -> Parts:
    """What claims came to."""
    found = dict.fromkeys(OUTCOMES, 0)
    for one in cases:
        undecided = "withdrawn" if one.status == workflow.WITHDRAWN or _is_withdrawn(one) else "undecided"
        found[one.outcome or undecided] += 1
    return parts(found)


def measures_by_state(cases: Cases, _today: datetime.date) -> Parts:
    """Where measures stand."""
    found = dict.fromkeys(measures.STATES, 0)
    for state in (state for one in cases for state in one.measures):
        found[state] += 1
    return parts(found)


def check_ins(cases: Cases, today: datetime.date) -> Share:
    """Check-ins that were answered, among those that were or whose day has passed."""
    over = [done for one in cases for due, done in one.check_ins if done is not None or due < today]
    return share(sum(done is not None for done in over), len(over))


def _is_withdrawn(one: Facts) -> bool:
    # Nothing leads around a decision but withdrawing: what was closed without one was withdrawn.
    return one.status == workflow.CLOSED and one.outcome is None


def _clocks(cases: Cases, name: str) -> list[tuple[datetime.date | None, datetime.date | None]]:
    return [(clock.due, clock.done) for one in cases for clock in one.clocks if clock.name == name and not clock.waived]


def _in_time(pairs: Sequence[tuple[datetime.date | None, datetime.date | None]], today: datetime.date) -> Share:
    """Those met on their last day or before, among those that were met or whose last day has passed."""
    over = [(due, done) for due, done in pairs if due is not None and (done is not None or due < today)]
    return share(sum(done is not None and done <= due for due, done in over), len(over))


Indicator = Callable[[Cases, datetime.date], Figure]

#: What is computed for each kind of channel, in the order of the table.
INDICATORS: Mapping[str, Mapping[str, Indicator]] = {
    REPORT: {
        "received": received,
        "acknowledged": acknowledged,
        "feedback": feedback,
        "days-to-close": closed,
        "anonymous-follow-up": followed_up,
    },
    PROTECTION: {
        "received": received,
        "acknowledged": acknowledged,
        "risk-assessed": assessed,
        "decided-in-time": decided_in_time,
        "days-to-decision": decided,
        "outcomes": outcomes,
        "measures": measures_by_state,
        "days-to-close": closed,
        "check-ins-answered": check_ins,
        "anonymous-follow-up": followed_up,
    },
}
#: What nobody can compute without opening findings, which are sealed.
SEALED = ("substantiated",)
