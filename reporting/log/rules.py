"""Recording: leaves for the transparency log, events for the staff audit trail.

Appending to the audit trail locks its head until the transaction ends. So it comes last in a transaction:
who holds the head waits for no other row, and nobody waits in a circle.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from reporting.db.direct import first, insert_rows
from reporting.log.models import AuditEvent, AuditHead, AuditTile, LogLeaf
from reporting.protocol.audit import LOG, SALT_BYTES, TILE, Event, Frontier, canonical
from reporting.protocol.log import leaf_data
from reporting.service import Service

#: Who acts where no member does: commands at the server's terminal.
SERVER = "server"
_ABOUT = "member"  # the part of an act's details that names another member
_HEAD = select(AuditHead.size, AuditHead.frontier).where(AuditHead.log == bindparam("log"))
_LOCKED_HEAD = _HEAD.with_for_update()
_NEW_HEAD = (
    update(AuditHead)
    .where(AuditHead.log == LOG)
    .values({AuditHead.size: bindparam("to_size"), AuditHead.frontier: bindparam("to_frontier")})
)
_LAST = (
    select(AuditEvent.at)
    .where(AuditEvent.case_id == bindparam("case"), AuditEvent.member_id == bindparam("member"))
    .where(AuditEvent.act == bindparam("act"))
    .order_by(AuditEvent.position.desc())
    .limit(1)
)


@dataclass(frozen=True)
class Act:
    """Something that a member of staff did, named ``scope:verb``; never content, secrets, or a reporter's words."""

    member: str
    name: str
    case: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


def add_leaf(session: Session, log: str, document: str) -> None:
    """Let a signed document wait for the next batch of ``log``: its SHA-256 is the leaf's data."""
    insert_rows(session, LogLeaf, [{"log": log, "data": leaf_data(document), "position": None}])


def record(
    service: Service,
    session: Session,
    member: str,
    act: str,
    *,
    case: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Write what a member of staff did, in the transaction that does it, as the last thing in it."""
    record_each(service, session, [Act(member, act, case, details or {})])


def record_each(service: Service, session: Session, acts: Collection[Act]) -> None:
    """Write what members of staff did, in this order and in one step."""
    if not acts:
        return
    session.flush()  # whatever else is locked is locked before the head is
    frontier = head(session, lock=True)
    now = service.clock.now()
    events = [_event(frontier.size + place, now, act) for place, act in enumerate(acts)]
    append(session, frontier, events)


def _event(position: int, now: int, act: Act) -> Event:
    return Event(
        position, os.urandom(SALT_BYTES), os.urandom(16).hex(), now, act.member, act.name, act.case, act.details
    )


def append(session: Session, frontier: Frontier, events: Iterable[Event]) -> Frontier:
    """Store events that follow ``frontier``, with the tiles that they complete: the frontier behind them."""
    rows, tiles = [], []
    for event in events:
        row = row_of(event)
        frontier, tile = frontier.append(row["leaf"])
        rows.append(row)
        if tile is not None:
            tiles.append({"number": event.position // TILE, "hash": tile})
    insert_rows(session, AuditEvent, rows)
    if tiles:
        insert_rows(session, AuditTile, tiles)
    session.connection().execute(_NEW_HEAD, {"to_size": frontier.size, "to_frontier": frontier.encode()})
    return frontier


def row_of(event: Event) -> dict[str, Any]:
    """How an event is stored."""
    about = event.details.get(_ABOUT)
    return {
        "position": event.position,
        "leaf": event.leaf,
        "salt": event.salt,
        "id": event.id,
        "at": event.at,
        "member_id": event.member,
        "act": event.act,
        "case_id": event.case,
        "details": canonical(event.details).decode(),
        "subject": about if isinstance(about, str) else None,
    }


def head(session: Session, *, lock: bool = False) -> Frontier:
    """The state of the audit log.

    :param lock: let nobody else append before this transaction ends (PostgreSQL; SQLite has one writer)
    """
    row = first(session, _LOCKED_HEAD if lock else _HEAD, log=LOG)
    if row is None:  # tables without their first rows, as tests of single rooms make them
        if lock:
            session.execute(insert(AuditHead).values(log=LOG, size=0, frontier=b""))
        return Frontier()
    return Frontier.decode(row.size, row.frontier)


def last_time(session: Session, member: str, act: str, case: str) -> int | None:
    """When a member last did this to a case, in Unix seconds, by the audit trail."""
    row = first(session, _LAST, member=member, act=act, case=case)
    return None if row is None else int(row.at)


def refused(service: Service, member: str, details: dict[str, Any], case: str | None = None) -> None:
    """Write that a member's request was refused, in a transaction of its own: there is no other."""
    service.database.store(
        lambda session: record(service, session, member, "request:refuse", case=case, details=details)
    )


def note_export(service: Service, member: str, details: dict[str, Any]) -> None:
    """Write that an auditor takes events out of the desk: in which form, and which."""
    with service.database.write() as session:
        record(service, session, member, "audit:export", details=details)
