"""Erasing old events: their hashes stay, a signed tombstone says so, and the log itself records it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from reporting import errors
from reporting.db.direct import insert_rows
from reporting.directory.signers import log_signer
from reporting.log.checking import ERASE
from reporting.log.models import AuditEvent, AuditTombstone
from reporting.log.rules import SERVER, head, record
from reporting.log.trail import Proofs
from reporting.protocol.audit import Tombstone, log_name
from reporting.protocol.encoding import b64encode, sha256
from reporting.protocol.errors import N_
from reporting.service import Service

#: Nothing younger is erased: nobody has the product itself empty what they did last week.
KEPT = datetime.timedelta(days=90)


@dataclass(frozen=True)
class Erased:
    """How many events were erased now, and how many from the log's beginning have been in all."""

    now: int
    size: int


def erase(service: Service, session: Session, before: datetime.date) -> Erased:
    """Erase what happened before a day, from the beginning of the log to the first event of that day or later.

    Reporters' cases are not touched. Backups keep what they hold.

    :raises Unprocessable: a day within the last :data:`KEPT`, or to come
    """
    latest = service.clock.today() - KEPT
    if before > latest:
        raise errors.Unprocessable(
            N_("Events of the last {days} days are kept. Name {day}, or a day before it."),
            pointer="/before",
            values={"days": KEPT.days, "day": latest.isoformat()},
        )
    size = _end(session, before)
    mine = AuditEvent.position < size, AuditEvent.id.is_not(None)
    count = session.scalar(select(func.count()).select_from(AuditEvent).where(*mine)) or 0
    if not count:
        return Erased(0, size)
    stone = Tombstone(log_name(service.origin), size, Proofs(session, size).root(), before, service.clock.today())
    signed = stone.sign(log_signer(service, session))
    nothing = dict.fromkeys(("salt", "id", "at", "member_id", "act", "case_id", "details", "subject"))
    session.execute(update(AuditEvent).where(*mine).values(nothing))
    insert_rows(session, AuditTombstone, [{"size": size, "note": signed}])
    details = {"events": size, "before": before.isoformat(), "tombstone": b64encode(sha256(signed.encode()))}
    record(service, session, SERVER, ERASE, details=details)
    return Erased(count, size)


def _end(session: Session, before: datetime.date) -> int:
    first_second = int(datetime.datetime.combine(before, datetime.time(), datetime.UTC).timestamp())
    kept = session.scalar(select(func.min(AuditEvent.position)).where(AuditEvent.at >= first_second))
    return head(session, lock=True).size if kept is None else int(kept)
