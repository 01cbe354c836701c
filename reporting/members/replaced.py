"""What enrolling again replaced: kept whole, and put back where it was not the member who enrolled.

An administrator can invite somebody *again* by the web pages alone. Were their vault overwritten, the only keys to
their cases would be lost with it; so nothing of it ever is.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases import rules as cases
from reporting.log.rules import record
from reporting.members.models import Member, ReplacedAccount
from reporting.protocol.encoding import dump_json, parse_json_object
from reporting.protocol.errors import N_
from reporting.service import Service

#: Columns of a member that follow from their keys and secrets.
KEPT = ("recipient", "signing_key", "valid_until", "auth_hash", "salt", "vault", "wraps", "recovery_hash")
_LIMIT = 1 << 26


def keep(service: Service, session: Session, member: Member) -> None:
    """Keep an account, and which cases it opens, before another takes its place."""
    _keep(service, session, member, _ends(session, member.id)[1] + 1)


def was_replaced(session: Session, member_id: str) -> bool:
    """Whether somebody ever enrolled again in a member's place."""
    return bool(session.scalar(select(func.count()).where(ReplacedAccount.member_id == member_id)))


def put_back(service: Service, session: Session, member: Member) -> None:
    """Put the account back that was replaced last; what is in its place now is kept behind all others.

    So nothing is lost by it either, and whoever does it again gets the one before, in the end the present one.
    Ending invitations, sessions and factors is the caller's.

    :raises Conflict: nothing was replaced
    """
    first, last = _ends(session, member.id)
    row = session.get(ReplacedAccount, (member.id, last))
    if row is None:
        raise errors.Conflict(N_("Nobody has enrolled again as {member}."), values={"member": member.id})
    _keep(service, session, member, first - 1)
    for name in KEPT:
        setattr(member, name, getattr(row, name))
    cases.forget_access(session, member.id)
    cases.give_back_access(session, member.id, parse_json_object(row.cases.encode(), limit=_LIMIT))
    session.delete(row)
    record(service, session, "server", "member:restore", details={"member": member.id})


def _keep(service: Service, session: Session, member: Member, number: int) -> None:
    columns = {name: getattr(member, name) for name in KEPT}
    access = dump_json(cases.access_of(session, member.id)).decode()
    now = service.clock.now()
    session.add(ReplacedAccount(member_id=member.id, number=number, at=now, cases=access, **columns))
    session.flush()


def _ends(session: Session, member_id: str) -> tuple[int, int]:
    numbers = session.scalars(select(ReplacedAccount.number).where(ReplacedAccount.member_id == member_id)).all()
    return min(numbers, default=1), max(numbers, default=0)
