"""Keys of members that follow others: drafted while they wait, in force once a directory lists them.

Whoever signs a directory sees whether a member's key of before has signed the change. An administrator or a server
that puts other keys into the list has no such signature, and cannot hide that it has none.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from reporting.log.rules import record
from reporting.members.models import Member, RenewedKeys
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import sha256
from reporting.protocol.errors import ProtocolError
from reporting.protocol.possession import Renewal, verify_renewal
from reporting.service import Service

#: How long a member's keys are listed, unless somebody says otherwise.
VALIDITY = datetime.timedelta(days=365)
#: What a member's key of before signed of the keys that follow, by member.
Renewals = Mapping[str, bytes]


@dataclass(frozen=True)
class DraftedMember:
    """A member as the next directory is to list them; ``renewal`` where their keys follow others."""

    id: str
    label: str
    recipient: str
    signing_key: bytes
    valid_until: datetime.date
    renewal: bytes | None = None


def drafted_members(session: Session) -> list[DraftedMember]:
    """Everybody who is to be listed, with the keys that wait in the place of those in force."""
    waiting = {
        row.member_id: row for row in session.scalars(select(RenewedKeys).where(RenewedKeys.taken_back.is_(None)))
    }
    return [
        _drafted(member, waiting.get(member.id))
        for member in session.scalars(select(Member).where(Member.listed).order_by(Member.id))
    ]


def _drafted(member: Member, waiting: RenewedKeys | None) -> DraftedMember:
    if waiting is None or waiting.follows != member.signing_key:
        return DraftedMember(member.id, member.label, member.recipient, member.signing_key, member.valid_until)
    last = _last_day(member, waiting)
    return DraftedMember(member.id, member.label, waiting.recipient, waiting.signing_key, last, waiting.signature)


def _last_day(member: Member, waiting: RenewedKeys) -> datetime.date:
    """New keys have a time of their own: whoever renews theirs in time never has to enroll anew."""
    asked = datetime.datetime.fromtimestamp(waiting.at, datetime.UTC).date()
    return max(member.valid_until, asked + VALIDITY)


def signed_by_their_owner(before: Directory, after: Directory, renewals: Renewals) -> frozenset[str]:
    """The members whose key in ``before`` has signed that the keys in ``after`` follow."""
    found = set()
    for member_id, signature in renewals.items():
        old, new = before.member(member_id), after.member(member_id)
        if old is None or new is None:
            continue
        renewal = Renewal(after.origin, member_id, old.signing_key, new.signing_key, new.recipient_sha256)
        try:
            verify_renewal(signature, renewal)
        except ProtocolError:
            continue
        found.add(member_id)
    return frozenset(found)


def take_up(service: Service, session: Session, directory: Directory, by: str) -> None:
    """Let members have the keys that a directory just published lists, where they had made them.

    Also where they took them back meanwhile, and the directory was signed with them before: else nobody could sign
    in with the keys that everybody seals to.
    """
    rows = session.scalars(select(RenewedKeys).order_by(RenewedKeys.member_id, RenewedKeys.signing_key)).all()
    for row in rows:
        listed = directory.member(row.member_id)
        if listed is None or (listed.signing_key, listed.recipient_sha256) != (
            row.signing_key,
            sha256(row.recipient.encode()),
        ):
            continue
        member = session.get_one(Member, row.member_id, with_for_update=True)
        if member.signing_key != row.follows:
            continue
        member.signing_key, member.recipient = row.signing_key, row.recipient
        member.valid_until = _last_day(member, row)
        session.flush()
        session.execute(delete(RenewedKeys).where(RenewedKeys.member_id == row.member_id))
        record(service, session, by, "keys:renew", details={"member": row.member_id})
