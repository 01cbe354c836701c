"""Submitting a report: the checks of protocol section 6, in its order, and one transaction."""

from __future__ import annotations

import datetime
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases import rules as cases
from reporting.cases.models import Case
from reporting.db.direct import first, insert_rows
from reporting.directory import rules as directories
from reporting.evidence import rules as evidence
from reporting.intake import room
from reporting.intake.challenges import check_solved, issue, spend
from reporting.log.rules import add_leaf
from reporting.mailbox.models import Mailbox
from reporting.protocol.acknowledgement import ReportAcknowledgement, sign
from reporting.protocol.challenge import Solved
from reporting.protocol.directory import INITIAL_ROLES, Directory
from reporting.protocol.encoding import JSONObject, sha256
from reporting.protocol.errors import N_
from reporting.protocol.requests import ReportRequest, parse_report_request
from reporting.service import Service

__all__ = [
    "MAX_CASES",
    "Stored",
    "check_solved",
    "issue",
    "spend",
    "submit",
]

_STORED = select(Case.request_sha256, Case.acknowledgement).where(Case.id == bindparam("case"))
# The row is locked (PostgreSQL), so that two reports at once cannot both be the sixth.
_MAILBOX = select(Mailbox.token_sha256).where(Mailbox.token_sha256 == bindparam("digest")).with_for_update()
_CASES = select(func.count().label("found")).where(Case.mailbox == bindparam("digest"))
MAX_CASES = 6  # protocol section 6: one mailbox, several cases


@dataclass(frozen=True)
class Stored:
    """What the reporter is answered; ``new`` is False on a retry."""

    case: str
    acknowledgement: str
    new: bool


def submit(
    service: Service,
    content: JSONObject,
    *,
    sealed_by: str = "device",
    then: Callable[[Session], None] | None = None,
) -> Stored:
    """Check and store a report, or find that it is stored already.

    :param sealed_by: where it was sealed: on the ``device`` of whoever reports, or on the ``server``
    :param then: what is to be done in the same transaction, once a new report is stored in it
    :raises ServiceError: the first check that fails; nothing is stored then
    """
    solved = check_solved(service, content)
    report = parse_report_request(content, service.origin)
    if report.identity == report.entry:
        raise errors.Unprocessable(N_("The identity repeats the entry."), pointer="/identity")
    # Signed before it is anybody's turn to write; it leaves this function only once the report is stored.
    acknowledgement = _acknowledge(service, report)

    def job(session: Session) -> Stored:
        stored = _store_once(service, session, report, solved, acknowledgement, sealed_by)
        if then is not None and stored.new:
            then(session)
        return stored

    return service.database.store(job)


def _store_once(
    service: Service, session: Session, report: ReportRequest, solved: Solved, acknowledgement: str, sealed_by: str
) -> Stored:
    if (stored := _already_stored(session, report)) is not None:
        return stored
    directory = _check_directory(service, session, report)
    _check_against(directory, report, service.clock.today())
    spend(service, session, solved)
    mailbox = _mailbox(session, report.token)
    evidence.check_claims(service, session, evidence.Sender(), report.uploads)
    # Last of all: what is refused anyway must not take the turn of a report that could be stored.
    room.admit(service)
    entry = cases.open_case(service, session, report, mailbox, acknowledgement, sealed_by=sealed_by)
    evidence.claim(session, report.uploads, report.case, entry)
    add_leaf(session, "log", acknowledgement)
    return Stored(report.case, acknowledgement, new=True)


def _already_stored(session: Session, report: ReportRequest) -> Stored | None:
    known = first(session, _STORED, case=report.case)
    if known is None:
        return None
    if not hmac.compare_digest(known.request_sha256, report.digest):
        raise errors.CaseExists(pointer="/epoch")
    return Stored(report.case, known.acknowledgement, new=False)


def _check_directory(service: Service, session: Session, report: ReportRequest) -> Directory:
    directory = directories.current(service, session)
    for version, pointer in ((report.directory, "/directory"), (report.epoch.directory, "/epoch")):
        if version != directory.version:
            raise errors.DirectoryOutdated(pointer=pointer, members={"version": directory.version})
    return directory


def _check_against(directory: Directory, report: ReportRequest, today: datetime.date) -> None:
    channel = next((one for one in directory.channels if one.id == report.channel), None)
    if channel is None:
        raise errors.Unprocessable(N_("There is no such channel."), pointer="/channel")
    # A day's grace: by the reporter's clock a member's last day may not be over yet.
    day = today - datetime.timedelta(days=1)
    first, *others = (
        {member for member in channel.roles.get(role, ()) if directory.is_listed(member, day)}
        for role in INITIAL_ROLES[channel.kind]
    )
    allowed = first.union(*others)
    for place, grant in enumerate(report.grants):
        if grant.member not in allowed:
            raise errors.Unprocessable(
                N_("This member gets no first grant on this channel."), pointer=f"/grants/{place}/member"
            )
    if not first & {grant.member for grant in report.grants}:
        raise errors.Unprocessable(
            N_("Nobody who receives reports on this channel is among the grants."), pointer="/grants"
        )
    custodians = channel.roles.get("custodian", ())
    if report.identity_stanzas > len(custodians):
        raise errors.Unprocessable(
            N_("The identity is sealed to more people than this channel has custodians."), pointer="/identity"
        )


def _mailbox(session: Session, token: bytes) -> bytes:
    digest = sha256(token)
    if first(session, _MAILBOX, digest=digest) is None:
        insert_rows(session, Mailbox, [{"token_sha256": digest}])
    elif first(session, _CASES, digest=digest).found >= MAX_CASES:
        raise errors.MailboxFull(pointer="/token")
    return digest


def _acknowledge(service: Service, report: ReportRequest) -> str:
    statement = ReportAcknowledgement(
        origin=service.origin,
        case=report.case,
        entry_sha256=sha256(report.entry),
        channel=report.channel,
        date=service.clock.today(),
        directory=report.directory,
        reporter_sha256=report.reporter_sha256,
    )
    with service.database.read() as session:
        return sign(statement, directories.service_signer(service, session))
