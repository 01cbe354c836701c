"""The database: engines, transactions, column types. SQLite in a file, or PostgreSQL.

Writers on SQLite queue at a lock of their own, within the process and (``flock`` on a file beside the
database) between processes, because SQLite's own busy handler sleeps and retries: under load it lets
newcomers overtake until somebody's patience ends in an error. Behind the lock ``BEGIN IMMEDIATE``
never waits. A transaction is durable (``synchronous=FULL``) before its answer leaves, except where
:meth:`Database.write` is told that losing it in a power cut does no harm.
"""

from __future__ import annotations

import datetime
import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Date,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Text,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from reporting.db.direct import remember_driver, run_text
from reporting.db.group import Group
from reporting.paths import data_folder

Result = TypeVar("Result")

# Pages of 4 KiB before the log is written back into the database: 64 MiB. A page that many reports touch is
# then written back once for hundreds of them; at SQLite's own 1,000 that took most of the time.
CHECKPOINT_PAGES = 16_000
BUSY_MILLISECONDS = 60_000  # a fallback: writers queue at the lock, not here

Hex32 = Annotated[str, mapped_column(String(32))]
Name = Annotated[str, mapped_column(String(64))]
Words = Annotated[str, mapped_column(Text)]
Digest = Annotated[bytes, mapped_column(LargeBinary(32))]
Sealed = Annotated[bytes, mapped_column(LargeBinary)]
Day = Annotated[datetime.date, mapped_column(Date)]
#: Unix seconds; only where staff or ten-minute challenges are concerned, never a reporter's deed.
Instant = Annotated[int, mapped_column(BigInteger)]

#: No insertion order to read off a table of random keys.
ROWLESS: dict[str, Any] = {"sqlite_with_rowid": False}


class Base(DeclarativeBase):
    """Base of every model; constraint names are fixed so that migrations can name them."""

    __table_args__: Any = ROWLESS
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database:
    """One database, with engines made in the process that uses them (so it survives a fork)."""

    def __init__(self, url: str, *, threads: int = 8) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._threads = threads
        self._queue = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._process = os.getpid()
        self._engines: dict[str, Engine] = {}
        self._groups: dict[str, Group] = {}
        self._making = threading.Lock()
        self._lock_file: int | None = None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and changes nothing."""
        with Session(self.engine("read"), expire_on_commit=False) as session:
            yield remember_driver(session, session.connection())

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Session]:
        """A session whose changes are stored together when the block ends, or not at all.

        :param durable: on disk before the block ends. False only for what a power cut may undo without
            harm, and for transactions of that alone.
        """
        with self._turn(), Session(self.engine("write" if durable else "relaxed"), expire_on_commit=False) as session:
            if not (durable or self.sqlite):
                session.execute(text("SET LOCAL synchronous_commit TO off"))
            yield session
            session.commit()

    def store(self, job: Callable[[Session], Result], *, durable: bool = True) -> Result:
        """Run ``job`` as a transaction of its own, stored with others that wait at the same time.

        On SQLite one of the waiting threads runs all their jobs in one transaction, each behind a
        savepoint, and brings them to the disk together: many reports at once cost one write. PostgreSQL
        does that by itself; there a job that meets another's unique row runs once more and finds it.
        """
        if self.sqlite:
            return self._group(durable).run(job)
        try:
            return self._alone(job, durable)
        except IntegrityError:
            return self._alone(job, durable)

    def _alone(self, job: Callable[[Session], Result], durable: bool) -> Result:
        with self.write(durable=durable) as session:
            return job(session)

    def _group(self, durable: bool) -> Group:
        self._check_process()
        use = "write" if durable else "relaxed"
        with self._making:
            if use not in self._groups:
                self._groups[use] = Group(lambda: self.engine(use), self._turn)
            return self._groups[use]

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self.sqlite:
            yield
            return
        self._check_process()
        with self._queue:
            descriptor = self._lock_descriptor()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _lock_descriptor(self) -> int:
        if self._lock_file is None:
            path = f"{self.url.database}.lock"
            self._lock_file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._lock_file

    def _check_process(self) -> None:
        # After a fork the parent's connections and its lock on the queue are not ours to use.
        if self._process != os.getpid():
            self._queue = threading.Lock()
            self._forget()

    def engine(self, use: str) -> Engine:
        """The engine for ``read``, ``write`` (durable) or ``relaxed`` transactions of this process."""
        self._check_process()
        with self._making:
            if use not in self._engines:
                self._engines[use] = self._sqlite_engine(use) if self.sqlite else self._postgres_engine(use)
            return self._engines[use]

    def _postgres_engine(self, use: str) -> Engine:
        if use == "relaxed":
            use = "write"
        if (known := self._engines.get(use)) is not None:
            return known
        level = "REPEATABLE READ" if use == "read" else "READ COMMITTED"
        engine = create_engine(
            self.url, pool_size=self._threads, max_overflow=2, pool_pre_ping=True, isolation_level=level
        )
        self._engines[use] = engine
        return engine

    def _sqlite_engine(self, use: str) -> Engine:
        engine = create_engine(
            self.url,
            pool_size=self._threads if use == "read" else 1,
            max_overflow=2,
            connect_args={"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000},
        )
        event.listen(engine, "connect", prepare_sqlite(use))
        begin = "BEGIN" if use == "read" else "BEGIN IMMEDIATE"
        event.listen(engine, "begin", lambda connection: run_text(connection, begin))
        return engine

    def settle(self) -> bool:
        """Write SQLite's log back into the database and cut it, so that nothing deleted is left there: whether it did.

        Where somebody is reading it is left for another time: nobody is made to wait.
        """
        if not self.sqlite:
            return True
        connection = sqlite3.connect(str(self.url.database), timeout=0, isolation_level=None)
        try:
            connection.execute("PRAGMA secure_delete=ON")
            with self._turn():
                (busy, *_pages) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            return False
        finally:
            connection.close()
        return not busy

    def close(self) -> None:
        """Close every connection of this process."""
        self._check_process()
        for engine in set(self._engines.values()):
            engine.dispose()
        if self._lock_file is not None:
            os.close(self._lock_file)
        self._forget()


def newest_revision() -> str:
    """The last revision of the migrations that this release brings."""
    return max(path.name.partition("_")[0] for path in (data_folder("migrations") / "versions").glob("0*.py"))


def present_revision(database: Database) -> str | None:
    """The revision that the tables of a database are at; None where there are none."""
    try:
        with database.read() as session:
            found = session.scalar(text("SELECT version_num FROM alembic_version"))
    except (OperationalError, ProgrammingError):
        return None
    return str(found) if found else None


def prepare_sqlite(use: str) -> Any:
    """What every new SQLite connection is told, as a listener to the engine's ``connect`` event."""
    pragmas = [
        "journal_mode=WAL",
        f"synchronous={'NORMAL' if use == 'relaxed' else 'FULL'}",
        f"foreign_keys={'OFF' if use == 'migrate' else 'ON'}",  # tables are copied while they change
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
        "secure_delete=ON",
        "temp_store=MEMORY",  # nothing is spilled to a temporary file
        f"query_only={'ON' if use == 'read' else 'OFF'}",
        # Not mapped, though long lists would take a third less: a read that fails would then kill the process.
        "mmap_size=0",
    ]

    def prepare(connection: Any, _record: Any) -> None:
        # The driver must not open transactions by itself: ours begin IMMEDIATE.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    return prepare
