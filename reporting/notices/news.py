"""What there is to tell at a slot, about which cases, and to whom: by what the server knows, which is no content."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from reporting.cases.clocks import decode
from reporting.cases.models import Card, Case, Holding
from reporting.cases.workflow import CLOSED
from reporting.members.models import Member
from reporting.notices.models import NoticeAddress, NoticeChoice, NoticeTold
from reporting.notices.slots import ANSWERED, KINDS, LATE, NEAR, NEW, told_from
from reporting.protection.models import CheckIn, StaffClock
from reporting.protection.rules import HOURS
from reporting.service import Service

#: Counts by channel and kind; the empty channel gathers those whose name is not to be told.
Counts = dict[str, dict[str, int]]
_CASES = 500  # in one statement


@dataclass(frozen=True)
class News:
    """Something about a case: ``what`` marks it, so that it is told once."""

    case: str
    channel: str
    kind: str
    what: str


@dataclass(frozen=True)
class Wish:
    """What a member wants to be told of on a channel."""

    kinds: frozenset[str]
    named: bool


Wishes = Mapping[str, Mapping[str, Wish]]


def find_news(service: Service, session: Session, slot: int, begun: datetime.date) -> list[News]:
    """Everything that may be told by a slot and was not told before.

    :param begun: reports of earlier days are not news
    """
    found = [
        *_new_cases(service, session, slot, begun),
        *_deadlines(service, session, slot),
        *_staff_deadlines(service, session, slot),
        *_answered(service, session, slot, begun),
    ]
    told = set(_told(session, sorted({one.case for one in found})))
    return [one for one in found if (one.case, one.what) not in told]


def _new_cases(service: Service, session: Session, slot: int, begun: datetime.date) -> Iterator[News]:
    told = exists().where(NoticeTold.case_id == Case.id, NoticeTold.what == NEW)
    query = select(Case.id, Case.channel_id, Case.received).where(Case.received >= begun, Case.status != CLOSED, ~told)
    for case, channel, received in session.execute(query):
        if told_from(service, NEW, case, received) <= slot:
            yield News(case, channel, NEW, NEW)


def _deadlines(service: Service, session: Session, slot: int) -> Iterator[News]:
    settings = service.settings
    last = datetime.datetime.fromtimestamp(slot, datetime.UTC).date()
    horizon = last + datetime.timedelta(days=settings.notice_ahead_days + settings.notice_hold_days)
    due = select(Holding.case_id).where(Holding.next_due <= horizon, Holding.granted.is_(True))
    query = select(Case.id, Case.channel_id, Case.clocks).where(Case.status != CLOSED, Case.id.in_(due))
    for case, channel, clocks in session.execute(query):
        for clock in decode(clocks):
            if clock.done is not None:
                continue
            reached = (kind for kind in (LATE, NEAR) if told_from(service, kind, case, clock.due) <= slot)
            if (kind := next(reached, None)) is not None:  # what is late is not said to be near as well
                yield News(case, channel, kind, f"{kind}:{clock.name}:{clock.due}"[:64])


def _staff_deadlines(service: Service, session: Session, slot: int) -> Iterator[News]:
    """Those of staff that have passed.

    Hours that began when staff looked are told at once, since they say nothing of a reporter. Working days are
    counted from the day of the report, and so held like every other deadline.
    """
    query = (
        select(StaffClock.case_id, Case.channel_id, StaffClock.name, StaffClock.due)
        .join(Case, Case.id == StaffClock.case_id)
        .where(StaffClock.done.is_(None), StaffClock.due <= slot, Case.status != CLOSED)
    )
    for case, channel, name, due in session.execute(query):
        last = datetime.datetime.fromtimestamp(due, datetime.UTC).date()
        if name in HOURS or told_from(service, LATE, case, last) <= slot:
            yield News(case, channel, LATE, f"{LATE}:{name}:{due}"[:64])


def _answered(service: Service, session: Session, slot: int, begun: datetime.date) -> Iterator[News]:
    """Check-ins that a reporter answered after closing: held as new cases are, since they tell when somebody wrote."""
    query = (
        select(CheckIn.case_id, Case.channel_id, CheckIn.months, CheckIn.done)
        .join(Case, Case.id == CheckIn.case_id)
        .where(CheckIn.done >= begun)
    )
    for case, channel, months, done in session.execute(query):
        if done is not None and told_from(service, ANSWERED, case, done) <= slot:
            yield News(case, channel, ANSWERED, f"{ANSWERED}:{months}:{done}"[:64])


def _told(session: Session, cases: Sequence[str]) -> Iterator[tuple[str, str]]:
    for chunk in _chunks(cases):
        query = select(NoticeTold.case_id, NoticeTold.what).where(NoticeTold.case_id.in_(chunk))
        yield from ((row.case_id, row.what) for row in session.execute(query))


def _chunks(cases: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(cases)
    while chunk := list(islice(rest, _CASES)):
        yield chunk


def wishes(session: Session) -> dict[str, dict[str, Wish]]:
    """What members want who are listed and have a confirmed address: by member and channel."""
    query = (
        select(NoticeChoice)
        .join(NoticeAddress, NoticeAddress.member_id == NoticeChoice.member_id)
        .join(Member, Member.id == NoticeChoice.member_id)
        .where(NoticeAddress.address.is_not(None), Member.listed)
    )
    found: dict[str, dict[str, Wish]] = {}
    for row in session.scalars(query):
        kinds = frozenset(row.kinds.split(",")) & frozenset(KINDS)
        found.setdefault(row.member_id, {})[row.channel_id] = Wish(kinds, row.named)
    return found


def receivers(session: Session, news: Sequence[News], wanted: Wishes) -> list[tuple[News, list[str]]]:
    """Who is told of what: of cases that they hold a grant of, and of new ones that they have not opened yet."""
    cases = sorted({one.case for one in news})
    holders = _pairs(session, Holding, cases, wanted, Holding.granted.is_(True))
    opened = _pairs(session, Card, cases, wanted)

    def hears(member: str, one: News) -> bool:
        wish = wanted[member].get(one.channel)
        if wish is None or one.kind not in wish.kinds:
            return False
        return one.kind != NEW or member not in opened.get(one.case, ())

    return [(one, [member for member in holders.get(one.case, ()) if hears(member, one)]) for one in news]


def count(told: Iterable[tuple[News, Sequence[str]]], wanted: Wishes) -> dict[str, Counts]:
    """How much of each kind each member is told."""
    found: dict[str, Counts] = {}
    for one, members in told:
        for member in members:
            channel = one.channel if wanted[member][one.channel].named else ""
            kinds = found.setdefault(member, {}).setdefault(channel, {})
            kinds[one.kind] = kinds.get(one.kind, 0) + 1
    return found


def _pairs(
    session: Session,
    table: type[Holding | Card],
    cases: Sequence[str],
    members: Collection[str],
    *also: ColumnElement[bool],
) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for chunk in _chunks(cases) if members else ():
        query = select(table.case_id, table.member_id).where(table.case_id.in_(chunk), table.member_id.in_(members))
        for case, member in session.execute(query.where(*also)):
            found.setdefault(case, set()).add(member)
    return found
