"""The list of members: enrolling them, replacing their keys, letting them go."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from reporting import errors
from reporting.directory.models import ChannelRole
from reporting.directory.roles import refuse_if_needed
from reporting.log.rules import record
from reporting.members.keys import MemberKeys, OfflineKeys, check_keys
from reporting.members.models import Authenticator, BackupCode, Invitation, Member, RenewedKeys, SiteRole, StaffSession
from reporting.members.naming import check_new, check_site_roles
from reporting.members.replaced import keep, put_back
from reporting.service import Service


@dataclass(frozen=True)
class NewMember:
    """A member to be: ``name`` is what they sign in with, ``label`` what others read."""

    id: str
    name: str
    label: str
    valid_until: datetime.date
    keys: MemberKeys | OfflineKeys
    site_roles: Collection[str] = ()


def add_member(service: Service, session: Session, new: NewMember) -> None:
    """Enroll a member; they may be given roles, and are listed with the next directory.

    :raises AlreadyThere: the id was ever used, or the name is taken; ids are never reused
    :raises Unprocessable, ProtocolError: a field that cannot be right
    """
    check_new(session, new.id, new.name, new.label)
    check_site_roles(new.site_roles)
    session.add(
        Member(
            id=new.id,
            name=new.name,
            label=new.label,
            valid_until=new.valid_until,
            listed=True,
            **check_keys(new.keys),
        )
    )
    session.flush()
    session.add_all(SiteRole(member_id=new.id, role=role) for role in sorted(set(new.site_roles)))
    record(service, session, "server", "member:add", details={"member": new.id})


def replace_keys(
    service: Service, session: Session, member_id: str, keys: MemberKeys | OfflineKeys, valid_until: datetime.date
) -> None:
    """Enroll a known person again, with new keys; their old ones become *former* with the next directory.

    Their second factors, codes and sessions end with the old keys; all else of their account is kept, and
    :func:`restore_account` puts it back.

    :raises NotFound: nobody of that id
    """
    member = session.get(Member, member_id, with_for_update=True)
    if member is None:
        raise errors.NotFound(pointer="/id")
    keep(service, session, member)
    for name, value in check_keys(keys).items():
        setattr(member, name, value)
    member.valid_until, member.listed = valid_until, True
    _end_credentials(session, member_id)
    record(service, session, "server", "member:keys", details={"member": member_id})


def restore_account(service: Service, session: Session, member_id: str) -> None:
    """Put back what enrolling again replaced last: keys, vault, passphrase, recovery code, and access to cases.

    Sessions and second factors end, those of whoever enrolled: the member registers new ones. Open invitations end
    too, as in :func:`remove_member`.

    :raises NotFound: nobody of that id is listed
    :raises Conflict: nothing was replaced
    """
    open_ones = session.scalars(_open_invitations(service, member_id).with_for_update()).all()  # in the order of below
    member = session.get(Member, member_id, with_for_update=True)
    if member is None or not member.listed:
        raise errors.NotFound(pointer="/id")
    for invitation in open_ones:
        invitation.revoked = service.clock.now()
    put_back(service, session, member)
    _end_credentials(session, member_id)


def remove_member(service: Service, session: Session, member_id: str, *, by: str = "server") -> None:
    """Let a member go: no roles, no session, no sign-in from now on; off the list with the next directory.

    Open invitations end with it: to enroll again, and those that they sent.

    :param by: the member who does it, or ``server`` for whoever sits at its terminal
    :raises NotFound: nobody of that id
    :raises Conflict: the site cannot do without them; it says what to do first
    """
    # Held in this order wherever both are, so that no two transactions wait for each other.
    open_ones = session.scalars(_open_invitations(service, member_id).with_for_update()).all()
    member = session.get(Member, member_id, with_for_update=True)
    if member is None or not member.listed:
        raise errors.NotFound(pointer="/id")
    refuse_if_needed(session, member_id)
    for invitation in open_ones:
        invitation.revoked = service.clock.now()
    member.listed = False
    for table, column in ((ChannelRole, ChannelRole.member_id), (SiteRole, SiteRole.member_id)):
        session.execute(delete(table).where(column == member_id))
    _end_credentials(session, member_id)
    details = {"member": member_id, "invitations": [invitation.id for invitation in open_ones]}
    record(service, session, by, "member:remove", details=details if open_ones else {"member": member_id})


def _open_invitations(service: Service, member_id: str) -> Select[Invitation]:
    """Those that would bring a member back, and those that they left behind for others, or for another name."""
    theirs = (Invitation.member_id == member_id) | (Invitation.created_by == member_id)
    still = Invitation.used.is_(None), Invitation.revoked.is_(None), Invitation.expires > service.clock.now()
    return select(Invitation).where(theirs, *still).order_by(Invitation.id)


def _end_credentials(session: Session, member_id: str) -> None:
    for table in (StaffSession, Authenticator, BackupCode):
        session.execute(delete(table).where(table.member_id == member_id))
    # What was asked for with the keys of before is not asked for any more.
    waiting = update(RenewedKeys).where(RenewedKeys.member_id == member_id, RenewedKeys.taken_back.is_(None))
    session.execute(waiting.values(taken_back=RenewedKeys.at))
