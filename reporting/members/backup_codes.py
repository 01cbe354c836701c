"""Ten codes on paper that stand in for a second factor, each of them once."""

from __future__ import annotations

import os
from base64 import b32encode

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from reporting.members.models import BackupCode
from reporting.service import Service

COUNT = 10
_ENTROPY = 15  # bytes: 120 bits, 24 letters and digits; from 112 on, a keyed hash is enough (OWASP ASVS 6.5.2)


def make(service: Service, session: Session, member_id: str) -> list[str]:
    """Ten fresh codes, shown this once; those before are worth nothing from now on."""
    codes = [b32encode(os.urandom(_ENTROPY)).decode() for _ in range(COUNT)]
    session.execute(delete(BackupCode).where(BackupCode.member_id == member_id))
    session.add_all(BackupCode(member_id=member_id, hash=_hash(service, member_id, code), used=None) for code in codes)
    session.flush()
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]


def spend(service: Service, session: Session, member_id: str, code: str) -> bool:
    """Whether this is an unused code of the member's; it is used from now on."""
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    # What people read wrongly: the alphabet of RFC 4648 section 6 has neither 0 nor 1.
    hashed = _hash(service, member_id, typed.replace("0", "O").replace("1", "I"))
    spent = session.execute(
        update(BackupCode)
        .where(BackupCode.member_id == member_id, BackupCode.hash == hashed, BackupCode.used.is_(None))
        .values(used=service.clock.now())
        .returning(BackupCode.hash)
    )
    return spent.first() is not None


def _hash(service: Service, member_id: str, code: str) -> bytes:
    return service.keyed_hash("backup", member_id.encode(), code.encode())
