"""Opening a case from the data folder, with a key that lies elsewhere: the audit trail tells of it first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases import reading
from reporting.log.rules import record
from reporting.members.models import Member
from reporting.protocol.encoding import JSONObject
from reporting.protocol.errors import N_
from reporting.service import Service

OPENED = "break-glass:open"


@dataclass(frozen=True)
class StoredCase:
    """A case as the tables hold it, in the form in which the desk is served: with one member's grants."""

    content: JSONObject
    entries: list[JSONObject]


def open_offline(service: Service, member: str, case_id: str, *, break_glass: bool) -> StoredCase:
    """Everything of a case that ``member`` was granted, to be opened with their key at the server's terminal.

    That it is done is on the disk before anything is handed out. Whoever owns the server can read its files
    with other tools, and unseen: what is sealed in them still takes the member's key.

    :raises NotFound: the member was not granted it
    """
    with service.database.write() as session:
        found = _read(service, session, member, case_id)
        record(service, session, member, OPENED, case=case_id, details={"key": "safe" if break_glass else "member"})
    return found


def _read(service: Service, session: Session, member: str, case_id: str) -> StoredCase:
    try:
        content = reading.show_case(service, session, member, case_id)
    except errors.NotFound:
        raise errors.NotFound(N_("There is no such case, or this key has no access to it.")) from None
    entries: list[JSONObject] = []
    after: str | None = None
    while True:
        page = reading.entries(session, member, case_id, after)
        entries += page["entries"]
        if not page["more"]:
            return StoredCase(content, entries)
        after = entries[-1]["id"]


def member_of_key(service: Service, recipient: str) -> str | None:
    """The id of the member whose key this recipient is, listed or no longer; None where it is nobody's."""
    with service.database.read() as session:
        return session.scalar(select(Member.id).where(Member.recipient == recipient))


def offline_cases(service: Service, member: str) -> list[JSONObject]:
    """The cases that a member was granted, the nearest due first: as the server knows them, nothing opened."""
    lines: list[JSONObject] = []
    after: str | None = None
    with service.database.read() as session:
        while True:
            page = reading.inbox(session, member, after, reading.MAX_PAGE)
            lines += [line for line in page["cases"] if line["granted"]]
            if page["next"] is None:
                return lines
            after = page["next"]
