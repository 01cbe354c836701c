"""What the server knows of the cases of a period, and who may have them counted."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Exists, Select, exists, select
from sqlalchemy.orm import Session

from reporting import profiles
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
from reporting.statistics.replaying import ACTS, Event, first_day, last_day, stood

STATISTICIAN = "statistician"

Found = dict[tuple[str, str], list[Facts]]


def counts_all(actor: Actor, period: Period, today: datetime.date) -> bool:
    """Whether the actor counts every case, or only what they were granted.

    Every case is counted once the period is over: while it runs, whoever asks again and again would learn to the
    minute when somebody reported, wrote or was answered.
    """
    return STATISTICIAN in actor.roles and period[1] < today


def facts(service: Service, session: Session, actor: Actor, period: Period, until: datetime.date | None) -> Found:
    """What is known of the cases that came in during the period, by channel and kind; test reports are left out.

    :param until: every case, as it stood at the end of that day; None: those that the actor was granted, as they stand
    """
    rows = _rows(service, session, actor, period, every=until is not None)
    return _facts(service, session, rows, period, until)


def every_case(service: Service, session: Session, until: datetime.date) -> list[Facts]:
    """What was known, at the end of a day, of every case that had come in by then: for figures that hide small numbers.

    Test reports are left out.
    """
    period = (datetime.date.min, until)
    rows = session.execute(_columns().where(Case.received <= until, ~_tried())).all()
    return [case for cases in _facts(service, session, rows, period, until).values() for case in cases]


def _facts(
    service: Service, session: Session, rows: Iterable[Any], period: Period, until: datetime.date | None
) -> Found:
    ids = select(Case.id).where(Case.received.between(*period))
    again, named = _written(session, ids, until)
    events = _events(session, ids)
    known = _standing(session, ids)
    then = cache(lambda channel, version: channel_then(service, session, channel, version))
    profile = cache(lambda name: profiles.load(name, service.settings.profiles))
    found: Found = {}
    for row in rows:
        channel, told = then(row.channel, row.directory), events.get(row.id, [])
        case = Facts(
            kind=channel.kind,
            received=row.received,
            status=row.status,
            clocks=clocks.decode(row.clocks),
            named=row.id in named,
            wrote_again=row.id in again,
            decided=first_day(told, DECIDED),
            closed=last_day(told, CLOSED),
            **known.of(row.id),
        )
        if until is not None:
            case = stood(case, told, again.get(row.id, ()), profile(str(channel.policy["profile"])), until)
        found.setdefault((row.channel, channel.kind), []).append(case)
    return found


def _tried() -> Exists:
    """Whether a case came of a test report."""
    return exists().where(AuditEvent.case_id == Case.id, AuditEvent.act == TEST)


def _columns() -> Select[str, str, int, datetime.date, str, str]:
    channel = Case.channel_id.label("channel")
    return select(Case.id, channel, Case.directory, Case.received, Case.status, Case.clocks)


def _rows(service: Service, session: Session, actor: Actor, period: Period, *, every: bool) -> Iterable[Any]:
    held = all_held(actor.member) if every else own_held(actor.member)
    query = (
        _columns()
        .add_columns(held.c.own)
        .select_from(held)
        .join(Case, Case.id == held.c.case_id)
        .where(Case.received.between(*period), ~_tried())
    )
    rows = session.execute(query).all()
    return without_hidden(service, session, actor.member, rows) if every else rows


def _written(
    session: Session, ids: Select[Any], until: datetime.date | None
) -> tuple[dict[str, list[datetime.date]], set[str]]:
    """The days on which reporters wrote again, by case, and the cases whose reporters said, sealed, who they are."""
    query = select(Entry.case_id, Entry.audience, Entry.day)
    query = query.where(Entry.author == REPORTER, ~Entry.first, Entry.case_id.in_(ids)).distinct()
    again: dict[str, list[datetime.date]] = {}
    named: set[str] = set()
    for case, audience, day in session.execute(query):
        if until is not None and day > until:
            continue
        if audience == CUSTODIAN:
            named.add(case)
        else:
            again.setdefault(case, []).append(day)
    return again, named


def _events(session: Session, ids: Select[Any]) -> dict[str, list[Event]]:
    """What the audit log tells of each case, the oldest first."""
    query = select(AuditEvent.case_id, AuditEvent.act, AuditEvent.at, AuditEvent.details)
    query = query.where(AuditEvent.act.in_(ACTS), AuditEvent.case_id.in_(ids)).order_by(AuditEvent.position)
    found: dict[str, list[Event]] = {}
    for case, act, at, details in session.execute(query):
        if case is None or act is None or at is None:
            continue
        content = parse_json_object((details or "{}").encode(), limit=1 << 20)
        found.setdefault(case, []).append(Event(act, _day(at), content))
    return found


@dataclass(frozen=True)
class _Standing:
    """What is kept of cases beside them, as it stands, by case."""

    outcomes: dict[str, str | None]
    risks: dict[str, Any]
    measures: dict[str, list[Any]]
    check_ins: dict[str, list[Any]]

    def of(self, case: str) -> dict[str, Any]:
        """That of one case, by the names of facts."""
        risk = self.risks.get(case)
        return {
            "outcome": self.outcomes.get(case),
            "assess_by": None if risk is None else _day(risk.due),
            "assessed": None if risk is None or risk.done is None else _day(risk.done),
            "measures": tuple(state for (state,) in self.measures.get(case, ())),
            "check_ins": tuple(self.check_ins.get(case, ())),
        }


def _standing(session: Session, ids: Select[Any]) -> _Standing:
    states = session.execute(select(Measure.case_id, Measure.state).where(Measure.case_id.in_(ids)))
    asked = select(CheckIn.case_id, CheckIn.due, CheckIn.done).where(CheckIn.case_id.in_(ids))
    return _Standing(
        _outcomes(session, ids),
        _risks(session, ids),
        _many(states),
        _many(session.execute(asked.order_by(CheckIn.due))),
    )


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
