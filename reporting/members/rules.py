"""Members: enrolling them, replacing their keys, letting them go; and what other rooms use of this one."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.directory.models import ChannelRole
from reporting.directory.roles import refuse_if_needed
from reporting.log.rules import record
from reporting.members.models import Member, SiteRole, StaffSession
from reporting.members.secrets import hash_secret
from reporting.members.sessions import Current, session_of, sign_in, sign_out
from reporting.members.vaults import check_vault, check_wraps, encode_wraps, show_vault, store_vault
from reporting.permissions import SITE_ROLES
from reporting.protocol.age import HybridRecipient
from reporting.protocol.directory_parts import MAX_LABEL
from reporting.protocol.encoding import is_id
from reporting.protocol.errors import N_
from reporting.protocol.signing import check_public_key
from reporting.protocol.vault import SALT_BYTES
from reporting.service import Service

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}", re.ASCII)

__all__ = [
    "SITE_ROLES",
    "Current",
    "MemberKeys",
    "NewMember",
    "OfflineKeys",
    "add_member",
    "remove_member",
    "replace_keys",
    "session_of",
    "show_vault",
    "sign_in",
    "sign_out",
    "store_vault",
]


@dataclass(frozen=True)
class MemberKeys:
    """What a member's device made: public keys, the sealed vault, its wraps, and how to sign in.

    ``auth_secret`` and ``salt`` are those of :func:`reporting.protocol.vault.stretch`; ``wraps`` has
    ``passphrase`` and, where there is one, ``recovery``.
    """

    recipient: str
    signing_key: bytes
    vault: bytes = field(repr=False)
    wraps: Mapping[str, bytes] = field(repr=False)
    salt: bytes = field(repr=False)
    auth_secret: bytes = field(repr=False)


@dataclass(frozen=True)
class OfflineKeys:
    """The public keys of a member whose secret ones lie in a safe: no vault, no sign-in (protocol section 3)."""

    recipient: str
    signing_key: bytes


@dataclass(frozen=True)
class NewMember:
    """A member to be: ``name`` is what they sign in with, ``label`` what others read."""

    id: str
    name: str
    label: str
    valid_until: datetime.date
    keys: MemberKeys | OfflineKeys
    site_roles: Collection[str] = ()


def _check_keys(keys: MemberKeys | OfflineKeys) -> dict[str, object]:
    HybridRecipient.parse(keys.recipient)
    check_public_key(keys.signing_key)
    public = {"recipient": keys.recipient, "signing_key": keys.signing_key}
    if isinstance(keys, OfflineKeys):
        # An empty hash is nobody's, and the salt is shown like anyone's.
        return {**public, "vault": b"", "wraps": encode_wraps({}), "salt": os.urandom(SALT_BYTES), "auth_hash": ""}
    if len(keys.salt) != SALT_BYTES:
        raise errors.Unprocessable(N_("A salt holds 16 bytes."), pointer="/salt")
    return {
        **public,
        "vault": check_vault(keys.vault),
        "wraps": encode_wraps(check_wraps(keys.wraps)),
        "salt": keys.salt,
        "auth_hash": hash_secret(keys.auth_secret),
    }


def add_member(service: Service, session: Session, new: NewMember) -> None:
    """Enroll a member; they may be given roles, and are listed with the next directory.

    :raises AlreadyThere: the id was ever used, or the name is taken; ids are never reused
    :raises Unprocessable, ProtocolError: a field that cannot be right
    """
    if not is_id(new.id):
        raise errors.Unprocessable(N_("This is not a valid id."), pointer="/id")
    if not _NAME.fullmatch(new.name):
        raise errors.Unprocessable(N_("This is not a valid name to sign in with."), pointer="/name")
    if not 0 < len(new.label.encode()) <= MAX_LABEL:
        raise errors.Unprocessable(N_("A member needs a label of at most 200 bytes."), pointer="/label")
    if not set(new.site_roles) <= set(SITE_ROLES):
        raise errors.Unprocessable(N_("There is no such role."), pointer="/site_roles")
    if session.scalar(select(Member.id).where((Member.id == new.id) | (Member.name == new.name))):
        raise errors.AlreadyThere(N_("A member of this id or name exists."), pointer="/id")
    session.add(
        Member(
            id=new.id,
            name=new.name,
            label=new.label,
            valid_until=new.valid_until,
            listed=True,
            **_check_keys(new.keys),
        )
    )
    session.flush()
    session.add_all(SiteRole(member_id=new.id, role=role) for role in sorted(set(new.site_roles)))
    record(service, session, "server", "member:add", details={"member": new.id})


def replace_keys(
    service: Service, session: Session, member_id: str, keys: MemberKeys | OfflineKeys, valid_until: datetime.date
) -> None:
    """Enroll a known person again, with new keys; their old ones become *former* with the next directory.

    :raises NotFound: nobody of that id
    """
    member = session.get(Member, member_id)
    if member is None:
        raise errors.NotFound(pointer="/id")
    for name, value in _check_keys(keys).items():
        setattr(member, name, value)
    member.valid_until, member.listed = valid_until, True
    session.execute(delete(StaffSession).where(StaffSession.member_id == member_id))
    record(service, session, "server", "member:keys", details={"member": member_id})


def remove_member(service: Service, session: Session, member_id: str) -> None:
    """Let a member go: no roles, no session, no sign-in from now on; off the list with the next directory.

    :raises NotFound: nobody of that id
    :raises Conflict: the site cannot do without them; it says what to do first
    """
    member = session.get(Member, member_id)
    if member is None or not member.listed:
        raise errors.NotFound(pointer="/id")
    refuse_if_needed(session, member_id)
    member.listed = False
    for table, column in ((ChannelRole, ChannelRole.member_id), (SiteRole, SiteRole.member_id)):
        session.execute(delete(table).where(column == member_id))
    session.execute(delete(StaffSession).where(StaffSession.member_id == member_id))
    record(service, session, "server", "member:remove", details={"member": member_id})
