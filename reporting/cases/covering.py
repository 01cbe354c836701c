"""Cover during absence: a member stands in for another until a day, and then no longer.

Access itself is given by the device of whoever goes away, as always. What the server does of its own is to
show nothing more to the other from the day after on, and to put back who deals with the cases. The keys that the
other had until then are shut out of what follows by new epochs, which the desk offers to whoever comes back.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases.access import check_holder, last_epoch
from reporting.cases.assigning import MAX_ASSIGNED
from reporting.cases.models import Assignment, Case, Cover, CoverCase, Holding
from reporting.cases.writing import Actor, member_id
from reporting.directory import rules as directories
from reporting.log.rules import SERVER, Act, record_each
from reporting.protocol.directory_parts import parse_list
from reporting.protocol.encoding import JSON, JSONObject, is_hex32, parse_day
from reporting.protocol.errors import N_
from reporting.service import Service

LONGEST = datetime.timedelta(days=366)


@dataclass(frozen=True)
class NewCover:
    """Who is to stand in, until when, in which cases."""

    to: str
    until: datetime.date
    cases: tuple[str, ...]


def parse_cover(content: JSONObject) -> NewCover:
    """The body of ``POST /api/covers``.

    :raises ProtocolError, Unprocessable: a field of another form
    """
    cases = parse_list(content.get("cases"), "/cases", _case_id, MAX_ASSIGNED)
    if not cases or len(set(cases)) != len(cases):
        raise errors.Unprocessable(N_("At least one case must be named, and each only once."), pointer="/cases")
    until = parse_day(content.get("until"), pointer="/until")
    return NewCover(member_id(content.get("to"), "/to"), until, cases)


def _case_id(value: JSON, pointer: str) -> str:
    if not is_hex32(value):
        raise errors.Unprocessable(N_("This is not a valid id."), pointer=pointer)
    return str(value)


def begin_cover(service: Service, actor: Actor, new: NewCover) -> str:
    """Note that a member stands in until a day: what they cannot read yet of the cases is theirs until then.

    It gives nobody access: the actor's device does, after this, so that what is given ends in any case.

    :raises NotFound: the actor was not granted one of the cases
    :raises NotAllowed: they read one of them, but do not lead it
    :raises Unprocessable: a day that is past or too far off, or somebody who cannot stand in
    """
    today = service.clock.today()
    if not today <= new.until <= today + LONGEST:
        raise errors.Unprocessable(N_("The last day must be today or later, within a year."), pointer="/until")
    if new.to == actor.member:
        raise errors.Unprocessable(N_("Nobody stands in for themselves."), pointer="/to")
    cover = os.urandom(16).hex()
    with service.database.write() as session:
        _lock(session, new.cases)
        if not directories.current(service, session).is_listed(new.to, today):
            raise errors.Unprocessable(N_("The directory does not list this member."), pointer="/to")
        if len(_granted(session, actor.member, new.cases)) != len(new.cases):
            raise errors.NotFound
        for case in session.scalars(select(Case).where(Case.id.in_(new.cases))):
            check_holder(session, case, actor.member)
        reading = _granted(session, new.to, new.cases)
        before = _assignees(session, new.cases)
        row = Cover(id=cover, member_id=actor.member, to_id=new.to, until=new.until, ended=False, closed=False)
        session.add(row)
        session.flush()
        rows = [
            {"cover_id": cover, "case_id": case, "given": case not in reading, "before": before.get(case)}
            for case in new.cases
        ]
        session.execute(insert(CoverCase), rows)
        details = {"member": new.to, "until": new.until.isoformat()}
        record_each(service, session, [Act(actor.member, "case:cover", case, details) for case in new.cases])
    return cover


def _lock(session: Session, cases: Collection[str]) -> None:
    session.execute(select(Case.id).where(Case.id.in_(cases)).order_by(Case.id).with_for_update())


def _granted(session: Session, member: str, cases: Collection[str]) -> set[str]:
    query = select(Holding.case_id).where(Holding.case_id.in_(cases), Holding.member_id == member, Holding.granted)
    return set(session.scalars(query))


def _assignees(session: Session, cases: Collection[str]) -> dict[str, str]:
    query = select(Assignment.case_id, Assignment.member_id).where(Assignment.case_id.in_(cases))
    return {row.case_id: row.member_id for row in session.execute(query)}


def covers_of(session: Session, member: str) -> list[JSONObject]:
    """The covers of a member who is or was away, but for those that are done with; the first to end first."""
    query = select(Cover).where(Cover.member_id == member, Cover.closed.is_(False)).order_by(Cover.until, Cover.id)
    return [_json(session, cover) for cover in session.scalars(query)]


def _json(session: Session, cover: Cover) -> JSONObject:
    cases = session.scalars(select(CoverCase).where(CoverCase.cover_id == cover.id).order_by(CoverCase.case_id))
    return {
        "id": cover.id,
        "to": cover.to_id,
        "until": cover.until.isoformat(),
        "ended": cover.ended,
        "cases": [{"case": one.case_id, "given": one.given} for one in cases],
    }


def close_cover(service: Service, actor: Actor, cover_id: str) -> None:
    """End a cover that runs, now; take one that has ended off the list.

    :raises NotFound: not one of the actor's
    """
    with service.database.write() as session:
        cover = session.get(Cover, cover_id, with_for_update=True) if is_hex32(cover_id) else None
        if cover is None or cover.member_id != actor.member:
            raise errors.NotFound
        if cover.ended:
            cover.closed = True
            return
        _end(service, session, cover, actor.member)


def end_covers(service: Service) -> None:
    """Let every cover end whose last day is over. Whoever it let in sees nothing from now on."""
    with service.database.read() as session:
        if not _due(session, service.clock.today()):
            return
    with service.database.write() as session:
        for cover_id in sorted(_due(session, service.clock.today())):
            cover = session.get_one(Cover, cover_id, with_for_update=True)
            _end(service, session, cover, SERVER)


def _due(session: Session, today: datetime.date) -> set[str]:
    over = and_(Cover.closed.is_(False), Cover.until < today)
    return set(session.scalars(select(Cover.id).where(over, Cover.ended.is_(False))))


def _end(service: Service, session: Session, cover: Cover, by: str) -> None:
    cases = list(session.scalars(select(CoverCase).where(CoverCase.cover_id == cover.id).order_by(CoverCase.case_id)))
    _lock(session, [one.case_id for one in cases])
    shut = [one.case_id for one in cases if one.given and _shut_out(session, one.case_id, cover.to_id)]
    for one in cases:
        _put_back(session, one, cover)
    cover.ended = True
    details = {"member": cover.to_id}
    record_each(service, session, [Act(by, "case:cover-end", case, details) for case in shut])


def keep_ended(session: Session, case_id: str) -> None:
    """Let nobody back in by a new epoch whose cover of the case has ended, in the transaction that stores it.

    Devices give the new epoch to everybody who reads the case by its entries, and know nothing of covers.
    """
    over = and_(Cover.id == CoverCase.cover_id, Cover.ended, CoverCase.given, CoverCase.case_id == case_id)
    for member in sorted(set(session.scalars(select(Cover.to_id).join(CoverCase, over)))):
        _shut_out(session, case_id, member)


def _shut_out(session: Session, case_id: str, member: str) -> bool:
    held = session.get(Holding, (case_id, member))
    case = session.get_one(Case, case_id)
    if held is None or not held.granted or member in last_epoch(session, case).holders:
        return False  # whoever was made to lead the case meanwhile was given more than the cover
    if held.custodian:
        held.granted = False
    else:
        session.execute(delete(Holding).where(Holding.case_id == case_id, Holding.member_id == member))
    return True


def _put_back(session: Session, one: CoverCase, cover: Cover) -> None:
    mine = and_(Assignment.case_id == one.case_id, Assignment.member_id == cover.to_id)
    if one.before is not None and _granted(session, one.before, [one.case_id]):
        session.execute(update(Assignment).where(mine).values(member_id=one.before))
    elif one.before != cover.to_id:
        session.execute(delete(Assignment).where(mine))
