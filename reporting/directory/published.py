"""Published directories, as every other room reads them."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from reporting import errors
from reporting.db.direct import first
from reporting.directory.models import DirectoryVersion
from reporting.protocol import directory as directories
from reporting.protocol import note as notes
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import dump_json, parse_json_object
from reporting.service import Service
from reporting.web.shape import DEFAULT_SIZE

_REFRESH_SECONDS = 1.0
_MAX_RECIPIENTS = 1 << 28
_LATEST = select(func.max(DirectoryVersion.version).label("version"))


def latest_version(session: Session) -> int:
    """The number of the version in force; 0 where none was published."""
    return first(session, _LATEST).version or 0


def latest(service: Service, session: Session) -> Directory | None:
    """The directory in force, or None where none was published."""
    version = latest_version(session)
    return at_version(service, session, version) if version else None


def current(service: Service, session: Session) -> Directory:
    """The directory in force.

    :raises NothingPublished: there is none
    """
    found = latest(service, session)
    if found is None:
        raise errors.NothingPublished
    return found


def at_version(service: Service, session: Session, version: int) -> Directory:
    """A published version. Parsed once: what is in the table was verified before it got there.

    :raises NotFound: no such version
    """
    known: Directory | None = service.known_directories.get(version)
    if known is None:
        row = session.get(DirectoryVersion, version)
        if row is None:
            raise errors.NotFound
        known = directories.parse_text(notes.parse(row.note, limit=directories.MAX_DIRECTORY).text)
        service.known_directories[version] = known
    return known


def recipients(service: Service, session: Session) -> dict[str, bytes]:
    """The recipient strings of the directory in force, as they are served: JSON, by channel. Parsed once.

    :raises NothingPublished: there is none
    """
    version = current(service, session).version
    known = service.known_recipients.get(version)
    if known is None:
        text = session.scalars(select(DirectoryVersion.recipients).where(DirectoryVersion.version == version)).one()
        parsed = parse_json_object(text.encode(), limit=_MAX_RECIPIENTS)
        known = {channel: dump_json(listed) for channel, listed in parsed.items()}
        service.known_recipients.clear()  # they are long, and older versions are not asked for
        service.known_recipients[version] = known
    return known


def roles_of(service: Service, session: Session, member_id: str) -> dict[str, tuple[str, ...]]:
    """A member's roles by channel, in the directory in force; none where they are not listed today."""
    directory = latest(service, session)
    if directory is None or not directory.is_listed(member_id, service.clock.today()):
        return {}
    found = {
        channel.id: tuple(sorted(role for role, listed in channel.roles.items() if member_id in listed))
        for channel in directory.channels
    }
    return {channel: roles for channel, roles in found.items() if roles}


@dataclass
class ShapeSize:
    """The length of shaped bodies, asked of the database at most once a second."""

    service: Service
    _size: int = DEFAULT_SIZE
    _until: float = 0.0

    def __call__(self) -> int:
        now = time.monotonic()
        if now >= self._until:
            self._until = now + _REFRESH_SECONDS
            # Where the database fails, the answer that says so still has the shape known last.
            with contextlib.suppress(SQLAlchemyError), self.service.database.read() as session:
                directory = latest(self.service, session)
                self._size = directory.shape if directory else DEFAULT_SIZE
        return self._size
