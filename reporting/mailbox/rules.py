"""The mailbox: what a receipt code opens, read in pages that fit the shape (protocol section 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases import rules as cases
from reporting.cases.models import Case, Entry
from reporting.db.direct import fetch, first, insert_rows
from reporting.directory import rules as directories
from reporting.evidence import rules as evidence
from reporting.intake import rules as intake
from reporting.protection import check_ins
from reporting.protection.models import ProtectionState
from reporting.protocol.acknowledgement import EntryAcknowledgement, sign
from reporting.protocol.challenge import Solved
from reporting.protocol.encoding import JSONObject, b64encode, dump_json, is_hex32, sha256
from reporting.protocol.errors import N_
from reporting.protocol.requests import EntryRequest, parse_entry_request, parse_token
from reporting.service import Service

REPORTER = "reporter"
MAX_ENTRIES = 12  # on one page; sealed entries fill the shape before
_CASE, _ENTRY = Case.__table__.c, Entry.__table__.c
_STATE = ProtectionState.__table__.c
_CASES = (
    select(
        _CASE.id,
        _CASE.channel_id,
        _CASE.received,
        _CASE.sealed_by,
        _CASE.recipient,
        _CASE.status,
        _CASE.clocks,
        _STATE.outcome,
    )
    .outerjoin_from(Case.__table__, ProtectionState.__table__, _STATE.case_id == _CASE.id)
    .where(_CASE.mailbox == bindparam("digest"))
)
_OWN = _ENTRY.case_id.in_(select(_CASE.id).where(_CASE.mailbox == bindparam("digest"))) & (_ENTRY.audience == REPORTER)
_PLACE = select(_ENTRY.id, _ENTRY.day).where(_ENTRY.id == bindparam("id"), _OWN)
_NEWEST = select(_ENTRY.id).where(_OWN).order_by(_ENTRY.day.desc(), _ENTRY.id.desc()).limit(MAX_ENTRIES + 1)
_OLDER = _NEWEST.where(
    or_(
        _ENTRY.day < bindparam("day"),
        and_(_ENTRY.day == bindparam("day"), _ENTRY.id < bindparam("id")),
    )
)


def _sealed(chosen: Select[tuple[str]]) -> Select[Any]:
    # The ids first, from the index alone: what is sealed is read only for the entries of the page.
    columns = (_ENTRY.id, _ENTRY.case_id, _ENTRY.day, _ENTRY.sealed, _ENTRY.sha256, _ENTRY.acknowledgement)
    return select(*columns).where(_ENTRY.id.in_(chosen)).order_by(_ENTRY.day.desc(), _ENTRY.id.desc())


_NEWEST_PAGE, _OLDER_PAGE = _sealed(_NEWEST), _sealed(_OLDER)
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
    # Not forced to the disk: the worst that a power cut undoes is that one solved challenge can be used
    # a second time within its ten minutes, for one more look into one's own mailbox.
    service.database.store(lambda session: intake.spend(service, session, solved), durable=False)


def _page(service: Service, session: Session, token: bytes, after: str | None) -> JSONObject:
    digest = sha256(token)
    rows = _rows(session, digest, after)
    cases_of = {row.id: row for row in fetch(session, _CASES, digest=digest)}
    asked = check_ins.of_mailbox(session, digest)
    directory = directories.current(service, session)
    room = directory.shape - _EMPTY
    entries: list[JSONObject] = []
    shown: dict[str, JSONObject] = {}
    more = False
    for row in rows:
        entry = _entry(row)
        case = None if row.case_id in shown else _describe(session, cases_of[row.case_id], asked.get(row.case_id, []))
        room -= len(dump_json(entry)) + 1 + (len(dump_json(case)) + 1 if case else 0)
        if room < 0 or len(entries) == MAX_ENTRIES:
            more = True
            break
        entries.append(entry)
        if case is not None:
            shown[row.case_id] = case
    return {"cases": list(shown.values()), "entries": entries, "more": more}


def _rows(session: Session, digest: bytes, after: str | None) -> Sequence[Any]:
    if after is None:
        return fetch(session, _NEWEST_PAGE, digest=digest)
    place = first(session, _PLACE, id=after, digest=digest)
    if place is None:
        raise errors.UnknownPosition(pointer="/after")
    return fetch(session, _OLDER_PAGE, digest=digest, day=place.day, id=place.id)


def _entry(row: Any) -> JSONObject:
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


def _describe(session: Session, case: Any, asked: list[JSONObject]) -> JSONObject:
    """A case as its reporter sees it."""
    return {
        "case": case.id,
        "channel": case.channel_id,
        "received": case.received.isoformat(),
        "sealed_by": case.sealed_by,
        "epochs": cases.epoch_notes(session, case.id),
        "recipient": case.recipient,
        "status": case.status,
        "outcome": case.outcome,
        "clocks": cases.clocks_json(case.clocks),
        "check_ins": asked,
    }


def add_entry(service: Service, content: JSONObject) -> Added:
    """Store a reporter's follow-up, or find that it is stored already.

    :raises ServiceError: the first check that fails; nothing is stored then
    """
    solved = intake.check_solved(service, content)
    request = parse_entry_request(content)
    return service.database.store(lambda session: _add_once(service, session, request, solved))


def _add_once(service: Service, session: Session, request: EntryRequest, solved: Solved) -> Added:
    digest = sha256(request.entry)
    case = _own_case(session, request)
    known = session.execute(
        select(Entry.id, Entry.acknowledgement, Entry.author).where(Entry.case_id == case.id, Entry.sha256 == digest)
    ).one_or_none()
    if known is not None and known.author != REPORTER:
        raise errors.AlreadyThere(N_("Somebody else wrote this entry."), pointer="/entry")
    if known is not None:
        return Added(known.id, known.acknowledgement or "", new=False)
    cases.check_epoch(session, case, request.epoch)
    intake.spend(service, session, solved)
    evidence.check_claims(service, session, evidence.Sender(), request.uploads)
    statement = EntryAcknowledgement(service.origin, case.id, digest, service.clock.today())
    row = cases.new_entry(case.id, REPORTER, REPORTER, request.epoch, request.entry, statement.date)
    row["acknowledgement"] = sign(statement, directories.service_signer(service, session))
    insert_rows(session, Entry, [row])
    check_ins.answer(session, case.id, statement.date)
    cases.mark_unread(session, case, row["id"], statement.date)
    evidence.claim(session, request.uploads, case.id, row["id"])
    return Added(row["id"], row["acknowledgement"], new=True)


def _own_case(session: Session, request: EntryRequest) -> Case:
    query = select(Case).where(Case.id == request.case, Case.mailbox == sha256(request.token)).with_for_update()
    case = session.scalar(query)
    if case is None:
        raise errors.NotFound(N_("There is no such case under this receipt code."), pointer="/case")
    return case
