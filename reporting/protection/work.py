"""What waits for a protection officer, case by case: what is overdue, due today, at risk, or due later.

Only of cases that the member was granted, as in the inbox: who was shut out of a case learns nothing of it here, nor
by counting. Days, hours and states alone; nothing is opened.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from reporting import errors, profiles
from reporting.cases import clocks, overview
from reporting.cases.models import Assignment, Case, Holding
from reporting.cases.moving import PROTECTION, channel_then
from reporting.cases.unread import unread_of
from reporting.cases.workflow import APPEALED
from reporting.db.direct import Columns
from reporting.directory import rules as directories
from reporting.protection import measures, rules
from reporting.protection.check_ins import LEAD_DAYS
from reporting.protection.models import CheckIn, Measure, ProtectionState, Refusal, StaffClock
from reporting.protocol.encoding import JSONObject
from reporting.service import Service

DEADLINE, HOURS, REFUSAL, CONTEST, MEASURE, CHECK_IN, ANSWERED, WROTE = KINDS = (
    "deadline",
    "hours",
    "refusal",
    "contest",
    "measure",
    "check-in",
    "answered",
    "wrote",
)
REVIEWED, ENDS = "review", "end"
OVERDUE, TODAY, AT_RISK, LATER = STATES = ("overdue", "today", "at-risk", "later")
#: So many working days before a deadline a case is at risk, or earlier where notices are sent earlier.
AT_RISK_DAYS = 3
_DAY = 86_400

Due = datetime.date | int
#: Where an item stands in the list: in danger or not, its last second, and what tells it from others of that second.
_Place = tuple[int, int, str, str, str, str]
_PARTS = 6
_NUMBERS = re.compile(r"[01]\.\d{1,12}", re.ASCII)
_StateOf = Callable[["_Head", Due], str]


@dataclass(frozen=True)
class _Head:
    """What the server knows of a case at a glance."""

    case: str
    channel: str
    directory: int
    status: str
    clocks: clocks.Clocks
    assignee: str | None


@dataclass(frozen=True)
class Item:
    """One thing that waits: by a day, that day included, or by an instant of staff.

    ``of`` is what it is about where a case may have several, and ``by`` the member who proposed it or answers for it.
    """

    head: _Head
    kind: str
    name: str
    due: Due
    of: str = ""
    by: str | None = None

    @property
    def instant(self) -> int:
        """The last second in which it is kept."""
        if isinstance(self.due, int):
            return self.due
        return int(datetime.datetime.combine(self.due, datetime.time(), datetime.UTC).timestamp()) + _DAY - 1


def work(service: Service, session: Session, member: str, after: str | None, limit: int) -> JSONObject:
    """A page of what waits for the member, those in danger first, then the nearest due; and the load per officer.

    :raises UnknownPosition: an ``after`` that is no item
    """
    begin = None if after is None else _position(after)
    heads = _heads(service, session, member)
    found = list(_items(session, member, heads, service.clock.today()))
    danger = {one.head.case for one in found if one.name == rules.DANGER}

    placed = sorted(((_place(one, one.head.case in danger), one) for one in found), key=itemgetter(0))
    rest = placed if begin is None else [one for one in placed if one[0] > begin]
    state_of = _judge(service, session)
    shown = rest[:limit]
    return {
        "today": service.clock.today().isoformat(),
        "items": [_line(one, one.head.case in danger, state_of(one.head, one.due)) for _, one in shown],
        "next": ".".join(map(str, shown[-1][0])) if len(rest) > limit else None,
        "load": _load(service, session, member) if begin is None else [],
    }


def _held(member: str) -> Select[Any]:
    return select(Holding.case_id).where(Holding.member_id == member, Holding.granted)


def _waiting(member: str) -> tuple[Columns, ...]:
    """What waits beside a case's own deadlines: clocks of staff, refusals to confirm, measures, check-ins, words."""
    held = _held(member)
    # Columns, not rows: of ten thousand cases that takes half the time.
    running = select(StaffClock.case_id, StaffClock.name, StaffClock.due)
    running = running.where(StaffClock.done.is_(None), StaffClock.case_id.in_(held))
    proposed = select(Refusal.case_id, Refusal.id, Refusal.day, Refusal.proposed_by)
    proposed = proposed.where(Refusal.state == rules.PROPOSED, Refusal.case_id.in_(held))
    seen_to = select(Measure.case_id, Measure.id, Measure.review, Measure.end, Measure.owner)
    seen_to = seen_to.where(Measure.state.in_(measures.OPEN), Measure.case_id.in_(held))
    asked = select(CheckIn.case_id, CheckIn.months, CheckIn.due, CheckIn.done).where(CheckIn.case_id.in_(held))
    wrote = select(Holding.case_id).where(
        Holding.member_id == member, Holding.granted, Holding.unread_since.is_not(None)
    )
    wrote = wrote.join(ProtectionState, ProtectionState.case_id == Holding.case_id)
    return running, proposed, seen_to, asked, wrote.where(ProtectionState.outcome.is_not(None))


def _heads(service: Service, session: Session, member: str) -> dict[str, _Head]:
    more = [query.with_only_columns(table.case_id) for query, table in zip(_waiting(member), _TABLES, strict=True)]
    query = (
        select(Case.id, Case.channel_id, Case.directory, Case.status, Case.clocks, Assignment.member_id)
        .select_from(Holding)
        .join(Case, Case.id == Holding.case_id)
        .outerjoin(Assignment, Assignment.case_id == Holding.case_id)
        .where(Holding.member_id == member, Holding.granted)
        .where(or_(Holding.next_due < clocks.NO_DUE_DAY, *(Holding.case_id.in_(cases) for cases in more)))
    )
    protects = cache(lambda channel, version: channel_then(service, session, channel, version).kind == PROTECTION)
    decoded = cache(clocks.decode)  # clocks of a day's cases are alike
    return {
        case: _Head(case, channel, version, status, decoded(stored) if protects(channel, version) else (), assignee)
        for case, channel, version, status, stored, assignee in session.execute(query)
    }


_TABLES: tuple[Any, ...] = (StaffClock, Refusal, Measure, CheckIn, Holding)


def _items(session: Session, member: str, heads: dict[str, _Head], today: datetime.date) -> Iterator[Item]:
    for head in heads.values():
        yield from _deadlines(head)
    running, proposed, seen_to, asked, wrote = _waiting(member)
    for clock in session.execute(running):
        if clock.name in rules.HOURS:
            yield Item(heads[clock.case_id], HOURS, clock.name, clock.due)
        else:
            last = datetime.datetime.fromtimestamp(clock.due, datetime.UTC).date()
            yield Item(heads[clock.case_id], DEADLINE, clock.name, last)
    for refusal in session.execute(proposed):
        head = heads[refusal.case_id]
        # It is late when the decision that it is part of is.
        due = next((one.due for one in head.clocks if one.name == clocks.DECISION and one.done is None), refusal.day)
        yield Item(head, REFUSAL, REFUSAL, due, refusal.id, refusal.proposed_by)
    for row in session.execute(seen_to):
        for name, day in ((REVIEWED, row.review), (ENDS, row.end)):
            if day is not None:
                yield Item(heads[row.case_id], MEASURE, name, day, row.id, row.owner)
    dates = list(_check_ins(session.execute(asked.order_by(CheckIn.due)), heads, today, unread_of(session, member)))
    yield from dates
    answered = {one.head.case for one in dates if one.kind == ANSWERED}
    # Sealed like all that a reporter writes: it may contest what was decided, and waits until the case is opened.
    yield from (
        Item(heads[row.case_id], WROTE, WROTE, today) for row in session.execute(wrote) if row.case_id not in answered
    )


def _check_ins(
    rows: Iterable[Any], heads: dict[str, _Head], today: datetime.date, unread: dict[str, datetime.date]
) -> Iterator[Item]:
    """Those that wait for an answer: the last one that may be answered by now, and those to come.

    One that was answered waits until the officer opens the case: something may have happened. It is due on every day.
    """
    of_case: dict[str, list[Any]] = {}
    for row in rows:
        of_case.setdefault(row.case_id, []).append(row)
    for case, asked in of_case.items():
        begun = [row for row in asked if row.due - datetime.timedelta(days=LEAD_DAYS) <= today]
        for row in asked[max(0, len(begun) - 1) :]:
            if row.done is None:
                yield Item(heads[case], CHECK_IN, str(row.months), row.due)
        for row in asked:
            if row.done is not None and case in unread and row.done >= unread[case]:
                yield Item(heads[case], ANSWERED, str(row.months), today)


def _deadlines(head: _Head) -> Iterator[Item]:
    for clock in head.clocks:
        if clock.done is not None:
            continue
        contested = head.status == APPEALED and clock.name == clocks.DECISION
        yield Item(head, CONTEST if contested else DEADLINE, clock.name, clock.due)


def _judge(service: Service, session: Session) -> _StateOf:
    """How an item stands now, by the calendar of the profile under which its case came in."""
    now, today = service.clock.now(), service.clock.today()
    ahead = today + datetime.timedelta(days=service.settings.notice_ahead_days)

    @cache
    def horizon(channel: str, version: int) -> datetime.date:
        name = str(channel_then(service, session, channel, version).policy["profile"])
        calendar = profiles.load(name, service.settings.profiles).calendar
        return max(ahead, calendar.add_working_days(today, AT_RISK_DAYS))

    def state(head: _Head, due: Due) -> str:
        day = datetime.datetime.fromtimestamp(due, datetime.UTC).date() if isinstance(due, int) else due
        if day < today or (isinstance(due, int) and due < now):
            return OVERDUE
        if day == today:
            return TODAY
        return AT_RISK if day <= horizon(head.channel, head.directory) else LATER

    return state


def _place(one: Item, danger: bool) -> _Place:
    return (0 if danger else 1, one.instant, one.head.case, one.kind, one.name, one.of)


def _position(after: str) -> _Place:
    parts = after.split(".")
    if len(parts) != _PARTS or not _NUMBERS.fullmatch(".".join(parts[:2])):
        raise errors.UnknownPosition(pointer="/after")
    return (int(parts[0]), int(parts[1]), parts[2], parts[3], parts[4], parts[5])


def _line(one: Item, danger: bool, state: str) -> JSONObject:
    return {
        "case": one.head.case,
        "channel": one.head.channel,
        "status": one.head.status,
        "assignee": one.head.assignee,
        "danger": danger,
        "kind": one.kind,
        "name": one.name,
        "due": rules.time_json(one.due) if isinstance(one.due, int) else one.due.isoformat(),
        "state": state,
        "by": one.by,
    }


def _load(service: Service, session: Session, member: str) -> list[JSONObject]:
    """How many cases each officer deals with, of those that the member was granted on channels that they protect on."""
    own = [
        channel
        for channel in directories.current(service, session).channels
        if channel.kind == PROTECTION and member in channel.roles.get("protection", ())
    ]
    counts = overview.by_person(service, session, member, {channel.id for channel in own})
    people = {officer for channel in own for officer in channel.roles.get("protection", ())} | set(counts)
    found = {person: counts.get(person, overview.Counts()) for person in people}
    return [{"id": name, "open": one.open, "overdue": one.overdue} for name, one in sorted(found.items())]
