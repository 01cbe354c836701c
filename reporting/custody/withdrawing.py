"""Taking back a request for an identity: by whoever made it, as long as nobody has opened it."""

from __future__ import annotations

from reporting import errors
from reporting.cases import rules as cases
from reporting.custody import rules
from reporting.custody.models import Disclosure
from reporting.log.rules import record
from reporting.protocol.encoding import JSONObject, is_hex32
from reporting.service import Service


def parse_withdrawal(content: JSONObject) -> cases.NewEntry:
    """The body of ``POST /api/cases/{id}/disclosures/{id}/withdrawal``.

    :raises ProtocolError, Unprocessable: a field of another form
    """
    return rules.parse_entry(content, "custodian", rules.DECISION_STANZAS)


def withdraw(service: Service, member: str, case_id: str, disclosure_id: str, new: cases.NewEntry) -> bool:
    """Store the signed withdrawal of one's own request: whether it is new.

    :raises NotFound: there is no such request, or the member was not granted the case
    :raises NotAllowed: somebody else made it
    :raises AlreadyThere: these bytes were stored as something else
    :raises Conflict: it was refused, withdrawn or opened before
    :raises EpochStale: the case has a newer epoch
    """
    with service.database.write() as session:
        case = cases.granted(session, member, case_id, lock=True)
        found = session.get(Disclosure, disclosure_id, with_for_update=True) if is_hex32(disclosure_id) else None
        if found is None or found.case_id != case_id:
            raise errors.NotFound
        if found.requested_by != member:
            raise errors.NotAllowed
        if cases.known_entry(session, case_id, member, new.sealed) is not None:
            if found.state == rules.WITHDRAWN:
                return False
            raise errors.AlreadyThere(pointer="/entry")
        rules.check_awaited(found, rules.AWAITED)
        cases.check_epoch(session, case, new.epoch)
        cases.store_entry(service, session, member, case, new)
        found.state = rules.WITHDRAWN
        record(service, session, member, "identity:withdraw", case=case.id, details={"disclosure": found.id})
        return True
