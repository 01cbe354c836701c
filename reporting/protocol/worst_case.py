"""Whether everything fits the one shape on the wire (protocol section 6), at its worst."""

from __future__ import annotations

from reporting.protocol import age
from reporting.protocol.directory import INITIAL_ROLES, MAX_VERSION, Directory
from reporting.protocol.directory_parts import Channel
from reporting.protocol.encoding import b64encode, dump_json
from reporting.protocol.entry import MAX_ATTACHMENTS, MAX_CUSTODIANS, PADDED_SIZES
from reporting.protocol.epoch import MAX_EPOCHS
from reporting.protocol.padding import ENTRY_FLOOR

GRANT_SIZE = 2 + len("# reporting/v1/grant \n# reporter \n\n") + 32 + 44 + len("AGE-SECRET-KEY-PQ-1") + 58
_RECIPIENT_SIZE = 1_959  # "age1pq1" and 1,216 bytes in bech32 with its checksum
_UPLOAD_SIZE = 32
_CHALLENGE_SIZE = 256
_NONCE_SIZE = 20
_ACKNOWLEDGEMENT_SIZE = 1_024
_PROOF_SIZE = 4_096  # 64 hashes, two signatures and the acknowledgement


def _sealed(plaintext: int, stanzas: int) -> str:
    return b64encode(bytes(age.sealed_size(plaintext, stanzas)))


def _epoch_size(origin: str, holders: list[str]) -> int:
    """Bytes of an epoch note in JSON: nine lines, one signature line, each newline two bytes."""
    lines = [
        origin,
        "reporting/epoch/v1",
        "0" * 32,
        "23",
        "0" * 44,
        ",".join(holders),
        "0" * 44,
        str(MAX_VERSION),
        "2026-01-01",
        "",
        "\u2014 " + f"{origin}/member/{'m' * 32} " + "0" * 92,
    ]
    return sum(len(line.encode()) + 2 for line in lines) + 3


def _initial_holders(channel: Channel) -> list[str]:
    return sorted({member for role in INITIAL_ROLES[channel.kind] for member in channel.roles.get(role, ())})


def submission_size(directory: Directory, channel: Channel) -> int:
    """Bytes of the longest report on ``channel``: the longest entry, every grant, identity, uploads."""
    holders = _initial_holders(channel)
    custodians = min(len(channel.roles.get("custodian", ())), MAX_CUSTODIANS)
    request = {
        "directory": MAX_VERSION,
        "channel": channel.id,
        "token": b64encode(bytes(32)),
        "recipient": "0" * _RECIPIENT_SIZE,
        "epoch": "0" * _epoch_size(directory.origin, holders),
        "reporter_sha256": b64encode(bytes(32)),
        "grants": [{"member": member, "sealed": _sealed(GRANT_SIZE, 1)} for member in holders],
        "entry": _sealed(max(PADDED_SIZES), 2),
        "identity": _sealed(ENTRY_FLOOR, custodians) if custodians else None,
        "uploads": ["0" * _UPLOAD_SIZE] * MAX_ATTACHMENTS,
        "challenge": {"challenge": "0" * _CHALLENGE_SIZE, "nonce": "0" * _NONCE_SIZE},
    }
    return len(dump_json(request))


def page_size(directory: Directory, channel: Channel) -> int:
    """Bytes of a mailbox page with one entry of the longest kind, in a case of 24 epochs that name everybody."""
    epochs = MAX_EPOCHS * _epoch_size(directory.origin, sorted(channel.member_ids()))
    return single_entry_size() + epochs


def single_entry_size() -> int:
    """Bytes of a mailbox page with one entry of the longest kind, its case's epochs aside."""
    page = {
        "cases": [
            {
                "case": "0" * 32,
                "channel": "0" * 32,
                "received": "2026-01-01",
                "sealed_by": "device",
                "epochs": [],
                "recipient": "0" * _RECIPIENT_SIZE,
                "status": "0" * 32,
                "clocks": [{"name": "0" * 32, "due": "2026-01-01", "done": "2026-01-01"}] * 8,
            }
        ],
        "entries": [
            {
                "case": "0" * 32,
                "id": "0" * 32,
                "date": "2026-01-01",
                "sealed": _sealed(max(PADDED_SIZES), 2),
                "acknowledgement": "0" * _ACKNOWLEDGEMENT_SIZE,
                "proof": "0" * _PROOF_SIZE,
            }
        ],
        "more": False,
    }
    return len(dump_json(page))


def worst_case(directory: Directory) -> dict[str, int]:
    """For each channel, the bytes of the longest request or single-entry answer it may need.

    A directory is in order where each is at most its ``shape``.
    """
    return {
        channel.id: max(submission_size(directory, channel), page_size(directory, channel))
        for channel in directory.channels
    }
