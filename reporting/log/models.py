"""Leaves of the transparency log, and the staff audit trail."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import ROWLESS, Base, Digest, Hex32, Instant, Name, Sealed, Words


class LogLeaf(Base):
    """The SHA-256 of a signed document, waiting for its batch (``position`` None) or integrated."""

    __tablename__ = "log_leaf"

    log: Mapped[Name] = mapped_column(primary_key=True)
    data: Mapped[Digest] = mapped_column(primary_key=True)
    position: Mapped[int | None]


class AuditEvent(Base):
    """What a member of staff did, when, to which case; ``leaf`` is its RFC 6962 leaf hash.

    Of an erased event only position and leaf are left. ``subject`` is the member whom the details name, for
    those who follow a member; it is not hashed by itself.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index(None, "case_id", "position"),
        Index(None, "member_id", "position"),
        Index(None, "subject", "position"),
        ROWLESS,
    )

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    leaf: Mapped[Digest]
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    id: Mapped[Hex32 | None]
    at: Mapped[Instant | None]
    member_id: Mapped[Name | None]
    act: Mapped[Name | None]
    case_id: Mapped[Hex32 | None]
    details: Mapped[Words | None]
    subject: Mapped[Name | None]


class AuditHead(Base):
    """The one row that whoever appends to the audit log locks: its size, and the frontier that gives its root."""

    __tablename__ = "audit_head"

    log: Mapped[Name] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    frontier: Mapped[Sealed]


class AuditTile(Base):
    """The root of 256 leaves, from ``number`` times 256 on: proofs need not read the leaves below it."""

    __tablename__ = "audit_tile"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[Digest]


class AuditTombstone(Base):
    """A signed statement that the first ``size`` events of the audit log were erased."""

    __tablename__ = "audit_tombstone"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    note: Mapped[Words]
