"""Acknowledgements: what the service key states about a report or a follow-up (protocol section 6)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from reporting.protocol import note as notes
from reporting.protocol.directory import MAX_VERSION
from reporting.protocol.encoding import b64decode, b64encode, is_hex32, is_id, parse_day
from reporting.protocol.errors import Malformed, NotAuthentic, N_
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey

REPORT_HEADING = "reporting/acknowledgement/v1"
ENTRY_HEADING = "reporting/entry-acknowledgement/v1"
MAX_NOTE = 4_096


@dataclass(frozen=True)
class ReportAcknowledgement:
    """The authority received this sealed report, on this channel, on this day."""

    origin: str
    case: str
    entry_sha256: bytes
    channel: str
    date: datetime.date
    directory: int
    reporter_sha256: bytes

    def text(self) -> str:
        """The eight lines that are signed."""
        return _text(
            self.origin,
            REPORT_HEADING,
            self.case,
            b64encode(self.entry_sha256),
            self.channel,
            self.date.isoformat(),
            str(self.directory),
            b64encode(self.reporter_sha256),
        )


@dataclass(frozen=True)
class EntryAcknowledgement:
    """The authority received this sealed follow-up on this day."""

    origin: str
    case: str
    entry_sha256: bytes
    date: datetime.date

    def text(self) -> str:
        """The five lines that are signed."""
        return _text(self.origin, ENTRY_HEADING, self.case, b64encode(self.entry_sha256), self.date.isoformat())


def _text(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def sign(statement: ReportAcknowledgement | EntryAcknowledgement, key: SigningKey) -> str:
    """The signed note of a statement, by the service key (``origin/service``)."""
    return notes.sign(statement.text(), f"{statement.origin}/service", key)


def _lines(signed: str, service: VerifierKey, heading: str, count: int) -> list[str]:
    text = notes.verify(notes.parse(signed, limit=MAX_NOTE), service)
    lines = text.split("\n")
    if len(lines) != count + 1 or lines[1] != heading or not is_hex32(lines[2]):
        raise Malformed(N_("This is not an acknowledgement."))
    return lines


def parse_report(signed: str, service: VerifierKey) -> ReportAcknowledgement:
    """Read the acknowledgement of a report.

    :raises NotAuthentic: not signed by ``service``
    :raises Malformed: any other form
    """
    lines = _lines(signed, service, REPORT_HEADING, 8)
    version = int(lines[6]) if lines[6].isascii() and lines[6].isdigit() and len(lines[6]) <= 10 else 0
    if not is_id(lines[4]) or not 1 <= version <= MAX_VERSION:
        raise Malformed(N_("This is not an acknowledgement."))
    found = ReportAcknowledgement(
        origin=lines[0],
        case=lines[2],
        entry_sha256=b64decode(lines[3], length=32),
        channel=lines[4],
        date=parse_day(lines[5]),
        directory=version,
        reporter_sha256=b64decode(lines[7], length=32),
    )
    if found.text() != "\n".join(lines):
        raise Malformed(N_("This is not an acknowledgement."))
    return found


def parse_entry(signed: str, service: VerifierKey) -> EntryAcknowledgement:
    """Read the acknowledgement of a follow-up.

    :raises NotAuthentic: not signed by ``service``
    :raises Malformed: any other form
    """
    lines = _lines(signed, service, ENTRY_HEADING, 5)
    return EntryAcknowledgement(lines[0], lines[2], b64decode(lines[3], length=32), parse_day(lines[4]))


def verify_report(signed: str, service: VerifierKey, expected: ReportAcknowledgement) -> datetime.date:
    """The day on which the service acknowledges exactly the ``expected`` report.

    The date in ``expected`` is not compared: it is the server's to state.

    :raises NotAuthentic: another signer, or a statement about something else
    """
    found = parse_report(signed, service)
    if (found.origin, found.case, found.entry_sha256, found.channel, found.directory, found.reporter_sha256) != (
        expected.origin,
        expected.case,
        expected.entry_sha256,
        expected.channel,
        expected.directory,
        expected.reporter_sha256,
    ):
        raise NotAuthentic(N_("The server acknowledged something else than what was sent."))
    return found.date


def verify_entry(signed: str, service: VerifierKey, origin: str, case: str, entry_sha256: bytes) -> datetime.date:
    """The day on which the service acknowledges exactly this follow-up.

    :raises NotAuthentic: another signer, or a statement about something else
    """
    found = parse_entry(signed, service)
    if (found.origin, found.case, found.entry_sha256) != (origin, case, entry_sha256):
        raise NotAuthentic(N_("The server acknowledged something else than what was sent."))
    return found.date
