"""Vaults: kept, handed out, and replaced by whoever brings the present secret."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from sqlalchemy.orm import Session

from reporting import errors
from reporting.log.rules import record
from reporting.members import secrets, sessions, throttles
from reporting.members.models import Member
from reporting.members.wraps import check_vault, check_wraps, encode_wraps
from reporting.protocol.directory_parts import parse_object
from reporting.protocol.encoding import JSONObject, b64decode, b64encode, parse_json_object, sha256
from reporting.protocol.errors import N_
from reporting.protocol.vault import SALT_BYTES
from reporting.service import Service

_RECOVERY = "recovery"
_ONE_PAIR = b"\x01"


def show_vault(service: Service, member_id: str) -> JSONObject:
    """A member's own vault, its wrapped keys, and the salt of their passphrase."""
    with service.database.read() as session:
        member = session.get_one(Member, member_id)
        return {
            "vault": b64encode(member.vault),
            "wraps": parse_json_object(member.wraps.encode(), limit=1 << 16),
            "salt": b64encode(member.salt),
        }


@dataclass(frozen=True)
class _Change:
    """What is to be stored: ``passphrase`` is salt and hash, ``recovery`` a hash; None leaves what is there."""

    vault: bytes
    wraps: str
    present: bytes
    passphrase: tuple[bytes, str] | None
    recovery: str | None
    before: bytes | None

    @classmethod
    def read(cls, content: JSONObject) -> _Change:
        vault = check_vault(b64decode(content.get("vault"), pointer="/vault"))
        wraps = parse_object(content.get("wraps"), "/wraps")
        checked = check_wraps({name: b64decode(wrap, pointer=f"/wraps/{name}") for name, wrap in wraps.items()})
        present = secrets.read_secret(content.get("current_auth"), "/current_auth")
        passphrase, recovery = content.get("passphrase"), content.get("recovery_auth")
        before = content.get("before")
        if recovery is not None and _RECOVERY not in checked:
            raise errors.Unprocessable(N_("A recovery code needs a wrap of its own."), pointer="/wraps")
        return cls(
            vault,
            encode_wraps(checked),
            present,
            None if passphrase is None else _new_passphrase(parse_object(passphrase, "/passphrase")),
            None if recovery is None else secrets.hash_secret(secrets.read_secret(recovery, "/recovery_auth")),
            None if before is None else b64decode(before, length=32, pointer="/before"),
        )

    @property
    def credentials(self) -> bool:
        """Whether something that signs in changes."""
        return self.passphrase is not None or self.recovery is not None


def _new_passphrase(change: JSONObject) -> tuple[bytes, str]:
    salt = b64decode(change.get("salt"), length=SALT_BYTES, pointer="/passphrase/salt")
    return salt, secrets.hash_secret(secrets.read_secret(change.get("auth"), "/passphrase/auth"))


def store_vault(service: Service, member_id: str, current: bytes, content: JSONObject) -> None:
    """Replace a member's own vault; with ``passphrase`` or ``recovery_auth``, what they sign in with as well.

    The vault is the only copy of its owner's keys. So the present auth secret comes with every new one: a
    session alone, left open or stolen, can neither destroy them nor lock their owner out. A session that a
    recovery code opened brings that code's secret instead, and a new passphrase; it ends with it.

    ``before`` names the vault that is to be replaced, by its hash: another browser of the same member may have put
    new keys into it since. Whoever does not name it may replace a vault of one pair by another, and no more.

    :param current: the session that asks, by the hash of its token; new credentials end all others
    :raises WrongCredentials: the present secret is wrong, or was replaced meanwhile
    :raises TooManyAttempts: this session tried too many
    :raises NotSignedIn: the session has ended meanwhile
    :raises VaultChanged: the vault that is kept is another one
    """
    change = _Change.read(content)
    key = service.keyed_hash("throttle", b"vault", current)
    throttles.count_attempt(service, key)
    with service.database.read() as session:
        member = session.get_one(Member, member_id)
        known = (member.auth_hash, member.recovery_hash)
    right = [stored for stored in known if stored and secrets.is_right(stored, change.present)]
    with service.database.write() as session:
        stage = sessions.locked(service, session, member_id, current).stage
        member = session.get_one(Member, member_id)
        stored = member.recovery_hash if stage == _RECOVERY else member.auth_hash
        allowed = stored is not None and stored in right
        if allowed:
            _check_recovering(stage, change)
            _check_before(member.vault, change)
            throttles.forgive(session, key)
            _replace(session, member, change, but=None if stage == _RECOVERY else current)
        details = {"passphrase": change.passphrase is not None, "recovery": change.recovery is not None}
        act = "vault:put" if allowed else "vault:refuse"
        record(service, session, member_id, act, details={**details, "by": stage})
    if not allowed:
        raise errors.WrongCredentials(pointer="/current_auth")


def _check_recovering(stage: str, change: _Change) -> None:
    if stage == _RECOVERY and change.passphrase is None:
        raise errors.Unprocessable(N_("After recovery a new passphrase is needed."), pointer="/passphrase")


def _check_before(kept: bytes, change: _Change) -> None:
    if kept == change.vault:
        return  # sent again, since nothing answered
    renewed = max(kept[:1], change.vault[:1]) > _ONE_PAIR
    named = change.before is not None and hmac.compare_digest(sha256(kept), change.before)
    if ((change.before is not None or renewed) and not named) or change.vault[:1] < kept[:1]:
        raise errors.VaultChanged


def _replace(session: Session, member: Member, change: _Change, *, but: bytes | None) -> None:
    member.vault, member.wraps = change.vault, change.wraps
    if change.passphrase is not None:
        member.salt, member.auth_hash = change.passphrase
    if change.recovery is not None:
        member.recovery_hash = change.recovery
    if change.credentials:
        sessions.end_sessions(session, member.id, but=but)
