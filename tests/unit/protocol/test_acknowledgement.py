"""What the service states about a report or follow-up, and how a device checks all of it (section 6)."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from reporting.protocol import acknowledgement, note
from reporting.protocol.acknowledgement import EntryAcknowledgement, ReportAcknowledgement
from reporting.protocol.encoding import b64encode
from reporting.protocol.errors import Malformed, NotAuthentic, ProtocolError
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey

ORIGIN = "report.example.org"
KEY = SigningKey(b"s" * 32)
SERVICE = VerifierKey(f"{ORIGIN}/service", KEY.public)
DAY = datetime.date(2026, 11, 23)
REPORT = ReportAcknowledgement(ORIGIN, "0" * 32, b"e" * 32, "procurement", DAY, 7, b"r" * 32)
ENTRY = EntryAcknowledgement(ORIGIN, "0" * 32, b"e" * 32, DAY)


def test_the_lines_are_those_of_section_6() -> None:
    assert REPORT.text().split("\n") == [
        ORIGIN,
        "reporting/acknowledgement/v1",
        "0" * 32,
        b64encode(b"e" * 32),
        "procurement",
        "2026-11-23",
        "7",
        b64encode(b"r" * 32),
        "",
    ]
    assert ENTRY.text().split("\n") == [
        ORIGIN,
        "reporting/entry-acknowledgement/v1",
        "0" * 32,
        b64encode(b"e" * 32),
        "2026-11-23",
        "",
    ]


def test_what_the_service_signs_reads_back() -> None:
    assert acknowledgement.parse_report(acknowledgement.sign(REPORT, KEY), SERVICE) == REPORT
    assert acknowledgement.parse_entry(acknowledgement.sign(ENTRY, KEY), SERVICE) == ENTRY


def test_the_day_is_the_servers_to_state_and_all_else_is_not() -> None:
    tomorrow = DAY + datetime.timedelta(days=1)
    signed = acknowledgement.sign(dataclasses.replace(REPORT, date=tomorrow), KEY)
    assert acknowledgement.verify_report(signed, SERVICE, REPORT) == tomorrow
    signed = acknowledgement.sign(dataclasses.replace(ENTRY, date=tomorrow), KEY)
    assert acknowledgement.verify_entry(signed, SERVICE, ORIGIN, ENTRY.case, ENTRY.entry_sha256) == tomorrow


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "other.example.org"},
        {"case": "1" * 32},
        {"entry_sha256": bytes(32)},
        {"channel": "police"},
        {"directory": 8},
        {"reporter_sha256": bytes(32)},
    ],
)
def test_a_statement_about_something_else_is_no_acknowledgement(change: dict[str, object]) -> None:
    other = ReportAcknowledgement(**{**dataclasses.asdict(REPORT), **change})
    signed = note.sign(other.text(), SERVICE.name, KEY)
    with pytest.raises(NotAuthentic):
        acknowledgement.verify_report(signed, SERVICE, REPORT)


@pytest.mark.parametrize("change", [{"origin": "other.example.org"}, {"case": "1" * 32}, {"entry_sha256": bytes(32)}])
def test_a_statement_about_another_follow_up_is_no_acknowledgement(change: dict[str, object]) -> None:
    other = EntryAcknowledgement(**{**dataclasses.asdict(ENTRY), **change})
    signed = note.sign(other.text(), SERVICE.name, KEY)
    with pytest.raises(NotAuthentic):
        acknowledgement.verify_entry(signed, SERVICE, ORIGIN, ENTRY.case, ENTRY.entry_sha256)


def test_another_signer_acknowledges_nothing() -> None:
    for key, name in ((SigningKey(b"x" * 32), SERVICE.name), (KEY, f"{ORIGIN}/log"), (KEY, ORIGIN)):
        with pytest.raises(NotAuthentic):
            acknowledgement.verify_report(note.sign(REPORT.text(), name, key), SERVICE, REPORT)


def test_one_kind_is_not_taken_for_the_other() -> None:
    with pytest.raises(Malformed):
        acknowledgement.parse_report(acknowledgement.sign(ENTRY, KEY), SERVICE)
    with pytest.raises(Malformed):
        acknowledgement.parse_entry(acknowledgement.sign(REPORT, KEY), SERVICE)


@pytest.mark.parametrize("place", range(9))
@pytest.mark.parametrize("line", ["", "x", "0", "07", "+7", "٧", "99999999999", "2026-13-01", None])
def test_lines_in_another_form_are_refused(place: int, line: str | None) -> None:
    lines = REPORT.text().split("\n")
    if line is None:
        del lines[place]
    else:
        lines[place] = line
    text = "\n".join(lines)
    if text == REPORT.text() or not text.endswith("\n"):
        return
    with pytest.raises(ProtocolError):
        acknowledgement.verify_report(note.sign(text, SERVICE.name, KEY), SERVICE, REPORT)


def test_an_overlong_answer_is_refused() -> None:
    with pytest.raises(Malformed):
        acknowledgement.parse_report(acknowledgement.sign(REPORT, KEY) + "x" * 5_000, SERVICE)
