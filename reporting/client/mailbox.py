"""Reading a mailbox: every page, every case judged as its reporter (protocol sections 5 and 7)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reporting.client.errors import Problem, UnexpectedAnswer, not_as_described
from reporting.client.sending import Sender
from reporting.client.site import Site
from reporting.protocol import acknowledgement as acknowledgements
from reporting.protocol import epoch as epochs
from reporting.protocol import note as notes
from reporting.protocol import thread
from reporting.protocol.acknowledgement import ReportAcknowledgement
from reporting.protocol.age import HybridRecipient
from reporting.protocol.directory_parts import parse_list
from reporting.protocol.encoding import (
    JSON,
    JSONObject,
    b64decode,
    b64encode,
    check_integer,
    check_text,
    is_hex32,
    is_id,
    parse_day,
    sha256,
)
from reporting.protocol.entry import AUDIENCES, Entry
from reporting.protocol.errors import Malformed, ProtocolError, N_
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.thread_types import CaseView, SealedCase, SealedEntry

MAX_ENTRIES = 20_000
_MAX_PAGES = 10_000
_MAX_MONTHS = 120
_RESTARTS = 3
SEALED_BY = ("device", "server")


@dataclass(frozen=True)
class Clock:
    """One deadline, by the server's word."""

    name: str
    due: datetime.date
    done: datetime.date | None
    #: It was not met on the day ``done``, but ended: the reporter objects.
    waived: bool = False

    def to_json(self) -> JSONObject:
        """As it stands in a signed status."""
        done = self.done.isoformat() if self.done else None
        told: JSONObject = {"name": self.name, "due": self.due.isoformat(), "done": done}
        return told | {"waived": True} if self.waived else told


@dataclass(frozen=True)
class CheckIn:
    """When the reporter is asked how they are, by the server's word: so many months after the case was closed."""

    months: int
    due: datetime.date
    is_answered: bool


@dataclass(frozen=True)
class ServedCase:
    """A case as the server describes it; ``acknowledgements`` by the server's ids of entries.

    ``check_ins`` stand in a mailbox alone, the first one first.
    """

    sealed: SealedCase
    received: datetime.date
    sealed_by: str
    recipient: str
    clocks: tuple[Clock, ...]
    acknowledgements: Mapping[str, str] = field(default_factory=dict)
    check_ins: tuple[CheckIn, ...] = ()


@dataclass(frozen=True)
class OpenedCase:
    """A case as it was judged. ``acknowledged`` holds the reporter's own entries whose receipt was verified."""

    served: ServedCase
    view: CaseView
    acknowledged: Mapping[str, datetime.date]

    @property
    def case_hash(self) -> bytes:
        """The hash of epoch 0's recipient, from which the reporter's keys for the case follow."""
        return epochs.parse_text(notes.parse(self.served.sealed.epochs[0]).text).recipient_sha256

    def parsed_recipient(self) -> HybridRecipient:
        """The recipient that the server offers; :meth:`CaseView.check_may_seal` judges it."""
        return HybridRecipient.parse(self.served.recipient)


def read_mailbox(site: Site, sender: Sender, receipt: ReceiptCode) -> list[OpenedCase]:
    """Every case under a receipt code, the newest report first; none where nothing is under this code.

    :raises Problem: the server refuses
    :raises UnexpectedAnswer: what it serves is not as the protocol says
    """
    served = _read_pages(sender, b64encode(receipt.mailbox_token(site.directory.origin)))
    opened = [_judged(site, receipt, case) for case in served]
    return sorted(opened, key=lambda case: (case.served.received, case.view.case), reverse=True)


def reopened(
    site: Site, receipt: ReceiptCode, opened: OpenedCase, epoch_notes: tuple[str, ...], recipient: str
) -> OpenedCase:
    """The same case judged again, with a newer chain of epochs."""
    sealed = replace(opened.served.sealed, epochs=epoch_notes)
    return _judged(site, receipt, replace(opened.served, sealed=sealed, recipient=recipient))


def _judged(site: Site, receipt: ReceiptCode, served: ServedCase) -> OpenedCase:
    view = thread.read_as_reporter(served.sealed, receipt, site.directory)
    if view.needs_newer_directory:
        site.load()
        view = thread.read_as_reporter(served.sealed, receipt, site.directory)
    return OpenedCase(served, view, _acknowledged(site, served, view))


def _acknowledged(site: Site, served: ServedCase, view: CaseView) -> dict[str, datetime.date]:
    days = {}
    for shown in view.entries:
        note = served.acknowledgements.get(shown.served.id)
        if note is None or shown.entry is None or not shown.entry.by_reporter:
            continue
        try:
            days[shown.served.id] = _verify(site, view, shown.entry, shown.served.sha256, note)
        except ProtocolError:
            continue
    return days


def _verify(site: Site, view: CaseView, entry: Entry, digest: bytes, note: str) -> datetime.date:
    service, origin = site.directory.verifier("service"), site.directory.origin
    if entry.first is None:
        return acknowledgements.verify_entry(note, service, origin, view.case, digest)
    expected = ReportAcknowledgement(
        origin=origin,
        case=view.case,
        entry_sha256=digest,
        channel=entry.first.channel,
        date=entry.date,
        directory=entry.directory,
        reporter_sha256=sha256(view.reporter_key),
    )
    return acknowledgements.verify_report(note, service, expected)


def _read_pages(sender: Sender, token: str) -> list[ServedCase]:
    for _restart in range(_RESTARTS):
        try:
            return _read_all(sender, token)
        except Problem as error:
            if error.kind != "unknown-position":
                raise
    raise UnexpectedAnswer(N_("What is on the server changed while it was read; try again."))


def _read_all(sender: Sender, token: str) -> list[ServedCase]:
    cases: dict[str, JSONObject] = {}
    entries: dict[str, JSONObject] = {}
    after: str | None = None
    for _page in range(_MAX_PAGES):
        page = sender.send("/api/mailbox", {"token": token, "after": after})
        try:
            found = _objects(page, "entries")
            cases |= {_case_id(case): case for case in _objects(page, "cases")}
            fresh = {_entry_id(entry): entry for entry in found if _entry_id(entry) not in entries}
        except ProtocolError as error:
            raise not_as_described(error) from None
        entries |= fresh
        if page.get("more") is not True:
            return _assembled(cases, entries)
        if not fresh or len(entries) > MAX_ENTRIES:
            break
        after = _entry_id(found[-1])
    raise UnexpectedAnswer(N_("The server's pages have no end."))


def _assembled(cases: Mapping[str, JSONObject], entries: Mapping[str, JSONObject]) -> list[ServedCase]:
    try:
        return [
            parse_case(case, [entry for entry in entries.values() if entry.get("case") == case_id])
            for case_id, case in cases.items()
        ]
    except ProtocolError as error:
        raise not_as_described(error) from None


def _objects(page: JSONObject, name: str) -> list[JSONObject]:
    value = page.get(name)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Malformed(N_("This must be a list."), pointer=f"/{name}")
    return value


def _case_id(case: JSONObject) -> str:
    if not is_hex32(case.get("case")):
        raise Malformed(N_("This must be 32 hexadecimal digits."), pointer="/case")
    return str(case["case"])


def _entry_id(entry: JSONObject) -> str:
    return check_text(entry.get("id"), pointer="/id", limit=64)


def parse_case(case: JSONObject, entries: Sequence[JSONObject]) -> ServedCase:
    """A case and its entries as a server describes them, to reporters and to members alike.

    :raises Malformed: another form
    """
    if not is_id(case.get("channel")):
        raise Malformed(N_("This is not a valid id."), pointer="/channel")
    # More epochs than a case may have are the reader's to judge: they end its chain, not the whole mailbox.
    chain = parse_list(case.get("epochs"), "/epochs", _note)
    sealed = SealedCase(
        case=_case_id(case),
        channel=str(case["channel"]),
        epochs=chain,
        status=check_text(case.get("status"), pointer="/status", limit=64),
        entries=tuple(parse_entry(entry) for entry in entries),
        outcome=_outcome(case.get("outcome")),
    )
    sealed_by = case.get("sealed_by")
    return ServedCase(
        sealed=sealed,
        received=parse_day(case.get("received"), pointer="/received"),
        sealed_by=sealed_by if sealed_by in SEALED_BY else "server",
        recipient=check_text(case.get("recipient"), pointer="/recipient", limit=4_096),
        clocks=parse_clocks(case.get("clocks")),
        acknowledgements={
            _entry_id(entry): entry["acknowledgement"]
            for entry in entries
            if isinstance(entry.get("acknowledgement"), str)
        },
        check_ins=parse_list(case.get("check_ins", []), "/check_ins", _check_in),
    )


def _outcome(value: JSON) -> str | None:
    return None if value is None else check_text(value, pointer="/outcome", limit=64)


def _note(value: JSON, pointer: str) -> str:
    return check_text(value, pointer=pointer, limit=epochs.MAX_NOTE)


def parse_entry(entry: JSONObject) -> SealedEntry:
    """One entry as served. Bytes that are no base64 stay in the list, where they prove not authentic.

    :raises Malformed: no id or day, or a deleted entry without its hash
    """
    day = parse_day(entry.get("date"), pointer="/date")
    # An audience that nobody knows hides nothing: among the reporter's, such an entry proves not authentic.
    audience = next((known for known in AUDIENCES if known == entry.get("audience")), "reporter")
    value = entry.get("sealed")
    if value is None:
        digest = b64decode(entry.get("sha256"), length=32, pointer="/sha256")
        return SealedEntry(_entry_id(entry), day, audience, None, digest)
    try:
        sealed = b64decode(value)
    except ProtocolError:
        sealed = b""
    return SealedEntry.of(_entry_id(entry), day, sealed, audience)


def _check_in(value: JSON, pointer: str) -> CheckIn:
    if not isinstance(value, dict):
        raise Malformed(N_("This must be a JSON object."), pointer=pointer)
    months = check_integer(value.get("months"), 1, _MAX_MONTHS, pointer=pointer)
    return CheckIn(months, parse_day(value.get("due"), pointer=pointer), value.get("done") is not None)


def parse_clocks(value: JSON) -> tuple[Clock, ...]:
    """The clocks of a case, by the server's word or in a signed status.

    :raises Malformed: another form
    """
    if not isinstance(value, list) or len(value) > 16:
        raise Malformed(N_("This must be a list of at most {limit} items."), limit=16, pointer="/clocks")
    return tuple(_clock(item) for item in value)


def _clock(value: JSON) -> Clock:
    if not isinstance(value, dict):
        raise Malformed(N_("This must be a JSON object."), pointer="/clocks")
    done = value.get("done")
    return Clock(
        name=check_text(value.get("name"), pointer="/clocks", limit=64),
        due=parse_day(value.get("due"), pointer="/clocks"),
        done=None if done is None else parse_day(done, pointer="/clocks"),
        waived=value.get("waived") is True,
    )
