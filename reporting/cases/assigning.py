"""Who deals with a case. A fact about staff, in the clear; it gives nobody access."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases.models import Assignment, Case, Holding
from reporting.cases.writing import Actor, member_id
from reporting.log.rules import Act, record_each
from reporting.protocol.directory_parts import parse_list
from reporting.protocol.encoding import JSON, JSONObject, is_hex32
from reporting.protocol.errors import N_
from reporting.service import Service

MAX_ASSIGNED = 500  # cases in one step


@dataclass(frozen=True)
class NewAssignment:
    """Cases, and the member who is to deal with them; None for nobody."""

    cases: tuple[str, ...]
    member: str | None


def parse_assignment(content: JSONObject) -> NewAssignment:
    """The body of ``POST /api/cases/assignments``.

    :raises ProtocolError, Unprocessable: a field of another form
    """
    cases = parse_list(content.get("cases"), "/cases", _case_id, MAX_ASSIGNED)
    if not cases or len(set(cases)) != len(cases):
        raise errors.Unprocessable(N_("At least one case must be named, and each only once."), pointer="/cases")
    if "member" not in content:
        raise errors.Unprocessable(N_("This member is missing."), pointer="/member")
    member = content["member"]
    return NewAssignment(cases, None if member is None else member_id(member, "/member"))


def _case_id(value: JSON, pointer: str) -> str:
    if not is_hex32(value):
        raise errors.Unprocessable(N_("This is not a valid id."), pointer=pointer)
    return str(value)


def assign(service: Service, actor: Actor, new: NewAssignment) -> list[str]:
    """Let a member deal with cases, all of them or none: those for which that is a change.

    :raises NotFound: the actor was not granted one of them, or there is none such; the two look alike
    :raises Unprocessable: the member was not granted one of them; the pointer says which
    """
    with service.database.write() as session:
        _lock(session, new.cases)
        if len(_granted(session, actor.member, new.cases)) != len(new.cases):
            raise errors.NotFound
        if new.member is not None:
            _check_access(session, new.member, new.cases)
        before = _assignees(session, new.cases)
        changed = [case for case in new.cases if before.get(case) != new.member]
        _store(session, changed, new.member)
        record_each(service, session, [_act(actor, case, before.get(case), new.member) for case in changed])
    return changed


def end_without_access(service: Service, session: Session, actor: Actor, case: str, members: Collection[str]) -> None:
    """End the assignment of a case, in the transaction that lets only ``members`` see it, if it is not one of them."""
    assignee = _assignees(session, [case]).get(case)
    if assignee is not None and assignee not in members:
        _store(session, [case], None)
        record_each(service, session, [_act(actor, case, assignee, None)])


def _lock(session: Session, cases: Collection[str]) -> None:
    # Before anything is read, as whoever withdraws access does; in one order, so that two do not wait for each other.
    session.execute(select(Case.id).where(Case.id.in_(cases)).order_by(Case.id).with_for_update())


def _granted(session: Session, member: str, cases: Collection[str]) -> set[str]:
    query = select(Holding.case_id).where(Holding.case_id.in_(cases), Holding.member_id == member, Holding.granted)
    return set(session.scalars(query))


def _check_access(session: Session, member: str, cases: Collection[str]) -> None:
    held = _granted(session, member, cases)
    for place, case in enumerate(cases):
        if case not in held:
            raise errors.Unprocessable(
                N_("This member has no access to the case: give them access first."), pointer=f"/cases/{place}"
            )


def _assignees(session: Session, cases: Collection[str]) -> dict[str, str]:
    query = select(Assignment.case_id, Assignment.member_id).where(Assignment.case_id.in_(cases))
    return {row.case_id: row.member_id for row in session.execute(query)}


def _store(session: Session, cases: Collection[str], member: str | None) -> None:
    session.execute(delete(Assignment).where(Assignment.case_id.in_(cases)))
    if member is not None and cases:
        session.execute(insert(Assignment), [{"case_id": case, "member_id": member} for case in cases])


def _act(actor: Actor, case: str, before: str | None, after: str | None) -> Act:
    return Act(actor.member, "case:assign", case, {"from": before, "to": after})
