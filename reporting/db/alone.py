"""Work that one process at a time may do, whichever of them comes first: the others go on without it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from reporting.db import Database

#: Each work has a lock of its own: one that takes long holds up no other. PostgreSQL: numbers that nothing else locks.
_LOCKS = {"tick": 5_600_002, "notices": 5_600_003, "figures": 5_600_004, "campaign": 5_600_005}


@contextmanager
def only_one(database: Database, work: str = "tick") -> Iterator[bool]:
    """Whether this process may do some work, until the block ends. What a process holds ends with it.

    :param work: one of the names of :data:`_LOCKS`
    """
    with _file(database, work) if database.sqlite else _advisory(database, _LOCKS[work]) as got:
        yield got


@contextmanager
def _file(database: Database, work: str) -> Iterator[bool]:
    path = f"{database.url.database}.{work}.lock"
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
def _advisory(database: Database, lock: int) -> Iterator[bool]:
    # Held by a connection of its own, which does nothing else meanwhile.
    with database.engine("write").connect() as connection:
        got = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": lock}))
        connection.commit()
        try:
            yield got
        finally:
            if got:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": lock})
                connection.commit()
