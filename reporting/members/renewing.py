"""A member's new keys in the place of their present ones, asked for by themselves; nothing of their cases is lost.

The vault that holds both is on the disk before the request is taken. Until a directory lists the new ones, the
present ones are theirs, for the server as for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.directory.difference import key_fingerprint
from reporting.directory.published import latest
from reporting.log.rules import record
from reporting.members import nonces, sessions
from reporting.members.models import Member, RenewedKeys, ReplacedAccount
from reporting.members.showing import administrators
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import JSONObject, b64decode, b64encode, sha256
from reporting.protocol.errors import ProtocolError, N_
from reporting.protocol.possession import Renewal, verify_possession, verify_renewal
from reporting.service import Service

_SEVERAL = b"\x02"  # a vault with more than one pair


@dataclass(frozen=True)
class _Request:
    """New keys with what shows that they are the member's, and the hash of the vault that holds them already."""

    asked: nonces.Asked
    nonce: bytes
    possession: bytes
    renewal: bytes
    vault: bytes

    @classmethod
    def read(cls, current: bytes, content: JSONObject) -> _Request:
        return cls(
            nonces.Asked.read(current, content),
            b64decode(content.get("nonce"), length=nonces.LENGTH, pointer="/nonce"),
            b64decode(content.get("signature"), length=64, pointer="/signature"),
            b64decode(content.get("renewal"), length=64, pointer="/renewal"),
            b64decode(content.get("vault"), length=32, pointer="/vault"),
        )

    @property
    def recipient(self) -> str:
        return str(self.asked.recipient)

    @property
    def digits(self) -> str:
        return key_fingerprint(self.asked.signing_key, sha256(self.recipient.encode()))


def show_keys(session: Session, member_id: str) -> JSONObject:
    """What waits for the directory: the digits of the keys, since when, and who can have them listed."""
    rows = session.scalars(select(RenewedKeys).where(RenewedKeys.member_id == member_id)).all()
    waiting = next((row for row in rows if row.taken_back is None), None)
    return {
        "pending": None if waiting is None else _waiting_json(waiting),
        "taken_back": sorted(b64encode(row.signing_key) for row in rows if row.taken_back is not None),
        "administrators": administrators(session),
    }


def _waiting_json(row: RenewedKeys) -> JSONObject:
    digits = key_fingerprint(row.signing_key, sha256(row.recipient.encode()))
    return {"signing_key": b64encode(row.signing_key), "digits": digits, "at": row.at}


def challenge_keys(service: Service, current: bytes, content: JSONObject) -> JSONObject:
    """A nonce that only the identity of the new recipient can read, for this session.

    :raises Unprocessable, ProtocolError: keys that cannot be some
    """
    return nonces.sealed(service, nonces.Asked.read(current, content))


def renew_keys(service: Service, current: bytes, member_id: str, content: JSONObject) -> None:
    """Take new keys of a member; they are drafted from then on. The same ones may be sent again.

    :raises NotAuthentic: the device has not shown that the keys are its own, or the member's present key has not
        signed that they follow it (of the core's tree)
    :raises Conflict: others wait already; the list does not have the present ones; somebody has or had these
    :raises VaultChanged: the vault that is kept is not the one that holds them
    :raises Unprocessable, ProtocolError: a field that cannot be right, or a nonce that is too old
    """
    request = _Request.read(current, content)
    with service.database.write() as session:
        sessions.locked(service, session, member_id, current)
        member = session.get_one(Member, member_id)
        if _is_waiting(session, member, request):
            return
        _check_proofs(service, session, member, request)
        _check_unused(session, latest(service, session), member_id, request)
        if member.vault[:1] != _SEVERAL or sha256(member.vault) != request.vault:
            raise errors.VaultChanged(pointer="/vault")
        session.merge(
            RenewedKeys(
                member_id=member_id,
                signing_key=request.asked.signing_key,
                recipient=request.recipient,
                follows=member.signing_key,
                signature=request.renewal,
                at=service.clock.now(),
                taken_back=None,
            )
        )
        record(service, session, member_id, "keys:request", details={"keys": request.digits})


def take_back_keys(service: Service, current: bytes, member_id: str) -> None:
    """Ask no longer for the keys that wait.

    :raises NotFound: none wait
    """
    with service.database.write() as session:
        sessions.locked(service, session, member_id, current)
        row = _waiting(session, member_id)
        if row is None:
            raise errors.NotFound(N_("No keys of yours wait for the list."))
        row.taken_back = service.clock.now()
        record(service, session, member_id, "keys:take-back")


def _waiting(session: Session, member_id: str) -> RenewedKeys | None:
    return session.scalar(
        select(RenewedKeys).where(RenewedKeys.member_id == member_id, RenewedKeys.taken_back.is_(None))
    )


def _is_waiting(session: Session, member: Member, request: _Request) -> bool:
    """Whether these very keys wait already: nothing answered when they came.

    :raises Conflict: others do
    """
    row = _waiting(session, member.id)
    if row is None or row.follows != member.signing_key:
        return False
    if (row.signing_key, row.recipient) != (request.asked.signing_key, request.recipient):
        raise errors.Conflict(N_("New keys of yours wait already: take them back first."))
    return True


def _check_proofs(service: Service, session: Session, member: Member, request: _Request) -> None:
    nonces.check(service, request.asked, request.nonce)
    new = request.asked.signing_key
    try:
        verify_possession(request.possession, request.nonce, request.recipient, member.id, new)
    except ProtocolError as error:
        raise error.at("/signature") from None
    if not sessions.is_listed(service, session, member):
        raise errors.Conflict(N_("The list does not have your present keys: new ones can follow once it does."))
    change = Renewal(service.origin, member.id, member.signing_key, new, sha256(request.recipient.encode()))
    try:
        verify_renewal(request.renewal, change)
    except ProtocolError as error:
        raise error.at("/renewal") from None


def _check_unused(session: Session, directory: Directory | None, member_id: str, request: _Request) -> None:
    """Keys are one member's, and are listed once: what has a name in the trail must not get another.

    :raises Conflict: somebody has or had one of them
    """
    key, recipient = request.asked.signing_key, request.recipient
    used = False
    if directory is not None:
        used = any(one.signing_key == key for one in directory.members)
        used = used or any(one.signing_key == key for one in directory.former)
    for same in (
        select(Member.id).where(or_(Member.signing_key == key, Member.recipient == recipient)),
        select(ReplacedAccount.member_id).where(
            or_(ReplacedAccount.signing_key == key, ReplacedAccount.recipient == recipient)
        ),
    ):
        used = used or session.scalar(same.limit(1)) is not None
    same_keys = (RenewedKeys.signing_key == key) & (RenewedKeys.recipient == recipient)
    others = select(RenewedKeys.member_id).where(
        or_(RenewedKeys.signing_key == key, RenewedKeys.recipient == recipient),
        ~((RenewedKeys.member_id == member_id) & same_keys),
    )
    if used or session.scalar(others.limit(1)) is not None:
        raise errors.Conflict(N_("These keys are, or were, somebody's already."), pointer="/recipient")
