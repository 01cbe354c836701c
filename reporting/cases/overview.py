"""How many cases wait, are late, or were never opened: by channel, and by who deals with them.

A case is counted only for holders of a grant (protocol section 4), or else who was excluded would learn of
it by counting. Auditors count all cases, but for those of channels on which they have or had a role. What
came in today and is not theirs they count tomorrow: whoever asks every minute would know when it was sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from functools import cache
from typing import Any

from sqlalchemy import Subquery, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from reporting.cases.models import Assignment, Card, Case, Holding
from reporting.cases.workflow import CLOSED
from reporting.cases.writing import Actor
from reporting.directory import rules as directories
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import JSONObject
from reporting.service import Service

AUDITOR = "auditor"


@dataclass(frozen=True)
class Counts:
    """Cases that are open; those among them that are late, or that no member has opened; closed ones."""

    open: int = 0
    overdue: int = 0
    never_opened: int = 0
    closed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(one + another for one, another in zip(astuple(self), astuple(other), strict=True)))


def overview(service: Service, session: Session, actor: Actor) -> JSONObject:
    """The counts that the actor may see; who deals with no case, and a channel without any, is not listed."""
    every = AUDITOR in actor.roles
    held = all_held(actor.member) if every else own_held(actor.member)
    rows = _count(service, session, held)
    if every:
        rows = without_hidden(service, session, actor.member, rows)
    channels: dict[str, Counts] = {}
    people: dict[str, Counts] = {}
    for row in rows:
        counts = Counts(int(row.open), int(row.overdue), int(row.never_opened), int(row.closed))
        channels[row.channel] = channels.get(row.channel, Counts()) + counts
        people[row.assignee] = people.get(row.assignee, Counts()) + counts
    return {"scope": "all" if every else "own", "channels": _lines(channels), "people": _lines(people)}


def by_person(service: Service, session: Session, member: str, channels: Collection[str]) -> dict[str, Counts]:
    """The counts by who deals with the cases, of those on ``channels`` that the member was granted."""
    found: dict[str, Counts] = {}
    for row in _count(service, session, own_held(member)):
        if row.channel in channels:
            counts = Counts(int(row.open), int(row.overdue), int(row.never_opened), int(row.closed))
            found[row.assignee] = found.get(row.assignee, Counts()) + counts
    return found


def _lines(found: dict[str, Counts]) -> list[JSONObject]:
    return [{"id": name, **vars(counts)} for name, counts in sorted(found.items())]


def own_held(member: str) -> Subquery:
    """The cases that the member was granted."""
    query = select(Holding.case_id, Holding.next_due, literal(1).label("own"))
    return query.where(Holding.member_id == member, Holding.granted).subquery()


def all_held(member: str) -> Subquery:
    """Every case; ``own`` is 1 where the member was granted it."""
    own = case((and_(Holding.member_id == member, Holding.granted), 1), else_=0)
    query = select(Holding.case_id, func.min(Holding.next_due).label("next_due"), func.max(own).label("own"))
    return query.group_by(Holding.case_id).subquery()


def _count(service: Service, session: Session, held: Subquery) -> Iterable[Any]:
    """Counts by channel, directory under which the report was made, assignee, and whether granted to the member.

    What was not granted to them is counted from the day after it came in.
    """
    today = service.clock.today()
    is_open = Case.status != CLOSED
    opened = exists().where(Card.case_id == Case.id)
    key = (
        Case.channel_id.label("channel"),
        Case.directory,
        func.coalesce(Assignment.member_id, "").label("assignee"),
        held.c.own,
    )
    query = (
        select(
            *key,
            _sum(is_open).label("open"),
            _sum(and_(is_open, held.c.next_due < today)).label("overdue"),
            _sum(and_(is_open, ~opened)).label("never_opened"),
            _sum(~is_open).label("closed"),
        )
        .select_from(held)
        .join(Case, Case.id == held.c.case_id)
        .outerjoin(Assignment, Assignment.case_id == Case.id)
        .where(or_(held.c.own == 1, Case.received < today))
        .group_by(Case.channel_id, Case.directory, Assignment.member_id, held.c.own)
    )
    return session.execute(query).all()


def _sum(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def without_hidden(service: Service, session: Session, member: str, rows: Iterable[Any]) -> list[Any]:
    """The rows without cases that the member may have been excluded from, since they were there to be excluded.

    Whether their listing has run out makes no difference, and neither has leaving the channel since.
    """
    present = directories.current(service, session)

    @cache
    def hidden(channel: str, version: int) -> bool:
        then = directories.at_version(service, session, version)
        return any(_has_role(directory, channel, member) for directory in (present, then))

    return [row for row in rows if row.own or not hidden(row.channel, row.directory)]


def _has_role(directory: Directory, channel_id: str, member: str) -> bool:
    return any(channel.id == channel_id and member in channel.member_ids() for channel in directory.channels)
