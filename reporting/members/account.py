"""A member's own account: factors, backup codes, and the sessions that are open in their name."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from webauthn.helpers import bytes_to_base64url

from reporting import errors
from reporting.log.rules import record
from reporting.members import backup_codes, sessions
from reporting.members.models import Authenticator, BackupCode, Member, StaffSession
from reporting.members.renewing import show_keys
from reporting.members.signing_in import REQUIRED
from reporting.members.wraps import PASSKEY, PASSPHRASE
from reporting.permissions import OPEN
from reporting.protocol.encoding import JSONObject, dump_json, parse_json_object
from reporting.protocol.errors import N_
from reporting.service import Service


def show_account(service: Service, current: bytes, member_id: str) -> JSONObject:
    """What the account consists of; times are ISO 8601."""
    with service.database.read() as session:
        member = session.get_one(Member, member_id)
        left = select(func.count()).where(BackupCode.member_id == member_id, BackupCode.used.is_(None))
        rows = session.scalars(
            select(StaffSession).where(StaffSession.member_id == member_id, StaffSession.stage == OPEN)
        ).all()
        return {
            "factors": [_factor_json(one) for one in _confirmed(session, member_id)],
            "backup_codes": session.scalar(left) or 0,
            "recovery": member.recovery_hash is not None,
            "keys": show_keys(session, member_id),
            "sessions": [
                _session_json(row, current)
                for row in sorted(rows, key=lambda row: (row.token_sha256 != current, -row.seen, row.id))
                if not sessions.has_ended(service, row)
            ],
        }


def _factor_json(one: Authenticator) -> JSONObject:
    return {
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
        "created": _instant(one.created),
        "used": None if one.used is None else _instant(one.used),
        "prf": one.prf,
        "credential": None if one.credential is None else bytes_to_base64url(one.credential),
    }


def _session_json(row: StaffSession, current: bytes) -> JSONObject:
    return {
        "id": row.id,
        "opened": _instant(row.opened),
        "seen": _instant(row.seen),
        "method": row.method,
        "current": row.token_sha256 == current,
    }


def _instant(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat()


def _confirmed(session: Session, member_id: str) -> Sequence[Authenticator]:
    return session.scalars(
        select(Authenticator)
        .where(Authenticator.member_id == member_id, Authenticator.confirmed)
        .order_by(Authenticator.created, Authenticator.id)
    ).all()


def end_session(service: Service, member_id: str, session_id: str) -> None:
    """End one of the member's own sessions, this one or another.

    :raises NotFound: they have none of that id
    """
    with service.database.write() as session:
        ended = session.execute(
            delete(StaffSession)
            .where(StaffSession.member_id == member_id, StaffSession.id == session_id)
            .returning(StaffSession.id)
        ).first()
        if ended is None:
            raise errors.NotFound
        record(service, session, member_id, "session:revoke", details={"session": session_id})


def end_other_sessions(service: Service, current: bytes, member_id: str) -> None:
    """End every session of the member's but this one."""
    with service.database.write() as session:
        sessions.locked(service, session, member_id, current)
        sessions.end_sessions(session, member_id, but=current)
        record(service, session, member_id, "session:revoke", details={"session": "others"})


def new_backup_codes(service: Service, current: bytes, member_id: str) -> JSONObject:
    """Ten codes in the place of those before, shown this once.

    :raises Conflict: there is no factor yet that they could stand in for
    """
    with service.database.write() as session:
        sessions.locked(service, session, member_id, current)
        if not _confirmed(session, member_id):
            # Codes made before it would let whoever had only the passphrase then past the factor to come.
            raise errors.Conflict(N_("Backup codes stand in for a second factor: add one first."))
        codes = backup_codes.make(service, session, member_id)
        record(service, session, member_id, "factor:codes")
        return {"codes": codes}


def note_identity_export(service: Service, current: bytes, member_id: str) -> None:
    """Record that a member takes their own key out of the desk, before their browser makes the file."""
    with service.database.write() as session:
        sessions.locked(service, session, member_id, current)
        record(service, session, member_id, "identity:export")


def delete_factor(service: Service, current: bytes, member_id: str, authenticator_id: str) -> None:
    """Take a factor away; every other session ends.

    :raises NotFound: the member has none of that id
    :raises Conflict: it is the last one and one is required, or the vault opens with it alone
    """
    with service.database.write() as session:
        sessions.locked(service, session, member_id, current)
        known = {one.id: one for one in _confirmed(session, member_id)}
        gone = known.pop(authenticator_id, None)
        if gone is None:
            raise errors.NotFound
        if not known and service.settings.second_factor == REQUIRED:
            raise errors.Conflict(N_("This is your last second factor: add another one first."))
        _drop_wrap(session.get_one(Member, member_id), gone)
        session.delete(gone)
        if not known:
            session.execute(delete(BackupCode).where(BackupCode.member_id == member_id))
        sessions.end_sessions(session, member_id, but=current)
        details = {"kind": gone.kind, "factor": authenticator_id}
        record(service, session, member_id, "factor:remove", details=details)


def reset_factors(service: Service, session: Session, by: str, member_id: str) -> None:
    """Take every factor and code of a member away who has lost them all; their sessions end.

    Whoever knows their passphrase can then sign in, and registers factors anew.

    :raises NotFound: nobody of that id
    """
    member = session.get(Member, member_id, with_for_update=True)
    if member is None or not member.listed:
        raise errors.NotFound(pointer="/id")
    for table in (Authenticator, BackupCode):
        session.execute(delete(table).where(table.member_id == member_id))
    sessions.end_sessions(session, member_id)
    record(service, session, by, "factor:reset", details={"member": member_id})


def end_sessions_of(service: Service, session: Session, by: str, member_id: str | None) -> None:
    """End every session of a member, or, for None, of everybody; they can sign in again.

    :raises NotFound: nobody of that id
    """
    wanted = select(Member).where(Member.listed, *([Member.id == member_id] if member_id is not None else []))
    found = session.scalars(wanted.order_by(Member.id).with_for_update()).all()
    if not found and member_id is not None:
        raise errors.NotFound(pointer="/id")
    for member in found:
        sessions.end_sessions(session, member.id)
    details = {"session": "all", **({} if member_id is None else {"member": member_id})}
    record(service, session, by, "session:revoke", details=details)


def _drop_wrap(member: Member, gone: Authenticator) -> None:
    wraps = parse_json_object(member.wraps.encode(), limit=1 << 16)
    dropped = wraps.pop(PASSKEY + bytes_to_base64url(gone.credential or b""), None)
    if dropped is None:
        return
    if not any(name == PASSPHRASE or name.startswith(PASSKEY) for name in wraps):
        raise errors.Conflict(N_("Your keys open with this passkey alone: let another way open them first."))
    member.wraps = dump_json(wraps).decode()
