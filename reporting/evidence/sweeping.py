"""Taking files away: what nobody claimed, what a crash left in the store, and the files of an entry that goes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.db.alone import only_one
from reporting.evidence.models import FileOpening, Upload, UploadPart
from reporting.evidence.owning import check_owned, take
from reporting.evidence.store import Store, store_of
from reporting.log.rules import SERVER, record
from reporting.protocol.errors import N_
from reporting.service import Service

_UPLOADS = 16  # in one transaction, so that nobody waits for long
_OBJECTS = 500


@dataclass(frozen=True)
class Swept:
    """How much went: uploads that no entry claimed, and objects that stand in no row."""

    uploads: int = 0
    orphans: int = 0


def sweep(service: Service) -> Swept | None:
    """Take away what nobody claimed within a day, and what is in the store and in no row.

    It may be repeated, and be cut short, at any time. Days are all that is known: what began yesterday may be
    an hour old, so what goes is from the day before that or earlier.

    :return: None where another process is at it
    :raises StoreForeign: the store bears the mark of another service; nothing was deleted
    :raises StoreUnavailable: the store is away; what was left goes the next time
    """
    with only_one(service.database) as got:
        if not got:
            return None
        until = service.clock.today() - datetime.timedelta(days=1)
        store = store_of(service)
        check_owned(service, store)
        take(service, store)
        return Swept(_sweep_unclaimed(service, store, until), _sweep_orphans(service, store, until))


def _sweep_unclaimed(service: Service, store: Store, until: datetime.date) -> int:
    count = 0
    while True:
        # The rows first: from then on no entry can claim what is being taken away.
        with service.database.write() as session:
            uploads, blobs = _forget_unclaimed(session, until)
        if not uploads:
            return count
        count += len(uploads)
        remove(store, blobs)


def _forget_unclaimed(session: Session, until: datetime.date) -> tuple[Sequence[str], Sequence[str]]:
    old = select(Upload.id).where(Upload.entry_id.is_(None), Upload.begun < until)
    uploads = session.scalars(old.limit(_UPLOADS).with_for_update(skip_locked=True)).all()
    return uploads, _forget(session, uploads)


def _forget(session: Session, uploads: Collection[str]) -> Sequence[str]:
    blobs = session.scalars(select(UploadPart.blob).where(UploadPart.upload_id.in_(uploads))).all()
    session.execute(delete(FileOpening).where(FileOpening.upload_id.in_(uploads)))
    session.execute(delete(UploadPart).where(UploadPart.upload_id.in_(uploads)))
    session.execute(delete(Upload).where(Upload.id.in_(uploads)))
    return blobs


def _sweep_orphans(service: Service, store: Store, until: datetime.date) -> int:
    count = 0
    listed = (found.name for found in store.listed() if found.day < until)
    for names in _batches(listed):
        with service.database.read() as session:
            known = set(session.scalars(select(UploadPart.blob).where(UploadPart.blob.in_(names))))
        orphans = [name for name in names if name not in known]
        remove(store, orphans)
        count += len(orphans)
    return count


def _batches(names: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(names, _OBJECTS)):
        yield batch


def remove(store: Store, names: Sequence[str]) -> None:
    """Delete objects, and see that they are gone.

    :raises StoreUnavailable: the store is away, or one is still there
    """
    store.delete(names)
    if any(store.has(name) for name in names):
        raise errors.StoreUnavailable(N_("The store kept what it was told to delete."))


def delete_files(service: Service, entries: Collection[str]) -> int:
    """Take away every file of entries, each part verified to be gone: how many files there were.

    The objects first, then the rows: where the store fails in between, the rows still say what is left to do,
    and doing it again finishes it. A member who is loading such a file meanwhile is told that the store is away.

    :raises StoreForeign: the store bears the mark of another service; nothing was deleted
    :raises StoreUnavailable: the store is away or kept something; to be repeated
    """
    return _delete(service, Upload.entry_id.in_(entries), lambda _session, _files: None)


def file_entry(session: Session, case: str, upload: str) -> str | None:
    """The entry of a case that a file belongs to; it stays locked until the transaction ends. None: no such file."""
    query = select(Upload.entry_id).where(Upload.id == upload, Upload.case_id == case)
    return session.scalars(query.with_for_update()).one_or_none()


def entry_files(session: Session, entry: str) -> Sequence[str]:
    """The files of an entry."""
    return session.scalars(select(Upload.id).where(Upload.entry_id == entry)).all()


def forget_files(session: Session, uploads: Collection[str]) -> Sequence[str]:
    """Take files out of the tables, in the transaction that says why: the objects that then stand in no row."""
    return _forget(session, uploads)


def remove_forgotten(service: Service, blobs: Sequence[str]) -> bool:
    """Take away what was forgotten, once that is stored: whether all of it is gone. What is left, a sweep takes."""
    if not blobs:
        return True
    store = store_of(service)
    try:
        check_owned(service, store)
        remove(store, blobs)
    except (errors.StoreUnavailable, errors.StoreForeign):
        return False
    return True


def case_usage(service: Service, case: str) -> tuple[int, int]:
    """How many files a case has, and how many bytes of them there are."""
    count = select(func.count(), func.coalesce(func.sum(Upload.received), 0)).where(Upload.case_id == case)
    with service.database.read() as session:
        files, size = session.execute(count).one()
    return int(files), int(size)


def delete_case_files(service: Service, case: str) -> int:
    """Take away every file of a case, as :func:`delete_files` does, and say so in the audit trail.

    Those that members began to send for it and did not finish are among them.
    """

    def tell(session: Session, files: int) -> None:
        if files:
            record(service, session, SERVER, "file:delete", case=case, details={"files": files})

    return _delete(service, Upload.case_id == case, tell)


def _delete(service: Service, which: ColumnElement[bool], tell: Callable[[Session, int], None]) -> int:
    store = store_of(service)
    check_owned(service, store)
    with service.database.read() as session:
        uploads = session.scalars(select(Upload.id).where(which)).all()
        blobs = session.scalars(select(UploadPart.blob).where(UploadPart.upload_id.in_(uploads))).all()
    remove(store, blobs)
    with service.database.write() as session:
        _forget(session, uploads)
        tell(session, len(uploads))
    return len(uploads)
