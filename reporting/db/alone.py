"""Work that one process at a time may do, whichever of them comes first: the others go on without it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from reporting.db import Database

_LOCK = 5_600_002  # PostgreSQL: any number that nothing else locks


@contextmanager
def only_one(database: Database) -> Iterator[bool]:
    """Whether this process may do it, until the block ends. What a process holds ends with it."""
    with _file(database) if database.sqlite else _advisory(database) as got:
        yield got


@contextmanager
def _file(database: Database) -> Iterator[bool]:
    path = f"{database.url.database}.tick.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


@contextmanager
def _advisory(database: Database) -> Iterator[bool]:
    # Held by a connection of its own, which does nothing else meanwhile.
    with database.engine("write").connect() as connection:
        got = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}))
        connection.commit()
        try:
            yield got
        finally:
            if got:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
                connection.commit()
