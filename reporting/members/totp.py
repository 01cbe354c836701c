"""Codes of an app (RFC 6238): six digits of thirty seconds each, and none of them twice."""

from __future__ import annotations

import hmac
import os
import unicodedata

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from reporting import errors
from reporting.members.models import Authenticator, Member
from reporting.protocol.encoding import JSON, JSONObject, check_text
from reporting.protocol.errors import N_
from reporting.service import Service

KIND = "totp"
_STEP = 30  # seconds, RFC 6238 section 4
_DRIFT = 1  # steps before and after: section 5.2 advises one for the way
_DIGITS = 6
_NONCE = 12


def read_code(value: JSON, pointer: str) -> str:
    """Six digits of any script, whatever stands between them.

    :raises Unprocessable: another number of digits
    """
    text = check_text(value, pointer=pointer, limit=64)
    digits = "".join(str(unicodedata.decimal(letter)) for letter in text if letter.isdecimal())
    if len(digits) != _DIGITS:
        raise errors.Unprocessable(N_("A code has six digits."), pointer=pointer)
    return digits


def begin(service: Service, session: Session, member_id: str) -> JSONObject:
    """A fresh secret to put into an app, not counting until its first code came; one begun before is dropped."""
    session.execute(
        delete(Authenticator).where(
            Authenticator.member_id == member_id, Authenticator.kind == KIND, Authenticator.confirmed.is_(False)
        )
    )
    secret, made = pyotp.random_base32(), os.urandom(16).hex()
    session.add(
        Authenticator(
            id=made,
            member_id=member_id,
            kind=KIND,
            name="",
            secret=_seal(service, made, secret),
            sign_count=0,
            prf=False,
            confirmed=False,
            created=service.clock.now(),
        )
    )
    session.flush()
    name = session.get_one(Member, member_id).name
    uri = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=service.origin)
    return {"id": made, "secret": secret, "uri": uri}


def confirm(service: Service, session: Session, member_id: str, authenticator_id: str, code: str) -> bool:
    """Whether the code is right, so that the app counts from now on.

    :raises NotFound: nothing of that id was begun
    """
    row = session.scalar(
        select(Authenticator).where(
            Authenticator.id == authenticator_id,
            Authenticator.member_id == member_id,
            Authenticator.kind == KIND,
            Authenticator.confirmed.is_(False),
        )
    )
    if row is None:
        raise errors.NotFound
    if not _spend(service, session, row, code):
        return False
    row.confirmed = True
    session.flush()
    return True


def spend(service: Service, session: Session, member_id: str, code: str) -> bool:
    """Whether this is a code of one of the member's apps, of now, and not used before; it is used from now on."""
    rows = session.scalars(
        select(Authenticator).where(
            Authenticator.member_id == member_id, Authenticator.kind == KIND, Authenticator.confirmed
        )
    ).all()
    return any(_spend(service, session, row, code) for row in rows)


def _spend(service: Service, session: Session, row: Authenticator, code: str) -> bool:
    now, secret = service.clock.now(), _open(service, row)
    step = None if secret is None else _step_of(pyotp.TOTP(secret), code, now // _STEP)
    if step is None:
        return False
    # Compared and set in one statement: of two requests with one code, at once or later, one finds it unused.
    taken = session.execute(
        update(Authenticator)
        .where(Authenticator.id == row.id, or_(Authenticator.last_step.is_(None), Authenticator.last_step < step))
        .values(last_step=step, used=now)
        .returning(Authenticator.id)
    )
    return taken.first() is not None


def _step_of(app: pyotp.TOTP, code: str, now: int) -> int | None:
    found = [
        step
        for step in range(now - _DRIFT, now + _DRIFT + 1)
        if hmac.compare_digest(app.generate_otp(step).encode(), code.encode())
    ]
    return max(found, default=None)


def _seal(service: Service, authenticator_id: str, secret: str) -> bytes:
    # The database alone, or a copy of it, must not be enough to make codes: the key lies beside it in a file.
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(service.derived["totp"]).encrypt(nonce, secret.encode(), authenticator_id.encode())


def _open(service: Service, row: Authenticator) -> str | None:
    # None after ``server.secret`` was changed: no code of this app is worth anything then.
    sealed = row.secret or b""
    try:
        opened = AESGCM(service.derived["totp"]).decrypt(sealed[:_NONCE], sealed[_NONCE:], row.id.encode())
    except InvalidTag:
        return None
    return opened.decode()
