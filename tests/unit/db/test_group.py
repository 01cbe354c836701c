"""Transactions that go to the disk together fail apart, and say nothing that did not happen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.db import Database
from reporting.db.direct import insert_rows
from reporting.db.migrate import upgrade
from reporting.mailbox.models import Mailbox


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/test.sqlite"
    upgrade(url)
    found = Database(url)
    yield found
    found.close()


def add(session: Session, number: int) -> int:
    """Store one row."""
    insert_rows(session, Mailbox, [{"token_sha256": number.to_bytes(32)}])
    return number


def add_and_fail(session: Session, number: int) -> int:
    """Store one row, and think better of it."""
    add(session, number)
    raise errors.MailboxFull


def add_twice(session: Session, number: int) -> int:
    """Store one row twice, through the ORM."""
    session.add(Mailbox(token_sha256=number.to_bytes(32)))
    session.flush()
    session.expunge_all()
    session.add(Mailbox(token_sha256=number.to_bytes(32)))
    session.flush()
    return number


def together(database: Database, jobs: Sequence[tuple[Callable[[Session, int], int], int]]) -> list[object]:
    """What each job returned or raised, all of them waiting for the same turn."""
    results: list[object] = [None] * len(jobs)

    def work(place: int) -> None:
        job, number = jobs[place]
        try:
            results[place] = database.store(lambda session: job(session, number))
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is the result
            results[place] = error

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(jobs))]
    with database.write():
        for thread in threads:
            thread.start()
        while sum(len(group._waiting) for group in database._groups.values()) < len(jobs):
            pass
    for thread in threads:
        thread.join()
    return results


def stored(database: Database) -> int:
    """How many rows there are."""
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Mailbox)) or 0


def test_many_are_stored_together(database: Database) -> None:
    assert together(database, [(add, number) for number in range(40)]) == list(range(40))
    assert stored(database) == 40


def test_a_job_that_fails_undoes_its_own_rows_alone(database: Database) -> None:
    jobs = [(add_and_fail if number % 3 == 0 else add, number) for number in range(12)]
    results = together(database, jobs)
    assert [isinstance(result, errors.MailboxFull) for result in results] == [number % 3 == 0 for number in range(12)]
    assert stored(database) == 8


def test_what_is_said_to_be_stored_is_stored_whatever_else_goes_wrong(database: Database) -> None:
    results = together(database, [(add, 1), (add, 2), (add_twice, 3), (add, 4)])
    assert isinstance(results[2], Exception)
    assert stored(database) == sum(not isinstance(result, Exception) for result in results)
    assert database.store(lambda session: add(session, 9)) == 9


def test_a_job_for_the_relaxed_queue_is_stored_too(database: Database) -> None:
    assert database.store(lambda session: add(session, 1), durable=False) == 1
    assert stored(database) == 1
