"""Invitations: one-time links to enroll with, good for 72 hours, and to be taken back until they are used."""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.directory.models import Channel
from reporting.directory.roles import check_apart, drafted_roles
from reporting.log.rules import record
from reporting.members import models
from reporting.members.models import Member
from reporting.members.naming import check_new, check_site_roles
from reporting.permissions import ROLES, SITE_ROLES
from reporting.protocol.encoding import dump_json, parse_json, sha256
from reporting.protocol.errors import N_
from reporting.service import Service

HOURS = 72
_TOKEN_BYTES = 32
_LIMIT = 1 << 16


@dataclass(frozen=True)
class Invitation:
    """Whom to invite: ``name`` is what they sign in with, ``label`` what others read, ``roles`` on channels.

    ``again`` says that a known person is to enroll anew, with keys of their own making and the roles they have.
    """

    member: str
    name: str
    label: str
    site_roles: Collection[str] = ()
    roles: Collection[tuple[str, str]] = ()
    again: bool = False


@dataclass(frozen=True)
class Invited:
    """An invitation as it stands; ``state`` is open, used, revoked or expired. Times are Unix seconds."""

    id: str
    invitation: Invitation
    created_by: str
    created: int
    expires: int
    state: str


def invite(service: Service, session: Session, by: str, invitation: Invitation) -> str:
    """Invite somebody: the token of their link, which is stored nowhere.

    :param by: the member who invites, or ``server`` for whoever sits at its terminal
    :raises AlreadyThere: the id or name is taken, or invited already
    :raises NotFound: nobody of that id enrolls again, or a role is on no channel of the draft
    :raises Unprocessable, ProtocolError: a field that cannot be right, or roles that must not meet in one person
    """
    _check(session, invitation)
    roles = {*invitation.site_roles, *(role for _channel, role in invitation.roles)}
    if invitation.again:
        roles |= drafted_roles(session, invitation.member)
    check_apart(invitation.member, roles, one_person_office=service.settings.one_person_office)
    for row in _of_member(session, invitation):
        if state_of(service, row) == "open":
            raise errors.AlreadyThere(
                N_("There is an open invitation of this id or name: revoke it first."), pointer="/id"
            )
    token, now = urlsafe_b64encode(os.urandom(_TOKEN_BYTES)).decode().rstrip("="), service.clock.now()
    made = models.Invitation(
        token_sha256=hash_of(token),
        id=os.urandom(16).hex(),
        member_id=invitation.member,
        name=invitation.name,
        label=invitation.label,
        site_roles=dump_json(sorted(set(invitation.site_roles))).decode(),
        roles=dump_json([list(pair) for pair in sorted(set(invitation.roles))]).decode(),
        again=invitation.again,
        created_by=by,
        created=now,
        expires=now + HOURS * 60 * 60,
    )
    session.add(made)
    session.flush()
    record(service, session, by, "invitation:create", details=_details(made))
    return token


def _details(made: models.Invitation) -> dict[str, object]:
    """What the audit trail is told: whoever can write to the table could change it there."""
    details: dict[str, object] = {"invitation": made.id, "member": made.member_id, "again": made.again}
    for name, text in (("site_roles", made.site_roles), ("roles", made.roles)):
        if given := parse_json(text.encode(), limit=_LIMIT):
            details[name] = given
    return details


def revoke_invitation(service: Service, session: Session, by: str, invitation_id: str) -> None:
    """Take an open invitation back.

    :raises NotFound: there is none of that id, or it is not open any more
    """
    row = session.scalar(select(models.Invitation).where(models.Invitation.id == invitation_id).with_for_update())
    if row is None or state_of(service, row) != "open":
        raise errors.NotFound(N_("There is no open invitation of this id."), pointer="/id")
    row.revoked = service.clock.now()
    session.flush()
    record(service, session, by, "invitation:revoke", details={"invitation": row.id, "member": row.member_id})


def invitations(service: Service, session: Session) -> list[Invited]:
    """Every invitation, the newest first."""
    rows = session.scalars(select(models.Invitation).order_by(models.Invitation.created.desc(), models.Invitation.id))
    return [describe(service, row) for row in rows]


def describe(service: Service, row: models.Invitation) -> Invited:
    """An invitation as it stands."""
    roles = parse_json(row.roles.encode(), limit=_LIMIT)
    site_roles = parse_json(row.site_roles.encode(), limit=_LIMIT)
    wanted = Invitation(
        row.member_id,
        row.name,
        row.label,
        tuple(site_roles),
        tuple((channel, role) for channel, role in roles),
        row.again,
    )
    return Invited(row.id, wanted, row.created_by, row.created, row.expires, state_of(service, row))


def hash_of(token: str) -> bytes:
    """What the table holds of a token."""
    return sha256(token.encode())


def state_of(service: Service, row: models.Invitation) -> str:
    """How an invitation stands: open, used, revoked or expired."""
    if row.used is not None:
        return "used"
    if row.revoked is not None:
        return "revoked"
    return "open" if service.clock.now() < row.expires else "expired"


def _of_member(session: Session, invitation: Invitation) -> Sequence[models.Invitation]:
    same = (models.Invitation.member_id == invitation.member) | (models.Invitation.name == invitation.name)
    return session.scalars(select(models.Invitation).where(same)).all()


def _check(session: Session, invitation: Invitation) -> None:
    check_site_roles(invitation.site_roles)
    for channel, role in invitation.roles:
        if role not in ROLES or role in SITE_ROLES:
            raise errors.Unprocessable(N_("There is no such role."), pointer="/roles")
        if session.get(Channel, channel) is None:
            raise errors.NotFound(N_("There is no channel “{channel}”."), values={"channel": channel})
    if not invitation.again:
        check_new(session, invitation.member, invitation.name, invitation.label)
        return
    member = session.get(Member, invitation.member)
    if member is None or member.name != invitation.name:
        raise errors.NotFound(N_("There is no member “{member}”."), values={"member": invitation.member})
