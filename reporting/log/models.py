"""Leaves of the transparency log, and the staff audit trail."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import ROWLESS, Base, Digest, Hex32, Instant, Name, Words


class LogLeaf(Base):
    """The SHA-256 of a signed document, waiting for its batch (``position`` None) or integrated."""

    __tablename__ = "log_leaf"

    log: Mapped[Name] = mapped_column(primary_key=True)
    data: Mapped[Digest] = mapped_column(primary_key=True)
    position: Mapped[int | None]


class AuditEvent(Base):
    """What a member of staff did, when, to which case; ``leaf`` is its RFC 6962 leaf hash."""

    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "case_id", "at", "id"), Index(None, "at", "id"), ROWLESS)

    id: Mapped[Hex32] = mapped_column(primary_key=True)
    at: Mapped[Instant]
    member_id: Mapped[Name]
    act: Mapped[Name]
    case_id: Mapped[Hex32 | None]
    details: Mapped[Words]
    leaf: Mapped[Digest]
