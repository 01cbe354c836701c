"""What a reporter added to a case and a member has not opened yet: so that it stands out, closed or not.

The server sees that a reporter wrote, and tells it to those who were granted the case, to the day. Loading a case is
not opening it: desks load cases for search too. So a device says what it showed, and only that is read.
"""

from __future__ import annotations

import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases.models import Case, Holding
from reporting.cases.reading import granted
from reporting.protocol.encoding import JSONObject, is_hex32
from reporting.protocol.errors import N_
from reporting.service import Service


def mark_unread(session: Session, case: Case, entry: str, day: datetime.date) -> None:
    """Let what the reporter of a locked case wrote on ``day`` be unread by everybody who was granted it."""
    session.execute(
        update(Holding)
        .where(Holding.case_id == case.id, Holding.granted)
        .values(unread=entry, unread_since=func.coalesce(Holding.unread_since, day))
    )


def mark_read(service: Service, member: str, case_id: str, content: JSONObject) -> None:
    """Note that a member was shown all up to an entry of the reporter's; what came after it stays unread.

    :raises NotFound: they were not granted the case
    :raises Unprocessable: the entry is no id
    """
    entry = content.get("entry")
    if not is_hex32(entry):
        raise errors.Unprocessable(N_("This must be 32 hexadecimal digits."), pointer="/entry")
    with service.database.write() as session:
        granted(session, member, case_id)
        own = (Holding.case_id == case_id, Holding.member_id == member)
        query = update(Holding).where(*own, Holding.unread == entry)
        session.execute(query.values(unread=None, unread_since=None))


def unread_of(session: Session, member: str) -> dict[str, datetime.date]:
    """The cases in which something is unread by the member, and since when."""
    query = select(Holding.case_id, Holding.unread_since)
    query = query.where(Holding.member_id == member, Holding.granted, Holding.unread_since.is_not(None))
    return {case: since for case, since in session.execute(query) if since is not None}
