"""The mailbox: what a receipt code opens, read in pages that fit the shape (protocol section 7)."""

from __future__ import annotations

import os
from dataclasses import dataclass

from sqlalchemy import and_, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases import rules as cases
from reporting.cases.models import Case, Entry
from reporting.directory import rules as directories
from reporting.intake import rules as intake
from reporting.mailbox.models import Mailbox
from reporting.protocol.acknowledgement import EntryAcknowledgement, sign
from reporting.protocol.challenge import Solved
from reporting.protocol.encoding import JSONObject, b64encode, dump_json, is_hex32, sha256
from reporting.protocol.errors import N_
from reporting.protocol.requests import EntryRequest, parse_entry_request, parse_token
from reporting.service import Service

REPORTER = "reporter"
MAX_ENTRIES = 12  # on one page; sealed entries fill the shape before
_EMPTY = len(dump_json({"cases": [], "entries": [], "more": False})) + len("true")


@dataclass(frozen=True)
class Added:
    """What a follow-up is answered; ``new`` is False on a retry."""

    id: str
    acknowledgement: str
    new: bool


def check(service: Service, content: JSONObject) -> JSONObject:
    """One page of a mailbox. A token that nobody has opens an empty one.

    :raises ServiceError: the challenge, the form of the request, or an ``after`` that is not in it
    """
    solved = intake.check_solved(service, content)
    token = parse_token(content)
    after = content.get("after")
    if after is not None and not is_hex32(after):
        raise errors.Unprocessable(N_("This must be 32 hexadecimal digits."), pointer="/after")
    _spend(service, solved)
    with service.database.read() as session:
        return _page(service, session, token, after)


def _spend(service: Service, solved: Solved) -> None:
    try:
        # Not forced to the disk: the worst that a power cut undoes is that one solved challenge can be
        # used a second time within its ten minutes, for one more look into one's own mailbox.
        with service.database.write(durable=False) as session:
            intake.spend(service, session, solved)
    except IntegrityError as error:
        raise errors.ChallengeSpent(pointer="/challenge") from error


def _page(service: Service, session: Session, token: bytes, after: str | None) -> JSONObject:
    known = select(Case.id).join(Mailbox, Mailbox.id == Case.mailbox_id).where(Mailbox.token_sha256 == sha256(token))
    case_ids = list(session.scalars(known))
    rows = _rows(session, case_ids, after)
    directory = directories.current(service, session)
    room = directory.shape - _EMPTY
    entries: list[JSONObject] = []
    shown: dict[str, JSONObject] = {}
    more = False
    for row in rows:
        entry = _entry(row)
        case = None if row.case_id in shown else describe(session, row.case_id)
        room -= len(dump_json(entry)) + 1 + (len(dump_json(case)) + 1 if case else 0)
        if room < 0 or len(entries) == MAX_ENTRIES:
            more = True
            break
        entries.append(entry)
        if case is not None:
            shown[row.case_id] = case
    return {"cases": list(shown.values()), "entries": entries, "more": more}


def _rows(session: Session, case_ids: list[str], after: str | None) -> list[Entry]:
    query = select(Entry).where(Entry.case_id.in_(case_ids), Entry.audience == REPORTER)
    if after is not None:
        place = session.get(Entry, after)
        if place is None or place.case_id not in case_ids or place.audience != REPORTER:
            raise errors.UnknownPosition(pointer="/after")
        query = query.where(or_(Entry.day < place.day, and_(Entry.day == place.day, Entry.id < place.id)))
    # The ids first, from the index alone: what is sealed is read only for the entries of the page.
    ids = list(
        session.scalars(
            query.with_only_columns(Entry.id).order_by(Entry.day.desc(), Entry.id.desc()).limit(MAX_ENTRIES + 1)
        )
    )
    found = {row.id: row for row in session.scalars(select(Entry).where(Entry.id.in_(ids)))}
    return [found[entry_id] for entry_id in ids]


def _entry(row: Entry) -> JSONObject:
    entry: JSONObject = {
        "case": row.case_id,
        "id": row.id,
        "date": row.day.isoformat(),
        "sealed": b64encode(row.sealed) if row.sealed is not None else None,
        "acknowledgement": row.acknowledgement,
        "proof": None,
    }
    if row.sealed is None:
        entry["sha256"] = b64encode(row.sha256)
    return entry


def describe(session: Session, case_id: str) -> JSONObject:
    """A case as its reporter sees it."""
    case = session.get_one(Case, case_id)
    return {
        "case": case.id,
        "channel": case.channel_id,
        "received": case.received.isoformat(),
        "sealed_by": case.sealed_by,
        "epochs": cases.epoch_notes(session, case.id),
        "recipient": case.recipient,
        "status": case.status,
        "clocks": cases.clocks_json(case),
    }


def add_entry(service: Service, content: JSONObject) -> Added:
    """Store a reporter's follow-up, or find that it is stored already.

    :raises ServiceError: the first check that fails; nothing is stored then
    """
    solved = intake.check_solved(service, content)
    request = parse_entry_request(content)
    intake.refuse_uploads(request.uploads)
    try:
        return _add_once(service, request, solved)
    except IntegrityError:
        # On PostgreSQL two equal requests may run side by side; now the other one is stored.
        return _add_once(service, request, solved)


def _add_once(service: Service, request: EntryRequest, solved: Solved) -> Added:
    digest = sha256(request.entry)
    with service.database.write() as session:
        case = _own_case(session, request)
        known = session.execute(
            select(Entry.id, Entry.acknowledgement, Entry.author).where(
                Entry.case_id == case.id, Entry.sha256 == digest
            )
        ).one_or_none()
        if known is not None and known.author != REPORTER:
            raise errors.AlreadyThere(N_("Somebody else wrote this entry."), pointer="/entry")
        if known is not None:
            return Added(known.id, known.acknowledgement or "", new=False)
        cases.check_epoch(session, case, request.epoch)
        intake.spend(service, session, solved)
        statement = EntryAcknowledgement(service.origin, case.id, digest, service.clock.today())
        acknowledgement = sign(statement, service.signing_key)
        entry_id = os.urandom(16).hex()
        session.execute(
            insert(Entry),
            [
                {
                    "id": entry_id,
                    "case_id": case.id,
                    "audience": REPORTER,
                    "author": REPORTER,
                    "epoch": request.epoch,
                    "first": False,
                    "day": statement.date,
                    "size": len(request.entry),
                    "sealed": request.entry,
                    "sha256": digest,
                    "acknowledgement": acknowledgement,
                }
            ],
        )
    return Added(entry_id, acknowledgement, new=True)


def _own_case(session: Session, request: EntryRequest) -> Case:
    query = (
        select(Case)
        .join(Mailbox, Mailbox.id == Case.mailbox_id)
        .where(Case.id == request.case, Mailbox.token_sha256 == sha256(request.token))
        .with_for_update(of=Case)
    )
    case = session.scalar(query)
    if case is None:
        raise errors.NotFound(N_("There is no such case under this receipt code."), pointer="/case")
    return case
