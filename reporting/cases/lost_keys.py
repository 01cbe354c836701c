"""What becomes of a member's cases when their keys are gone, and they enroll anew under the same id."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from reporting.cases.models import Assignment, Card, Holding


def forget_access(session: Session, member_id: str) -> None:
    """Treat a member as one who has no access any more: nothing opens with their new keys.

    The chains still name them. A colleague who grants a case again, or passes it on, so gives them grants that
    fit their new keys: those in use by somebody are never replaced, theirs are not in use now.
    """
    session.execute(update(Holding).where(Holding.member_id == member_id).values(granted=False))
    session.execute(delete(Holding).where(Holding.member_id == member_id, ~Holding.custodian))
    session.execute(delete(Card).where(Card.member_id == member_id))
    session.execute(delete(Assignment).where(Assignment.member_id == member_id))
