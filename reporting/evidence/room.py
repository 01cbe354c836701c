"""How much room files may take (protocol section 6).

What no entry has claimed may take a set share of what is free, and reporters' files a budget for each day and in all.
Bytes count that arrived, never those that were only announced: otherwise a few beginnings without a byte would keep
everybody else's files out. So it is asked at the beginning, and again for each part.

Members' files are bound by the disk's floor alone.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import ColumnElement, SQLColumnExpression, case, func, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.evidence import sizes
from reporting.evidence.models import Upload
from reporting.evidence.store import store_of
from reporting.intake import room
from reporting.protocol.errors import N_
from reporting.service import Service

REPORTER = "reporter"
_LOW = N_("There is little room for files at the moment. Try again later, or send the report without files.")
_EARLY = 80  # percent of a budget from which on it is said
_UNDER_WAY = (Upload.received > 0) & (Upload.received < Upload.size)
#: Bytes that count for an upload: what arrived, and one more part while it goes on.
_HELD = Upload.received + case((_UNDER_WAY, sizes.PART_SIZE), else_=0)


@dataclass(frozen=True)
class Usage:
    """Bytes that reporters' files take, and may take; 0 where nothing was set."""

    used: int
    budget: int

    @property
    def percent(self) -> int:
        """How much of the budget is used."""
        return self.used * 100 // self.budget if self.budget else 0

    @property
    def is_high(self) -> bool:
        """Whether little of the budget is left."""
        return self.percent >= _EARLY


def admit(service: Service, session: Session, size: int, *, reporter: bool) -> None:
    """Let a new upload of ``size`` bytes begin: one that would not fit as things stand is refused at once.

    :raises RoomLow: the share or a budget is used up, or the disk is low
    :raises StoreUnavailable: the store's folder cannot be asked
    """
    _check_disk(service, size)
    if not reporter:
        return
    _check_share(service, session, _HELD, size)
    if _exceeds(of_day(service, session, service.clock.today()), size) or _exceeds(in_all(service, session), size):
        raise errors.RoomLow(_LOW)


def admit_part(service: Service, session: Session, length: int, begun: datetime.date, *, reporter: bool) -> None:
    """Let a part that lies in the store be recorded, in the transaction that does it.

    :raises RoomLow: the share or the day's budget is used up, or the disk is low
    :raises StoreUnavailable: the store's folder cannot be asked
    """
    _check_disk(service, 0)
    if not reporter:
        return
    _check_share(service, session, Upload.received, length)
    if _exceeds(of_day(service, session, begun), length):
        raise errors.RoomLow(_LOW)


def of_day(service: Service, session: Session, day: datetime.date) -> Usage:
    """What arrived of the files that reporters began on a day."""
    used = _sum(session, Upload.received, Upload.author == REPORTER, Upload.begun == day)
    return Usage(used, service.settings.files_per_day * sizes.MEBIBYTE)


def in_all(service: Service, session: Session) -> Usage:
    """What there is of all files of reporters."""
    used = _sum(session, Upload.received, Upload.author == REPORTER)
    return Usage(used, service.settings.files_in_all * sizes.MEBIBYTE)


def unclaimed(service: Service, session: Session) -> Usage:
    """What arrived of reporters' files that belong to no report yet.

    :raises StoreUnavailable: the store's folder cannot be asked
    """
    used = _sum(session, Upload.received, Upload.author == REPORTER, Upload.entry_id.is_(None))
    return Usage(used, _share(service))


def floor(service: Service) -> Usage:
    """What must stay free, of what is free on the data folder's disk or the store's, whichever has less.

    :raises StoreUnavailable: the store's folder cannot be asked
    """
    free = store_of(service).free()
    least = room.free(service) if free is None else min(free, room.free(service))
    return Usage(service.settings.free_space_floor * sizes.MEBIBYTE, max(least, 1))


def usage(service: Service, session: Session) -> tuple[Usage, Usage]:
    """What reporters' files of today take, and all of them."""
    return of_day(service, session, service.clock.today()), in_all(service, session)


def _exceeds(usage: Usage, more: int) -> bool:
    return bool(usage.budget) and usage.used + more > usage.budget


def _check_disk(service: Service, more: int) -> None:
    free = store_of(service).free()
    least = service.settings.free_space_floor * sizes.MEBIBYTE
    if room.is_low(service) or (free is not None and free - more < least):
        raise errors.RoomLow(_LOW)


def _check_share(service: Service, session: Session, counted: SQLColumnExpression[int], more: int) -> None:
    if _sum(session, counted, Upload.author == REPORTER, Upload.entry_id.is_(None)) + more > _share(service):
        raise errors.RoomLow(_LOW)


def _share(service: Service) -> int:
    free, settings = store_of(service).free(), service.settings
    return settings.store_budget * sizes.MEBIBYTE if free is None else free * settings.upload_share // 100


def _sum(session: Session, counted: SQLColumnExpression[int], *where: ColumnElement[bool]) -> int:
    return int(session.scalar(select(func.coalesce(func.sum(counted), 0)).where(*where)) or 0)
