"""The news link: turned on in the mailbox, asked by whoever has it, answered alike to everybody (protocol 11.1)."""

from __future__ import annotations

import datetime
import os

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases.models import Case, Entry
from reporting.db.direct import first, insert_rows
from reporting.intake import rules as intake
from reporting.mailbox.models import Mailbox, MailboxFeed
from reporting.protocol.challenge import Solved
from reporting.protocol.encoding import JSONObject, b64decode, b64encode, sha256
from reporting.protocol.errors import N_
from reporting.protocol.feed import Feed, seal_day
from reporting.protocol.requests import parse_token
from reporting.service import Service

REPORTER = "reporter"
_CASE, _ENTRY, _FEED = Case.__table__.c, Entry.__table__.c, MailboxFeed.__table__.c
_KNOWN = select(_FEED.mailbox, _FEED.answer_key).where(_FEED.lookup_sha256 == bindparam("lookup"))
_NEWEST = (
    select(_ENTRY.day)
    .where(
        _ENTRY.case_id.in_(select(_CASE.id).where(_CASE.mailbox == bindparam("mailbox"))),
        _ENTRY.audience == REPORTER,
        _ENTRY.author != REPORTER,
    )
    .order_by(_ENTRY.day.desc())
    .limit(1)
)


def choose(service: Service, content: JSONObject) -> bool:
    """Turn the news link of a mailbox on or off, as its reporter says; whether it is on now.

    :raises ServiceError: the challenge, the form of the request, or nothing is under this token
    """
    solved = intake.check_solved(service, content)
    token, wanted = parse_token(content), content.get("news")
    if not isinstance(wanted, bool):
        raise errors.Unprocessable(N_("This must be true or false."), pointer="/news")
    service.database.store(lambda session: _choose(service, session, token, solved, wanted=wanted))
    return wanted


def _choose(service: Service, session: Session, token: bytes, solved: Solved, *, wanted: bool) -> None:
    mailbox, feed = sha256(token), Feed.of_token(token)
    # Locked, so that the same wish sent twice at once meets the row of the first.
    if session.scalar(select(Mailbox).where(Mailbox.token_sha256 == mailbox).with_for_update()) is None:
        raise errors.NotFound(N_("There is nothing under this receipt code."), pointer="/token")
    intake.spend(service, session, solved)
    session.execute(delete(MailboxFeed).where(MailboxFeed.mailbox == mailbox))
    if wanted:
        row = {"lookup_sha256": sha256(feed.lookup()), "mailbox": mailbox, "answer_key": feed.answer_key()}
        insert_rows(session, MailboxFeed, [row])


def ask(service: Service, content: JSONObject) -> str:
    """The sealed day of the newest entry by members. Nothing is written.

    Whoever asks for what is on, for what is off and for what never was gets an answer of one form that took the same
    steps: a mailbox and a key that nobody has stand in for the missing ones.

    :raises ProtocolError: the form of the request
    """
    lookup = sha256(b64decode(content.get("feed"), length=32, pointer="/feed"))
    mailbox, answer_key = os.urandom(32), os.urandom(32)
    with service.database.read() as session:
        known = first(session, _KNOWN, lookup=lookup)
        if known is not None:
            mailbox, answer_key = known.mailbox, known.answer_key
        newest = first(session, _NEWEST, mailbox=mailbox)
    day: datetime.date | None = None if newest is None else newest.day
    return b64encode(seal_day(day, answer_key))
