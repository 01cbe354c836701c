"""What becomes of a member's cases when their keys are gone, and they enroll anew under the same id."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from reporting.cases import clocks
from reporting.cases.models import Assignment, Card, Case, Grant, Holding
from reporting.protocol.encoding import b64encode, sha256


def access_of(session: Session, member_id: str) -> dict[str, str]:
    """The cases that a member's keys open now, each with the hash of the grant of its last epoch."""
    rows = session.execute(
        select(Grant.case_id, Grant.sealed)
        .join(Case, (Case.id == Grant.case_id) & (Case.epoch == Grant.epoch))
        .join(Holding, (Holding.case_id == Grant.case_id) & (Holding.member_id == Grant.member_id))
        .where(Grant.member_id == member_id, Holding.granted)
    )
    return {row.case_id: b64encode(sha256(row.sealed)) for row in rows}


def give_back_access(session: Session, member_id: str, kept: Mapping[str, object]) -> None:
    """Let a member have the cases again that :func:`access_of` named, where nobody has replaced their grant since."""
    for case_id, digest in kept.items():
        case = session.get(Case, case_id)
        grant = session.get(Grant, (case_id, member_id, case.epoch)) if case else None
        if case is None or grant is None or b64encode(sha256(grant.sealed)) != digest:
            continue  # passed on, or granted anew to other keys: a colleague grants it again
        if (held := session.get(Holding, (case_id, member_id))) is not None:
            held.granted = True
            continue
        due = clocks.next_due(clocks.decode(case.clocks))
        session.add(Holding(member_id=member_id, case_id=case_id, next_due=due, granted=True, custodian=False))
    session.flush()


def forget_access(session: Session, member_id: str) -> None:
    """Treat a member as one who has no access any more: nothing opens with their new keys.

    The chains still name them. A colleague who grants a case again, or passes it on, so gives them grants that
    fit their new keys: those in use by somebody are never replaced, theirs are not in use now.
    """
    session.execute(update(Holding).where(Holding.member_id == member_id).values(granted=False))
    session.execute(delete(Holding).where(Holding.member_id == member_id, ~Holding.custodian))
    session.execute(delete(Card).where(Card.member_id == member_id))
    session.execute(delete(Assignment).where(Assignment.member_id == member_id))
