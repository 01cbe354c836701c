"""Members (staff with keys), their site-wide roles, sessions and throttles."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import Base, Day, Digest, Instant, Name, Sealed, Words


class Member(Base):
    """A member: public keys, an ``argon2`` hash of the auth secret, and a vault only they can open."""

    __tablename__ = "member"

    id: Mapped[Name] = mapped_column(primary_key=True)
    name: Mapped[Name] = mapped_column(unique=True)
    label: Mapped[Words]
    recipient: Mapped[Words]
    signing_key: Mapped[Digest]
    valid_until: Mapped[Day]
    listed: Mapped[bool]
    auth_hash: Mapped[Words]
    salt: Mapped[Sealed]
    vault: Mapped[Sealed]
    wraps: Mapped[Words]


class SiteRole(Base):
    """A role on the whole site (:data:`reporting.permissions.SITE_ROLES`)."""

    __tablename__ = "site_role"

    member_id: Mapped[Name] = mapped_column(ForeignKey("member.id"), primary_key=True)
    role: Mapped[Name] = mapped_column(primary_key=True)


class StaffSession(Base):
    """A signed-in member. The table holds a hash: who reads it cannot sign in."""

    __tablename__ = "staff_session"

    token_sha256: Mapped[Digest] = mapped_column(primary_key=True)
    member_id: Mapped[Name] = mapped_column(ForeignKey("member.id"), index=True)
    opened: Mapped[Instant]
    seen: Mapped[Instant]


class SignInThrottle(Base):
    """Failed sign-ins under a name, known or not, by the name's keyed hash."""

    __tablename__ = "sign_in_throttle"

    name_hmac: Mapped[Digest] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last: Mapped[Instant]
