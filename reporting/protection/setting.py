"""Setting a measure of protection: an entry, and beside it what the server may know of the measure."""

from __future__ import annotations

from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases import rules as cases
from reporting.cases.models import Case, Entry, Holding
from reporting.cases.workflow import CLOSED, WITHDRAWN
from reporting.log.rules import record
from reporting.protection import measures
from reporting.protection.measures import Setting
from reporting.protection.models import Measure
from reporting.protocol.encoding import JSONObject
from reporting.protocol.errors import N_
from reporting.service import Service

#: As what its entry is stored.
MEASURE = "measure"


def parse(content: JSONObject) -> tuple[cases.NewEntry, Setting]:
    """The body of ``POST /api/cases/{id}/measures``.

    :raises ProtocolError, Unprocessable: a field of another form, or days that contradict each other
    """
    sealed = {name: content.get(name) for name in ("audience", "epoch", "entry")}
    return cases.parse_entry(sealed), measures.parse_setting(content)


def set_measure(service: Service, member: str, case_id: str, new: cases.NewEntry, to: Setting) -> tuple[str, bool]:
    """Store the signed entry about a measure, and where the measure stands by it: the entry's id, whether it is new.

    :raises NotFound: the member was not granted the case
    :raises NotAllowed: they do not protect on its channel
    :raises Unprocessable: an owner who cannot see to it, a day that does not fit, or no longer for the reporter
    :raises Conflict: the measure cannot take this state, or the case is over
    :raises AlreadyThere: the same bytes are stored by somebody else, or as something else
    """
    with service.database.write() as session:
        case = cases.granted(session, member, case_id, lock=True)
        cases.check_officer(service, session, case, member)
        known = cases.known_act(session, case_id, member, new.sealed, MEASURE)
        if known is not None:
            return known, False
        cases.check_epoch(session, case, new.epoch)
        before = session.get(Measure, (case_id, to.measure))
        _check(service, session, case, before, new, to)
        entry = cases.store_entry(service, session, member, case, new, MEASURE)
        measures.put(session, case_id, to, entry)
        details = {"measure": to.measure, "state": to.state, "owner": to.owner}
        record(service, session, member, "measure:set", case=case_id, details=details)
    return entry, True


def _check(
    service: Service, session: Session, case: Case, before: Measure | None, new: cases.NewEntry, to: Setting
) -> None:
    if before is None and case.status in (CLOSED, WITHDRAWN):
        raise errors.Conflict(N_("This case is over: take it up again before you add a measure."))
    measures.check_step(before, to)
    measures.check_today(to, service.clock.today())
    _check_owner(service, session, case, before, to)
    if before is not None and session.get_one(Entry, before.entry_id).audience != new.audience:
        raise errors.Unprocessable(
            N_("Whoever was told of this measure has to be told of this as well, and nobody else."),
            pointer="/audience",
        )


def _check_owner(service: Service, session: Session, case: Case, before: Measure | None, to: Setting) -> None:
    if before is not None and before.owner == to.owner and to.state not in measures.OPEN:
        return  # a measure ends also where whoever saw to it has left
    held = session.get(Holding, (case.id, to.owner))
    try:
        cases.check_officer(service, session, case, to.owner)
    except errors.NotAllowed:
        held = None
    if held is None or not held.granted:
        raise errors.Unprocessable(
            N_("Whoever sees to a measure protects on this channel, and holds this case."), pointer="/owner"
        )
