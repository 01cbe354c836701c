"""What administrators changed in the draft, so that two of them at once do not undo each other's work."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import Base, Instant, Name, Words


class DraftRevision(Base):
    """How many changes there were: one row, held by whoever changes something."""

    __tablename__ = "draft_revision"

    id: Mapped[Name] = mapped_column(primary_key=True)
    number: Mapped[int]


class DraftChange(Base):
    """One change: to what (``subject``), by whom, and with which values its sentence is told."""

    __tablename__ = "draft_change"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Instant]
    member_id: Mapped[Name]
    subject: Mapped[Name]
    act: Mapped[Name]
    details: Mapped[Words]
