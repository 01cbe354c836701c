"""Valid documents of every kind, for fuzzing to begin from: small, and the same in every run."""

from __future__ import annotations

import datetime
from functools import cache

from reporting.protocol import acknowledgement, age, directory, note
from reporting.protocol import entry as entries
from reporting.protocol import epoch as epochs
from reporting.protocol.age import HybridIdentity
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import JSONObject, b64encode, dump_json, sha256
from reporting.protocol.entry import Attachment, Entry, FirstEntry
from reporting.protocol.epoch import Epoch
from reporting.protocol.grant import Grant
from reporting.protocol.note import VerifierKey
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.signing import SigningKey
from reporting.protocol.submission import Report, prepare_report

ORIGIN = "report.example.org"
TODAY = datetime.date(2026, 11, 23)
ROOT = SigningKey(b"r" * 32)
SERVICE = SigningKey(b"s" * 32)
MEMBER = HybridIdentity(b"m" * 32)
MEMBER_KEY = SigningKey(b"k" * 32)
RECEIPT = ReceiptCode(bytes(range(16)))
CASE_IDENTITY = HybridIdentity(b"c" * 32)
CASE_HASH = epochs.case_hash(CASE_IDENTITY.recipient)
REPORTER = RECEIPT.case_identity(ORIGIN, CASE_HASH)
REPORTER_KEY = RECEIPT.case_signing_key(ORIGIN, CASE_HASH)
CASE = epochs.case_id(CASE_HASH, sha256(REPORTER_KEY.public))
ROOT_VERIFIER = VerifierKey(ORIGIN, ROOT.public)
SERVICE_VERIFIER = VerifierKey(f"{ORIGIN}/service", SERVICE.public)


def directory_content() -> JSONObject:
    """Line 4 of a directory with one channel, one member and one former key."""
    key = b64encode(MEMBER_KEY.public)
    zeros = b64encode(bytes(32))
    return {
        "version": 2,
        "date": "2026-11-23",
        "valid_until": "2027-02-22",
        "shape": 65_536,
        "service_key": b64encode(SERVICE.public),
        "log_key": b64encode(SERVICE.public),
        "witnesses": [VerifierKey("witness.example", ROOT.public).encode()],
        "site": zeros,
        "channels": [
            {
                "id": "procurement",
                "kind": "report",
                "titles": {"en": "Procurement"},
                "questionnaire": {"id": "corruption-1", "sha256": zeros},
                "roles": {"intake": ["m1"], "custodian": ["m1"]},
                "policy": {"anonymous": "must", "scriptless": True, "profile": "eu"},
            }
        ],
        "members": [
            {
                "id": "m1",
                "label": "Intake",
                "since": 1,
                "signing_key": key,
                "recipient_sha256": b64encode(epochs.case_hash(MEMBER.recipient)),
                "valid_until": "2027-02-22",
            }
        ],
        "former": [
            {
                "id": "m0",
                "label": "Left",
                "channels": ["procurement"],
                "since": 1,
                "until": 1,
                "signing_key": key,
            }
        ],
    }


@cache
def directory_text() -> str:
    """The text of a directory."""
    return directory.to_text(ORIGIN, bytes(32), directory_content())


@cache
def the_directory() -> Directory:
    """A directory, as if its signature had been checked."""
    return directory.parse_text(directory_text())


def first_epoch() -> Epoch:
    """Epoch 0 of the case."""
    return Epoch(ORIGIN, CASE, 0, CASE_HASH, ("m1",), bytes(32), 2, TODAY)


@cache
def first_epoch_note() -> str:
    """Epoch 0, signed."""
    return epochs.sign_epoch(first_epoch(), "reporter", REPORTER_KEY)


def second_epoch() -> Epoch:
    """Epoch 1, which its holder may sign."""
    return Epoch(ORIGIN, CASE, 1, CASE_HASH, ("m1",), first_epoch().sha256, 2, TODAY)


def grant() -> Grant:
    """The case's key for the one member."""
    return Grant(CASE, 0, REPORTER_KEY.public, CASE_IDENTITY)


def first_entry() -> Entry:
    """A report."""
    return Entry(
        id="1" * 32,
        case=CASE,
        epoch=0,
        directory=2,
        audience="reporter",
        kind="report",
        author="reporter",
        date=TODAY,
        prev=(),
        body={"language": "en", "questionnaire": "corruption-1", "answers": {"what": "ünïcode"}},
        attachments=(Attachment("0" * 32, "a.pdf", "application/pdf", 12, bytes(32)),),
        first=FirstEntry("procurement", REPORTER.recipient, REPORTER_KEY.public, ("m2",)),
    )


def member_entry() -> Entry:
    """A status that follows the report."""
    body = {"status": "examined", "reason": "…", "clocks": [{"name": "acknowledge", "due": "2026-11-30"}]}
    return Entry("2" * 32, CASE, 0, 2, "reporter", "status", "m1", TODAY, (bytes(32),), body)


@cache
def entry_plaintexts() -> tuple[bytes, ...]:
    """Both entries, signed and padded."""
    return (
        entries.encode(first_entry(), REPORTER_KEY),
        entries.encode(member_entry(), MEMBER_KEY),
    )


@cache
def acknowledgement_texts() -> tuple[str, ...]:
    """What the service states about a report and about a follow-up."""
    report = acknowledgement.ReportAcknowledgement(ORIGIN, CASE, bytes(32), "procurement", TODAY, 2, bytes(32))
    return report.text(), acknowledgement.EntryAcknowledgement(ORIGIN, CASE, bytes(32), TODAY).text()


@cache
def report_request() -> bytes:
    """What a device posts to hand in a report, without a challenge."""
    report = Report("procurement", {"language": "en", "answers": {}}, identity_answers={"name": "R"})
    prepared = prepare_report(report, RECEIPT, the_directory(), {"m1": MEMBER.recipient}, TODAY)
    return dump_json({**prepared.request, "uploads": ["a"], "challenge": {"challenge": "x", "nonce": "1"}})


@cache
def entry_request() -> bytes:
    """What a device posts to follow up, without a challenge."""
    recipients = [CASE_IDENTITY.recipient, REPORTER.recipient]
    content = {
        "token": b64encode(RECEIPT.mailbox_token(ORIGIN)),
        "case": CASE,
        "epoch": 0,
        "entry": b64encode(age.encrypt(entry_plaintexts()[0], recipients)),
        "uploads": [],
    }
    return dump_json(content)


def signed_by_service(text: str) -> str:
    """``text`` as the service would sign it."""
    return note.sign(text, SERVICE_VERIFIER.name, SERVICE)
