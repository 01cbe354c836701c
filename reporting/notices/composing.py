"""Once a slot has begun: one mail for each member who is to be told something, laid ready to be sent.

Reading takes as long as it takes and keeps nobody waiting; what is written is short, and one process wins.
"""

from __future__ import annotations

import os

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reporting.cases import rules as cases
from reporting.cases.models import Case
from reporting.db.direct import insert_rows
from reporting.members.models import Member, SiteRole
from reporting.notices.models import NoticeAddress, NoticeMail, NoticeState, NoticeTold
from reporting.notices.news import Counts, count, find_news, receivers, wishes
from reporting.notices.slots import NEW, latest_slot, period
from reporting.protocol.encoding import dump_json, parse_json_object
from reporting.service import Service

DIGEST, CHECKPOINT, CODE = "digest", "checkpoint", "code"
EXPIRES = 3 * 24 * 60 * 60  # what was to be told three days ago stands at the desk
_THE_STATE = 0
_COUNTS = 1 << 20


def compose(service: Service) -> int:
    """Lay ready what the last slot is to tell, unless that was done: how many mails. It may be repeated at any time.

    Of slots that were missed, none is made up for: the last tells everything.
    """
    slot = latest_slot(service.settings, service.clock.now())
    if slot is None:
        return 0
    state = _state(service)
    if state.done_until >= slot:
        return 0
    with service.database.read() as session:
        news = find_news(service, session, slot, state.begun)
        wanted = wishes(session)
        told = receivers(session, news, wanted)
        counts = count(told, wanted)
        now_in = period(service.settings, slot)
        auditors = _auditors(session) if now_in and state.checkpoint != now_in else []
    with service.database.write() as session:
        if not _take(session, state, slot, now_in):
            return 0  # another process was quicker
        if news:
            insert_rows(session, NoticeTold, [{"case_id": one.case, "what": one.what} for one in news])
        for case in sorted(one.case for one, members in told if one.kind == NEW and members):
            cases.begin_hours(service, session, session.get_one(Case, case))  # staff know of it from now on
        for member in sorted(counts):
            _lay_ready(service, session, member, DIGEST, slot, counts[member])
        for member in auditors:
            _lay_ready(service, session, member, CHECKPOINT, slot, {})
    return len(counts) + len(auditors)


def _state(service: Service) -> NoticeState:
    with service.database.read() as session:
        found = session.get(NoticeState, _THE_STATE)
    if found is None:
        with service.database.write() as session:
            found = begin(service, session)
    return found


def begin(service: Service, session: Session) -> NoticeState:
    """The state; made on first use: what came before this day is not news."""
    found = session.get(NoticeState, _THE_STATE)
    if found is None:
        found = NoticeState(
            id=_THE_STATE,
            begun=service.clock.today(),
            done_until=0,
            checkpoint="",
            sent=None,
            failed=None,
            failed_since=None,
        )
        session.add(found)
        session.flush()
    return found


def _take(session: Session, before: NoticeState, slot: int, now_in: str) -> bool:
    turn = update(NoticeState).where(NoticeState.id == _THE_STATE, NoticeState.done_until == before.done_until)
    taken = session.execute(turn.values(done_until=slot, checkpoint=now_in).returning(NoticeState.id))
    return taken.first() is not None


def _auditors(session: Session) -> list[str]:
    query = (
        select(NoticeAddress.member_id)
        .join(Member, Member.id == NoticeAddress.member_id)
        .join(SiteRole, SiteRole.member_id == NoticeAddress.member_id)
        .where(NoticeAddress.address.is_not(None), NoticeAddress.checkpoints, Member.listed, SiteRole.role == "auditor")
    )
    return sorted(session.scalars(query))


def _lay_ready(service: Service, session: Session, member: str, kind: str, slot: int, counts: Counts) -> None:
    """Lay a mail ready; where one of that kind still waits, since the server was away, let it say both."""
    waiting = session.scalar(
        select(NoticeMail).where(NoticeMail.member_id == member, NoticeMail.kind == kind).with_for_update()
    )
    now = service.clock.now()
    if waiting is None:
        session.add(new_mail(member, kind, slot, counts, now, now + EXPIRES))
        return
    waiting.counts = dump_json(_sum(parse_json_object(waiting.counts.encode(), limit=_COUNTS), counts)).decode()
    waiting.slot, waiting.next_try, waiting.expires = slot, now, now + EXPIRES


def new_mail(member: str, kind: str, slot: int, counts: Counts, now: int, expires: int) -> NoticeMail:
    """A mail that is to be sent at once."""
    return NoticeMail(
        id=os.urandom(16).hex(),
        member_id=member,
        kind=kind,
        slot=slot,
        counts=dump_json(dict(counts)).decode(),
        tries=0,
        next_try=now,
        expires=expires,
    )


def _sum(one: Counts, other: Counts) -> Counts:
    found = {channel: dict(kinds) for channel, kinds in one.items()}
    for channel, kinds in other.items():
        into = found.setdefault(channel, {})
        for kind, number in kinds.items():
            into[kind] = into.get(kind, 0) + number
    return found
