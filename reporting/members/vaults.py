"""Vaults, as far as the server may look: sizes and the version byte. It keeps them and hands them out."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select

from reporting import errors
from reporting.log.rules import record
from reporting.members import secrets
from reporting.members.models import Member, StaffSession
from reporting.protocol.directory_parts import parse_object
from reporting.protocol.encoding import JSONObject, b64decode, b64encode, dump_json, parse_json_object
from reporting.protocol.errors import N_
from reporting.protocol.vault import KEY_BYTES, MAX_VAULT, SALT_BYTES
from reporting.service import Service

WRAPS = ("passphrase", "recovery")
_OVERHEAD = 1 + 12 + 16  # version, nonce, tag (protocol section 9)
_VERSION = b"\x01"


def check_vault(vault: bytes) -> bytes:
    """``vault`` if it may be one.

    :raises Unprocessable: another length or version
    """
    if not _OVERHEAD < len(vault) <= MAX_VAULT or vault[:1] != _VERSION:
        raise errors.Unprocessable(N_("This is not a vault of this version."), pointer="/vault")
    return vault


def check_wraps(wraps: Mapping[str, bytes]) -> dict[str, bytes]:
    """The vault's wrapped key: by passphrase, and by recovery code where there is one.

    :raises Unprocessable: none by passphrase, one of an unknown kind, or of another length
    """
    if "passphrase" not in wraps or not set(wraps) <= set(WRAPS):
        raise errors.Unprocessable(
            N_("A vault's key is wrapped by passphrase, and may be by recovery code."), pointer="/wraps"
        )
    for name, wrap in wraps.items():
        if len(wrap) != _OVERHEAD + KEY_BYTES or wrap[:1] != _VERSION:
            raise errors.Unprocessable(N_("This is not a wrapped key."), pointer=f"/wraps/{name}")
    return dict(wraps)


def encode_wraps(wraps: Mapping[str, bytes]) -> str:
    """As they are stored and sent."""
    return dump_json({name: b64encode(wrap) for name, wrap in sorted(wraps.items())}).decode()


def show_vault(service: Service, member_id: str) -> JSONObject:
    """A member's own vault, its wrapped keys, and the salt of their passphrase."""
    with service.database.read() as session:
        member = session.get_one(Member, member_id)
        return {
            "vault": b64encode(member.vault),
            "wraps": parse_json_object(member.wraps.encode(), limit=1 << 16),
            "salt": b64encode(member.salt),
        }


def store_vault(service: Service, member_id: str, current: bytes, content: JSONObject) -> None:
    """Replace a member's own vault; with ``passphrase``, their salt and auth secret as well.

    The vault is the only copy of its owner's keys. So the present auth secret comes with every new one: a
    session alone, left open or stolen, can neither destroy them nor lock their owner out.

    :param current: the session that asks, by the hash of its token; a new passphrase ends all others
    :raises WrongCredentials: the present auth secret is wrong
    """
    vault = check_vault(b64decode(content.get("vault"), pointer="/vault"))
    wraps = parse_object(content.get("wraps"), "/wraps")
    checked = check_wraps({name: b64decode(wrap, pointer=f"/wraps/{name}") for name, wrap in wraps.items()})
    present = secrets.read_secret(content.get("current_auth"), "/current_auth")
    change = content.get("passphrase")
    credentials = None if change is None else _new_credentials(parse_object(change, "/passphrase"))
    _check_present(service, member_id, present)
    with service.database.write() as session:
        member = session.scalars(select(Member).where(Member.id == member_id).with_for_update()).one()
        member.vault, member.wraps = vault, encode_wraps(checked)
        if credentials is not None:
            member.salt, member.auth_hash = credentials
            others = (StaffSession.member_id == member_id) & (StaffSession.token_sha256 != current)
            session.execute(delete(StaffSession).where(others))
        record(service, session, member_id, "vault:put", details={"passphrase": credentials is not None})


def _new_credentials(change: JSONObject) -> tuple[bytes, str]:
    salt = b64decode(change.get("salt"), length=SALT_BYTES, pointer="/passphrase/salt")
    return salt, secrets.hash_secret(secrets.read_secret(change.get("auth"), "/passphrase/auth"))


def _check_present(service: Service, member_id: str, present: bytes) -> None:
    with service.database.read() as session:
        stored = session.get_one(Member, member_id).auth_hash
    if not secrets.is_right(stored, present):
        raise errors.WrongCredentials(pointer="/current_auth")
