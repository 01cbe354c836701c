"""What the desk reads: an inbox, a case, its entries, its history. Only what the member holds."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, Integer, Select, String, and_, bindparam, or_, select, tuple_
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases import clocks, moving, workflow
from reporting.cases.models import Assignment, Card, Case, Entry, Grant, Holding
from reporting.cases.opening import clocks_json, epoch_notes
from reporting.db.direct import Columns, fetch, first
from reporting.log.models import AuditEvent
from reporting.protection import rules as protection
from reporting.protocol.encoding import JSONObject, b64encode, is_hex32, parse_day, parse_json_object
from reporting.protocol.errors import ProtocolError, N_
from reporting.service import Service

PAGE = 100
MAX_PAGE = 1_000
MAX_CARDS = 4 * 1024 * 1024  # bytes of cards on a page of the inbox: clients take answers of 8 MiB
ENTRIES_PAGE = 50
CUSTODIAN = "custodian"
REPORTER = "reporter"
_LOOKS = ("case:view", "request:refuse")  # what changed nothing is for auditors
_LIMIT = re.compile(r"[1-9]\d{0,3}", re.ASCII)


def _held(*more: Any) -> Columns:
    # What a member sees of cases at a glance, with ``more`` columns. Never whole rows: most of a case is keys
    # and signatures, and reading those of a page takes longer than all the rest.
    query = select(
        Case.id,
        Case.channel_id,
        Case.received,
        Case.sealed_by,
        Case.status,
        Case.clocks,
        Holding.granted,
        Holding.custodian,
        Holding.unread,
        Holding.unread_since,
        Assignment.member_id.label("assignee"),
        Card.sealed.label("card"),
        *more,
    )
    return (
        query.select_from(Holding)
        .join(Case, Case.id == Holding.case_id)
        .outerjoin(Assignment, Assignment.case_id == Holding.case_id)
        .outerjoin(Card, and_(Card.case_id == Holding.case_id, Card.member_id == Holding.member_id))
        .where(Holding.member_id == bindparam("member"))
    )


_FIRST_PAGE = (
    _held(Holding.next_due).order_by(Holding.next_due, Holding.case_id).limit(bindparam("limit", type_=Integer))
)
_NEXT_PAGE = _FIRST_PAGE.where(
    tuple_(Holding.next_due, Holding.case_id) > tuple_(bindparam("day", type_=Date), bindparam("case", type_=String))
)
_ONE = _held(Case.directory, Case.recipient).where(Holding.case_id == bindparam("case"))
#: Clocks are read over and over, and few differ: those of a day's reports are alike.
_clocks_json = lru_cache(maxsize=4096)(clocks_json)


def holding_of(session: Session, member: str, case_id: str) -> Holding:
    """Why the member may see this case.

    :raises NotFound: they may not, or there is no such case; the two look alike
    """
    held = session.get(Holding, (case_id, member)) if is_hex32(case_id) else None
    if held is None:
        raise errors.NotFound
    return held


def granted(session: Session, member: str, case_id: str, *, lock: bool = False) -> Case:
    """The case, for a member who was granted it.

    :param lock: keep others from changing it in this transaction (PostgreSQL; SQLite has one writer)
    :raises NotFound: as :func:`holding_of`; also for custodians, who see entries of theirs alone
    """
    if not holding_of(session, member, case_id).granted:
        raise errors.NotFound
    query = select(Case).where(Case.id == case_id)
    return session.scalars(query.with_for_update() if lock else query).one()


def _position(after: str) -> tuple[datetime.date, str]:
    day, _, case_id = after.partition(".")
    try:
        found = parse_day(day)
    except ProtocolError as error:
        raise errors.UnknownPosition(pointer="/after") from error
    if not is_hex32(case_id):
        raise errors.UnknownPosition(pointer="/after")
    return found, case_id


def inbox(session: Session, member: str, after: str | None, limit: int) -> JSONObject:
    """A page of the member's cases, the nearest due first; ``next`` is the ``after`` of the page behind it.

    :raises UnknownPosition: an ``after`` of another form
    """
    values: dict[str, Any] = {"member": member, "limit": limit + 1}
    if after is None:
        rows = fetch(session, _FIRST_PAGE, **values)
    else:
        day, case_id = _position(after)
        rows = fetch(session, _NEXT_PAGE, **values, day=day, case=case_id)
    shown = _fitting(rows[:limit])
    running = protection.running_of(session, _held_granted(member)) if shown else {}
    last = shown[-1] if len(rows) > len(shown) else None
    return {
        "cases": [_line(row) | _hours(running.get(row.id, {})) for row in shown],
        "next": f"{last.next_due.isoformat()}.{last.id}" if last else None,
    }


def _fitting(rows: Sequence[Any]) -> Sequence[Any]:
    """The rows whose cards fit on one page; one at least."""
    left = MAX_CARDS
    for place, row in enumerate(rows):
        left -= len(row.card or b"")
        if left < 0:
            return rows[: max(1, place)]
    return rows


def _line(row: Any) -> JSONObject:
    due = None if row.next_due == clocks.NO_DUE_DAY else row.next_due.isoformat()
    return _head(row) | {"next_due": due}


def _held_granted(member: str) -> Select[Any]:
    return select(Holding.case_id).where(Holding.member_id == member, Holding.granted)


def _hours(running: dict[str, int]) -> JSONObject:
    """What presses among the hours of staff: whether somebody is in danger, and the nearest that runs out."""
    nearest = protection.time_json(min(running.values())) if running else None
    return {"danger": protection.DANGER in running, "urgent": nearest}


def _head(row: Any) -> JSONObject:
    return {
        "case": row.id,
        "channel": row.channel_id,
        "received": row.received.isoformat(),
        "sealed_by": row.sealed_by,
        "status": row.status,
        "clocks": _clocks_json(row.clocks),
        "granted": row.granted,
        "custodian": row.custodian,
        "assignee": row.assignee if row.granted else None,  # custodians see entries of theirs alone
        "card": b64encode(row.card) if row.card is not None else None,
        "unread": row.unread if row.granted else None,
        "unread_since": row.unread_since.isoformat() if row.granted and row.unread_since is not None else None,
    }


def show_case(service: Service, session: Session, member: str, case_id: str) -> JSONObject:
    """A case with its chain of epochs, and the member's own grants and card.

    :raises NotFound: the member has no part in it
    """
    row = first(session, _ONE, member=member, case=case_id) if is_hex32(case_id) else None
    if row is None:
        raise errors.NotFound
    return _head(row) | {
        "outcome": protection.state_of(session, case_id).outcome,
        "directory": row.directory,
        "epochs": epoch_notes(session, case_id),
        "recipient": row.recipient,
        "grants": _grants(session, member, case_id) if row.granted else [],
        "allowed": _allowed(service, session, member, row) if row.granted else [],
        "custody": _custody(session, case_id),
        "protection": moving.describe(service, session, row.id, row.channel_id, row.directory) if row.granted else None,
        "findings": moving.findings(service, session, row.id, row.channel_id, row.directory) if row.granted else [],
    }


def _allowed(service: Service, session: Session, member: str, row: Any) -> list[str]:
    """What the member may move the case on to: a protection case is moved by its officers alone."""
    kind = moving.channel_then(service, session, row.channel_id, row.directory).kind
    if kind == moving.PROTECTION and not moving.is_officer(service, session, row.channel_id, row.directory, member):
        return []
    return workflow.allowed_from(kind, moving.state_of(session, kind, row.id, row.status, row.clocks))


def _grants(session: Session, member: str, case_id: str) -> list[JSONObject]:
    query = select(Grant).where(Grant.case_id == case_id, Grant.member_id == member).order_by(Grant.epoch)
    return [{"epoch": grant.epoch, "sealed": b64encode(grant.sealed)} for grant in session.scalars(query)]


def _custody(session: Session, case_id: str) -> JSONObject:
    query = select(Entry.author).where(Entry.case_id == case_id, Entry.audience == CUSTODIAN)
    authors = list(session.scalars(query))
    given = REPORTER in authors
    return {"identity": given, "disclosures": len(authors) - given}


def entries(session: Session, member: str, case_id: str, after: str | None) -> JSONObject:
    """A page of a case's entries, newest first by (server's day, server's id).

    Whoever was granted the case gets all three audiences; a custodian only their own. The identity file is in
    no list: the room ``custody`` hands it out once custodians have approved.

    :raises NotFound: the member has no part in the case
    :raises UnknownPosition: an ``after`` that is no entry of it
    """
    held = holding_of(session, member, case_id)
    query = select(Entry).where(Entry.case_id == case_id)
    query = query.where((Entry.audience != CUSTODIAN) | (Entry.author != REPORTER))
    if not held.granted:
        query = query.where(Entry.audience == CUSTODIAN)
    if after is not None:
        query = _older(session, query, case_id, after)
    rows = list(session.scalars(query.order_by(Entry.day.desc(), Entry.id.desc()).limit(ENTRIES_PAGE + 1)))
    return {"entries": [_entry(row) for row in rows[:ENTRIES_PAGE]], "more": len(rows) > ENTRIES_PAGE}


def _older(session: Session, query: Select[Entry], case_id: str, after: str) -> Select[Entry]:
    place = session.get(Entry, after) if is_hex32(after) else None
    if place is None or place.case_id != case_id:
        raise errors.UnknownPosition(pointer="/after")
    return query.where(or_(Entry.day < place.day, and_(Entry.day == place.day, Entry.id < place.id)))


def _entry(row: Entry) -> JSONObject:
    return {
        "id": row.id,
        "audience": row.audience,
        "author": row.author,
        "epoch": row.epoch,
        "date": row.day.isoformat(),
        "sealed": b64encode(row.sealed) if row.sealed is not None else None,
        "sha256": b64encode(row.sha256),
        "acknowledgement": row.acknowledgement,
    }


def history(session: Session, member: str, case_id: str, after: str | None) -> JSONObject:
    """A page of what staff did to a case, the latest first.

    :raises NotFound: the member was not granted it
    :raises UnknownPosition: an ``after`` that is no event of it
    """
    granted(session, member, case_id)
    query = select(AuditEvent).where(AuditEvent.case_id == case_id, AuditEvent.act.not_in(_LOOKS))
    if after is not None:
        named = select(AuditEvent.position).where(AuditEvent.case_id == case_id, AuditEvent.id == after)
        place = session.scalar(named) if is_hex32(after) else None
        if place is None:
            raise errors.UnknownPosition(pointer="/after")
        query = query.where(AuditEvent.position < place)
    rows = list(session.scalars(query.order_by(AuditEvent.position.desc()).limit(PAGE + 1)))
    return {"events": [_event(row) for row in rows[:PAGE]], "more": len(rows) > PAGE}


def _event(row: AuditEvent) -> JSONObject:
    return {
        "id": row.id,
        "at": datetime.datetime.fromtimestamp(row.at or 0, datetime.UTC).isoformat(),
        "member": row.member_id,
        "act": row.act,
        "details": parse_json_object((row.details or "{}").encode(), limit=1 << 20),
        "leaf": b64encode(row.leaf),
    }


def page_limit(text: str | None) -> int:
    """How many lines of the inbox to send: 1 to 1000, 100 where nothing is said.

    :raises Unprocessable: anything else
    """
    if text is None:
        return PAGE
    if not _LIMIT.fullmatch(text) or int(text) > MAX_PAGE:
        raise errors.Unprocessable(N_("This must be a whole number from 1 to 1000."), pointer="/limit")
    return int(text)
