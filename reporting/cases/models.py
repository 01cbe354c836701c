"""Cases and what is sealed in them. Days, never times: the rows are a reporter's."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import ROWLESS, Base, Day, Digest, Hex32, Name, Sealed, Words


class Case(Base):
    """A report and all that follows, as far as the server may know it."""

    __tablename__ = "case"

    id: Mapped[Hex32] = mapped_column(primary_key=True)
    mailbox: Mapped[Digest] = mapped_column(ForeignKey("mailbox.token_sha256"), index=True)
    channel_id: Mapped[Name]
    directory: Mapped[int]
    received: Mapped[Day]
    sealed_by: Mapped[Name]
    status: Mapped[Name]
    clocks: Mapped[Words]
    epoch: Mapped[int]
    recipient: Mapped[Words]
    reporter_sha256: Mapped[Digest]
    request_sha256: Mapped[Digest]
    acknowledgement: Mapped[Words]


class Epoch(Base):
    """One link of a case's chain of epochs: the signed note."""

    __tablename__ = "epoch"

    case_id: Mapped[Hex32] = mapped_column(ForeignKey("case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[Words]


class Grant(Base):
    """A case's key for one epoch, sealed to one member."""

    __tablename__ = "grant"

    case_id: Mapped[Hex32] = mapped_column(ForeignKey("case.id"), primary_key=True)
    member_id: Mapped[Name] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[Sealed]


class Holding(Base):
    """Why a member may see a case, and its place in their inbox.

    ``granted``: a grant of the case's last epoch. ``custodian``: a holder has sealed a disclosure
    request to them; the server learns of custodians in no other way, since the reporter may have
    excluded any of them unseen. ``unread``: the last thing that the reporter added and this member did not
    open yet, and since when there is some.
    """

    __tablename__ = "holding"
    __table_args__ = (Index(None, "member_id", "next_due", "case_id"), ROWLESS)

    case_id: Mapped[Hex32] = mapped_column(ForeignKey("case.id"), primary_key=True)
    member_id: Mapped[Name] = mapped_column(primary_key=True)
    next_due: Mapped[Day]
    granted: Mapped[bool]
    custodian: Mapped[bool]
    unread: Mapped[Hex32 | None]
    unread_since: Mapped[Day | None]


class Assignment(Base):
    """Who deals with a case: a fact about staff. Apart from ``case``, whose rows are long and a reporter's."""

    __tablename__ = "assignment"

    case_id: Mapped[Hex32] = mapped_column(ForeignKey("case.id"), primary_key=True)
    member_id: Mapped[Name]


class Cover(Base):
    """A member stands in for another until a day, that day included. ``ended``: the server let nobody in from then on.

    ``closed``: whoever was away has seen to the keys, or wants nothing more of it.
    """

    __tablename__ = "cover"
    __table_args__ = (Index(None, "closed", "until"), ROWLESS)

    id: Mapped[Hex32] = mapped_column(primary_key=True)
    member_id: Mapped[Name]
    to_id: Mapped[Name]
    until: Mapped[Day]
    ended: Mapped[bool]
    closed: Mapped[bool]


class CoverCase(Base):
    """A case of a cover. ``given``: access ends with the cover; ``before``: who dealt with it."""

    __tablename__ = "cover_case"

    cover_id: Mapped[Hex32] = mapped_column(ForeignKey("cover.id"), primary_key=True)
    case_id: Mapped[Hex32] = mapped_column(ForeignKey("case.id"), primary_key=True, index=True)
    given: Mapped[bool]
    before: Mapped[Name | None]


class Card(Base):
    """What a member's device keeps about a case, under their vault key (protocol section 9)."""

    __tablename__ = "card"

    member_id: Mapped[Name] = mapped_column(ForeignKey("member.id"), primary_key=True)
    case_id: Mapped[Hex32] = mapped_column(ForeignKey("case.id"), primary_key=True, index=True)
    sealed: Mapped[Sealed]


class Entry(Base):
    """A sealed item of a case. ``sealed`` is None once it was deleted; the hash stays."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("case_id", "sha256"),
        Index(None, "case_id", "audience", "day", "id"),
        ROWLESS,
    )

    id: Mapped[Hex32] = mapped_column(primary_key=True)
    case_id: Mapped[Hex32] = mapped_column(ForeignKey("case.id"))
    audience: Mapped[Name]
    author: Mapped[Name]
    epoch: Mapped[int]
    first: Mapped[bool]
    day: Mapped[Day]
    size: Mapped[int]
    sha256: Mapped[Digest]
    acknowledgement: Mapped[Words | None]
    sealed: Mapped[Sealed | None]  # last, so that SQLite reads the rest of a row without it


class KeptEntry(Base):
    """An entry that stands for a step of its case, as a status or a measure does: it is never removed."""

    __tablename__ = "kept_entry"

    entry_id: Mapped[Hex32] = mapped_column(ForeignKey("entry.id"), primary_key=True)
