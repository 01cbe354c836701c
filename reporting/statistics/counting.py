"""What the server knows of the cases of a period, and who may have them counted."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from reporting.administration.trials import TEST
from reporting.cases import clocks
from reporting.cases.models import Case, Entry
from reporting.cases.moving import channel_then
from reporting.cases.overview import all_held, own_held, without_hidden
from reporting.cases.reading import CUSTODIAN, REPORTER
from reporting.cases.workflow import CLOSED, DECIDED
from reporting.cases.writing import Actor
from reporting.log.models import AuditEvent
from reporting.protection.models import CheckIn, Measure, ProtectionState, StaffClock
from reporting.protection.rules import ASSESSMENT
from reporting.protocol.encoding import parse_json_object
from reporting.service import Service
from reporting.statistics.indicators import Facts
from reporting.statistics.periods import Period

STATISTICIAN = "statistician"
_STATUS = "case:status"

Found = dict[tuple[str, str], list[Facts]]


def counts_all(actor: Actor) -> bool:
    """Whether the actor counts every case, or only what they were granted."""
    return STATISTICIAN in actor.roles


def facts(service: Service, session: Session, actor: Actor, period: Period) -> Found:
    """What is known of the cases that came in during the period, by channel and kind; test reports are left out."""
    rows = _rows(service, session, actor, period)
    ids = select(Case.id).where(Case.received.between(*period))
    again, named = _written(session, ids)
    moved = _moved(session, ids)
    outcomes = _outcomes(session, ids)
    risks = _risks(session, ids)
    states = _many(session.execute(select(Measure.case_id, Measure.state).where(Measure.case_id.in_(ids))))
    asked = select(CheckIn.case_id, CheckIn.due, CheckIn.done).where(CheckIn.case_id.in_(ids))
    check_ins = _many(session.execute(asked.order_by(CheckIn.due)))
    kind_of = cache(lambda channel, version: channel_then(service, session, channel, version).kind)
    found: Found = {}
    for row in rows:
        risk = risks.get(row.id)
        kind = kind_of(row.channel, row.directory)
        found.setdefault((row.channel, kind), []).append(
            Facts(
                kind=kind,
                received=row.received,
                status=row.status,
                clocks=clocks.decode(row.clocks),
                outcome=outcomes.get(row.id),
                named=row.id in named,
                wrote_again=row.id in again,
                assess_by=None if risk is None else _day(risk.due),
                assessed=None if risk is None or risk.done is None else _day(risk.done),
                decided=moved.get((row.id, DECIDED), (None, None))[0],
                closed=moved.get((row.id, CLOSED), (None, None))[1],
                measures=tuple(state for (state,) in states.get(row.id, ())),
                check_ins=tuple(check_ins.get(row.id, ())),
            )
        )
    return found


def _rows(service: Service, session: Session, actor: Actor, period: Period) -> Iterable[Any]:
    every = counts_all(actor)
    held = all_held(actor.member) if every else own_held(actor.member)
    tried = exists().where(AuditEvent.case_id == Case.id, AuditEvent.act == TEST)
    query = (
        select(
            Case.id,
            Case.channel_id.label("channel"),
            Case.directory,
            Case.received,
            Case.status,
            Case.clocks,
            held.c.own,
        )
        .select_from(held)
        .join(Case, Case.id == held.c.case_id)
        .where(Case.received.between(*period), ~tried)
    )
    rows = session.execute(query).all()
    return without_hidden(service, session, actor.member, rows) if every else rows


def _written(session: Session, ids: Select[Any]) -> tuple[set[str], set[str]]:
    """The cases whose reporters wrote again, and those who said, sealed, who they are."""
    query = select(Entry.case_id, Entry.audience).where(Entry.author == REPORTER, ~Entry.first, Entry.case_id.in_(ids))
    again, named = set(), set()
    for case, audience in session.execute(query.distinct()):
        (named if audience == CUSTODIAN else again).add(case)
    return again, named


def _moved(session: Session, ids: Select[Any]) -> dict[tuple[str, str], tuple[datetime.date, datetime.date]]:
    """The days on which a case came to a status for the first and for the last time, as far as the audit log tells."""
    query = select(AuditEvent.case_id, AuditEvent.at, AuditEvent.details).where(
        AuditEvent.act == _STATUS, AuditEvent.case_id.in_(ids)
    )
    found: dict[tuple[str, str], tuple[datetime.date, datetime.date]] = {}
    for case, at, details in session.execute(query.order_by(AuditEvent.position)):
        status = parse_json_object((details or "{}").encode(), limit=1 << 20).get("to")
        key, day = (case, str(status)), _day(at)
        found[key] = (found.get(key, (day, day))[0], day)
    return found


def _risks(session: Session, ids: Select[Any]) -> dict[str, Any]:
    query = select(StaffClock.case_id, StaffClock.due, StaffClock.done).where(StaffClock.name == ASSESSMENT)
    return {row.case_id: row for row in session.execute(query.where(StaffClock.case_id.in_(ids)))}


def _outcomes(session: Session, ids: Select[Any]) -> dict[str, str | None]:
    query = select(ProtectionState.case_id, ProtectionState.outcome).where(ProtectionState.case_id.in_(ids))
    return {row.case_id: row.outcome for row in session.execute(query)}


def _many(rows: Iterable[Any]) -> dict[str, list[Any]]:
    """The rows of each case, without its id."""
    found: dict[str, list[Any]] = {}
    for case, *rest in rows:
        found.setdefault(case, []).append(tuple(rest))
    return found


def _day(instant: int) -> datetime.date:
    return datetime.datetime.fromtimestamp(instant, datetime.UTC).date()
