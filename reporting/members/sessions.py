"""Sessions in the database: how far each has come, whose it is, and how it ends."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from reporting import errors
from reporting.directory import rules as directories
from reporting.directory.published import latest
from reporting.log.rules import record
from reporting.members.models import Member, SiteRole, StaffSession
from reporting.members.replaced import was_replaced
from reporting.permissions import OPEN, Permission, excluded_pairs, permitted
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import b64encode, sha256
from reporting.service import Service

TOKEN_BYTES = 32
_SEEN_STEP = 30  # seconds; not every request writes
#: Seconds after which a session ends that was never opened: its factor, or its new passphrase, did not come.
UNFINISHED = 30 * 60


@dataclass(frozen=True)
class Current:
    """The member of a session, with roles by channel (from the directory in force) and on the site.

    Roles count only in an open session, and on channels only while the directory lists the member's own keys; those
    on the site too, once somebody has enrolled again in the member's place.
    """

    member: str
    name: str
    label: str
    channels: Mapping[str, tuple[str, ...]]
    site_roles: tuple[str, ...]
    csrf: str
    session: bytes
    #: Seconds without input after which a desk in the browser locks itself.
    idle: int
    #: How far the session has come (:data:`reporting.permissions.STAGES`).
    stage: str
    #: Whether its member proved lately who they are.
    recent: bool

    @property
    def roles(self) -> frozenset[str]:
        """Every role the member has anywhere."""
        return frozenset(self.site_roles).union(*self.channels.values())


def open_session(service: Service, session: Session, member: Member, stage: str, method: str) -> str:
    """Begin a session: its token, which only the cookie carries."""
    token, now = _new_token(), service.clock.now()
    session.add(
        StaffSession(
            token_sha256=digest(service, token),
            id=os.urandom(16).hex(),
            member_id=member.id,
            opened=now,
            seen=now,
            stage=stage,
            method=method,
            proved=now if stage == OPEN else None,
            challenge=None,
        )
    )
    session.flush()
    return token


def move_on(service: Service, session: Session, row: StaffSession, stage: str) -> str:
    """Let a session reach its next stage under a token of its own: the one before ends with its stage."""
    token = _new_token()
    row.token_sha256, row.stage, row.challenge = digest(service, token), stage, None
    row.opened = row.seen = row.proved = service.clock.now()
    session.flush()
    return token


def _new_token() -> str:
    return b64encode(os.urandom(TOKEN_BYTES))


def digest(service: Service, token: str) -> bytes:
    """What the table holds of a token: keyed, so that a new ``server.secret`` ends every session."""
    return service.keyed_hash("session", token.encode())


def locked(service: Service, session: Session, member_id: str, current: bytes) -> StaffSession:
    """A member's session by its token's hash, held until the transaction ends: nobody ends it meanwhile.

    The member is held before it, here and everywhere, so that no two transactions wait for each other.

    :raises NotSignedIn: it has ended
    """
    session.get_one(Member, member_id, with_for_update=True)
    row = session.scalar(select(StaffSession).where(StaffSession.token_sha256 == current).with_for_update())
    if row is None or has_ended(service, row):
        raise errors.NotSignedIn
    return row


def has_ended(service: Service, row: StaffSession) -> bool:
    """Whether a session's time is over: idle, too old, or never opened."""
    now, settings = service.clock.now(), service.settings
    longest = settings.session_absolute if row.stage == OPEN else min(UNFINISHED, settings.session_absolute)
    return now - row.seen > settings.session_idle or now - row.opened > longest


def forget_ended(service: Service, session: Session) -> None:
    """Delete the sessions whose time is over."""
    now, settings = service.clock.now(), service.settings
    session.execute(
        delete(StaffSession).where(
            (StaffSession.seen < now - settings.session_idle) | (StaffSession.opened < now - settings.session_absolute)
        )
    )


def session_of(service: Service, token: str) -> Current | None:
    """The member of a session that has not ended, or None."""
    hashed, now = digest(service, token), service.clock.now()
    with service.database.read() as session:
        found = session.execute(
            select(StaffSession, Member)
            .join(Member, Member.id == StaffSession.member_id)
            .where(StaffSession.token_sha256 == hashed, Member.listed)
        ).one_or_none()
    if found is None or has_ended(service, found[0]):
        return None
    row, member = found
    if now - row.seen >= _SEEN_STEP:
        # Not forced to the disk: at worst a session ends half a minute early.
        with service.database.write(durable=False) as session:
            session.execute(update(StaffSession).where(StaffSession.token_sha256 == hashed).values(seen=now))
    return _current(service, member, row, token)


def _current(service: Service, member: Member, row: StaffSession, token: str) -> Current:
    site_roles: tuple[str, ...] = ()
    channels: Mapping[str, tuple[str, ...]] = {}
    if row.stage == OPEN:
        with service.database.read() as session:
            channels, site_roles = _in_force(service, session, member)
    return Current(
        member=member.id,
        name=member.name,
        label=member.label,
        channels=channels,
        site_roles=site_roles,
        csrf=b64encode(service.keyed_hash("csrf", token.encode())),
        session=row.token_sha256,
        idle=service.settings.desk_idle,
        stage=row.stage,
        recent=row.proved is not None and service.clock.now() - row.proved <= service.settings.step_up,
    )


def may(service: Service, session: Session, member_id: str, permission: Permission) -> bool:
    """Whether a member may ask for something once signed in; who was removed may not."""
    member = session.get(Member, member_id)
    if member is None or not member.listed:
        return False
    channels, site_roles = _in_force(service, session, member)
    return permission in permitted({*site_roles, *(role for roles in channels.values() for role in roles)})


def _in_force(
    service: Service, session: Session, member: Member
) -> tuple[Mapping[str, tuple[str, ...]], tuple[str, ...]]:
    """A member's roles by channel, and those on the site."""
    channels = directories.roles_of(service, session, member.id)
    if channels and not is_listed(service, session, member):
        channels = {}
    return channels, _apart(service, _on_site(service, session, member), channels)


def _on_site(service: Service, session: Session, member: Member) -> tuple[str, ...]:
    """A member's roles on the site: none for whoever has enrolled in their place, until a directory lists those keys.

    Their own are in force at once, whatever the last day of a directory: somebody has to draft the first, and the next.
    """
    if was_replaced(session, member.id) and not _are_own_keys(latest(service, session), member):
        return ()
    return tuple(session.scalars(select(SiteRole.role).where(SiteRole.member_id == member.id)))


def _apart(service: Service, site_roles: tuple[str, ...], channels: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Those roles on the site that may meet what the directory in force still has their member do on channels.

    What was taken from them in the draft is theirs until the next directory; so long they have not both.
    """
    if service.settings.one_person_office:
        return site_roles
    held = {role for roles in channels.values() for role in roles}
    return tuple(one for one in site_roles if not any(one in pair for pair in excluded_pairs({one, *held})))


def is_listed(service: Service, session: Session, member: Member) -> bool:
    """Whether the directory in force lists a member, today, with the very keys that they have now."""
    directory = latest(service, session)
    today = service.clock.today()
    return directory is not None and directory.is_listed(member.id, today) and _are_own_keys(directory, member)


def _are_own_keys(directory: Directory | None, member: Member) -> bool:
    listed = directory.member(member.id) if directory else None
    return (
        listed is not None
        and listed.signing_key == member.signing_key
        and listed.recipient_sha256 == sha256(member.recipient.encode())
    )


def enter(service: Service, row: StaffSession) -> None:
    """Open a session that waited for its member's first factor."""
    row.stage, row.challenge = OPEN, None
    row.opened = row.seen = row.proved = service.clock.now()


def end_sessions(session: Session, member_id: str, *, but: bytes | None = None) -> None:
    """End every session of a member, or every other than the one of this token's hash."""
    wanted = StaffSession.member_id == member_id
    if but is not None:
        wanted &= StaffSession.token_sha256 != but
    session.execute(delete(StaffSession).where(wanted))


def leave(service: Service, token: str) -> None:
    """End the session that a browser had before it began another: its cookie is gone, so must be what it opened."""
    if not token:
        return
    with service.database.write() as session:
        ended = session.execute(
            delete(StaffSession)
            .where(StaffSession.token_sha256 == digest(service, token))
            .returning(StaffSession.member_id)
        ).first()
        if ended is not None:
            record(service, session, ended.member_id, "session:close")


def sign_out(service: Service, current: bytes, member: str) -> None:
    """End a session, named by the hash of its token."""
    with service.database.write() as session:
        session.execute(delete(StaffSession).where(StaffSession.token_sha256 == current))
        record(service, session, member, "session:close")
