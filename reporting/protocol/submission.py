"""Making what a device sends: a sealed report with its case, and later entries (protocol sections 4 to 6)."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from reporting.protocol import entry as entries
from reporting.protocol import epoch as epochs
from reporting.protocol.acknowledgement import ReportAcknowledgement
from reporting.protocol.age import HybridIdentity, HybridRecipient
from reporting.protocol.directory import Directory
from reporting.protocol.disclosure import check_identity_size, identity_body
from reporting.protocol.encoding import JSON, JSONObject, b64encode, dump_json, sha256
from reporting.protocol.entry import Attachment, Entry, FirstEntry
from reporting.protocol.epoch import Epoch
from reporting.protocol.errors import Malformed, NewerDirectory, NotAuthentic, Refused, N_
from reporting.protocol.grant import Grant, seal_grant
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.signing import SigningKey
from reporting.protocol.thread_types import CaseView
from reporting.protocol.worst_case import CHALLENGE_ROOM

Random = Callable[[int], bytes]


@dataclass(frozen=True)
class Report:
    """What a person wants to say, before anything is sealed."""

    channel: str
    body: Mapping[str, JSON] = field(repr=False)
    excluded: tuple[str, ...] = ()
    identity_answers: Mapping[str, JSON] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Prepared:
    """A sealed report, ready to be sent as often as needed: ``request`` lacks only the challenge."""

    case: str
    request: JSONObject = field(repr=False)
    expected: ReportAcknowledgement


def check_recipients(directory: Directory, recipients: Mapping[str, str]) -> dict[str, HybridRecipient]:
    """The members' recipient strings of a channel, each as the directory's hash demands.

    :raises NotAuthentic: one that does not fit its hash, or of nobody listed
    """
    checked = {}
    for member_id, text in recipients.items():
        member = directory.member(member_id)
        if member is None or sha256(text.encode("utf-8", "surrogatepass")) != member.recipient_sha256:
            raise NotAuthentic(N_("The key the server shows for “{member}” is not the listed one."), member=member_id)
        checked[member_id] = HybridRecipient.parse(text)
    return checked


def _of(recipients: Mapping[str, HybridRecipient], members: Collection[str]) -> list[HybridRecipient]:
    missing = sorted(set(members) - set(recipients))
    if missing:
        raise NotAuthentic(N_("The server does not show the key of “{member}”."), member=missing[0])
    return [recipients[member] for member in sorted(members)]


@dataclass(frozen=True)
class CaseKeys:
    """What one new case is made with: its files are sealed to ``recipients`` before its first entry is."""

    case: str
    identity: HybridIdentity = field(repr=False)
    reporter: HybridIdentity = field(repr=False)
    signing_key: SigningKey = field(repr=False)

    @property
    def recipients(self) -> list[HybridRecipient]:
        """Who can open the first entry and its files: the case, and its reporter."""
        return [self.identity.recipient, self.reporter.recipient]


@dataclass(frozen=True)
class Beforehand:
    """What came before the sealing of a report: keys for its case, and its files, sealed to these keys and sent."""

    keys: CaseKeys
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)


def new_case(receipt: ReceiptCode, origin: str, random: Random = os.urandom) -> CaseKeys:
    """Keys for one new case under a receipt code. They are used for one report, and never again."""
    identity = HybridIdentity.generate(random)
    case_hash = epochs.case_hash(identity.recipient)
    signing_key = receipt.case_signing_key(origin, case_hash)
    case = epochs.case_id(case_hash, sha256(signing_key.public))
    return CaseKeys(case, identity, receipt.case_identity(origin, case_hash), signing_key)


def prepare_report(
    report: Report,
    receipt: ReceiptCode,
    directory: Directory,
    recipients: Mapping[str, HybridRecipient],
    today: datetime.date,
    random: Random = os.urandom,
    before: Beforehand | None = None,
) -> Prepared:
    """Seal a report to its channel under a fresh case identity.

    Whatever changes afterwards (directory, text, exclusions) needs a new call: a server never
    holds two signed first entries of one case. Without ``before``, the keys are made here, and there are no
    files.

    :raises DirectoryExpired: the directory is out of its time
    :raises Refused: nobody who may receive the report remains
    :raises NotAuthentic: a recipient is missing
    :raises Malformed: report or identity is too long for its entry, or all of it for the directory's ``shape``
    """
    directory.check_current(today)
    holders = directory.initial_holders(report.channel, today, report.excluded)
    before = before or Beforehand(new_case(receipt, directory.origin, random))
    keys = before.keys
    epoch = _first_epoch(keys, directory, holders, today)
    grant = Grant(keys.case, 0, keys.signing_key.public, keys.identity)
    sealed_grants = zip(holders, _of(recipients, holders), strict=True)
    first = FirstEntry(report.channel, keys.reporter.recipient, keys.signing_key.public, tuple(sorted(report.excluded)))
    entry = _reporters_entry(keys, directory, today, random, "reporter", "report", report.body, first)
    entry = replace(entry, attachments=before.attachments)
    sealed = entries.seal_entry(entry, keys.signing_key, keys.recipients)
    request: JSONObject = {
        "directory": directory.version,
        "channel": report.channel,
        "token": b64encode(receipt.mailbox_token(directory.origin)),
        "recipient": str(keys.identity.recipient),
        "epoch": epochs.sign_epoch(epoch, "reporter", keys.signing_key),
        "reporter_sha256": b64encode(sha256(keys.signing_key.public)),
        "grants": [{"member": who, "sealed": b64encode(seal_grant(grant, to))} for who, to in sealed_grants],
        "entry": b64encode(sealed),
        "identity": _seal_identity(report, keys, directory, recipients, today, random),
        "uploads": [attachment.upload for attachment in before.attachments],
    }
    _check_shape(request, directory)
    return Prepared(keys.case, request, _expected(directory, report.channel, keys, sealed, today))


def _first_epoch(keys: CaseKeys, directory: Directory, holders: Collection[str], today: datetime.date) -> Epoch:
    return Epoch(
        origin=directory.origin,
        case=keys.case,
        number=0,
        recipient_sha256=epochs.case_hash(keys.identity.recipient),
        holders=tuple(holders),
        previous=epochs.NO_PREVIOUS,
        directory=directory.version,
        date=today,
    )


def _check_shape(request: JSONObject, directory: Directory) -> None:
    over = len(dump_json(request)) + CHALLENGE_ROOM - directory.shape
    if over > 0:
        raise Malformed(N_("This report is {over} bytes too long to be sent."), over=over)


def _expected(
    directory: Directory, channel: str, keys: CaseKeys, sealed: bytes, today: datetime.date
) -> ReportAcknowledgement:
    return ReportAcknowledgement(
        origin=directory.origin,
        case=keys.case,
        entry_sha256=sha256(sealed),
        channel=channel,
        date=today,
        directory=directory.version,
        reporter_sha256=sha256(keys.signing_key.public),
    )


def _reporters_entry(
    keys: CaseKeys,
    directory: Directory,
    today: datetime.date,
    random: Random,
    audience: str,
    kind: str,
    body: Mapping[str, JSON],
    first: FirstEntry | None,
) -> Entry:
    return Entry(
        id=entries.new_id(random),
        case=keys.case,
        epoch=0,
        directory=directory.version,
        audience=audience,
        kind=kind,
        author="reporter",
        date=today,
        prev=(),
        body=body,
        first=first,
    )


def _seal_identity(
    report: Report,
    keys: CaseKeys,
    directory: Directory,
    recipients: Mapping[str, HybridRecipient],
    today: datetime.date,
    random: Random,
) -> str | None:
    if report.identity_answers is None:
        return None
    custodians = directory.custodians(report.channel, today, report.excluded)
    if not custodians:
        raise Refused(N_("Nobody remains who could keep your identity apart from the case."))
    body = identity_body(report.identity_answers, report.channel, report.excluded)
    entry = _reporters_entry(keys, directory, today, random, "custodian", "identity", body, None)
    check_identity_size(entry)
    return b64encode(entries.seal_entry(entry, keys.signing_key, _of(recipients, custodians)))


@dataclass(frozen=True)
class Author:
    """Who writes a later entry, and with which key."""

    id: str
    key: SigningKey = field(repr=False)


@dataclass(frozen=True)
class Draft:
    """What a later entry says, and to which side: ``reporter`` (both sides) or ``team``."""

    kind: str
    audience: str
    body: Mapping[str, JSON] = field(repr=False)
    #: Files that were sealed to :func:`entry_recipients` and sent.
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)


def entry_recipients(
    view: CaseView, audience: str, directory: Directory, case_recipient: HybridRecipient, today: datetime.date
) -> list[HybridRecipient]:
    """Who can open a later entry of a case, and its files.

    They are the case's newest recipient, and for both sides the reporter, by the verified first entry.

    :raises DirectoryExpired: the directory is out of its time
    :raises NewerDirectory: an entry of the same audience names a version above it
    :raises Refused: the case is not in order, or ``case_recipient`` is not its newest recipient
    """
    directory.check_current(today)
    if directory.version < view.highest_directory(audience):
        raise NewerDirectory(N_("The list of recipients has changed: load it again first."))
    view.check_may_seal(case_recipient)
    if view.chain is None or view.first is None or view.first.first is None:
        raise Refused(N_("This case is not in order; nothing can be sealed to it."))
    return [case_recipient, view.first.first.recipient] if audience == "reporter" else [case_recipient]


def prepare_entry(
    view: CaseView,
    author: Author,
    draft: Draft,
    directory: Directory,
    case_recipient: HybridRecipient,
    today: datetime.date,
    random: Random = os.urandom,
) -> tuple[Entry, bytes]:
    """A later entry of a case, sealed to :func:`entry_recipients`, and raising what that does.

    :raises Malformed: too long for one entry
    """
    recipients = entry_recipients(view, draft.audience, directory, case_recipient, today)
    entry = Entry(
        id=entries.new_id(random),
        case=view.case,
        epoch=view.chain.last.number if view.chain else 0,
        directory=directory.version,
        audience=draft.audience,
        kind=draft.kind,
        author=author.id,
        date=today,
        prev=view.heads_for_status() if draft.kind == "status" else view.heads(draft.audience),
        body=draft.body,
        attachments=draft.attachments,
    )
    return entry, entries.seal_entry(entry, author.key, recipients)


def body_size(entry_body: Mapping[str, JSON]) -> int:
    """Bytes that a body takes in its entry, to be counted against the limit while a person types."""
    return len(dump_json(dict(entry_body)))
