"""New epochs: withdrawing access, or passing a case to whoever will lead it (protocol section 4)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, delete, insert, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases import clocks
from reporting.cases.access import check_holder, check_members, last_epoch
from reporting.cases.assigning import end_without_access
from reporting.cases.covering import keep_ended
from reporting.cases.models import Case, Epoch, Grant, Holding
from reporting.cases.moving import ask_assessment
from reporting.cases.opening import epoch_notes, holding, stale
from reporting.cases.reading import granted
from reporting.cases.writing import Actor, member_id
from reporting.directory import rules as directories
from reporting.log.rules import record
from reporting.protocol import epoch as protocol_epochs
from reporting.protocol import note as notes
from reporting.protocol.directory import Directory
from reporting.protocol.directory_parts import parse_list, parse_object
from reporting.protocol.encoding import JSON, JSONObject, check_integer, check_text
from reporting.protocol.errors import ProtocolError, N_
from reporting.protocol.note import VerifierKey
from reporting.protocol.requests import check_sealed_grant, parse_recipient
from reporting.protocol.worst_case import single_entry_size
from reporting.service import Service

MAX_GRANTS = protocol_epochs.MAX_HOLDERS * protocol_epochs.MAX_EPOCHS
FEWEST = 2  # holders, the break-glass key among them; with fewer, one lost key loses the case


@dataclass(frozen=True)
class EpochGrant:
    """A grant of one epoch to one member."""

    member: str
    epoch: int
    sealed: bytes


@dataclass(frozen=True)
class NewEpoch:
    """A signed note with the recipient it hashes, and the grants of those who hold or read from now on.

    Everybody among them is granted the new epoch; who joins is granted those before it as well.
    ``confirmed``: whoever made it was told that fewer than two would hold the case.
    """

    note: str
    epoch: protocol_epochs.Epoch
    recipient: str
    grants: tuple[EpochGrant, ...]
    confirmed: bool = False

    @property
    def members(self) -> set[str]:
        """Who sees the case from now on."""
        return {grant.member for grant in self.grants if grant.epoch == self.epoch.number}


def _parse_grant(value: JSON, pointer: str) -> EpochGrant:
    content = parse_object(value, pointer)
    member = member_id(content.get("member"), f"{pointer}/member")
    number = check_integer(content.get("epoch"), 0, protocol_epochs.MAX_EPOCHS - 1, pointer=f"{pointer}/epoch")
    return EpochGrant(member, number, check_sealed_grant(content.get("sealed"), number, f"{pointer}/sealed"))


def parse_epoch(content: JSONObject) -> NewEpoch:
    """The body of ``POST /api/cases/{id}/epochs``.

    :raises ProtocolError, Unprocessable: a field of another form, or parts that do not fit together
    """
    text = check_text(content.get("note"), pointer="/note", limit=protocol_epochs.MAX_NOTE)
    try:
        note = notes.parse(text)
        epoch = protocol_epochs.parse_text(note.text)
    except ProtocolError as error:
        raise error.at("/note") from None
    recipient = parse_recipient(content.get("recipient"))
    grants = parse_list(content.get("grants"), "/grants", _parse_grant, MAX_GRANTS)
    new = NewEpoch(text, epoch, recipient, grants, content.get("confirmed") is True)
    if epoch.recipient_sha256 != protocol_epochs.case_hash(recipient):
        raise errors.Unprocessable(N_("The note names another recipient."), pointer="/recipient")
    if not set(epoch.holders) <= new.members or not {grant.member for grant in grants} <= new.members:
        raise errors.Unprocessable(N_("Somebody has no grant of the new epoch."), pointer="/grants")
    if len({(grant.member, grant.epoch) for grant in grants}) != len(grants) or any(
        grant.epoch > epoch.number for grant in grants
    ):
        raise errors.Unprocessable(N_("An epoch is granted twice, or is none of the case's."), pointer="/grants")
    if len(note.signatures) != 1 or note.encode() != text:
        raise errors.Unprocessable(N_("An epoch note carries one signature."), pointer="/note")
    return new


def add_epoch(service: Service, actor: Actor, case_id: str, new: NewEpoch) -> bool:
    """Continue a case's chain, and let only those whom the new grants name see the case: whether it is new.

    :raises NotFound, NotAllowed: the actor does not hold the case
    :raises EpochStale: the note does not continue the last one
    :raises DirectoryOutdated: it names another directory than that in force
    :raises FewHolders: fewer than two would hold the case, unconfirmed
    :raises Unprocessable: a signature, holder or grant that cannot be right
    """
    with service.database.write() as session:
        case = granted(session, actor.member, case_id, lock=True)
        if session.scalar(select(Epoch.note).where(Epoch.case_id == case_id, Epoch.note == new.note)):
            return False
        check_holder(session, case, actor.member)
        directory = directories.current(service, session)
        last = _continued(session, case, new)
        if new.epoch.directory != directory.version:
            raise errors.DirectoryOutdated(pointer="/note", members={"version": directory.version})
        _check_signature(service, directory, actor.member, new)
        pointers = {grant.member: f"/grants/{place}/member" for place, grant in enumerate(new.grants)}
        check_members(service, session, case.channel_id, pointers)
        _check_fits(session, case, directory, new)
        _check_enough(new)
        _store(session, case, new)
        keep_ended(session, case_id)
        details = {"epoch": new.epoch.number, "holders": list(new.epoch.holders), "granted": sorted(pointers)}
        if len(new.epoch.holders) < FEWEST:
            details["confirmed"] = True
        record(service, session, actor.member, "case:epoch", case=case_id, details=details)
        end_without_access(service, session, actor, case_id, new.members)
        if not set(new.epoch.holders) <= set(last.holders):  # it is passed on, not only kept from somebody
            ask_assessment(service, session, case)
    return True


def _continued(session: Session, case: Case, new: NewEpoch) -> protocol_epochs.Epoch:
    last = last_epoch(session, case)
    found = (new.epoch.origin, new.epoch.case, new.epoch.number, new.epoch.previous)
    if found != (last.origin, last.case, last.number + 1, last.sha256):
        raise stale(session, case)
    return last


def _check_signature(service: Service, directory: Directory, signer: str, new: NewEpoch) -> None:
    member = directory.member(signer)
    if member is None:
        raise errors.NotAllowed
    key = VerifierKey(protocol_epochs.signer_name(service.origin, signer), member.signing_key)
    try:
        notes.verify(notes.parse(new.note), key)
    except ProtocolError as error:
        raise error.at("/note") from None


def _check_fits(session: Session, case: Case, directory: Directory, new: NewEpoch) -> None:
    # A mailbox page carries the whole chain beside one entry, and must fit the shape.
    if single_entry_size(directory, [*epoch_notes(session, case.id), new.note]) > directory.shape:
        raise errors.Unprocessable(N_("With this epoch the chain is too long to be shown."), pointer="/note")


def _check_enough(new: NewEpoch) -> None:
    holders = new.epoch.holders
    if len(holders) < FEWEST and not new.confirmed:
        raise errors.FewHolders(pointer="/confirmed", members={"holders": list(holders)})


def _store(session: Session, case: Case, new: NewEpoch) -> None:
    number = new.epoch.number
    session.execute(
        insert(Epoch),
        [{"case_id": case.id, "number": number, "note": new.note}],
    )
    kept = _grants_in_use(session, case.id)
    for grant in new.grants:
        if (grant.member, grant.epoch) not in kept:
            session.merge(Grant(case_id=case.id, member_id=grant.member, epoch=grant.epoch, sealed=grant.sealed))
    case.epoch, case.recipient = number, new.recipient
    _update_holdings(session, case, new.members)


def _grants_in_use(session: Session, case_id: str) -> set[tuple[str, int]]:
    # Members and epochs. The server cannot open a grant: whoever could replace those that others rely on could
    # take the case from them for ever. A former holder who comes back, perhaps with new keys, has none in use.
    query = (
        select(Grant.member_id, Grant.epoch)
        .join(Holding, and_(Holding.case_id == Grant.case_id, Holding.member_id == Grant.member_id))
        .where(Grant.case_id == case_id, Holding.granted)
    )
    return {(row.member_id, row.epoch) for row in session.execute(query)}


def _update_holdings(session: Session, case: Case, members: set[str]) -> None:
    held = {row.member_id: row for row in session.scalars(select(Holding).where(Holding.case_id == case.id))}
    for member, row in held.items():
        row.granted = member in members
    session.flush()
    session.execute(
        delete(Holding).where(Holding.case_id == case.id, Holding.granted.is_(False), Holding.custodian.is_(False))
    )
    due = clocks.next_due(clocks.decode(case.clocks))
    if joining := sorted(members - held.keys()):
        session.execute(insert(Holding), [holding(case.id, member, due) for member in joining])
