"""The bag: classifications counted without case, author or day, emptied into the statistics once their month is over.

Every write takes all records of the month out and puts them back in random order under new random ids, so that neither
order nor id says which came last. What a small office's bag tells all the same stands in docs/figures.md.
"""

from __future__ import annotations

import os
import secrets
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from reporting import errors
from reporting.log.rules import record
from reporting.protocol.classes import check_record
from reporting.protocol.encoding import JSONObject, dump_json
from reporting.protocol.errors import N_
from reporting.service import Service
from reporting.statistics.models import BagRecord, Statistic

#: What a record may measure as JSON, and how many of them a month may have: each write rewrites them all.
MAX_RECORD = 4_096
MAX_MONTH = 5_000
_PUT = "statistics:record"
_MONTHS = 3
#: Who deals with cases of which kind of channel, and so has something to classify.
_DEALING = {"report": frozenset({"intake", "investigator"}), "protection": frozenset({"protection"})}
_shuffle = secrets.SystemRandom().shuffle


def put(service: Service, member: str, roles: frozenset[str], content: JSONObject) -> None:
    """Put a record into the bag of this month.

    :raises ProtocolError: it is none, or says more than it may
    :raises NotAllowed: the member deals with no cases of that kind
    :raises Conflict: the bag is full
    """
    found = check_record(content)
    if not roles & _DEALING[str(found["channel_kind"])]:
        raise errors.NotAllowed
    month = service.clock.today().isoformat()[:7]
    with service.database.write() as session:
        _lock(service, session)
        if session.scalars(select(func.count()).where(BagRecord.month == month)).one() >= MAX_MONTH:
            raise errors.Conflict(N_("As many records were put in this month as it can have."))
        present = session.scalars(select(BagRecord.content).where(BagRecord.month == month))
        _rewrite_month(session, month, [*present, dump_json(_in_order(found)).decode()])
        record(service, session, member, _PUT)  # that one was put in, never which, nor of what case


def empty(service: Service) -> int:
    """Take the records of ended months out of the bag into the statistics of their quarters: how many there were."""
    month = service.clock.today().isoformat()[:7]
    with service.database.write() as session:
        _lock(service, session)
        by_quarter: dict[str, list[str]] = defaultdict(list)
        for ended, content in session.execute(
            select(BagRecord.month, BagRecord.content).where(BagRecord.month < month)
        ):
            by_quarter[quarter_of(ended)].append(content)
        for quarter, contents in by_quarter.items():
            present = session.scalars(select(Statistic.content).where(Statistic.quarter == quarter))
            _rewrite_quarter(session, quarter, [*present, *contents])
        session.execute(delete(BagRecord).where(BagRecord.month < month))
    return sum(map(len, by_quarter.values()))


def quarter_of(month: str) -> str:
    """The quarter of a month: ``2026-Q4`` of ``2026-11``."""
    year, _, number = month.partition("-")
    return f"{year}-Q{(int(number) - 1) // _MONTHS + 1}"


def _lock(service: Service, session: Session) -> None:
    # SQLite has one writer; on PostgreSQL two that rewrite the same month would each bring back what the other took.
    if not service.database.sqlite:
        session.execute(text("LOCK TABLE bag_record, statistic IN SHARE ROW EXCLUSIVE MODE"))


def _rewrite_month(session: Session, month: str, contents: Iterable[str]) -> None:
    session.execute(delete(BagRecord).where(BagRecord.month == month))
    session.execute(insert(BagRecord), [{"month": month, **row} for row in _shuffled(contents)])


def _rewrite_quarter(session: Session, quarter: str, contents: Iterable[str]) -> None:
    session.execute(delete(Statistic).where(Statistic.quarter == quarter))
    session.execute(insert(Statistic), [{"quarter": quarter, **row} for row in _shuffled(contents)])


def _shuffled(contents: Iterable[str]) -> list[dict[str, str]]:
    rows = [{"id": os.urandom(16).hex(), "content": content} for content in contents]
    _shuffle(rows)
    return rows


def _in_order(found: JSONObject) -> JSONObject:
    """One record has one form: in which order a program named its members says nothing of that program."""
    offences = [{name: one[name] for name in sorted(one)} for one in found["offences"]]
    return {name: offences if name == "offences" else found[name] for name in sorted(found)}
