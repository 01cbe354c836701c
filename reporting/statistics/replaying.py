"""A case as it stood at the end of a day, from what the audit log tells of staff and from the days of what is there.

Whoever counts cases that are not theirs counts them so: what reporters or staff did later changes nothing of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reporting.cases import workflow
from reporting.cases.moving import check_in_months
from reporting.cases.workflow import Move, State
from reporting.profiles import Profile, add_months
from reporting.protection import check_ins
from reporting.protection.rules import ASSESSMENT
from reporting.protocol.encoding import JSONObject
from reporting.statistics.indicators import PROTECTION, Facts

STATUS, MEASURE, MET = ACTS = ("case:status", "measure:set", "deadline:meet")
_ASSESSED_BY = (workflow.DECIDED, workflow.WITHDRAWN, workflow.CLOSED)


@dataclass(frozen=True)
class Event:
    """What a member did in a case, as the audit log has it: one of :data:`ACTS`."""

    act: str
    day: datetime.date
    details: JSONObject


def stood(
    case: Facts, events: Sequence[Event], wrote: Iterable[datetime.date], profile: Profile, end: datetime.date
) -> Facts:
    """What was known of a case at the end of the day ``end``.

    :param case: as it stands now, its ``named`` and ``wrote_again`` being those of that day already
    :param events: all of the case, in their order
    :param wrote: the days on which the reporter wrote again, up to ``end``
    """
    past = [event for event in events if event.day <= end]
    found = replace(case, decided=first_day(past, workflow.DECIDED), closed=last_day(past, workflow.CLOSED))
    if not _is_whole(case.status, events):
        return _cut(found, end)
    state = workflow.start(case.kind, profile, case.received)
    for event in past:
        if event.act == STATUS:
            outcome = event.details.get("outcome")
            move = Move(str(event.details["to"]), None if outcome is None else str(outcome))
            state = workflow.after(case.kind, state, move, profile, event.day)
    found = replace(found, status=state.status, clocks=state.clocks, outcome=state.outcome)
    return _protected(found, state, past, wrote, profile) if case.kind == PROTECTION else found


def first_day(events: Sequence[Event], status: str) -> datetime.date | None:
    """When a case came to a status for the first time, as far as the events tell."""
    return next((event.day for event in events if _leads_to(event, status)), None)


def last_day(events: Sequence[Event], status: str) -> datetime.date | None:
    """When a case came to a status for the last time, as far as the events tell."""
    return first_day(events[::-1], status)


def _leads_to(event: Event, *statuses: str) -> bool:
    return event.act == STATUS and event.details.get("to") in statuses


def _is_whole(status: str, events: Sequence[Event]) -> bool:
    """Whether the log tells of a case from its beginning: nothing of it was erased."""
    first = next((event for event in events if event.act == STATUS), None)
    return (status if first is None else first.details.get("from")) == workflow.RECEIVED


def _cut(case: Facts, end: datetime.date) -> Facts:
    """A case as it stands now, without what came after ``end``: of what was erased, nothing else tells."""

    def by_then(day: datetime.date | None) -> datetime.date | None:
        return None if day is None or day > end else day

    return replace(
        case,
        clocks=tuple(replace(clock, done=by_then(clock.done)) for clock in case.clocks),
        assessed=by_then(case.assessed),
        check_ins=tuple((due, by_then(done)) for due, done in case.check_ins),
    )


def _protected(
    case: Facts, state: State, past: Sequence[Event], wrote: Iterable[datetime.date], profile: Profile
) -> Facts:
    """What is counted of protection alone. Of assessments of the risk it is the first, owed from the receipt on."""
    states = {event.details["measure"]: str(event.details["state"]) for event in past if event.act == MEASURE}
    months = check_in_months(state, profile)
    dues = [] if case.closed is None else [add_months(case.closed, number) for number in months]
    done = (event.day for event in past if _leads_to(event, *_ASSESSED_BY) or _meets(event, ASSESSMENT))
    return replace(
        case,
        measures=tuple(states.values()),
        check_ins=tuple(check_ins.answered(dues, wrote)),
        assess_by=profile.calendar.add_working_days(case.received, profile.protection.assessment_working_days),
        assessed=next(done, None),
    )


def _meets(event: Event, clock: str) -> bool:
    return event.act == MET and event.details.get("name") == clock
