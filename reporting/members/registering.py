"""Registering a second factor: an app's codes, or a passkey. The first one opens a session that waited for it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from reporting import errors
from reporting.log.rules import record
from reporting.members import passkeys, sessions, throttles, totp
from reporting.members.models import StaffSession
from reporting.members.noticing import begin_telling
from reporting.permissions import OPEN
from reporting.protocol.directory_parts import parse_object
from reporting.protocol.encoding import JSONObject, check_text
from reporting.protocol.errors import N_
from reporting.service import Service

ENROLLING = "enrolling"
_MAX_NAME = 80


def begin_totp(service: Service, current: bytes, member_id: str) -> JSONObject:
    """A fresh secret for an app; it counts once a code of it has been confirmed."""
    with service.database.write() as session:
        _locked(service, session, current, member_id)
        return totp.begin(service, session, member_id)


def confirm_totp(service: Service, current: bytes, member_id: str, authenticator_id: str, content: JSONObject) -> None:
    """Register an app by a code that it shows.

    :raises WrongCredentials: it is not the code of now
    :raises TooManyAttempts: too many were tried
    :raises NotFound: no such app was begun
    """
    code = totp.read_code(content.get("code"), "/code")
    key = service.keyed_hash("throttle", b"confirm", member_id.encode())
    throttles.count_attempt(service, key, throttles.LONGEST_WAIT_FOR_CODES)
    with service.database.write() as session:
        row = _locked(service, session, current, member_id)
        right = totp.confirm(service, session, member_id, authenticator_id, code)
        if right:
            throttles.forgive(session, key)
            _added(service, session, row, totp.KIND, authenticator_id)
        else:
            record(service, session, member_id, "factor:refuse", details={"kind": totp.KIND})
    if not right:
        raise errors.WrongCredentials(
            N_("This is not the code of now. Wait for the next one and try again."), pointer="/code"
        )


def passkey_options(service: Service, current: bytes, member_id: str, origin: str) -> JSONObject:
    """What the browser needs to make a passkey.

    :raises NotOffered: browsers make none at this address
    """
    with service.database.write() as session:
        row = _locked(service, session, current, member_id)
        return {"options": passkeys.creation_options(service, session, row, origin)}


def register_passkey(service: Service, current: bytes, member_id: str, content: JSONObject, origin: str) -> JSONObject:
    """Register the passkey that the browser made.

    :raises Unprocessable: it was not made for the challenge that waits, or at another address
    :raises AlreadyThere: it is registered already
    """
    name = check_text(content.get("name"), pointer="/name", limit=_MAX_NAME).strip()
    if not name or not name.isprintable():
        raise errors.Unprocessable(N_("A passkey needs a name of at most 80 letters."), pointer="/name")
    answer = parse_object(content.get("credential"), "/credential")
    with service.database.write() as session:
        row = _locked(service, session, current, member_id)
        made = passkeys.register(service, session, row, name, answer, origin)
        if made is None:
            record(service, session, member_id, "factor:refuse", details={"kind": passkeys.KIND})
        else:
            _added(service, session, row, passkeys.KIND, made.id)
    if made is None:
        text = N_("The passkey was not made for this page. Please try again.")
        raise errors.Unprocessable(text, pointer="/credential")
    return {"id": made.id, "prf": made.prf}


def begin_passkey(service: Service, current: bytes, member_id: str, origin: str) -> JSONObject:
    """What the browser needs to prove with a passkey who is there.

    :raises NotOffered: the member has none that works at this address
    """
    with service.database.write() as session:
        row = sessions.locked(service, session, member_id, current)
        return {"options": passkeys.request_options(service, session, row, origin)}


def _locked(service: Service, session: Session, current: bytes, member_id: str) -> StaffSession:
    row = sessions.locked(service, session, member_id, current)
    if row.stage not in (OPEN, ENROLLING):
        raise errors.NotSignedIn
    return row


def _added(service: Service, session: Session, row: StaffSession, kind: str, authenticator_id: str) -> None:
    enrolled = row.stage == ENROLLING
    if enrolled:
        sessions.enter(service, row)
    session.flush()
    sessions.end_sessions(session, row.member_id, but=row.token_sha256)
    record(service, session, row.member_id, "factor:add", details={"kind": kind, "factor": authenticator_id})
    if enrolled:
        begin_telling(session, row.member_id)
