"""A test report, end to end: made here, filed as a reporter's, and followed by what the trail tells of it.

Whoever makes it learns that the people of a channel can open what is sealed to them, and nothing else. Only
cases that the audit trail calls a test are followed: of a reporter's case, nothing is said.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases.models import Card, Case, Entry, Grant
from reporting.directory import published
from reporting.directory import rules as directories
from reporting.i18n import choose_language, current_language, use_language
from reporting.i18n import gettext as _
from reporting.intake import rules as intake
from reporting.log.models import AuditEvent
from reporting.log.rules import record
from reporting.members.models import Member
from reporting.protocol import challenge as challenges
from reporting.protocol.directory import INITIAL_ROLES, Directory
from reporting.protocol.directory_parts import Channel
from reporting.protocol.encoding import JSON, JSONObject, is_hex32, parse_json_object
from reporting.protocol.errors import Refused, N_
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.submission import Prepared, Report, check_recipients, prepare_report
from reporting.questionnaires.models import Questionnaire
from reporting.service import Service

TEST = "channel:test"
TEXT = N_("This is a test of the channel. Nothing happened. Please acknowledge it, answer it and close it.")
#: Under which id the text stands where the questionnaire asks for no text.
_UNASKED = "test"
_LIMIT = 1 << 20
_LATEST = 50
_LOOKS = ("case:view", "break-glass:open")
_ACKNOWLEDGED, _CLOSED = "acknowledged", "closed"


@dataclass(frozen=True)
class Target:
    """A channel of the list in force, and who would get a report today; nobody: none can be filed."""

    id: str
    title: str
    people: tuple[str, ...]
    role: str


@dataclass(frozen=True)
class Made:
    """A test that was filed. Its code is known to whoever made it, and stored nowhere."""

    case: str
    receipt: ReceiptCode = field(repr=False)


@dataclass(frozen=True)
class Trial:
    """A test that the trail tells of."""

    case: str
    channel: str
    by: str
    at: datetime.datetime


@dataclass(frozen=True)
class Recipient:
    """Somebody who was given the test's key. ``opened``: their own device opened it, and kept a note that it did."""

    label: str
    offline: bool
    opened: bool
    looked: datetime.datetime | None


@dataclass(frozen=True)
class Followed:
    """How far a test has come."""

    trial: Trial
    received: datetime.date
    people: tuple[Recipient, ...]
    acknowledged: datetime.datetime | None
    messages: int
    status: str

    @property
    def closed(self) -> bool:
        """Whether the team has put it away."""
        return self.status == _CLOSED

    @property
    def everybody(self) -> bool:
        """Whether all who can sign in have opened it."""
        return all(one.opened for one in self.people if not one.offline)


def targets(service: Service, session: Session) -> list[Target]:
    """The channels that reporters can choose now; none where no list was published."""
    directory = published.latest(service, session)
    if directory is None:
        return []
    today = service.clock.today()
    return [_target(directory, channel, today) for channel in directory.channels]


def _target(directory: Directory, channel: Channel, today: datetime.date) -> Target:
    known = channel.titles
    title = known.get(current_language()) or known.get("en") or next(iter(known.values()), channel.id)
    try:
        ids = directory.initial_holders(channel.id, today)
    except Refused:
        ids = []
    found = [directory.member(one) for one in ids]
    labels = tuple(one.label for one in found if one is not None)
    return Target(channel.id, title, labels, INITIAL_ROLES[channel.kind][0])


def make(service: Service, by: str, channel_id: str) -> Made:
    """File a test report on a channel, by the rules that hold for every report.

    :raises NothingPublished: there is no list, so nobody can report
    :raises Unprocessable: the list in force has no such channel
    :raises ServiceError: what any report might be refused for
    :raises ProtocolError: the list is out of its time, or nobody remains who may receive it
    """
    receipt = ReceiptCode.generate()
    prepared = _prepare(service, channel_id, receipt)

    def tell(session: Session) -> None:
        record(service, session, by, TEST, case=prepared.case, details={"channel": channel_id})

    # What the server has written itself was not sealed on a reporter's device, and the case says so.
    intake.submit(service, {**prepared.request, "challenge": _solved(service)}, sealed_by="server", then=tell)
    return Made(prepared.case, receipt)


def _prepare(service: Service, channel_id: str, receipt: ReceiptCode) -> Prepared:
    with service.database.read() as session:
        directory = directories.current(service, session)
        listed = published.recipients(service, session).get(channel_id)
    channel = next((one for one in directory.channels if one.id == channel_id), None)
    if channel is None or listed is None:
        raise errors.Unprocessable(N_("There is no such channel."), pointer="/channel")
    keys = check_recipients(directory, parse_json_object(listed, limit=len(listed)))
    body = _body(directories.questionnaire_of(service, channel), directories.site_facts(service).site.languages)
    return prepare_report(Report(channel_id, body), receipt, directory, keys, service.clock.today())


def _body(questionnaire: Questionnaire, languages: Sequence[str]) -> dict[str, JSON]:
    language = choose_language(languages[:1])
    asked = (one.id for one in questionnaire.questions() if one.type == "long_text" and one.show_if is None)
    with use_language(language):
        answers = {next(asked, _UNASKED): _(TEXT)}
    return {"language": language, "questionnaire": questionnaire.id, "answers": answers}


def _solved(service: Service) -> dict[str, JSON]:
    given = intake.issue(service)
    text = str(given["challenge"])
    return {"challenge": text, "nonce": challenges.solve(text, int(given["bits"]))}


def latest(session: Session) -> list[Trial]:
    """The last tests that the trail tells of, the newest first."""
    query = select(AuditEvent).where(AuditEvent.act == TEST).order_by(AuditEvent.position.desc()).limit(_LATEST)
    return [_trial(session, row) for row in session.scalars(query)]


def _trial(session: Session, row: AuditEvent) -> Trial:
    by = _label(session, row.member_id or "")
    return Trial(row.case_id or "", str(_details(row).get("channel", "")), by, _time(row.at))


def _details(row: AuditEvent) -> JSONObject:
    return parse_json_object((row.details or "{}").encode(), limit=_LIMIT)


def _time(at: int | None) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(at or 0, datetime.UTC)


def _label(session: Session, member_id: str) -> str:
    member = session.get(Member, member_id)
    return member.label if member else member_id


def follow(session: Session, case_id: str) -> Followed:
    """How far a test has come.

    :raises NotFound: no test of that number; a reporter's case is none
    """
    query = select(AuditEvent).where(AuditEvent.case_id == case_id, AuditEvent.act == TEST)
    told = session.scalars(query).first() if is_hex32(case_id) else None
    case = session.get(Case, case_id) if told is not None else None
    if told is None or case is None:
        raise errors.NotFound(N_("The audit trail tells of no test under this number."))
    moves = _moves(session, case_id)
    return Followed(
        trial=_trial(session, told),
        received=case.received,
        people=tuple(_people(session, case_id)),
        acknowledged=next((at for at, status in moves if status == _ACKNOWLEDGED), None),
        messages=_messages(session, case_id, len(moves)),
        status=case.status,
    )


def _events(session: Session, case_id: str, *acts: str) -> Sequence[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.case_id == case_id, AuditEvent.act.in_(acts))
    return session.scalars(query.order_by(AuditEvent.position)).all()


def _moves(session: Session, case_id: str) -> list[tuple[datetime.datetime, str]]:
    """When the case was moved on, and to which status."""
    found = _events(session, case_id, "case:status")
    return [(_time(row.at), str(_details(row).get("to"))) for row in found]


def _people(session: Session, case_id: str) -> Iterator[Recipient]:
    looked: dict[str, datetime.datetime] = {}
    for row in _events(session, case_id, *_LOOKS):
        looked.setdefault(row.member_id or "", _time(row.at))
    kept = set(session.scalars(select(Card.member_id).where(Card.case_id == case_id)))
    granted = session.scalars(select(Grant.member_id).where(Grant.case_id == case_id).distinct())
    for member_id in sorted(granted):
        member = session.get(Member, member_id)
        offline = member is not None and not member.auth_hash
        yield Recipient(
            label=_label(session, member_id),
            offline=offline,
            # A terminal hands a case out to the very key that it was granted to; a desk keeps a note that it opened.
            opened=member_id in kept or (offline and member_id in looked),
            looked=looked.get(member_id),
        )


def _messages(session: Session, case_id: str, moves: int) -> int:
    """What the team wrote to the reporter beside its statuses, each of which brings an entry of its own."""
    entries = select(func.count()).select_from(Entry).where(Entry.case_id == case_id, Entry.audience == "reporter")
    return max(0, (session.scalar(entries.where(Entry.author != "reporter")) or 0) - moves)
