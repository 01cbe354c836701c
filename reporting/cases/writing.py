"""What the desk writes: entries with a change of status, cards, and grants of access."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases import clocks, moving
from reporting.cases.models import Card, Case, Entry, Holding, KeptEntry
from reporting.cases.opening import check_epoch, new_entry
from reporting.cases.reading import granted, holding_of
from reporting.cases.workflow import Move
from reporting.evidence import rules as evidence
from reporting.log.models import AuditEvent
from reporting.log.rules import record
from reporting.protocol.directory import Directory
from reporting.protocol.directory_parts import Channel
from reporting.protocol.encoding import JSON, JSONObject, b64decode, check_integer, is_id, sha256
from reporting.protocol.epoch import MAX_EPOCHS
from reporting.protocol.errors import N_
from reporting.protocol.requests import check_sealed_entry, parse_uploads
from reporting.protocol.vault import MAX_CARD
from reporting.service import Service

#: What a member writes here, and to how many it is sealed; the room ``custody`` takes what is for custodians.
_STANZAS = {"team": 1, "reporter": 2}
_LEAST_CARD = 1 + 12 + 16  # version, nonce, tag (protocol section 9)


@dataclass(frozen=True)
class Actor:
    """The member who acts, with their roles."""

    member: str
    roles: frozenset[str]


@dataclass(frozen=True)
class NewEntry:
    """A sealed entry of a member, checked in form: ``status`` moves the case on in the same step."""

    audience: str
    epoch: int
    sealed: bytes
    status: Move | None
    uploads: tuple[str, ...] = ()


def member_id(value: JSON, pointer: str) -> str:
    """The id of a member.

    :raises Unprocessable: anything else
    """
    if not is_id(value):
        raise errors.Unprocessable(N_("This is not a valid id."), pointer=pointer)
    return str(value)


def parse_entry(content: JSONObject) -> NewEntry:
    """The body of ``POST /api/cases/{id}/entries``.

    :raises ProtocolError, Unprocessable: a field of another form
    """
    audience = content.get("audience")
    if audience not in _STANZAS:
        raise errors.Unprocessable(N_("There is no such audience."), pointer="/audience")
    return NewEntry(
        audience=audience,
        epoch=check_integer(content.get("epoch"), 0, MAX_EPOCHS - 1, pointer="/epoch"),
        sealed=check_sealed_entry(content.get("entry"), _STANZAS[audience], "/entry"),
        status=moving.parse_move(content.get("status"), str(audience)),
        uploads=parse_uploads(content.get("uploads", [])),
    )


def add_entry(service: Service, actor: Actor, case_id: str, new: NewEntry) -> tuple[str, bool]:
    """Store a member's entry, and the change of status that it tells of: its id, and whether it is new.

    :raises NotFound: the member was not granted the case
    :raises EpochStale: the case has a newer epoch
    :raises WrongTransition: the status cannot follow
    :raises Conflict: a refusal that no other member proposed
    :raises UploadUnusable, UploadUnfinished: a file that it names is not whole, not the member's own, or taken
    """
    with service.database.write() as session:
        case = granted(session, actor.member, case_id, lock=True)
        if (known := known_entry(session, case_id, actor.member, new.sealed)) is not None:
            return known, False
        check_epoch(session, case, new.epoch)
        evidence.check_claims(service, session, evidence.Sender(actor.member, case_id), new.uploads)
        entry_id = store_entry(service, session, actor.member, case, new, kept=new.status is not None)
        if new.status is not None:
            moving.move(service, session, actor.member, actor.roles, case, new.status, entry_id)
    return entry_id, True


def known_entry(session: Session, case_id: str, member: str, sealed: bytes) -> str | None:
    """The id of the same entry by the same member, where a retry finds it stored.

    :raises AlreadyThere: the same bytes, by another author
    """
    known = session.execute(
        select(Entry.id, Entry.author).where(Entry.case_id == case_id, Entry.sha256 == sha256(sealed))
    ).one_or_none()
    if known is None:
        return None
    if known.author != member:
        raise errors.AlreadyThere(N_("Somebody else wrote this entry."), pointer="/entry")
    return str(known.id)


def known_act(session: Session, case_id: str, member: str, sealed: bytes, act: str) -> str | None:
    """Like :func:`known_entry`, where storing the entry was part of an ``act``.

    :raises AlreadyThere: the same bytes, by another author, or stored as something else: nothing was done with it
    """
    known = known_entry(session, case_id, member, sealed)
    if known is None:
        return None
    query = select(AuditEvent.details).where(AuditEvent.case_id == case_id, AuditEvent.act == "entry:add")
    told = (json.loads(details) for details in session.scalars(query) if details is not None)
    if not any(one.get("entry") == known and one.get("as") == act for one in told):
        raise errors.AlreadyThere(N_("This entry is stored already, as something else."), pointer="/entry")
    return known


def store_entry(
    service: Service, session: Session, member: str, case: Case, new: NewEntry, act: str = "", *, kept: bool = True
) -> str:
    """Store a checked entry, and that the member wrote it: its id. ``act`` is what storing it is a part of.

    :param kept: whether it stands for a step of the case, and so is never removed
    """
    row = new_entry(case.id, new.audience, member, new.epoch, new.sealed, service.clock.today())
    session.execute(insert(Entry), [row])
    if kept:
        keep_entry(session, str(row["id"]))
    evidence.claim(session, new.uploads, case.id, str(row["id"]))
    details = {"entry": row["id"], "audience": new.audience} | ({"as": act} if act else {})
    record(service, session, member, "entry:add", case=case.id, details=details)
    return str(row["id"])


def keep_entry(session: Session, entry_id: str) -> None:
    """Let nobody remove an entry, from now on."""
    session.merge(KeptEntry(entry_id=entry_id))
    session.flush()


def channel_of(directory: Directory, channel_id: str) -> Channel:
    """The channel of a case, in the directory in force.

    :raises Conflict: it was closed
    """
    found = next((channel for channel in directory.channels if channel.id == channel_id), None)
    if found is None:
        raise errors.Conflict(N_("The channel of this case was closed; nobody new can be given access."))
    return found


def let_custodian_see(session: Session, case: Case, member: str) -> None:
    """Let a custodian see entries for custodians, now that a holder asks them."""
    held = session.get(Holding, (case.id, member))
    if held is not None:
        held.custodian = True
        return
    due = clocks.next_due(clocks.decode(case.clocks))
    session.add(Holding(member_id=member, case_id=case.id, next_due=due, granted=False, custodian=True))


def put_card(service: Service, member: str, case_id: str, content: JSONObject) -> None:
    """Keep what the member's device wrote about a case, under a key that only they have.

    :raises NotFound: the member has no part in the case
    """
    sealed = b64decode(content.get("card"), pointer="/card")
    if not _LEAST_CARD <= len(sealed) <= MAX_CARD or sealed[:1] != b"\x01":
        raise errors.Unprocessable(N_("This is not a card."), pointer="/card")
    with service.database.write() as session:
        holding_of(session, member, case_id)
        session.merge(Card(member_id=member, case_id=case_id, sealed=sealed))
