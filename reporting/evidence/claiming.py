"""An entry takes the uploads that it names: each once, whole, and its author's own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from reporting import errors
from reporting.evidence import sizes
from reporting.evidence.models import Upload, UploadPart
from reporting.evidence.sending import Sender
from reporting.service import Service


def check_claims(service: Service, session: Session, sender: Sender, uploads: Sequence[str]) -> None:
    """Whether an entry of this author may take these uploads; they stay locked until the transaction ends.

    Without uploads nothing is asked.

    :raises UploadUnusable: unknown, claimed, somebody else's (they look alike), or too much for one entry
    :raises UploadUnfinished: parts are missing
    """
    if not uploads:
        return
    query = select(Upload).where(Upload.id.in_(uploads)).order_by(Upload.id).with_for_update()
    found = {upload.id: upload for upload in session.scalars(query)}
    arrived = _arrived(session, uploads)
    for place, name in enumerate(uploads):
        upload = found.get(name)
        if upload is None or (upload.author, upload.case_id, upload.entry_id) != (sender.author, sender.case, None):
            raise errors.UploadUnusable(pointer=f"/uploads/{place}")
        if arrived.get(name, 0) != sizes.part_count(upload.size):
            raise errors.UploadUnfinished(pointer=f"/uploads/{place}")
    if not sizes.fits_entry(service.settings, [upload.size for upload in found.values()]):
        raise errors.UploadUnusable(pointer="/uploads")


def _arrived(session: Session, uploads: Sequence[str]) -> dict[str, int]:
    query = (
        select(UploadPart.upload_id, func.count().label("arrived"))
        .where(UploadPart.upload_id.in_(uploads))
        .group_by(UploadPart.upload_id)
    )
    return {row.upload_id: row.arrived for row in session.execute(query)}


def claim(session: Session, uploads: Sequence[str], case: str, entry: str) -> None:
    """Let an entry have uploads that were checked in this transaction."""
    if uploads:
        session.execute(update(Upload).where(Upload.id.in_(uploads)).values(case_id=case, entry_id=entry))
