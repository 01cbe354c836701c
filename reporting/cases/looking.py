"""What is only looked at or taken out: the audit trail tells of it, and nothing else changes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases.models import Case
from reporting.cases.moving import begin_hours
from reporting.cases.reading import granted, holding_of
from reporting.cases.writing import Actor
from reporting.log.rules import last_time, record
from reporting.protocol.encoding import JSONObject
from reporting.protocol.errors import N_
from reporting.service import Service

VIEW, EXPORT = "case:view", "case:export"
#: A desk loads a case again after every act: within this many seconds it is the same look.
SAME_LOOK = 5 * 60
FORMS = ("zip", "print")


def note_view(service: Service, member: str, case_id: str) -> None:
    """Record that a member is shown a case, unless the trail tells that they were a moment ago.

    The first look lets the hours of a protection case begin: staff's time, not the reporter's.

    :raises NotFound: they have no part in it
    """
    with service.database.read() as session:
        holding_of(session, member, case_id)
        if not _is_new(service, session, member, case_id):
            return

    def job(session: Session) -> None:
        if _is_new(service, session, member, case_id):
            begin_hours(service, session, session.get_one(Case, case_id))
            record(service, session, member, VIEW, case=case_id)

    service.database.store(job)


def _is_new(service: Service, session: Session, member: str, case_id: str) -> bool:
    last = last_time(session, member, VIEW, case_id)
    return last is None or not 0 <= service.clock.now() - last < SAME_LOOK


def note_export(service: Service, actor: Actor, case_id: str, content: JSONObject) -> None:
    """Record that a member takes a case out of the desk, as a file or on paper.

    :raises NotFound: they were not granted it
    :raises Unprocessable: another form
    """
    form = content.get("form")
    if form not in FORMS:
        raise errors.Unprocessable(N_("A case leaves the desk as a zip file or in print."), pointer="/form")
    with service.database.write() as session:
        granted(session, actor.member, case_id)
        record(service, session, actor.member, EXPORT, case=case_id, details={"form": form})
