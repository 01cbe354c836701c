"""Whether everything fits the one shape on the wire (protocol section 6), at its worst."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from reporting.protocol import age
from reporting.protocol import epoch as epochs
from reporting.protocol.acknowledgement import REPORT_HEADING
from reporting.protocol.directory import INITIAL_ROLES, MAX_VERSION, Directory
from reporting.protocol.directory_parts import Channel
from reporting.protocol.encoding import b64encode, dump_json
from reporting.protocol.entry import MAX_ATTACHMENTS, MAX_CUSTODIANS, PADDED_SIZES
from reporting.protocol.epoch import MAX_EPOCHS
from reporting.protocol.grant import plaintext_size
from reporting.protocol.padding import ENTRY_FLOOR

# A grant of epoch 0: case id, reporter's key, identity
_ID, _DAY, _HASH = "0" * 32, "2026-01-01", b64encode(bytes(32))
_RECIPIENT_SIZE = 1_959  # "age1pq1" and 1,216 bytes in bech32 with its checksum
_UPLOAD_SIZE = 32
_CHALLENGE_SIZE = 256
_NONCE_SIZE = 20
_MOST_HASHES = 40  # of an inclusion proof: a log of 2^40 leaves
_COSIGNATURE_SIZE = 4 + 8 + 64  # key id, time, signature (c2sp.org/tlog-cosignature)


def _sealed(plaintext: int, stanzas: int) -> str:
    return b64encode(bytes(age.sealed_size(plaintext, stanzas)))


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _signature_line(name: str, size: int = 4 + 64) -> str:
    return f"\u2014 {name} {b64encode(bytes(size))}"


def _epoch_note(origin: str, holders: Collection[str]) -> str:
    lines = [
        origin,
        epochs.HEADING,
        "0" * 32,
        str(MAX_EPOCHS - 1),
        _HASH,
        ",".join(holders),
        _HASH,
        str(MAX_VERSION),
        _DAY,
        "",
        _signature_line(f"{origin}/member/{_ID}"),
    ]
    return _text(lines)


def _acknowledgement(origin: str) -> str:
    signature = _signature_line(f"{origin}/service")
    lines = [origin, REPORT_HEADING, "0" * 32, _HASH, _ID, _DAY, str(MAX_VERSION), _HASH, "", signature]
    return _text(lines)


def _proof(directory: Directory) -> str:
    """The longest proof of report (c2sp.org/tlog-proof): acknowledgement, path, cosigned checkpoint."""
    extra = b64encode(_acknowledgement(directory.origin).encode())
    head = ["c2sp.org/tlog-proof@v1", f"extra {extra}", f"index {2**_MOST_HASHES}", *[_HASH] * _MOST_HASHES, ""]
    log = f"{directory.origin}/log"
    names = [line.partition("+")[0] for line in directory.witnesses]
    signatures = [_signature_line(log), *(_signature_line(name, _COSIGNATURE_SIZE) for name in names)]
    return _text([*head, log, str(2**_MOST_HASHES), _HASH, "", *signatures])


def _initial_holders(channel: Channel) -> list[str]:
    return sorted({member for role in INITIAL_ROLES[channel.kind] for member in channel.roles.get(role, ())})


# The member `,"challenge":{…}` that a request gains before it is sent, at its longest.
CHALLENGE_ROOM = len(',"challenge":{"challenge":"","nonce":""}') + _CHALLENGE_SIZE + _NONCE_SIZE


def submission_size(directory: Directory, channel: Channel) -> int:
    """Bytes of the longest report on ``channel``: the longest entry, every grant, identity, uploads."""
    holders = _initial_holders(channel)
    custodians = min(len(channel.roles.get("custodian", ())), MAX_CUSTODIANS)
    request = {
        "directory": MAX_VERSION,
        "channel": channel.id,
        "token": b64encode(bytes(32)),
        "recipient": "0" * _RECIPIENT_SIZE,
        "epoch": _epoch_note(directory.origin, holders),
        "reporter_sha256": b64encode(bytes(32)),
        "grants": [{"member": member, "sealed": _sealed(plaintext_size(0), 1)} for member in holders],
        "entry": _sealed(max(PADDED_SIZES), 2),
        "identity": _sealed(ENTRY_FLOOR, custodians) if custodians else None,
        "uploads": ["0" * _UPLOAD_SIZE] * MAX_ATTACHMENTS,
        "challenge": {"challenge": "0" * _CHALLENGE_SIZE, "nonce": "0" * _NONCE_SIZE},
    }
    return len(dump_json(request))


def page_size(directory: Directory, channel: Channel) -> int:
    """Bytes of a mailbox page with one entry of the longest kind, in a case of 24 epochs that name everybody."""
    epoch = _epoch_note(directory.origin, sorted(channel.member_ids()))
    return single_entry_size(directory, [epoch] * MAX_EPOCHS)


def single_entry_size(directory: Directory, epoch_notes: Sequence[str]) -> int:
    """Bytes of a mailbox page with one entry of the longest kind, in a case of those epochs.

    A server takes a further epoch of a case only while this fits the directory's ``shape``: a page
    always has room for one entry.
    """
    page = {
        "cases": [
            {
                "case": "0" * 32,
                "channel": _ID,
                "received": _DAY,
                "sealed_by": "device",
                "epochs": list(epoch_notes),
                "recipient": "0" * _RECIPIENT_SIZE,
                "status": "0" * 32,
                "outcome": "0" * 32,
                "clocks": [{"name": "0" * 32, "due": _DAY, "done": _DAY}] * 8,
                "check_ins": [{"months": 120, "due": _DAY, "done": _DAY}] * 8,
            }
        ],
        "entries": [
            {
                "case": "0" * 32,
                "id": "0" * 32,
                "date": _DAY,
                "sealed": _sealed(max(PADDED_SIZES), 2),
                "acknowledgement": _acknowledgement(directory.origin),
                "proof": _proof(directory),
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
