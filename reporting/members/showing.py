"""What a session says of itself: who, how far, and what is still awaited."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting.directory.difference import key_fingerprint
from reporting.members import factors, sessions
from reporting.members.models import Member, SiteRole
from reporting.permissions import OPEN
from reporting.protocol.encoding import JSONObject, sha256
from reporting.service import Service


def show_session(service: Service, current: sessions.Current) -> JSONObject:
    """What ``GET /api/session`` answers."""
    with service.database.read() as session:
        member = session.get_one(Member, current.member)
        return {
            "member": current.member,
            "name": current.name,
            "label": current.label,
            "roles": sorted(current.roles),
            "channels": {channel: list(roles) for channel, roles in current.channels.items()},
            "csrf": current.csrf,
            "idle": current.idle,
            "stage": current.stage,
            "factors": factors.of(session, member.id).to_json(),
            "recent": current.recent,
            "awaiting": _awaiting(service, session, member) if current.stage == OPEN else None,
        }


def _awaiting(service: Service, session: Session, member: Member) -> JSONObject | None:
    """Who can have a member listed whom the directory in force does not list, or not with the keys of now."""
    if sessions.is_listed(service, session, member):
        return None
    keys = key_fingerprint(member.signing_key, sha256(member.recipient.encode()))
    return {"administrators": administrators(session), "keys": keys}


def administrators(session: Session) -> list[str]:
    """Who can have somebody listed, by label."""
    found = session.scalars(
        select(Member.label)
        .join(SiteRole, SiteRole.member_id == Member.id)
        .where(SiteRole.role == "administrator", Member.listed)
        .order_by(Member.label)
    )
    return list(found)
