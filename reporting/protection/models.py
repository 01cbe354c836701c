"""What the server knows of a protection case beside its status. Facts about staff, apart from the reporter's rows."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import ROWLESS, Base, Day, Hex32, Instant, Name


class ProtectionState(Base):
    """The outcome of the last decision, and what a case on hold goes back to."""

    __tablename__ = "protection_state"

    case_id: Mapped[Hex32] = mapped_column(ForeignKey("case.id"), primary_key=True)
    outcome: Mapped[Name | None]
    resumes: Mapped[Name | None]


class StaffClock(Base):
    """A deadline of staff alone, to the second: it begins when staff look, never when a reporter writes."""

    __tablename__ = "staff_clock"

    case_id: Mapped[Hex32] = mapped_column(ForeignKey("case.id"), primary_key=True)
    name: Mapped[Name] = mapped_column(primary_key=True)
    started: Mapped[Instant]
    due: Mapped[Instant]
    done: Mapped[Instant | None]


class Refusal(Base):
    """A proposal: ``proposed``, ``confirmed`` by another, or ``lapsed``.

    In a protection case it is to refuse, in a report to find that it was knowingly false. ``entry_id`` is the signed
    proposal, sealed for the team, ``decision`` the signed entry that told the reporter.
    """

    __tablename__ = "refusal"
    __table_args__ = (Index(None, "case_id", "state"), ROWLESS)

    id: Mapped[Hex32] = mapped_column(primary_key=True)
    case_id: Mapped[Hex32] = mapped_column(ForeignKey("case.id"))
    entry_id: Mapped[Hex32] = mapped_column(ForeignKey("entry.id"), unique=True)
    proposed_by: Mapped[Name]
    day: Mapped[Day]
    state: Mapped[Name]
    confirmed_by: Mapped[Name | None]
    decision: Mapped[Hex32 | None]


class Measure(Base):
    """A measure of protection as staff told the server: who answers for it, where it stands, its days.

    What it is stands sealed in ``entry_id``, the last entry about it. ``id`` is the device's random choice.
    """

    __tablename__ = "measure"
    __table_args__ = (Index(None, "state", "review"), ROWLESS)

    case_id: Mapped[Hex32] = mapped_column(ForeignKey("case.id"), primary_key=True)
    id: Mapped[Hex32] = mapped_column(primary_key=True)
    owner: Mapped[Name]
    state: Mapped[Name]
    review: Mapped[Day | None]
    end: Mapped[Day | None]
    entry_id: Mapped[Hex32] = mapped_column(ForeignKey("entry.id"))


class CheckIn(Base):
    """A day on which the reporter is asked how they are, once their case is closed. Days alone: ``done`` is theirs."""

    __tablename__ = "check_in"
    __table_args__ = (Index(None, "due"), ROWLESS)

    case_id: Mapped[Hex32] = mapped_column(ForeignKey("case.id"), primary_key=True)
    months: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    due: Mapped[Day]
    done: Mapped[Day | None]
