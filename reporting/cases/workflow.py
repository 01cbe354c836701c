"""The states of a case, in one table: what may follow what, and which permission it needs."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from reporting import errors
from reporting.cases import clocks
from reporting.cases.clocks import Clocks
from reporting.permissions import Permission
from reporting.profiles import Profile

RECEIVED = "received"
ACKNOWLEDGED = "acknowledged"
ASSESSING = "assessing"
INVESTIGATING = "investigating"
FEEDBACK_GIVEN = "feedback_given"
CLOSED = "closed"
STATUSES = (RECEIVED, ACKNOWLEDGED, ASSESSING, INVESTIGATING, FEEDBACK_GIVEN, CLOSED)

#: From state to state. Closing has a reason, which is for the reporter's eyes: it stands in the sealed
#: ``status`` entry that comes with the change, never here.
TRANSITIONS: Mapping[tuple[str, str], Permission] = {
    (RECEIVED, ACKNOWLEDGED): Permission.CASE_WRITE,
    (RECEIVED, CLOSED): Permission.CASE_WRITE,
    (ACKNOWLEDGED, ASSESSING): Permission.CASE_WRITE,
    (ACKNOWLEDGED, CLOSED): Permission.CASE_WRITE,
    (ASSESSING, INVESTIGATING): Permission.CASE_WRITE,
    (ASSESSING, FEEDBACK_GIVEN): Permission.CASE_WRITE,
    (ASSESSING, CLOSED): Permission.CASE_WRITE,
    (INVESTIGATING, FEEDBACK_GIVEN): Permission.CASE_WRITE,
    (INVESTIGATING, CLOSED): Permission.CASE_WRITE,
    (FEEDBACK_GIVEN, INVESTIGATING): Permission.CASE_WRITE,
    (FEEDBACK_GIVEN, CLOSED): Permission.CASE_WRITE,
}


@dataclass(frozen=True)
class State:
    """Where a case stands, and its deadlines."""

    status: str
    clocks: Clocks


def allowed_from(status: str) -> list[str]:
    """What may follow ``status``, in the order of the work."""
    return [after for after in STATUSES if (status, after) in TRANSITIONS]


def advance(state: State, status: str, profile: Profile, day: datetime.date) -> State:
    """``state`` moved on to ``status`` on ``day``; deadlines that this meets are met.

    :raises WrongTransition: the table has no such step
    """
    if (state.status, status) not in TRANSITIONS:
        raise errors.WrongTransition(
            pointer="/status", members={"current": state.status, "allowed": allowed_from(state.status)}
        )
    found = state.clocks
    if status == ACKNOWLEDGED:
        found = clocks.acknowledge(found, profile, day)
    elif status == FEEDBACK_GIVEN:
        found = clocks.finish(found, (clocks.FEEDBACK,), day)
    elif status == CLOSED:
        # A closed case waits for nothing; whoever was late stays late in the day that is written here.
        found = clocks.finish(found, clocks.CLOCK_NAMES, day)
    return State(status, found)
