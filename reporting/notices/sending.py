"""Sending what waits: one after the other, again where it failed, given up when it is of no use any more."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from reporting.db.alone import only_one
from reporting.log import trail
from reporting.members.models import Member
from reporting.notices import words
from reporting.notices.addresses import code_of
from reporting.notices.composing import CHECKPOINT, CODE, begin, compose
from reporting.notices.languages import language_of, titles
from reporting.notices.models import NoticeAddress, NoticeChoice, NoticeMail
from reporting.notices.news import Counts
from reporting.notices.post import NotTaken, deliver
from reporting.protocol.encoding import parse_json_object
from reporting.service import Service

_FIRST_WAIT = 5 * 60
_LONGEST_WAIT = 6 * 60 * 60
_ROUND = 500
_COUNTS = 1 << 20


@dataclass(frozen=True)
class Sent:
    """How many mails a server took, and how many wait still."""

    sent: int = 0
    waiting: int = 0


def run(service: Service) -> Sent | None:
    """Lay ready what a slot is to tell, and send what waits. It may be repeated at any time.

    :return: None where another process is at it
    """
    if not service.settings.smtp_host:
        return Sent()
    with only_one(service.database, "notices") as got:
        if not got:
            return None
        _forget_leavers(service)
        compose(service)
        return _send_due(service)


def send_trial(service: Service, to: str, language: str) -> None:
    """Send a mail that shows that mail arrives.

    :raises NotTaken: the server did not take it
    """
    deliver(service.settings, words.trial(service, to, language, os.urandom(16).hex()))


def _forget_leavers(service: Service) -> None:
    with service.database.read() as session:
        left = select(NoticeAddress.member_id).join(Member, Member.id == NoticeAddress.member_id)
        gone = session.scalars(left.where(~Member.listed)).all()
    if gone:
        with service.database.write() as session:
            for member in gone:
                forget(session, member)


def forget(session: Session, member: str) -> None:
    """Forget a member's address, what they wanted, and what waits for them."""
    for table in (NoticeMail, NoticeChoice, NoticeAddress):
        session.execute(delete(table).where(table.member_id == member))


def _send_due(service: Service) -> Sent:
    now, sent = service.clock.now(), 0
    rows = _due(service, now)
    for place, row in enumerate(rows):
        try:
            if _send(service, row):
                sent += 1
        except NotTaken as error:
            _note_failure(service, [row] if error.alone else rows[place:], error)
            if not error.alone:
                break  # the server's fault, or the line's: the others would fare no better
    with service.database.read() as session:
        return Sent(sent, len(session.scalars(select(NoticeMail.id)).all()))


def _due(service: Service, now: int) -> Sequence[NoticeMail]:
    with service.database.read() as session:
        old = session.scalars(select(NoticeMail.id).where(NoticeMail.expires <= now)).all()
    if old:
        with service.database.write() as session:
            session.execute(delete(NoticeMail).where(NoticeMail.id.in_(old)))
    with service.database.read() as session:
        due = select(NoticeMail).where(NoticeMail.next_try <= now).order_by(NoticeMail.next_try, NoticeMail.id)
        return session.scalars(due.limit(_ROUND)).all()


def _send(service: Service, row: NoticeMail) -> bool:
    with service.database.read() as session:
        address = session.get(NoticeAddress, row.member_id)
        message = _message(service, session, row, address) if address else None
    if message is not None:
        deliver(service.settings, message)
    with service.database.write() as session:
        session.execute(delete(NoticeMail).where(NoticeMail.id == row.id))
        if message is None:
            return False
        if row.kind != CODE:
            session.execute(update(NoticeAddress).where(NoticeAddress.member_id == row.member_id).values(failed=None))
        state = begin(service, session)
        state.sent, state.failed, state.failed_since = service.clock.now(), None, None
    return True


def _message(service: Service, session: Session, row: NoticeMail, address: NoticeAddress) -> EmailMessage | None:
    """The mail as it is sent; None where its address or code is gone by now."""
    # The same for every attempt: a mail that was taken unnoticed is known when it comes again.
    parts = (b"message", row.id.encode(), str(row.slot).encode())
    number = service.keyed_hash("notices", *parts).hex()[:32]
    language = language_of(service, session, address)
    if row.kind == CODE:
        if address.waiting is None or address.asked != row.slot:
            return None
        return words.code(service, address.waiting, language, code_of(service, address), number)
    if address.address is None:
        return None
    if row.kind == CHECKPOINT:
        return words.checkpoint(service, address.address, language, trail.checkpoint(service, session), number)
    counts: Counts = parse_json_object(row.counts.encode(), limit=_COUNTS)
    return words.digest(service, address.address, language, counts, titles(service, session, language), number)


def _note_failure(service: Service, rows: Sequence[NoticeMail], error: NotTaken) -> None:
    now = service.clock.now()
    with service.database.write() as session:
        for row in rows:
            found = session.get(NoticeMail, row.id, with_for_update=True)
            if found is None:
                continue
            if error.final:
                session.delete(found)
                failed = update(NoticeAddress).where(NoticeAddress.member_id == row.member_id)
                session.execute(failed.values(failed=error.reason))
            else:
                found.next_try = now + min(_FIRST_WAIT << min(found.tries, 16), _LONGEST_WAIT)
                found.tries += 1
        if not error.alone:
            state = begin(service, session)
            state.failed_since = state.failed_since if state.failed else now
            state.failed = error.reason
