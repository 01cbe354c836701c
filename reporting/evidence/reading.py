"""Handing parts out: to the reporter whose mailbox the file is in, and to members who opened it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from reporting import errors
from reporting.cases.models import Case, Entry
from reporting.db.direct import first
from reporting.evidence.models import Upload, UploadPart
from reporting.evidence.store import store_of
from reporting.intake.challenges import check_solved, pay
from reporting.protocol.encoding import JSONObject, check_integer, is_hex32, sha256
from reporting.protocol.errors import Malformed, N_
from reporting.protocol.requests import parse_token
from reporting.service import Service

_MAX_PART = 2**31 - 1
_OWN_PART = (
    select(UploadPart.blob, UploadPart.size, UploadPart.sha256)
    .join(Upload, Upload.id == UploadPart.upload_id)
    .join(Entry, Entry.id == Upload.entry_id)
    .join(Case, Case.id == Upload.case_id)
    .where(
        UploadPart.upload_id == bindparam("upload"),
        UploadPart.number == bindparam("number"),
        Case.id == bindparam("case"),
        Case.mailbox == bindparam("mailbox"),
        Entry.audience == "reporter",
    )
)


def read_own_part(service: Service, content: JSONObject) -> bytes:
    """A part of a file in a reporter's own case. One solved challenge pays for all parts, until it expires.

    :raises ServiceError: the challenge, the form of the request, or no such part in a case of this mailbox
    """
    solved = check_solved(service, content)
    token = parse_token(content)
    names = {name: content.get(name) for name in ("case", "upload")}
    for name, value in names.items():
        if not is_hex32(value):
            raise Malformed(N_("This must be 32 hexadecimal digits."), pointer=f"/{name}")
    number = check_integer(content.get("part"), 0, _MAX_PART, pointer="/part")
    purpose = service.keyed_hash("download", token, str(names["upload"]).encode())
    pay(service, solved, purpose)
    with service.database.read() as session:
        row = first(session, _OWN_PART, number=number, mailbox=sha256(token), **names)
    return fetch_part(service, row)


def fetch_part(service: Service, row: Any) -> bytes:
    """The bytes of a part, as long and with the hash that its row says.

    :raises NotFound: there is no such part
    :raises StoreUnavailable: the store is away, or gave something else
    """
    if row is None:
        raise errors.NotFound
    content = store_of(service).get(row.blob)
    if len(content) != row.size or sha256(content) != row.sha256:
        raise errors.StoreUnavailable(N_("The store gave back other bytes than it was given."))
    return content
