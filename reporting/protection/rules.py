"""What the server keeps of a protection case beside its status: outcome, hours of staff, refusals by two.

Who may ask is judged by whoever calls: the case is locked, and granted to the member, before anything here is written.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reporting import errors
from reporting.protection import check_ins, measures
from reporting.protection.models import ProtectionState, Refusal, StaffClock
from reporting.protocol.encoding import JSONObject
from reporting.protocol.errors import N_

DANGER, TRIAGE, ASSESSMENT, INTERIM = CLOCKS = ("danger", "triage", "assessment", "interim")
#: Those that begin when staff look; the others are counted from the day of the report.
HOURS = (DANGER, TRIAGE)
#: What staff say that they did; triage is done by moving the case on, and an assessment by storing one.
TOLD = (DANGER, INTERIM)
PROPOSED, CONFIRMED, LAPSED = "proposed", "confirmed", "lapsed"
HOUR = 3600


def state_of(session: Session, case_id: str) -> ProtectionState:
    """The row of a case; one that is not stored yet where there is none."""
    return session.get(ProtectionState, case_id) or ProtectionState(case_id=case_id, outcome=None, resumes=None)


def set_state(session: Session, case_id: str, outcome: str | None, resumes: str | None) -> None:
    """Keep the outcome of the last decision, and what a case on hold goes back to."""
    found = state_of(session, case_id)
    found.outcome, found.resumes = outcome, resumes
    session.add(found)


def start_clocks(session: Session, case_id: str, dues: Mapping[str, int], now: int) -> list[str]:
    """Begin the clocks that have not begun: their names. A time before ``now`` is not set back."""
    known = set(session.scalars(select(StaffClock.name).where(StaffClock.case_id == case_id)))
    fresh = [name for name in CLOCKS if name in dues and name not in known]
    session.add_all(StaffClock(case_id=case_id, name=name, started=now, due=dues[name], done=None) for name in fresh)
    return fresh


def restart_clock(session: Session, case_id: str, name: str, due: int, now: int) -> bool:
    """Begin a clock, anew where it was done before: whether that is a change."""
    found = session.get(StaffClock, (case_id, name))
    if found is None:
        session.add(StaffClock(case_id=case_id, name=name, started=now, due=due, done=None))
        return True
    if found.done is None:
        return False
    found.started, found.due, found.done = now, due, None
    return True


def ask_assessment(session: Session, case_id: str, due: int, now: int) -> bool:
    """Ask that the risk be assessed, or assessed again, in a case of any kind: whether that is a change.

    An assessment that is asked for already is owed by the time that was said first.
    """
    return restart_clock(session, case_id, ASSESSMENT, due, now)


def finish_clocks(session: Session, case_id: str, names: Iterable[str], now: int) -> list[str]:
    """Note that clocks were met now, where they run: their names. None is met before it began."""
    query = select(StaffClock).where(
        StaffClock.case_id == case_id, StaffClock.name.in_(list(names)), StaffClock.done.is_(None)
    )
    running = list(session.scalars(query))
    for clock in running:
        clock.done = max(now, clock.started)
    return [clock.name for clock in running]


def has_begun(session: Session, case_id: str) -> bool:
    """Whether staff were told of the case or looked at it."""
    return session.get(StaffClock, (case_id, INTERIM)) is not None  # danger and the assessment begin by themselves too


def running_of(session: Session, cases: Any) -> dict[str, dict[str, int]]:
    """The clocks that run, by case and name, of the cases that a query selects."""
    query = select(StaffClock.case_id, StaffClock.name, StaffClock.due)
    found: dict[str, dict[str, int]] = {}
    for row in session.execute(query.where(StaffClock.case_id.in_(cases), StaffClock.done.is_(None))):
        found.setdefault(row.case_id, {})[row.name] = row.due
    return found


def propose(session: Session, case_id: str, member: str, entry_id: str, day: datetime.date) -> str:
    """Store a proposal that somebody else confirms: its id. Only one is open at a time.

    :raises Conflict: another is open
    """
    if _open(session, case_id) is not None:
        raise errors.Conflict(N_("Something is proposed already: confirm it, or decide otherwise."))
    found = os.urandom(16).hex()
    session.add(
        Refusal(
            id=found,
            case_id=case_id,
            entry_id=entry_id,
            proposed_by=member,
            day=day,
            state=PROPOSED,
            confirmed_by=None,
            decision=None,
        )
    )
    return found


def proposal_of_entry(session: Session, entry_id: str) -> str | None:
    """The proposal that an entry made."""
    return session.scalars(select(Refusal.id).where(Refusal.entry_id == entry_id)).one_or_none()


def _open(session: Session, case_id: str) -> Refusal | None:
    query = select(Refusal).where(Refusal.case_id == case_id, Refusal.state == PROPOSED)
    return session.scalars(query).first()


def proposer(session: Session, case_id: str) -> str | None:
    """Who made the proposal that is open."""
    found = _open(session, case_id)
    return None if found is None else found.proposed_by


def confirm(session: Session, case_id: str, refusal_id: str | None, member: str, decision: str) -> None:
    """Let a second member's decision confirm the open proposal; whoever calls judged that its author may make one.

    :raises Conflict: it is the member's own, or not the one that is open
    """
    found = _open(session, case_id)
    if found is None or found.id != refusal_id:
        raise errors.Conflict(N_("This needs two people: one proposes it, another confirms."), pointer="/status")
    if found.proposed_by == member:
        raise errors.Conflict(N_("You proposed this yourself: somebody else has to confirm it."), pointer="/status")
    found.state, found.confirmed_by, found.decision = CONFIRMED, member, decision


def lapse(session: Session, case_id: str) -> None:
    """End a proposal that is open: the case went another way."""
    session.execute(update(Refusal).where(Refusal.case_id == case_id, Refusal.state == PROPOSED).values(state=LAPSED))


def describe(session: Session, case_id: str) -> JSONObject:
    """All of it, as the desk shows it."""
    clocks = session.scalars(select(StaffClock).where(StaffClock.case_id == case_id).order_by(StaffClock.due))
    return {
        "clocks": [
            {
                "name": clock.name,
                "started": time_json(clock.started),
                "due": time_json(clock.due),
                "done": None if clock.done is None else time_json(clock.done),
            }
            for clock in clocks
        ],
        "refusals": proposals(session, case_id),
        "measures": measures.describe(session, case_id),
        "check_ins": check_ins.describe(session, case_id),
    }


def proposals(session: Session, case_id: str) -> list[JSONObject]:
    """What was proposed in a case so that a second member confirms it, the oldest first."""
    found = session.scalars(select(Refusal).where(Refusal.case_id == case_id).order_by(Refusal.day, Refusal.id))
    return [
        {
            "id": refusal.id,
            "entry": refusal.entry_id,
            "proposed_by": refusal.proposed_by,
            "date": refusal.day.isoformat(),
            "state": refusal.state,
            "confirmed_by": refusal.confirmed_by,
        }
        for refusal in found
    ]


def time_json(instant: int) -> str:
    """An instant of staff, as it stands on the wire."""
    return datetime.datetime.fromtimestamp(instant, datetime.UTC).isoformat()
