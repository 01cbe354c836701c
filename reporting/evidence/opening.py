"""Members open files of cases they were granted: the audit trail tells of it before any part is handed out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases.reading import granted
from reporting.db.direct import first
from reporting.evidence import sizes
from reporting.evidence.models import FileOpening, Upload, UploadPart
from reporting.evidence.reading import fetch_part
from reporting.evidence.sending import Sender, begin_for
from reporting.log.rules import record
from reporting.protocol.encoding import JSONObject, is_hex32
from reporting.protocol.errors import N_
from reporting.service import Service

ACTS = ("view", "download")
OPEN_FOR = 12 * 60 * 60  # seconds: the longest session, and time to load a large file
_FILE = select(Upload.size).where(
    Upload.id == bindparam("upload"), Upload.case_id == bindparam("case"), Upload.entry_id.is_not(None)
)
_OPENED = select(FileOpening.until).where(
    FileOpening.member_id == bindparam("member"), FileOpening.upload_id == bindparam("upload")
)
_PART = select(UploadPart.blob, UploadPart.size, UploadPart.sha256).where(
    UploadPart.upload_id == bindparam("upload"), UploadPart.number == bindparam("number")
)


def begin_for_case(service: Service, member: str, case: str, content: JSONObject) -> JSONObject:
    """Begin a member's file for a case.

    :raises NotFound: they were not granted it
    :raises ServiceError: the size, or too little room
    """
    with service.database.write() as session:
        granted(session, member, case)
        return begin_for(service, session, Sender(member, case), content)


def sender_of(service: Service, member: str, case: str) -> Sender:
    """A member as the sender of files for a case.

    :raises NotFound: they were not granted it
    """
    with service.database.read() as session:
        granted(session, member, case)
    return Sender(member, case)


def open_file(service: Service, member: str, case: str, upload: str, content: JSONObject) -> JSONObject:
    """Let a member load a file's parts for some hours, and record that they do.

    :raises NotFound: they were not granted the case, or it has no such file
    :raises Unprocessable: another act
    """
    act = content.get("act")
    if act not in ACTS:
        raise errors.Unprocessable(N_("A file is opened to view or to download it."), pointer="/act")
    with service.database.write() as session:
        granted(session, member, case)
        size = _size_of(session, case, upload)
        now = service.clock.now()
        session.execute(delete(FileOpening).where(FileOpening.member_id == member, FileOpening.until < now))
        session.merge(FileOpening(member_id=member, upload_id=upload, until=now + OPEN_FOR))
        record(service, session, member, f"file:{act}", case=case, details={"upload": upload})
    return {"size": size, "parts": sizes.part_count(size), "part_size": sizes.PART_SIZE}


def _size_of(session: Session, case: str, upload: str) -> int:
    row = first(session, _FILE, upload=upload, case=case) if is_hex32(upload) else None
    if row is None:
        raise errors.NotFound
    return int(row.size)


def read_part(service: Service, member: str, case: str, upload: str, number: int) -> bytes:
    """A part of a file that the member opened.

    :raises NotFound: they were not granted the case, or there is no such part in it
    :raises FileNotOpened: not opened by this member, or too long ago
    :raises StoreUnavailable: the store is away
    """
    with service.database.read() as session:
        granted(session, member, case)
        _size_of(session, case, upload)
        opened: Any = first(session, _OPENED, member=member, upload=upload)
        if opened is None or opened.until < service.clock.now():
            raise errors.FileNotOpened
        row = first(session, _PART, upload=upload, number=number)
    return fetch_part(service, row)
