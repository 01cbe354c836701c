"""Signing in: a session in the database, a throttle for each name, the same answer for every name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from reporting import errors
from reporting.directory import rules as directories
from reporting.log.rules import failed, record
from reporting.members import secrets
from reporting.members.models import Member, SignInThrottle, SiteRole, StaffSession
from reporting.protocol.encoding import JSONObject, b64encode, check_text, sha256
from reporting.protocol.errors import N_
from reporting.service import Service

FREE_ATTEMPTS = 5
LONGEST_WAIT = 60  # seconds: slows guessing, and locks nobody out for long
_SEEN_STEP = 30  # seconds; not every request writes
TOKEN_BYTES = 32
_MAX_NAME = 64


@dataclass(frozen=True)
class Current:
    """The member of a session, with roles by channel (from the directory in force) and on the site."""

    member: str
    name: str
    label: str
    channels: Mapping[str, tuple[str, ...]]
    site_roles: tuple[str, ...]
    csrf: str
    session: bytes
    #: Seconds without input after which a desk in the browser locks itself.
    idle: int

    @property
    def roles(self) -> frozenset[str]:
        """Every role the member has anywhere."""
        return frozenset(self.site_roles).union(*self.channels.values())

    def to_json(self) -> JSONObject:
        """What ``GET /api/session`` answers."""
        return {
            "member": self.member,
            "name": self.name,
            "label": self.label,
            "roles": sorted(self.roles),
            "channels": {channel: list(roles) for channel, roles in self.channels.items()},
            "csrf": self.csrf,
            "idle": self.idle,
        }


def _read_name(content: JSONObject) -> str:
    name = check_text(content.get("name"), pointer="/name", limit=_MAX_NAME)
    if not name or not name.isprintable():
        raise errors.Unprocessable(N_("This is not a valid name to sign in with."), pointer="/name")
    return name


def salt_of(service: Service, content: JSONObject) -> bytes:
    """The salt of a name's passphrase; for a name that nobody has, one that looks the same.

    :raises Malformed: no name (of the core's tree)
    """
    name = _read_name(content)
    instead = secrets.salt_for_nobody(service, name)
    with service.database.read() as session:
        return session.scalar(select(Member.salt).where(Member.name == name, Member.listed)) or instead


def sign_in(service: Service, content: JSONObject) -> tuple[str, Current]:
    """Open a session: its token, which only the cookie carries, and the member.

    :raises WrongCredentials: the same, as slowly, for an unknown name and a wrong secret
    :raises TooManyAttempts: the name is throttled; ``retry_after`` in seconds
    """
    name, secret = _read_name(content), secrets.read_secret(content.get("auth"))
    throttle = service.keyed_hash("throttle", name.encode())
    _count_attempt(service, throttle)
    with service.database.read() as session:
        member = session.scalar(select(Member).where(Member.name == name, Member.listed))
    if not secrets.is_right(member.auth_hash if member else None, secret) or member is None:
        failed(service, member.id if member else None, "session:fail")
        raise errors.WrongCredentials
    token = b64encode(os.urandom(TOKEN_BYTES))
    with service.database.write() as session:
        session.execute(delete(SignInThrottle).where(SignInThrottle.name_hmac == throttle))
        _forget_old(service, session)
        now = service.clock.now()
        session.add(StaffSession(token_sha256=_digest(token), member_id=member.id, opened=now, seen=now))
        record(service, session, member.id, "session:open")
    return token, _describe(service, member, token)


def _digest(token: str) -> bytes:
    return sha256(token.encode())


def _count_attempt(service: Service, throttle: bytes) -> None:
    # Counted before the secret is checked, so that attempts side by side are counted too.
    now = service.clock.now()
    with service.database.write() as session:
        row = session.get(SignInThrottle, throttle, with_for_update=True)
        if row is None:
            session.add(SignInThrottle(name_hmac=throttle, failures=1, last=now))
            return
        wait = row.last + _delay(row.failures) - now
        if wait > 0:
            raise errors.TooManyAttempts(members={"retry_after": wait})
        row.failures, row.last = row.failures + 1, now


def _delay(failures: int) -> int:
    if failures < FREE_ATTEMPTS:
        return 0
    return int(min(2 ** min(failures - FREE_ATTEMPTS, 10), LONGEST_WAIT))


def _forget_old(service: Service, session: Session) -> None:
    now, settings = service.clock.now(), service.settings
    session.execute(
        delete(StaffSession).where(
            (StaffSession.seen < now - settings.session_idle) | (StaffSession.opened < now - settings.session_absolute)
        )
    )
    session.execute(delete(SignInThrottle).where(SignInThrottle.last < now - 24 * 60 * 60))


def session_of(service: Service, token: str) -> Current | None:
    """The member of a session that has not ended, or None."""
    digest, now, settings = _digest(token), service.clock.now(), service.settings
    with service.database.read() as session:
        found = session.execute(
            select(StaffSession, Member)
            .join(Member, Member.id == StaffSession.member_id)
            .where(StaffSession.token_sha256 == digest, Member.listed)
        ).one_or_none()
    if found is None:
        return None
    row, member = found
    if now - row.seen > settings.session_idle or now - row.opened > settings.session_absolute:
        return None
    if now - row.seen >= _SEEN_STEP:
        # Not forced to the disk: at worst a session ends half a minute early.
        with service.database.write(durable=False) as session:
            session.execute(update(StaffSession).where(StaffSession.token_sha256 == digest).values(seen=now))
    return _describe(service, member, token)


def _describe(service: Service, member: Member, token: str) -> Current:
    with service.database.read() as session:
        site_roles = tuple(session.scalars(select(SiteRole.role).where(SiteRole.member_id == member.id)))
        channels = directories.roles_of(service, session, member.id)
    return Current(
        member=member.id,
        name=member.name,
        label=member.label,
        channels=channels,
        site_roles=site_roles,
        csrf=b64encode(service.keyed_hash("csrf", token.encode())),
        session=_digest(token),
        idle=service.settings.desk_idle,
    )


def sign_out(service: Service, current: bytes, member: str) -> None:
    """End a session, named by the hash of its token."""
    with service.database.write() as session:
        session.execute(delete(StaffSession).where(StaffSession.token_sha256 == current))
        record(service, session, member, "session:close")
