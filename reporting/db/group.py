"""Many small transactions, one trip to the disk: for SQLite, which has a single writer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from reporting.db.direct import remember_driver

Result = TypeVar("Result")
MAX_JOBS = 64  # in one transaction, so that nobody waits for long


class _Waiting:
    """A job, and what became of it."""

    def __init__(self, job: Callable[[Session], Any]) -> None:
        self.job = job
        self.done = False
        self.result: Any = None
        self.error: BaseException | None = None

    def attempt(self, connection: Connection) -> None:
        """Run the job behind a savepoint: what it raises undoes its own changes and nobody else's."""
        # To the driver itself: three statements for each report, in the time that all others wait.
        driver: Any = connection.connection.driver_connection
        execute = driver.execute
        execute("SAVEPOINT job")
        try:
            with Session(connection, join_transaction_mode="rollback_only", expire_on_commit=False) as session:
                self.result = self.job(remember_driver(session, connection))
                session.flush()
                session.expunge_all()
        except Exception as error:  # noqa: BLE001 -- handed to the thread that waits for it
            execute("ROLLBACK TO job")
            self.error = error
        execute("RELEASE job")


class Group:
    """Threads of one process that write at the same time, and whoever is first writes for all."""

    def __init__(self, engine: Callable[[], Engine], turn: Callable[[], AbstractContextManager[None]]) -> None:
        """:param turn: waits until nobody else, in any process, is writing"""
        self._engine = engine
        self._turn = turn
        self._guard = threading.Lock()
        self._leading = threading.Lock()
        self._waiting: list[_Waiting] = []

    def run(self, job: Callable[[Session], Result]) -> Result:
        """What ``job`` returns, once it is stored; what it raises, with nothing of it stored."""
        mine = _Waiting(job)
        with self._guard:
            self._waiting.append(mine)
        with self._leading:
            while not mine.done:
                self._lead()
        if mine.error is not None:
            raise mine.error
        return cast(Result, mine.result)

    def _lead(self) -> None:
        with self._turn():
            # Taken only now: whoever came while others were writing is part of this transaction.
            with self._guard:
                batch, self._waiting = self._waiting[:MAX_JOBS], self._waiting[MAX_JOBS:]
            try:
                with self._engine().begin() as connection:
                    for waiting in batch:
                        waiting.attempt(connection)
            except BaseException as error:
                for waiting in batch:
                    waiting.error = error
                raise
            finally:
                for waiting in batch:
                    waiting.done = True
