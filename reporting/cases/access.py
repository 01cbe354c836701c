"""Access to a case: granting it on to one more member (protocol section 4)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases import clocks
from reporting.cases.models import Case, Cover, CoverCase, Epoch, Grant, Holding
from reporting.cases.opening import check_epoch
from reporting.cases.reading import granted
from reporting.cases.writing import Actor, NewEntry, channel_of, known_entry, member_id, store_entry
from reporting.directory import rules as directories
from reporting.log.rules import record
from reporting.protocol import epoch as protocol_epochs
from reporting.protocol import note as notes
from reporting.protocol.directory_parts import parse_list, parse_object
from reporting.protocol.encoding import JSON, JSONObject, check_integer
from reporting.protocol.epoch import MAX_EPOCHS
from reporting.protocol.errors import N_
from reporting.protocol.requests import check_sealed_entry, check_sealed_grant
from reporting.service import Service


@dataclass(frozen=True)
class NewAccess:
    """One member's grants for every epoch from 0 on, and the ``access`` entry that records them."""

    member: str
    grants: dict[int, bytes]
    entry: NewEntry


def parse_access(content: JSONObject) -> NewAccess:
    """The body of ``POST /api/cases/{id}/grants``.

    :raises ProtocolError, Unprocessable: a field of another form
    """

    def one(item: JSON, pointer: str) -> tuple[int, bytes]:
        grant = parse_object(item, pointer)
        number = check_integer(grant.get("epoch"), 0, MAX_EPOCHS - 1, pointer=f"{pointer}/epoch")
        return number, check_sealed_grant(grant.get("sealed"), number, f"{pointer}/sealed")

    grants = parse_list(content.get("grants"), "/grants", one, MAX_EPOCHS)
    if sorted(number for number, _ in grants) != list(range(len(grants))) or not grants:
        raise errors.Unprocessable(N_("There must be one grant for every epoch, from 0 on."), pointer="/grants")
    entry = NewEntry(
        audience="team",
        epoch=check_integer(content.get("epoch"), 0, MAX_EPOCHS - 1, pointer="/epoch"),
        sealed=check_sealed_entry(content.get("entry"), 1, "/entry"),
        status=None,
    )
    return NewAccess(member_id(content.get("member"), "/member"), dict(grants), entry)


def give_access(service: Service, actor: Actor, case_id: str, new: NewAccess) -> tuple[str, bool]:
    """Store the grants of one more member, and the entry that records them: its id, and whether it is new.

    :raises NotFound: the actor was not granted the case
    :raises NotAllowed: they read it, but the last epoch does not name them as a holder
    :raises EpochStale: the case has a newer epoch
    :raises AlreadyThere: the member has access already
    """
    with service.database.write() as session:
        case = granted(session, actor.member, case_id, lock=True)
        if (known := known_entry(session, case_id, actor.member, new.entry.sealed)) is not None:
            return known, False
        check_epoch(session, case, new.entry.epoch)
        check_holder(session, case, actor.member)
        check_members(service, session, case.channel_id, {new.member: "/member"})
        if len(new.grants) != case.epoch + 1:
            raise errors.Unprocessable(N_("There must be one grant for every epoch, from 0 on."), pointer="/grants")
        _store_access(session, case, new)
        entry_id = store_entry(service, session, actor.member, case, new.entry)
        record(service, session, actor.member, "case:grant", case=case.id, details={"member": new.member})
    return entry_id, True


def last_epoch(session: Session, case: Case) -> protocol_epochs.Epoch:
    """The last note of a case's chain, as it was checked when it was stored."""
    note = session.scalars(select(Epoch.note).where(Epoch.case_id == case.id, Epoch.number == case.epoch)).one()
    return protocol_epochs.parse_text(notes.parse(note).text)


def check_holder(session: Session, case: Case, member: str) -> None:
    """Whether the note of the last epoch names the member: others read, but pass nothing on.

    :raises NotAllowed: it does not
    """
    if member not in last_epoch(session, case).holders:
        raise errors.NotAllowed(N_("Only those whom the case's last epoch names may pass it on."))


def check_members(service: Service, session: Session, channel_id: str, members: dict[str, str]) -> None:
    """Whether each member is listed today, with a role on the channel; values are pointers.

    :raises Unprocessable: one is not
    """
    directory = directories.current(service, session)
    on_channel = channel_of(directory, channel_id).member_ids()
    for member, pointer in members.items():
        if member not in on_channel or not directory.is_listed(member, service.clock.today()):
            raise errors.Unprocessable(N_("This member has no role on the case's channel."), pointer=pointer)


def _store_access(session: Session, case: Case, new: NewAccess) -> None:
    # Given anew, and not by a cover of earlier: it does not end with that one.
    earlier = select(Cover.id).where(Cover.to_id == new.member, Cover.ended)
    mine = CoverCase.case_id == case.id, CoverCase.cover_id.in_(earlier)
    session.execute(update(CoverCase).where(*mine).values(given=False))
    held = session.get(Holding, (case.id, new.member))
    if held is not None and held.granted:
        raise errors.AlreadyThere(pointer="/member")
    for number, sealed in new.grants.items():
        # A former holder may still have old grants: these replace them.
        session.merge(Grant(case_id=case.id, member_id=new.member, epoch=number, sealed=sealed))
    if held is not None:
        held.granted = True
        return
    due = clocks.next_due(clocks.decode(case.clocks))
    session.add(Holding(member_id=new.member, case_id=case.id, next_due=due, granted=True, custodian=False))
