"""What a member is told of their own account when they come back: failures, and credentials that changed."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from reporting.log.models import AuditEvent
from reporting.log.rules import head
from reporting.members.models import Member, StaffSession
from reporting.protocol.encoding import JSONObject, parse_json_object
from reporting.service import Service

#: The newest of either sort; how many attempts failed is told besides.
SHOWN = 20

#: Attempts that failed, by whoever made them.
FAILURES = ("session:refuse", "factor:refuse", "vault:refuse")
#: What changed of that which signs in, or opens the keys, and of the mail by which they learn that something waits.
CHANGES = (
    "vault:put",
    "factor:add",
    "factor:remove",
    "factor:reset",
    "factor:codes",
    "member:keys",
    "member:restore",
    "keys:request",
    "keys:take-back",
    "keys:renew",
    "identity:export",
    "notice:ask",
    "notice:confirm",
    "notice:forget",
    "notice:choose",
)
_DETAILS = ("kind", "method", "passphrase", "recovery")
_MAX_DETAILS = 1 << 20


def _untold(session: Session, current: bytes, member: Member) -> ColumnElement[bool]:
    """The member's own events, from where they were told to, until the session that asks began."""
    opened = session.scalar(select(StaffSession.opened).where(StaffSession.token_sha256 == current)) or 0
    own = or_(AuditEvent.member_id == member.id, AuditEvent.subject == member.id)
    return own & (AuditEvent.position >= member.told) & (AuditEvent.at <= opened)


def show_notices(service: Service, current: bytes, member_id: str) -> JSONObject:
    """What happened to a member's account, before this session, that they were not told of yet: by the audit trail.

    Times are ISO 8601.

    :param current: the session that asks, by the hash of its token: what was done since it began is told at the next
    """
    with service.database.read() as session:
        wanted = _untold(session, current, session.get_one(Member, member_id))
        failed = select(func.count()).where(wanted, AuditEvent.act.in_(FAILURES))
        changes = select(AuditEvent).where(wanted, AuditEvent.act.in_(CHANGES))
        failures = select(AuditEvent).where(wanted, AuditEvent.act.in_(FAILURES))
        newest = [
            row
            for query in (changes, failures)
            for row in session.scalars(query.order_by(AuditEvent.position.desc()).limit(SHOWN))
        ]
        return {"failures": session.scalar(failed) or 0, "events": _events(newest)}


def _events(rows: Sequence[AuditEvent]) -> list[JSONObject]:
    found = []
    for row in sorted(rows, key=lambda row: -row.position):
        details = parse_json_object((row.details or "{}").encode(), limit=_MAX_DETAILS)
        if row.act == "vault:put" and not (details.get("passphrase") or details.get("recovery")):
            continue  # the vault as such is written whenever its pins move
        at = datetime.datetime.fromtimestamp(row.at or 0, datetime.UTC).isoformat()
        known = {name: details[name] for name in _DETAILS if name in details}
        found.append({"at": at, "act": row.act, "by": row.member_id, "details": known})
    return found


def note_told(service: Service, current: bytes, member_id: str) -> None:
    """Remember that a member saw what :func:`show_notices` tells in this session, and nothing that came later."""
    with service.database.write() as session:
        member = session.get_one(Member, member_id, with_for_update=True)
        last = session.scalar(select(func.max(AuditEvent.position)).where(_untold(session, current, member)))
        if last is not None:
            member.told = last + 1


def begin_telling(session: Session, member_id: str) -> None:
    """Tell a member from here on: what came before is their own enrolling."""
    session.get_one(Member, member_id).told = head(session).size
