"""Sending a sealed file in parts: begin, one part after another in any order, and which have arrived."""

from __future__ import annotations

import contextlib
import hmac
import os
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.db.direct import first, insert_rows
from reporting.evidence import room, sizes
from reporting.evidence.models import Upload, UploadPart
from reporting.evidence.store import store_of
from reporting.intake.challenges import check_solved, spend
from reporting.protocol.encoding import JSONObject, b64decode, b64encode, check_integer, is_hex32, sha256
from reporting.protocol.errors import ProtocolError, N_
from reporting.protocol.padding import padded_file_size
from reporting.service import Service

REPORTER = "reporter"
_KEY_SIZE = 32
_MAX_SEALED = 1 << 50  # more than any limit that can be set
_UPLOAD = select(
    Upload.id, Upload.key_sha256, Upload.size, Upload.author, Upload.case_id, Upload.entry_id.label("entry")
).where(Upload.id == bindparam("upload"))
_LOCKED = _UPLOAD.with_for_update()
_PART = select(UploadPart.size, UploadPart.sha256).where(
    UploadPart.upload_id == bindparam("upload"), UploadPart.number == bindparam("number")
)


@dataclass(frozen=True)
class Sender:
    """Who sends: a reporter, or a member for a case."""

    author: str = REPORTER
    case: str | None = None


@dataclass(frozen=True)
class Part:
    """The place that a part is sent for, once it is known that the sender may."""

    upload: str
    number: int
    length: int


def limits(service: Service) -> JSONObject:
    """What may be sent, told before any work starts."""
    return {
        "file_limit": sizes.file_limit(service.settings),
        "entry_limit": sizes.entry_limit(service.settings),
        "part_size": sizes.PART_SIZE,
    }


def begin(service: Service, content: JSONObject) -> JSONObject:
    """Begin a reporter's upload, paid for with a challenge.

    :raises ServiceError: the challenge, the size, or too little room; nothing is stored then
    """
    solved = check_solved(service, content)
    size = _announced(service, content)

    def job(session: Session) -> JSONObject:
        spend(service, session, solved)
        return add_upload(service, session, Sender(), size)

    return service.database.store(job)


def begin_for(service: Service, session: Session, sender: Sender, content: JSONObject) -> JSONObject:
    """Begin a member's upload, in the caller's transaction.

    :raises ServiceError: the size, or too little room
    """
    return add_upload(service, session, sender, _announced(service, content))


def _announced(service: Service, content: JSONObject) -> int:
    size = check_integer(content.get("size"), 1, _MAX_SEALED, pointer="/size")
    plaintext = sizes.plaintext_of(size)
    if plaintext is None:
        raise errors.Unprocessable(N_("No padded and sealed file has this size."), pointer="/size")
    if plaintext > padded_file_size(sizes.file_limit(service.settings)):
        limit = service.settings.file_limit
        raise errors.TooLarge(N_("A file may have at most {limit} MiB."), pointer="/size", values={"limit": limit})
    return size


def add_upload(service: Service, session: Session, sender: Sender, size: int) -> JSONObject:
    """A row for an upload, and what its sender is told.

    :raises RoomLow: no room for it
    """
    room.admit(service, session, size)
    upload, key = os.urandom(16).hex(), os.urandom(_KEY_SIZE)
    row = {
        "id": upload,
        "key_sha256": sha256(key),
        "size": size,
        "begun": service.clock.today(),
        "author": sender.author,
        "case_id": sender.case,
        "entry_id": None,
    }
    insert_rows(session, Upload, [row])
    return {"upload": upload, "key": b64encode(key), "part_size": sizes.PART_SIZE}


def _own(session: Session, sender: Sender, upload: str, key: str, *, lock: bool = False) -> Any:
    """The upload's row for whoever has its key; unknown, foreign and wrong key look alike."""
    row = first(session, _LOCKED if lock else _UPLOAD, upload=upload) if is_hex32(upload) else None
    try:
        given = b64decode(key, length=_KEY_SIZE)
    except ProtocolError:
        given = b""
    known = row.key_sha256 if row is not None else bytes(32)
    right = hmac.compare_digest(sha256(given), known)
    if row is None or not right or row.author != sender.author:
        raise errors.NotFound(N_("There is no such upload, or this is not its key."))
    if sender.case is not None and row.case_id != sender.case:
        raise errors.NotFound(N_("There is no such upload, or this is not its key."))
    return row


def expect_part(service: Service, sender: Sender, upload: str, key: str, number: int) -> Part:
    """What a part must be, before any of it is read.

    :raises NotFound: there is no such upload, or the key is another's
    :raises UploadClaimed: an entry has it already
    :raises Unprocessable: it has fewer parts
    """
    with service.database.read() as session:
        row = _own(session, sender, upload, key)
    if row.entry is not None:
        raise errors.UploadClaimed
    if number >= sizes.part_count(row.size):
        raise errors.Unprocessable(N_("This file has fewer parts."))
    return Part(upload, number, sizes.part_length(row.size, number))


def receive(service: Service, sender: Sender, key: str, part: Part, content: bytes) -> None:
    """Keep a part: it is durable, in the store and in its row, when this returns.

    :raises Unprocessable: another length than the part must have
    :raises PartDiffers: other bytes are stored under this number
    :raises StoreUnavailable: full or not reached; nothing is recorded then
    """
    if len(content) != part.length:
        raise errors.Unprocessable(N_("This part has another length than it must have."))
    digest = sha256(content)
    with service.database.read() as session:
        if _is_there(session, part, digest):
            return
    store, blob = store_of(service), os.urandom(16).hex()
    store.put(blob, content)
    try:
        kept = service.database.store(lambda session: _record(session, sender, key, part, blob, digest))
    except BaseException:
        _drop(service, blob)
        raise
    if not kept:
        _drop(service, blob)


def _record(session: Session, sender: Sender, key: str, part: Part, blob: str, digest: bytes) -> bool:
    # Once more and locked: it may have been claimed, swept or completed while the store was writing.
    if _own(session, sender, part.upload, key, lock=True).entry is not None:
        raise errors.UploadClaimed
    if _is_there(session, part, digest):
        return False
    row = {
        "upload_id": part.upload,
        "number": part.number,
        "blob": blob,
        "size": part.length,
        "sha256": digest,
    }
    insert_rows(session, UploadPart, [row])
    return True


def _is_there(session: Session, part: Part, digest: bytes) -> bool:
    known = first(session, _PART, upload=part.upload, number=part.number)
    if known is None:
        return False
    if known.sha256 != digest:
        raise errors.PartDiffers
    return True


def _drop(service: Service, blob: str) -> None:
    # In vain where the store is away: the sweep finds it.
    with contextlib.suppress(errors.StoreUnavailable):
        store_of(service).delete([blob])


def parts_of(service: Service, sender: Sender, upload: str, key: str) -> JSONObject:
    """Which parts have arrived.

    :raises NotFound: there is no such upload, or the key is another's
    """
    with service.database.read() as session:
        _own(session, sender, upload, key)
        query = select(UploadPart.number).where(UploadPart.upload_id == upload).order_by(UploadPart.number)
        return {"parts": list(session.scalars(query))}
