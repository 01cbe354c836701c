"""Requests for an identity and what was decided on them. Facts about staff; what they say is in sealed entries."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import ROWLESS, Base, Day, Hex32, Name


class Disclosure(Base):
    """A request for a reporter's identity; ``needed`` custodians must approve it before its file is handed out.

    ``entry_id`` is the signed request, ``notice`` the message that told the reporter, or None where that was
    waived.
    """

    __tablename__ = "disclosure"
    __table_args__ = (Index(None, "case_id"), Index(None, "state", "day"), ROWLESS)

    id: Mapped[Hex32] = mapped_column(primary_key=True)
    case_id: Mapped[Hex32] = mapped_column(ForeignKey("case.id"))
    entry_id: Mapped[Hex32] = mapped_column(ForeignKey("entry.id"), unique=True)
    requested_by: Mapped[Name]
    day: Mapped[Day]
    needed: Mapped[int]
    state: Mapped[Name]
    notice: Mapped[Hex32 | None]
    opened_by: Mapped[Name | None]


class DisclosureDecision(Base):
    """One custodian who was asked, once, and what they decided: nothing yet, to approve, or to refuse."""

    __tablename__ = "disclosure_decision"
    __table_args__ = (Index(None, "member_id"), ROWLESS)

    disclosure_id: Mapped[Hex32] = mapped_column(ForeignKey("disclosure.id"), primary_key=True)
    member_id: Mapped[Name] = mapped_column(primary_key=True)
    decision: Mapped[Name | None]
    day: Mapped[Day | None]
    entry_id: Mapped[Hex32 | None]
