"""What the vectors of directories and cases ask for; ``tests/browser/vector_case_operations.ts`` is the twin."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping
from typing import Any

from reporting.client.incoming import open_file
from reporting.client.outgoing import PART_SIZE
from reporting.protocol import custody, directory, disclosure, entry, epoch, grant, thread
from reporting.protocol.age import HybridIdentity
from reporting.protocol.encoding import b64decode, b64encode, dump_json, sha256
from reporting.protocol.errors import ProtocolError
from reporting.protocol.note import VerifierKey
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.thread_types import CaseView, SealedCase, SealedEntry
from tests.vectors.operations import Input, Operations, unhex


def _directory(i: Input, name: str = "directory") -> directory.Directory:
    return directory.parse(i[name], VerifierKey.parse(i["root"]))


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def _parse_directory(i: Input) -> dict[str, Any]:
    parsed = _directory(i)
    return {
        "version": parsed.version,
        "date": parsed.date.isoformat(),
        "valid_until": parsed.valid_until.isoformat(),
        "shape": parsed.shape,
        "channels": [f"{channel.id} {channel.kind}" for channel in parsed.channels],
        "members": [member.id for member in parsed.members],
        "sha256": parsed.sha256.hex(),
    }


def _current(i: Input) -> bool:
    _directory(i).check_current(_day(i["today"]))
    return True


def _follows(i: Input) -> bool:
    _directory(i).check_follows(_directory(i, "before"))
    return True


def _author_keys(i: Input) -> list[str]:
    keys = _directory(i).author_keys(i["member"], i["version"], i["channel"], _day(i["day"]))
    return [f"{key.standing} {key.public.hex()}" for key in keys]


DIRECTORY: Operations = {
    "fingerprint": lambda i: directory.fingerprint(unhex(i["public"])),
    "parse": _parse_directory,
    "current": _current,
    "follows": _follows,
    "holders": lambda i: _directory(i).initial_holders(i["channel"], _day(i["today"]), i["excluded"]),
    "custodians": lambda i: _directory(i).custodians(i["channel"], _day(i["today"]), i["excluded"]),
    "author_keys": _author_keys,
}


def _chain_facts(chain: epoch.Chain) -> dict[str, Any]:
    return {
        "epochs": len(chain.epochs),
        "broken": type(chain.broken).__name__ if chain.broken else None,
        "holders": sorted(chain.holders()),
        "last": chain.last.sha256.hex(),
    }


def _chain(i: Input) -> dict[str, Any]:
    chain = epoch.verify_chain(i["epochs"], i["case"], unhex(i["reporter_key"]), _directory(i), i["excluded"])
    return _chain_facts(chain)


EPOCH: Operations = {
    "case_id": lambda i: epoch.case_id(epoch.case_hash(i["recipient"]), unhex(i["reporter_sha256"])),
    "parse": lambda i: epoch.parse_text(i["text"]).text(),
    "chain": _chain,
}


def _grant_facts(opened: grant.Grant) -> dict[str, Any]:
    return {
        "case": opened.case,
        "epoch": opened.epoch,
        "reporter_key": opened.reporter_key.hex(),
        "recipient": str(opened.identity.recipient),
    }


def _open_grant(i: Input) -> dict[str, Any]:
    identity = HybridIdentity.parse(i["identity"])
    opened = grant.open_grant(b64decode(i["sealed"]), identity, i["case"], i["epoch"], i["first"], i["origin"])
    return _grant_facts(opened)


GRANT: Operations = {
    "parse": lambda i: _grant_facts(grant.parse_grant(b64decode(i["plaintext"]))),
    "open": _open_grant,
}


def _content(opened: entry.Entry) -> str:
    return dump_json(dict(opened.content)).decode()


def _open_entry(i: Input) -> str:
    signed = entry.open_entry(b64decode(i["sealed"]), HybridIdentity.parse(i["identity"]))
    return _content(signed.verify(unhex(i["public"])))


ENTRY: Operations = {
    "content": lambda i: _content(entry.parse_content(b64decode(i["json"]))),
    "decode": lambda i: _content(entry.decode(b64decode(i["plaintext"])).verify(unhex(i["public"]))),
    "open": _open_entry,
}


def _served_entry(i: Input) -> SealedEntry:
    sealed = None if i["sealed"] is None else b64decode(i["sealed"])
    digest = b64decode(i["sha256"]) if sealed is None else sha256(sealed)
    return SealedEntry(i["id"], _day(i["day"]), i["audience"], sealed, digest)


def served_case(i: Input) -> SealedCase:
    """A case as served, from a vector."""
    return SealedCase(
        case=i["case"],
        channel=i["channel"],
        epochs=tuple(i["epochs"]),
        status=i["status"],
        entries=tuple(_served_entry(one) for one in i["entries"]),
        outcome=i.get("outcome"),
    )


def _view_facts(view: CaseView) -> dict[str, Any]:
    return {
        "channel": view.channel,
        "warnings": [str(warning) for warning in view.warnings],
        "entries": [
            {
                "id": one.served.id,
                "state": str(one.state),
                "standing": one.standing,
                "reason": type(one.reason).__name__ if one.reason else None,
                "shown": {"id": one.entry.id, "kind": one.entry.kind, "author": one.entry.author}
                if one.entry
                else None,
            }
            for one in view.entries
        ],
        "chain": _chain_facts(view.chain) if view.chain else None,
        "first": view.first.id if view.first else None,
        "status": view.status.id if view.status else None,
        "other_statuses": [other.id for other in view.other_statuses],
        "alone": [f"{one.id} {what}" for one in view.authentic() for what in view.signed_alone(one)],
        "status_differs": view.status_differs,
        "needs_newer_directory": view.needs_newer_directory,
        "named_epoch": view.named_epoch,
        "heads": {audience: [b64encode(head) for head in view.heads(audience)] for audience in ("reporter", "team")},
        "heads_for_status": [b64encode(head) for head in view.heads_for_status()],
    }


def _as_reporter(i: Input) -> CaseView:
    receipt = ReceiptCode(unhex(i["entropy"]))
    return thread.read_as_reporter(served_case(i["served"]), receipt, _directory(i))


def _as_member(i: Input) -> CaseView:
    grants = [(one["epoch"], b64decode(one["sealed"])) for one in i["grants"]]
    identity = HybridIdentity.parse(i["identity"])
    return thread.read_as_member(served_case(i["served"]), grants, identity, _directory(i))


THREAD: Operations = {
    "reporter": lambda i: _view_facts(_as_reporter(i)),
    "member": lambda i: _view_facts(_as_member(i)),
}


def _attached(view: CaseView) -> list[dict[str, Any]]:
    return [
        {
            "kind": one.entry.kind,
            "files": [
                {**_named(file), "size": file.size, "sha256": b64encode(file.sha256)} for file in one.entry.attachments
            ],
        }
        for one in view.entries
        if one.entry is not None
    ]


def _named(file: entry.Attachment) -> dict[str, Any]:
    return {"upload": file.upload, "name": file.name, "type": file.type}


def _changed(i: Input) -> bytes:
    """The sealed file as a dishonest store would give it: a bit turned, an end cut off, two chunks exchanged."""
    sealed = bytearray(b64decode(i["sealed"]))
    if "flip" in i:
        sealed[i["flip"]] ^= 1
    if "exchange" in i:
        first, second, length = i["exchange"]
        one, other = sealed[first : first + length], sealed[second : second + length]
        sealed[first : first + length], sealed[second : second + length] = other, one
    return bytes(sealed[: len(sealed) - i.get("cut", 0)])


def _opened(i: Input) -> dict[str, Any]:
    sealed = _changed(i)
    told = {**i["file"], **i.get("told", {})}
    digest = sha256(sealed) if i.get("rehashed") else b64decode(told["sha256"])
    file = entry.Attachment(told["upload"], told["name"], told["type"], told["size"], digest)
    target = io.BytesIO()

    def load(number: int) -> bytes:
        return sealed[number * PART_SIZE : (number + 1) * PART_SIZE]

    try:
        open_file(file, i["audience"], load, [HybridIdentity.parse(i["identity"])], target)
    except ProtocolError as error:
        return {"try": i["try"], "error": type(error).__name__}
    content = target.getvalue()
    return {"try": i["try"], "size": len(content), "content_sha256": b64encode(sha256(content))}


# Each try is the same file with other circumstances, so that its bytes stand in a vector once.
FILE: Operations = {
    "reporter": lambda i: _attached(_as_reporter(i)),
    "member": lambda i: _attached(_as_member(i)),
    "open": lambda i: [_opened({**i, **one}) for one in i["tries"]],
}


def _open_disclosure(i: Input) -> Any:
    custodian = HybridIdentity.parse(i["custodian"])
    asked, request = disclosure.open_disclosure(
        b64decode(i["sealed"]), custodian, i["case"], i["epochs"], _directory(i)
    )
    if i.get("identity") is None:
        return {"author": asked.author, "reason": request.reason, "legal_basis": request.legal_basis}
    return _content(disclosure.open_identity(b64decode(i["identity"]), custodian, i["case"], request))


def _custody(i: Input) -> Any:
    custodian = HybridIdentity.parse(i["custodian"])
    served = [SealedEntry.of(one["id"], _day(one["day"]), b64decode(one["sealed"])) for one in i["entries"]]
    found = custody.read_custody(served, custodian, i["case"], i["epochs"], _directory(i))
    if i.get("identity") is not None:
        asked = found.asked[i["asked"]]
        file = b64decode(i["identity"])
        return _content(custody.open_approved(found, asked, file, custodian, _directory(i), _day(i["today"])))
    return {
        "asked": [
            {
                "id": asked.entry.id,
                "reason": asked.request.reason,
                "needed": asked.request.needed,
                "notice": None if asked.request.notice is None else b64encode(asked.request.notice),
                "waiver": asked.request.waiver,
                "current": asked.current,
                "approvals": sorted(asked.approvals),
                "decided": [f"{one.entry.author} {one.decision.decision}" for one in asked.decided],
            }
            for asked in found.asked
        ],
        "faults": [f"{identifier} {type(reason).__name__}" for identifier, reason in found.faults],
        "heads": [b64encode(digest) for digest in found.heads],
        "missing": found.missing,
        "named_epoch": found.named_epoch,
    }


# A submission is read as the case that it makes.
CASE_MODULES: Mapping[str, Operations] = {
    "directory": DIRECTORY,
    "disclosure": {"custody": _custody, "open": _open_disclosure},
    "entry": ENTRY,
    "epoch": EPOCH,
    "file": FILE,
    "grant": GRANT,
    "submission": THREAD,
    "thread": THREAD,
}
