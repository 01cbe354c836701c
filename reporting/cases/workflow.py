"""The states of a case, one table for each kind of channel: what may follow what, and which permission it needs."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace

from reporting import errors
from reporting.cases import clocks
from reporting.cases.clocks import Clocks
from reporting.permissions import Permission
from reporting.profiles import Profile
from reporting.profiles.models import Protection

RECEIVED = "received"
CLOSED = "closed"
ASSESSING = "assessing"
# Reports alone.
ACKNOWLEDGED = "acknowledged"
INVESTIGATING = "investigating"
FEEDBACK_GIVEN = "feedback_given"
# Protection alone.
TRIAGE = "triage"
DECIDED = "decided"
ACTIVE = "active"
REVIEW = "review"
ENDED = "ended"
APPEALED = "appealed"
ON_HOLD = "on_hold"
WITHDRAWN = "withdrawn"

GRANTED, PARTLY, REFUSED, REFERRED = OUTCOMES = ("granted", "partly", "refused", "referred")


@dataclass(frozen=True)
class Workflow:
    """The statuses of a kind of case in the order of the work, and the steps between them."""

    statuses: tuple[str, ...]
    steps: Mapping[tuple[str, str], Permission]


def _steps(needed: Permission, **after: tuple[str, ...]) -> dict[tuple[str, str], Permission]:
    return {(before, status): needed for before, statuses in after.items() for status in statuses}


#: Closing has a reason, which is for the reporter's eyes: it stands in the sealed ``status`` entry that comes with
#: the change, never here.
REPORTS = Workflow(
    (RECEIVED, ACKNOWLEDGED, ASSESSING, INVESTIGATING, FEEDBACK_GIVEN, CLOSED),
    _steps(
        Permission.CASE_WRITE,
        received=(ACKNOWLEDGED, CLOSED),
        acknowledged=(ASSESSING, CLOSED),
        assessing=(INVESTIGATING, FEEDBACK_GIVEN, CLOSED),
        investigating=(FEEDBACK_GIVEN, CLOSED),
        feedback_given=(INVESTIGATING, CLOSED),
    ),
)

#: Nothing leads around a decision: who asks for protection is answered in writing, or has withdrawn before that, and
#: is taken up again if they say that they did not. What was decided can be contested for ever, however it went on.
PROTECTION = Workflow(
    (RECEIVED, TRIAGE, ASSESSING, DECIDED, ACTIVE, REVIEW, ENDED, APPEALED, ON_HOLD, WITHDRAWN, CLOSED),
    _steps(
        Permission.CASE_WRITE,
        received=(TRIAGE, WITHDRAWN),
        triage=(ASSESSING, ON_HOLD, WITHDRAWN),
        assessing=(ON_HOLD, WITHDRAWN),
        decided=(ACTIVE, APPEALED, CLOSED),
        active=(REVIEW, ENDED, APPEALED, ON_HOLD),
        review=(ACTIVE, ENDED, APPEALED, ON_HOLD),
        ended=(REVIEW, APPEALED, CLOSED),
        appealed=(ASSESSING,),
        on_hold=(TRIAGE, ASSESSING, ACTIVE, REVIEW, APPEALED, WITHDRAWN),
        withdrawn=(TRIAGE, CLOSED),
        closed=(TRIAGE, APPEALED),
    )
    | _steps(Permission.PROTECTION_DECIDE, assessing=(DECIDED,)),
)

_WORKFLOWS: Mapping[str, Workflow] = {"report": REPORTS, "protection": PROTECTION}
#: Every status of any kind of case.
STATUSES = tuple(dict.fromkeys((*REPORTS.statuses, *PROTECTION.statuses)))
#: What may follow a decision, by its outcome.
_AFTER_OUTCOME: Mapping[str, tuple[str, ...]] = {
    GRANTED: (ACTIVE, APPEALED),
    PARTLY: (ACTIVE, APPEALED),
    REFUSED: (APPEALED, CLOSED),
    REFERRED: (APPEALED, CLOSED),
}


@dataclass(frozen=True)
class State:
    """Where a case stands, and its deadlines; of a protection case its last outcome, and what it goes back to."""

    status: str
    clocks: Clocks
    outcome: str | None = None
    resumes: str | None = None


@dataclass(frozen=True)
class Move:
    """A step to another status. ``refusal``, ``finding``: the proposal by another member that it confirms."""

    status: str
    outcome: str | None = None
    refusal: str | None = None
    finding: str | None = None


def permission_for(kind: str, before: str, status: str) -> Permission | None:
    """What the step needs; None where the table has no such step."""
    found = _WORKFLOWS[kind]
    return found.steps.get((_place(found, before), status))


def _place(found: Workflow, status: str) -> str:
    # A status of another table, from before this kind of case had one of its own, is where the work begins.
    return status if status in found.statuses else RECEIVED


def allowed_from(kind: str, state: State) -> list[str]:
    """What may follow ``state``, in the order of the work."""
    found = _WORKFLOWS[kind]
    before = _place(found, state.status)
    return [after for after in found.statuses if (before, after) in found.steps and _fits(state, after)]


def _fits(state: State, after: str) -> bool:
    if after == WITHDRAWN:
        return state.outcome is None
    if state.status == ON_HOLD:
        resumes = state.resumes or TRIAGE
        return after == resumes or (after == APPEALED and resumes in (ACTIVE, REVIEW))
    if state.status == CLOSED:
        return after == (TRIAGE if state.outcome is None else APPEALED)
    if state.status == DECIDED:
        return after in _AFTER_OUTCOME[state.outcome or GRANTED]
    return True


def start(kind: str, profile: Profile, day: datetime.date) -> State:
    """A case of that kind as it begins."""
    if kind == "protection":
        return State(RECEIVED, clocks.start_protection(profile.protection, day))
    return State(RECEIVED, clocks.start_clocks(profile, day))


def advance(kind: str, state: State, move: Move, profile: Profile, day: datetime.date) -> State:
    """``state`` moved on on ``day``; deadlines that this meets are met, and those that begin with it begin.

    :raises WrongTransition: the table has no such step
    """
    allowed = allowed_from(kind, state)
    if move.status not in allowed:
        raise errors.WrongTransition(pointer="/status", members={"current": state.status, "allowed": allowed})
    return after(kind, state, move, profile, day)


def after(kind: str, state: State, move: Move, profile: Profile, day: datetime.date) -> State:
    """What a step makes of ``state``, whether or not it is allowed: clients sign this, and the server judges it."""
    if kind == "protection":
        return _protected(state, move, profile, day)
    return replace(state, status=move.status, clocks=_report_clocks(state.clocks, move.status, profile, day))


def _report_clocks(found: Clocks, status: str, profile: Profile, day: datetime.date) -> Clocks:
    if status == ACKNOWLEDGED:
        return clocks.acknowledge(found, profile, day)
    if status == FEEDBACK_GIVEN:
        return clocks.finish(found, (clocks.FEEDBACK,), day)
    if status == CLOSED:
        # A closed case waits for nothing; whoever was late stays late in the day that is written here.
        return clocks.finish(found, clocks.CLOCK_NAMES, day)
    return found


def _protected(state: State, move: Move, profile: Profile, day: datetime.date) -> State:
    return State(
        move.status,
        _protection_clocks(state, move.status, profile.protection, day),
        move.outcome if move.status == DECIDED else state.outcome,
        state.status if move.status == ON_HOLD else None,
    )


def _protection_clocks(state: State, status: str, times: Protection, day: datetime.date) -> Clocks:
    # Nothing stops a clock: a case on hold grows late as it would without.
    found = state.clocks
    if status in (WITHDRAWN, CLOSED):
        return clocks.finish(found, clocks.CLOCK_NAMES, day)
    if status == DECIDED:
        return clocks.finish(found, (clocks.ACKNOWLEDGE, clocks.DECISION), day)
    if status == ENDED:
        return clocks.finish(found, (clocks.REVIEW,), day)
    found = clocks.finish(found, (clocks.ACKNOWLEDGE,), day)
    if status in (TRIAGE, APPEALED) and not clocks.is_running(found, clocks.DECISION):
        return clocks.restart(found, clocks.DECISION, day + datetime.timedelta(days=times.decision_days))
    if status == ACTIVE and (state.status == REVIEW or not clocks.is_running(found, clocks.REVIEW)):
        return clocks.restart(found, clocks.REVIEW, day + datetime.timedelta(days=times.review_days))
    return found
