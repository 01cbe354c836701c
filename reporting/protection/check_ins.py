"""Asking a reporter how they are once their protection case is closed: which days are due, and what counts as answered.

The server learns nothing here that it does not see anyway: it counts a follow-up of the reporter, whatever it says, as
the answer to the check-in of that time. What was answered is sealed, and read by officers alone.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from reporting.cases.models import Case
from reporting.db.direct import fetch
from reporting.profiles import add_months
from reporting.protection.models import CheckIn
from reporting.protocol.encoding import JSONObject

#: So many days before a check-in is due it may be answered; so many days after it an answer is said to be missing.
LEAD_DAYS = 14
_LEAD = datetime.timedelta(days=LEAD_DAYS)
_ROW, _CASE = CheckIn.__table__.c, Case.__table__.c
_COLUMNS = (_ROW.case_id, _ROW.months, _ROW.due, _ROW.done)
_OF_MAILBOX = (
    select(*_COLUMNS)
    .join_from(CheckIn.__table__, Case.__table__, _CASE.id == _ROW.case_id)
    .where(_CASE.mailbox == bindparam("digest"))
    .order_by(_ROW.due)
)
_OF_CASE = select(*_COLUMNS).where(_ROW.case_id == bindparam("case")).order_by(_ROW.due)


def begin(session: Session, case_id: str, months: Iterable[int], closed: datetime.date) -> None:
    """Put the check-ins of a case that was closed on ``closed`` in the place of those that there were.

    :param months: after how many months each is due; none where the case is taken up again
    """
    session.execute(delete(CheckIn).where(CheckIn.case_id == case_id))
    session.add_all(
        CheckIn(case_id=case_id, months=number, due=add_months(closed, number), done=None) for number in months
    )


def answer(session: Session, case_id: str, day: datetime.date) -> None:
    """Count what a reporter wrote on ``day`` as the answer to the check-in of that time, if one waits.

    That is the last one that may be answered by then: one that was missed stays missed once the next has begun.
    """
    begun = [row for row in fetch(session, _OF_CASE, case=case_id) if row.due - _LEAD <= day]
    if begun and begun[-1].done is None:
        query = update(CheckIn).where(CheckIn.case_id == case_id, CheckIn.months == begun[-1].months)
        session.execute(query.values(done=day))


def answered(
    dues: Iterable[datetime.date], wrote: Iterable[datetime.date]
) -> list[tuple[datetime.date, datetime.date | None]]:
    """The same without the database: what is due on these days, and when each was answered by writing on those."""
    asked = sorted(dues)
    done: dict[datetime.date, datetime.date] = {}
    for day in sorted(wrote):
        begun = [due for due in asked if due - _LEAD <= day]
        if begun:
            done.setdefault(begun[-1], day)
    return [(due, done.get(due)) for due in asked]


def describe(session: Session, case_id: str) -> list[JSONObject]:
    """The check-ins of a case, the first one first."""
    return [_json(row) for row in fetch(session, _OF_CASE, case=case_id)]


def of_mailbox(session: Session, mailbox: bytes) -> dict[str, list[JSONObject]]:
    """The check-ins of the cases under a mailbox, by case."""
    found: dict[str, list[JSONObject]] = {}
    for row in fetch(session, _OF_MAILBOX, digest=mailbox):
        found.setdefault(row.case_id, []).append(_json(row))
    return found


def _json(row: Any) -> JSONObject:
    return {
        "months": row.months,
        "due": row.due.isoformat(),
        "done": None if row.done is None else row.done.isoformat(),
    }
