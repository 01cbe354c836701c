"""What the server keeps of a measure of protection: its owner, its state and its days. What it is, is sealed.

Who may ask is judged by whoever calls: the case is locked, and granted to the member, before anything here is written.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.protection.models import Measure
from reporting.protocol.encoding import JSON, JSONObject, is_hex32, is_id, parse_day
from reporting.protocol.errors import N_

PLANNED, ACTIVE, ENDED, REFUSED = STATES = ("planned", "active", "ended", "refused")
#: Those that somebody has to see to.
OPEN = (PLANNED, ACTIVE)
#: What may follow what; one that runs "follows" itself where its review was moved. None: what is new.
STEPS: Mapping[str | None, tuple[str, ...]] = {
    None: (PLANNED, ACTIVE),
    PLANNED: (ACTIVE, REFUSED, ENDED),
    ACTIVE: (ACTIVE, ENDED),
    ENDED: (),
    REFUSED: (),
}


@dataclass(frozen=True)
class Setting:
    """What a member says of a measure: checked in form, and its days against each other."""

    measure: str
    state: str
    owner: str
    review: datetime.date | None
    end: datetime.date | None


def parse_setting(content: JSONObject) -> Setting:
    """What stands beside the entry in ``POST /api/cases/{id}/measures``.

    :raises Unprocessable: a field of another form, or days that contradict each other or the state
    """
    measure, state, owner = (content.get(name) for name in ("measure", "state", "owner"))
    if not is_hex32(measure):
        raise errors.Unprocessable(N_("This must be 32 hexadecimal digits."), pointer="/measure")
    if state not in STATES:
        raise errors.Unprocessable(N_("There is no such state of a measure."), pointer="/state")
    if not is_id(owner):
        raise errors.Unprocessable(N_("This is not a valid id."), pointer="/owner")
    review, end = _day(content.get("review"), "/review"), _day(content.get("end"), "/end")
    found = Setting(str(measure), str(state), str(owner), review, end)
    _check_days(found)
    return found


def _day(value: JSON, pointer: str) -> datetime.date | None:
    return None if value is None else parse_day(value, pointer=pointer)


def _check_days(new: Setting) -> None:
    if new.state not in OPEN and new.review is not None:
        raise errors.Unprocessable(N_("A measure that is over is not reviewed again."), pointer="/review")
    if new.state == ACTIVE and new.review is None:
        raise errors.Unprocessable(N_("A measure that runs needs a day on which it is reviewed."), pointer="/review")
    if new.state == ENDED and new.end is None:
        raise errors.Unprocessable(N_("Say on which day the measure ended."), pointer="/end")
    if new.state == REFUSED and new.end is not None:
        raise errors.Unprocessable(N_("A measure that was refused has no end."), pointer="/end")
    if new.review is not None and new.end is not None and new.review > new.end:
        raise errors.Unprocessable(N_("The review would come after the end of the measure."), pointer="/review")


def check_today(new: Setting, today: datetime.date) -> None:
    """Whether the days fit today.

    :raises Unprocessable: a review or an end to come that is past, or an end that was and is still to come
    """
    if new.state not in OPEN:
        if new.end is not None and new.end > today:
            raise errors.Unprocessable(N_("A measure cannot have ended on a day to come."), pointer="/end")
        return
    for day, pointer in ((new.review, "/review"), (new.end, "/end")):
        if day is not None and day < today:
            raise errors.Unprocessable(N_("This day is past."), pointer=pointer)


def put(session: Session, case_id: str, new: Setting, entry: str) -> None:
    """Keep what was said of a measure in the place of what was said before.

    :raises Conflict: its state cannot follow
    """
    found = session.get(Measure, (case_id, new.measure))
    check_step(found, new)
    if found is None:
        found = Measure(case_id=case_id, id=new.measure)
        session.add(found)
    found.owner, found.state, found.entry_id = new.owner, new.state, entry
    found.review, found.end = new.review, new.end


def check_step(found: Measure | None, new: Setting) -> None:
    """Whether a measure may take this state.

    :raises Conflict: it may not
    """
    if new.state in STEPS[None if found is None else found.state]:
        return
    if found is None:
        raise errors.Conflict(N_("A new measure is planned, or it runs."), pointer="/state")
    if not STEPS[found.state]:
        raise errors.Conflict(N_("This measure is over. Add a new one instead."), pointer="/state")
    raise errors.Conflict(N_("A measure cannot go from this state to that one."), pointer="/state")


def describe(session: Session, case_id: str) -> list[JSONObject]:
    """The measures of a case as the desk shows them, what is reviewed next first."""
    rows = session.scalars(select(Measure).where(Measure.case_id == case_id))
    return [
        {
            "id": row.id,
            "state": row.state,
            "owner": row.owner,
            "review": None if row.review is None else row.review.isoformat(),
            "end": None if row.end is None else row.end.isoformat(),
            "entry": row.entry_id,
        }
        for row in sorted(rows, key=lambda one: (STATES.index(one.state), one.review or datetime.date.max, one.id))
    ]
