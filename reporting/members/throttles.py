"""Slowing down whoever guesses, by the keyed hash of what is tried; honest people wait a little, never for good."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from reporting import errors
from reporting.members.models import SignInThrottle
from reporting.service import Service

FREE_ATTEMPTS = 5
LONGEST_WAIT = 60  # seconds: slows guessing, and locks nobody out for long
#: A code of six digits needs more patience of whoever knows the passphrase already.
LONGEST_WAIT_FOR_CODES = 15 * 60
_FORGOTTEN = 24 * 60 * 60
#: Few failures are forgotten sooner: anybody can make up names, and each takes a row.
_FEW_FORGOTTEN = 60 * 60


def key_of_name(service: Service, method: str, name: str) -> bytes:
    """Under what attempts to sign in with a name are counted, with its passphrase or another way."""
    return service.keyed_hash("throttle", b"name", method.encode(), name.encode())


def count_attempt(service: Service, key: bytes, longest: int = LONGEST_WAIT) -> None:
    """Count an attempt before what it brings is checked, so that attempts side by side are counted too.

    :raises TooManyAttempts: it comes too soon; ``retry_after`` in seconds
    """
    # Stored in a way that lets two first attempts at once both count.
    service.database.store(lambda session: _count(session, key, service.clock.now(), longest))


def _count(session: Session, key: bytes, now: int, longest: int) -> None:
    row = session.get(SignInThrottle, key, with_for_update=True)
    if row is None:
        session.add(SignInThrottle(name_hmac=key, failures=1, last=now))
        session.flush()
        return
    wait = row.last + _delay(row.failures, longest) - now
    if wait > 0:
        raise errors.TooManyAttempts(members={"retry_after": wait})
    row.failures, row.last = row.failures + 1, now


def forgive(session: Session, key: bytes) -> None:
    """Forget what was counted: the right secret came."""
    session.execute(delete(SignInThrottle).where(SignInThrottle.name_hmac == key))


def forget_old(service: Service, session: Session) -> None:
    """Forget what was counted a day ago, and single failures after an hour."""
    now, last = service.clock.now(), SignInThrottle.last
    few = (last < now - _FEW_FORGOTTEN) & (SignInThrottle.failures < FREE_ATTEMPTS)
    session.execute(delete(SignInThrottle).where((last < now - _FORGOTTEN) | few))


def _delay(failures: int, longest: int) -> int:
    if failures < FREE_ATTEMPTS:
        return 0
    return int(min(2 ** min(failures - FREE_ATTEMPTS, 10), longest))
