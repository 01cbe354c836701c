"""When an identity is handed out: asked for by a holder, approved by enough custodians, opened by one of them."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases import rules as cases
from reporting.cases.models import Case, Entry
from reporting.custody.models import Disclosure, DisclosureDecision
from reporting.directory import rules as directories
from reporting.log.rules import record
from reporting.protocol import age
from reporting.protocol.directory_parts import parse_list
from reporting.protocol.encoding import JSON, JSONObject, b64encode, check_integer, is_hex32
from reporting.protocol.entry import MAX_CUSTODIANS
from reporting.protocol.epoch import MAX_EPOCHS
from reporting.protocol.errors import N_
from reporting.protocol.requests import check_sealed_entry
from reporting.service import Service

REQUESTED, APPROVED, REFUSED, OPENED, WITHDRAWN = "requested", "approved", "refused", "opened", "withdrawn"
STATES = (REQUESTED, APPROVED, REFUSED, OPENED, WITHDRAWN)
APPROVE, REFUSE = "approve", "refuse"
#: States in which something may still be decided.
AWAITED = (REQUESTED, APPROVED)
_STANDS = {
    REQUESTED: N_("This request is not approved yet."),
    APPROVED: N_("This request is approved already."),
    REFUSED: N_("This request was refused."),
    OPENED: N_("This request was opened already. Whoever needs the identity again has to ask again."),
    WITHDRAWN: N_("This request was withdrawn. Whoever needs the identity has to ask again."),
}
#: A decision is sealed to those custodians of the request who are still there, and to the case.
DECISION_STANZAS = range(2, MAX_CUSTODIANS + 2)
_CUSTODIAN = "custodian"
_CLOSED_SHOWN = 100


@dataclass(frozen=True)
class NewRequest:
    """A holder's sealed request, whom it is sealed to, and the message that told the reporter, if one did."""

    entry: cases.NewEntry
    custodians: tuple[str, ...]
    notice: str | None


def parse_entry(content: JSONObject, audience: str, stanzas: int | range, name: str = "entry") -> cases.NewEntry:
    """A sealed entry in a request's body, for so many recipients.

    :raises ProtocolError, Unprocessable: a field of another form
    """
    return cases.NewEntry(
        audience=audience,
        epoch=check_integer(content.get("epoch"), 0, MAX_EPOCHS - 1, pointer="/epoch"),
        sealed=check_sealed_entry(content.get(name), stanzas, f"/{name}"),
        status=None,
    )


def parse_request(content: JSONObject) -> NewRequest:
    """The body of ``POST /api/cases/{id}/disclosures``.

    :raises ProtocolError, Unprocessable: a field of another form
    """
    custodians = parse_list(content.get("custodians"), "/custodians", cases.member_id, MAX_CUSTODIANS)
    if not custodians or len(set(custodians)) != len(custodians):
        raise errors.Unprocessable(N_("Custodians are named, each once."), pointer="/custodians")
    notice: JSON = content.get("notice")
    if notice is not None and not is_hex32(notice):
        raise errors.Unprocessable(N_("This must be 32 hexadecimal digits."), pointer="/notice")
    return NewRequest(parse_entry(content, _CUSTODIAN, len(custodians) + 1), custodians, notice)


def request(service: Service, member: str, case_id: str, new: NewRequest) -> tuple[str, bool]:
    """Store a request for an identity and let the custodians see it: its id, and whether it is new.

    :raises NotFound: the member was not granted the case
    :raises NotAllowed: they read it, but the last epoch does not name them as a holder
    :raises Conflict: the reporter has not said who they are
    :raises Unprocessable: fewer custodians are asked than must approve
    :raises EpochStale: the case has a newer epoch
    """
    with service.database.write() as session:
        case = cases.granted(session, member, case_id, lock=True)
        if (known := cases.known_entry(session, case_id, member, new.entry.sealed)) is not None:
            return _by_entry(session, known).id, False
        cases.check_epoch(session, case, new.entry.epoch)
        cases.check_holder(session, case, member)
        identity = _identity_of(session, case_id)
        _check_custodians(service, session, case, new.custodians)
        _check_enough(service, identity, new.custodians)
        _check_notice(session, case_id, member, new.notice)
        entry_id = cases.store_entry(service, session, member, case, new.entry)
        found = _store(service, session, case, member, new, entry_id)
    return found, True


def _store(service: Service, session: Session, case: Case, member: str, new: NewRequest, entry_id: str) -> str:
    row = Disclosure(
        id=os.urandom(16).hex(),
        case_id=case.id,
        entry_id=entry_id,
        requested_by=member,
        day=service.clock.today(),
        needed=min(service.settings.custodian_approvals, len(new.custodians)),
        state=REQUESTED,
        notice=new.notice,
        opened_by=None,
    )
    session.add(row)
    session.flush()
    if new.notice is not None:
        cases.keep_entry(session, new.notice)
    asked = [{"disclosure_id": row.id, "member_id": custodian} for custodian in new.custodians]
    session.execute(insert(DisclosureDecision), asked)
    for custodian in new.custodians:
        cases.let_custodian_see(session, case, custodian)
    details = {"disclosure": row.id, "needed": row.needed, "custodians": sorted(new.custodians)}
    record(
        service, session, member, "identity:request", case=case.id, details=details | {"told": new.notice is not None}
    )
    return row.id


def _check_custodians(service: Service, session: Session, case: Case, named: Collection[str]) -> None:
    if not set(named) <= _custodians(service, session, case):
        raise errors.Unprocessable(N_("Only custodians of the case's channel may be named."), pointer="/custodians")


def _check_enough(service: Service, identity: bytes, named: Collection[str]) -> None:
    # Whoever asks must not choose how few decide: as many are asked as must approve, unless fewer ever had a say.
    keepers = len(age.parse_header(identity).stanzas)
    least = min(service.settings.custodian_approvals, keepers)
    if len(named) < least:
        raise errors.Unprocessable(
            N_("{needed} custodians must approve: ask as many at least."),
            pointer="/custodians",
            values={"needed": least},
        )


def _custodians(service: Service, session: Session, case: Case) -> set[str]:
    """Custodians of the case's channel by the directory in force.

    :raises Conflict: the channel was closed
    """
    directory = directories.current(service, session)
    channel = cases.channel_of(directory, case.channel_id)
    return set(directory.custodians(channel.id, service.clock.today()))


def _check_notice(session: Session, case_id: str, member: str, notice: str | None) -> None:
    told = session.get(Entry, notice) if notice is not None else None
    if notice is not None and (
        told is None
        or told.sealed is None
        or (told.case_id, told.audience, told.author) != (case_id, "reporter", member)
    ):
        raise errors.Unprocessable(N_("This is no message of yours to the reporter."), pointer="/notice")


def _identity_of(session: Session, case_id: str) -> bytes:
    """The case's identity file.

    :raises Conflict: there is none
    """
    query = select(Entry.sealed).where(
        Entry.case_id == case_id, Entry.audience == _CUSTODIAN, Entry.author == "reporter"
    )
    sealed: bytes | None = session.scalars(query.order_by(Entry.id).limit(1)).one_or_none()
    if sealed is None:
        raise errors.Conflict(N_("The reporter of this case has not said who they are."))
    return sealed


def _by_entry(session: Session, entry_id: str) -> Disclosure:
    """The request that an entry made.

    :raises AlreadyThere: the same bytes were stored as something else
    """
    found = session.scalars(select(Disclosure).where(Disclosure.entry_id == entry_id)).one_or_none()
    if found is None:
        raise errors.AlreadyThere(pointer="/entry")
    return found


def _asked(
    service: Service, session: Session, member: str, case_id: str, disclosure_id: str
) -> tuple[Case, Disclosure, DisclosureDecision]:
    """A request with the member's own say in it, kept from others in this transaction.

    :raises NotFound: there is no such request, or the member was not asked
    :raises NotAllowed: they were, but are custodian of the channel no more, or asked themselves
    """
    cases.holding_of(session, member, case_id)
    case = session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
    found = session.get(Disclosure, disclosure_id, with_for_update=True) if is_hex32(disclosure_id) else None
    own = session.get(DisclosureDecision, (disclosure_id, member))
    if found is None or own is None or found.case_id != case_id:
        raise errors.NotFound
    if member not in _custodians(service, session, case) or member == found.requested_by:
        raise errors.NotAllowed
    return case, found, own


@dataclass(frozen=True)
class NewDecision:
    """A custodian's sealed decision, and what it says."""

    entry: cases.NewEntry
    decision: str


def parse_decision(content: JSONObject) -> NewDecision:
    """The body of ``POST /api/cases/{id}/disclosures/{id}/decisions``.

    :raises ProtocolError, Unprocessable: a field of another form
    """
    decision = content.get("decision")
    if decision not in (APPROVE, REFUSE):
        raise errors.Unprocessable(N_("There is no such decision."), pointer="/decision")
    return NewDecision(parse_entry(content, _CUSTODIAN, DECISION_STANZAS), decision)


def decide(service: Service, member: str, case_id: str, disclosure_id: str, new: NewDecision) -> tuple[str, bool]:
    """Store a custodian's decision: the state that the request then has, and whether it is new.

    :raises NotFound, NotAllowed: the member has no say in it
    :raises AlreadyThere: they have decided already
    :raises Conflict: it was refused, withdrawn or opened before, or whoever asked holds the case no more
    :raises EpochStale: the case has a newer epoch
    """
    with service.database.write() as session:
        case, found, own = _asked(service, session, member, case_id, disclosure_id)
        known = cases.known_entry(session, case_id, member, new.entry.sealed)
        if known is not None and known == own.entry_id:
            return found.state, False
        if known is not None or own.decision is not None:
            raise errors.AlreadyThere(N_("You have decided on this request already."), pointer="/decision")
        check_awaited(found, AWAITED)
        _check_asker(session, case, found)
        cases.check_epoch(session, case, new.entry.epoch)
        own.entry_id = cases.store_entry(service, session, member, case, new.entry)
        own.decision, own.day = new.decision, service.clock.today()
        session.flush()
        found.state = _state(session, found)
        details = {"disclosure": found.id, "decision": new.decision, "state": found.state}
        record(service, session, member, "identity:decide", case=case.id, details=details)
        return found.state, True


def check_awaited(found: Disclosure, states: Collection[str]) -> None:
    """Whether a request is in one of these states.

    :raises Conflict: it is not, in words that say how it stands
    """
    if found.state not in states:
        raise errors.Conflict(_STANDS[found.state])


def _check_asker(session: Session, case: Case, found: Disclosure) -> None:
    try:
        cases.check_holder(session, case, found.requested_by)
    except errors.NotAllowed:
        raise errors.Conflict(N_("Whoever asked for the identity holds this case no more.")) from None


def _state(session: Session, found: Disclosure) -> str:
    query = select(DisclosureDecision.decision).where(DisclosureDecision.disclosure_id == found.id)
    decisions = list(session.scalars(query))
    if decisions.count(APPROVE) >= found.needed:
        return APPROVED
    # Refused once the custodians who are left could not approve it any more.
    return REFUSED if len(decisions) - decisions.count(REFUSE) < found.needed else REQUESTED


def hand_out(service: Service, member: str, case_id: str, disclosure_id: str) -> bytes:
    """The identity file, for a custodian who opens it on their device; that they took it is recorded.

    :raises NotFound, NotAllowed: the member has no say in the request
    :raises Conflict: it is not approved, or whoever asked holds the case no more
    """
    with service.database.write() as session:
        case, found, _ = _asked(service, session, member, case_id, disclosure_id)
        check_awaited(found, (APPROVED,))
        _check_asker(session, case, found)
        sealed = _identity_of(session, case_id)
        record(service, session, member, "identity:fetch", case=case.id, details={"disclosure": found.id})
        return sealed


@dataclass(frozen=True)
class NewOpening:
    """The note that seals the identity to the case, and the entry that says the request is done."""

    note: cases.NewEntry
    entry: cases.NewEntry


def parse_opening(content: JSONObject) -> NewOpening:
    """The body of ``POST /api/cases/{id}/disclosures/{id}/opened``.

    :raises ProtocolError, Unprocessable: a field of another form
    """
    return NewOpening(parse_entry(content, "team", 1, "note"), parse_entry(content, _CUSTODIAN, DECISION_STANZAS))


def store_opened(service: Service, member: str, case_id: str, disclosure_id: str, new: NewOpening) -> tuple[str, bool]:
    """Store the opened identity, sealed to the case: the note's id, and whether it is new.

    :raises NotFound, NotAllowed: the member has no say in the request
    :raises Conflict: it is not approved, or somebody opened it before
    :raises EpochStale: the case has a newer epoch
    """
    with service.database.write() as session:
        case, found, _ = _asked(service, session, member, case_id, disclosure_id)
        known = cases.known_entry(session, case_id, member, new.note.sealed)
        if known is not None and found.state == OPENED and found.opened_by == member:
            return known, False
        check_awaited(found, (APPROVED,))
        cases.check_epoch(session, case, new.entry.epoch)
        note = cases.store_entry(service, session, member, case, new.note)
        cases.store_entry(service, session, member, case, new.entry)
        found.state, found.opened_by = OPENED, member
        cases.ask_assessment(service, session, case)
        record(service, session, member, "identity:open", case=case.id, details={"disclosure": found.id})
        return note, True


def of_case(service: Service, session: Session, member: str, case_id: str) -> JSONObject:
    """Every request for a case's identity, and how many approvals the next one would need.

    :raises NotFound: the member has no part in the case
    """
    cases.holding_of(session, member, case_id)
    query = select(Disclosure).where(Disclosure.case_id == case_id).order_by(Disclosure.day, Disclosure.id)
    rows = list(session.scalars(query))
    return {"needed": service.settings.custodian_approvals, "disclosures": _json(session, rows)}


def of_custodian(session: Session, member: str) -> JSONObject:
    """The requests that a custodian was asked about: all that are awaited, and the last hundred others."""
    own = select(DisclosureDecision.disclosure_id).where(DisclosureDecision.member_id == member)
    query = select(Disclosure).where(Disclosure.id.in_(own)).order_by(Disclosure.day.desc(), Disclosure.id)
    awaited = list(session.scalars(query.where(Disclosure.state.in_(AWAITED))))
    closed = list(session.scalars(query.where(Disclosure.state.not_in(AWAITED)).limit(_CLOSED_SHOWN)))
    return {"disclosures": _json(session, [*awaited, *closed])}


def _json(session: Session, rows: Collection[Disclosure]) -> list[JSONObject]:
    where = select(Case.id, Case.channel_id).where(Case.id.in_({row.case_id for row in rows}))
    channels = {row.id: row.channel_id for row in session.execute(where)}
    decisions = defaultdict(list)
    query = select(DisclosureDecision).where(DisclosureDecision.disclosure_id.in_([row.id for row in rows]))
    for one in session.scalars(query.order_by(DisclosureDecision.member_id)):
        decisions[one.disclosure_id].append(
            {
                "member": one.member_id,
                "decision": one.decision,
                "day": one.day.isoformat() if one.day else None,
                "entry": one.entry_id,
            }
        )
    return [
        {
            "id": row.id,
            "case": row.case_id,
            "channel": channels[row.case_id],
            "entry": row.entry_id,
            "requested_by": row.requested_by,
            "day": row.day.isoformat(),
            "needed": row.needed,
            "state": row.state,
            "notice": row.notice,
            "opened_by": row.opened_by,
            "custodians": decisions[row.id],
        }
        for row in rows
    ]


def sealed_json(sealed: bytes) -> JSONObject:
    """An identity file on the wire."""
    return {"sealed": b64encode(sealed)}
