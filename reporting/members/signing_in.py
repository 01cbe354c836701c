"""Signing in with what follows from a passphrase or a recovery code: the same answer, as slow, for every name."""

from __future__ import annotations

from sqlalchemy import func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from reporting import errors
from reporting.log.rules import record
from reporting.members import factors, secrets, sessions, throttles
from reporting.members.models import Member
from reporting.permissions import OPEN
from reporting.protocol.encoding import JSONObject, check_text
from reporting.protocol.errors import N_
from reporting.service import Service

REQUIRED = "required"
_MAX_NAME = 64


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
    # Chosen in the database, so that as much comes back for a name that nobody has.
    found = select(Member.salt).where(Member.name == name, Member.listed).scalar_subquery()
    with service.database.read() as session:
        return bytes(session.scalars(select(func.coalesce(found, literal(instead, Member.salt.type)))).one())


def sign_in(service: Service, content: JSONObject) -> tuple[str, sessions.Current]:
    """Begin a session with the auth secret: its token, which only the cookie carries, and the member.

    It is open where the member has no second factor and none is required; else that comes first.

    :raises WrongCredentials: the same, as slowly, for an unknown name and a wrong secret
    :raises TooManyAttempts: the name is throttled; ``retry_after`` in seconds
    """
    return _sign_in(service, content, "passphrase", Member.auth_hash)


def sign_in_to_recover(service: Service, content: JSONObject) -> tuple[str, sessions.Current]:
    """Begin a session with a recovery code's secret, for choosing a new passphrase and nothing else.

    :raises WrongCredentials: the same, as slowly, for an unknown name, a wrong code, and a member without one
    :raises TooManyAttempts: the name is throttled; ``retry_after`` in seconds
    """
    return _sign_in(service, content, "recovery", Member.recovery_hash)


def _sign_in(
    service: Service,
    content: JSONObject,
    method: str,
    hashed: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
) -> tuple[str, sessions.Current]:
    name, secret = _read_name(content), secrets.read_secret(content.get("auth"))
    key = throttles.key_of_name(service, method, name)
    throttles.count_attempt(service, key)
    with service.database.read() as session:
        found = session.execute(select(Member.id, hashed).where(Member.name == name, Member.listed)).one_or_none()
    member_id, stored = found or ("", None)
    right = secrets.is_right(stored, secret)
    with service.database.write() as session:
        # Looked at again, now that the row is held: a credential that was changed meanwhile opens nothing.
        member = session.scalar(select(Member).where(Member.id == member_id, Member.listed).with_for_update())
        throttles.forget_old(service, session)
        if member is not None and right and stored == getattr(member, hashed.key):
            sessions.forget_ended(service, session)
            token = _begin(service, session, member, method)
        else:
            token = ""
            _refused(service, session, member, method)
    current = sessions.session_of(service, token) if token else None
    if current is None:
        raise errors.WrongCredentials
    return token, current


def _begin(service: Service, session: Session, member: Member, method: str) -> str:
    has_factor = factors.of(session, member.id).any
    if method == "recovery":
        stage = "recovery-factor" if has_factor else "recovery"
    elif has_factor:
        stage = "factor"
    else:
        stage = "enrolling" if service.settings.second_factor == REQUIRED else OPEN
    if not has_factor:  # else it waits for the factor: the passphrase alone, perhaps a thief's, opens few sessions
        throttles.forgive(session, throttles.key_of_name(service, method, member.name))
    record(service, session, member.id, "session:open", details={"method": method, "stage": stage})
    return sessions.open_session(service, session, member, stage, method)


def _refused(service: Service, session: Session, member: Member | None, method: str) -> None:
    """Record a failure; for a name that nobody has, take the same steps and take them back: nothing tells by time."""
    savepoint = session.begin_nested()
    record(service, session, member.id if member else "server", "session:refuse", details={"method": method})
    if member is None:
        savepoint.rollback()
    else:
        savepoint.commit()
