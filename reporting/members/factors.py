"""Second factors: which a member has, proving one, and what a session gains by it.

A proof is judged while the row of its session is held. A session that was ended meanwhile, by its owner or by
new credentials, gains nothing by a proof that comes late; and each proof counts once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.log.rules import record
from reporting.members import backup_codes, passkeys, secrets, sessions, throttles, totp
from reporting.members.models import Authenticator, BackupCode, Member, StaffSession
from reporting.permissions import OPEN
from reporting.protocol.directory_parts import parse_object
from reporting.protocol.encoding import JSONObject, check_text
from reporting.protocol.errors import N_
from reporting.service import Service

#: What follows a proof in each stage.
_NEXT = {"factor": OPEN, "recovery-factor": "recovery", OPEN: OPEN}
_MAX_CODE = 64

Check = Callable[[Session, StaffSession], bool]


@dataclass(frozen=True)
class Factors:
    """Which kinds of factor a member has; backup codes alone are none, they stand in for one."""

    passkey: bool
    totp: bool
    backup: bool

    @property
    def any(self) -> bool:
        """Whether a second factor is asked for."""
        return self.passkey or self.totp

    def to_json(self) -> JSONObject:
        """As the session shows them."""
        return {"passkey": self.passkey, "totp": self.totp, "backup": self.backup}


def of(session: Session, member_id: str) -> Factors:
    """The factors of a member that were confirmed."""
    kinds = set(
        session.scalars(select(Authenticator.kind).where(Authenticator.member_id == member_id, Authenticator.confirmed))
    )
    codes = session.scalar(select(func.count()).where(BackupCode.member_id == member_id, BackupCode.used.is_(None)))
    return Factors("passkey" in kinds, "totp" in kinds, bool(codes))


def prove(service: Service, current: bytes, member_id: str, content: JSONObject, origin: str) -> str | None:
    """Prove a factor: the token of the session from now on, or None where it keeps its own.

    :param origin: where the page that asks comes from, one of the desk's own
    :raises WrongCredentials: not the right code, key or secret, or one that was used before
    :raises TooManyAttempts: too many codes were tried
    :raises NotSignedIn: the session has ended meanwhile
    """
    if len(content) != 1 or not set(content) <= set(_CHECKS):
        raise errors.Unprocessable(N_("Exactly one proof is asked for: totp, backup, passkey or auth."))
    (kind,) = content
    check = _CHECKS[kind](service, member_id, content, origin)
    # A signature cannot be guessed, and its owner shall not wait for whoever tries: counted by session.
    whose = current if kind == passkeys.KIND else member_id.encode()
    key = service.keyed_hash("throttle", b"factor", kind.encode(), whose)
    throttles.count_attempt(service, key, throttles.LONGEST_WAIT_FOR_CODES)
    with service.database.write() as session:
        row = sessions.locked(service, session, member_id, current)
        token, right = None, row.stage in _NEXT and check(session, row)
        if right:
            throttles.forgive(session, key)
            row.proved = service.clock.now()
            if row.stage != OPEN:
                name = session.get_one(Member, member_id).name
                throttles.forgive(session, throttles.key_of_name(service, row.method, name))
                row.method = kind if row.method == "passphrase" else row.method
                token = sessions.move_on(service, session, row, _NEXT[row.stage])
        record(service, session, member_id, "factor:prove" if right else "factor:refuse", details={"kind": kind})
    if not right:
        raise errors.WrongCredentials(N_("This did not confirm that it is you. Please try again."))
    return token


def _check_totp(service: Service, member_id: str, content: JSONObject, _origin: str) -> Check:
    code = totp.read_code(content["totp"], "/totp")
    return lambda session, _row: totp.spend(service, session, member_id, code)


def _check_backup(service: Service, member_id: str, content: JSONObject, _origin: str) -> Check:
    code = check_text(content["backup"], pointer="/backup", limit=_MAX_CODE)
    return lambda session, _row: backup_codes.spend(service, session, member_id, code)


def _check_passkey(service: Service, _member: str, content: JSONObject, origin: str) -> Check:
    answer = parse_object(content["passkey"], "/passkey")
    return lambda session, row: passkeys.verify(service, session, row, answer, origin)


def _check_auth(service: Service, member_id: str, content: JSONObject, _origin: str) -> Check:
    """The passphrase once more, from whoever has nothing else; judged before, since it is slow, and held to after."""
    secret = secrets.read_secret(content["auth"])
    with service.database.read() as session:
        stored = session.get_one(Member, member_id).auth_hash
        has_factor = of(session, member_id).any
    right = secrets.is_right(stored, secret) and not has_factor

    def check(session: Session, row: StaffSession) -> bool:
        same = session.get_one(Member, member_id).auth_hash == stored  # held with the session
        return right and same and row.stage == OPEN and not of(session, member_id).any

    return check


_CHECKS: dict[str, Callable[[Service, str, JSONObject, str], Check]] = {
    "totp": _check_totp,
    "backup": _check_backup,
    "passkey": _check_passkey,
    "auth": _check_auth,
}
