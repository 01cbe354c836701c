"""Certificates: that a report was made on a day, without its content (protocol section 10.1)."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from reporting import errors
from reporting.cases.models import Case
from reporting.db.direct import first
from reporting.directory import rules as directories
from reporting.intake import rules as intake
from reporting.protocol.certificate import Certificate, commit_report, sign
from reporting.protocol.encoding import JSONObject, sha256
from reporting.protocol.errors import N_
from reporting.protocol.requests import parse_certificate_request
from reporting.service import Service

_OWN = select(Case.acknowledgement, Case.received, Case.channel_id).where(
    Case.id == bindparam("case"), Case.mailbox == bindparam("digest")
)


def certify(service: Service, content: JSONObject) -> str:
    """The signed certificate of one case of this mailbox. Nothing is stored about it but the spent challenge.

    The hash is computed here, from the acknowledgement that is stored: a hash that came with the request could be of
    another report. Without the opening, which is forgotten, nobody can tell the case from the certificate by it.

    :raises ServiceError: the challenge, the form of the request, or no such case under this token
    """
    solved = intake.check_solved(service, content)
    request = parse_certificate_request(content)
    # As for a look into a mailbox: a power cut may undo this, and then one challenge is good for a second one.
    service.database.store(lambda session: intake.spend(service, session, solved), durable=False)
    with service.database.read() as session:
        case = first(session, _OWN, case=request.case, digest=sha256(request.token))
        if case is None:
            raise errors.NotFound(N_("There is no such case under this receipt code."), pointer="/case")
        certificate = Certificate(
            origin=service.origin,
            report=commit_report(case.acknowledgement, request.opening),
            received=case.received,
            channel=case.channel_id if request.name_channel else None,
            directory=directories.current(service, session).version,
            issued=service.clock.today(),
            commitment=request.commitment,
        )
        return sign(certificate, directories.service_signer(service, session))
