"""Proof of work: issued without a record, remembered only once spent (protocol section 6)."""

from __future__ import annotations

import datetime
import threading

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.db.direct import first, insert_rows
from reporting.intake.models import SpentChallenge
from reporting.protocol import challenge as challenges
from reporting.protocol.challenge import Solved
from reporting.protocol.encoding import JSONObject
from reporting.protocol.errors import ProtocolError, N_
from reporting.service import Service

_SPENT = select(SpentChallenge.paid_for).where(SpentChallenge.digest == bindparam("digest"))
_sweeping = threading.Lock()
_swept: dict[str, datetime.date] = {}


def issue(service: Service) -> JSONObject:
    """A fresh challenge, as ``GET /api/challenge`` answers it."""
    bits = service.settings.challenge_bits
    return {
        "challenge": challenges.issue(service.derived["challenge"], service.clock.now(), bits),
        "bits": bits,
    }


def check_solved(service: Service, content: JSONObject) -> Solved:
    """The challenge of a request, genuine and solved; its age and reuse are judged by :func:`spend`.

    :raises ChallengeUnsolved: anything else
    """
    value = content.get("challenge")
    if not isinstance(value, dict):
        raise errors.ChallengeUnsolved(N_("This must be a JSON object."), pointer="/challenge")
    try:
        return challenges.check(service.derived["challenge"], value.get("challenge"), value.get("nonce"))
    except ProtocolError as error:
        raise errors.ChallengeUnsolved(
            error.message, pointer=f"/challenge{error.pointer}", values=dict(error.values)
        ) from error


def spend(service: Service, session: Session, solved: Solved) -> None:
    """Use a challenge up, in the transaction that it pays for.

    :raises ChallengeExpired: older than ten minutes
    :raises ChallengeSpent: used before
    """
    _check_age(service, solved)
    if first(session, _SPENT, digest=solved.digest) is not None:
        raise errors.ChallengeSpent(pointer="/challenge")
    _remember(service, session, solved, {})


def pay(service: Service, solved: Solved, purpose: bytes) -> None:
    """Use a challenge for one purpose, as often as that takes until it expires, and for no other.

    Not forced to the disk: the worst that a power cut undoes is that it can be used for something else, once,
    within its ten minutes.

    :param purpose: a keyed hash, which tells nobody who has the database alone what it was
    :raises ChallengeExpired: older than ten minutes
    :raises ChallengeSpent: used for something else
    """
    _check_age(service, solved)
    with service.database.read() as session:
        known = first(session, _SPENT, digest=solved.digest)
    if known is None:
        service.database.store(lambda session: _pay_first(service, session, solved, purpose), durable=False)
    elif known.paid_for != purpose:
        raise errors.ChallengeSpent(pointer="/challenge")


def _pay_first(service: Service, session: Session, solved: Solved, purpose: bytes) -> None:
    known = first(session, _SPENT, digest=solved.digest)
    if known is None:
        _remember(service, session, solved, {"paid_for": purpose})
    elif known.paid_for != purpose:
        raise errors.ChallengeSpent(pointer="/challenge")


def _check_age(service: Service, solved: Solved) -> None:
    if service.clock.now() > solved.expires:
        raise errors.ChallengeExpired(pointer="/challenge")


def _remember(service: Service, session: Session, solved: Solved, more: dict[str, bytes]) -> None:
    last_day = datetime.datetime.fromtimestamp(solved.expires, datetime.UTC).date()
    insert_rows(session, SpentChallenge, [{"digest": solved.digest, "last_day": last_day, **more}])
    _sweep(service, session)


def _sweep(service: Service, session: Session) -> None:
    # Once a day and process is enough: a row more or less costs nothing.
    name, today = str(service.database.url), service.clock.today()
    with _sweeping:
        if _swept.get(name) == today:
            return
        _swept[name] = today
    session.execute(delete(SpentChallenge).where(SpentChallenge.last_day < today))
