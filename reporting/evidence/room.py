"""How much room uploads may take that no entry has claimed yet: a set share of what is free (protocol section 6)."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from reporting import errors
from reporting.evidence import sizes
from reporting.evidence.models import Upload
from reporting.evidence.store import store_of
from reporting.intake import room
from reporting.protocol.errors import N_
from reporting.service import Service

_LOW = N_("There is little room for files at the moment. Try again later, or send the report without files.")
_LOCK = 5_600_001  # any number that nothing else locks


def admit(service: Service, session: Session, size: int) -> None:
    """Let a new upload of ``size`` bytes begin, in the transaction that makes its row.

    What is not claimed counts with all the bytes that were announced, sent or not.

    :raises RoomLow: the share is used up, or the disk is low
    :raises StoreUnavailable: the store's folder cannot be asked
    """
    settings = service.settings
    if room.is_low(service):
        raise errors.RoomLow(_LOW)
    free = store_of(service).free()
    if free is None:
        allowed = settings.store_budget * sizes.MEBIBYTE
    else:
        allowed = free * settings.upload_share // 100
        if free - size < settings.free_space_floor * sizes.MEBIBYTE:
            raise errors.RoomLow(_LOW)
    if _unclaimed(service, session) + size > allowed:
        raise errors.RoomLow(_LOW)


def _unclaimed(service: Service, session: Session) -> int:
    if not service.database.sqlite:  # SQLite has one writer; here two that begin at once must see each other
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    return int(session.scalar(select(func.coalesce(func.sum(Upload.size), 0)).where(Upload.entry_id.is_(None))) or 0)
