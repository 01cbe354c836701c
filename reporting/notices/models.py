"""Where members want mail, what they want of it, what waits to be sent, and what was told.

No row says when a report came: what was told about a case bears no time, and what was sent is deleted.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import ROWLESS, Base, Day, Digest, Hex32, Instant, Name, Words


class NoticeAddress(Base):
    """Where a member wants mail. ``waiting`` is an address whose code has not come back yet, ``nonce`` makes the code.

    ``failed`` is why the last mail to the address was refused for good, None once one was taken; ``language`` is None
    where they asked for mail before it was kept.
    """

    __tablename__ = "notice_address"

    member_id: Mapped[Name] = mapped_column(ForeignKey("member.id"), primary_key=True)
    address: Mapped[Words | None]
    waiting: Mapped[Words | None]
    nonce: Mapped[Digest | None]
    asked: Mapped[Instant | None]
    checkpoints: Mapped[bool]
    failed: Mapped[Name | None]
    language: Mapped[Name | None]


class NoticeChoice(Base):
    """What a member wants to be told of on a channel: kinds with commas between them. ``named``: with its title."""

    __tablename__ = "notice_choice"

    member_id: Mapped[Name] = mapped_column(ForeignKey("member.id"), primary_key=True)
    channel_id: Mapped[Name] = mapped_column(primary_key=True)
    kinds: Mapped[Words]
    named: Mapped[bool]


class NoticeTold(Base):
    """That something about a case was told to whoever wanted it: it is told once. No time stands beside it."""

    __tablename__ = "notice_told"

    case_id: Mapped[Hex32] = mapped_column(ForeignKey("case.id"), primary_key=True)
    what: Mapped[Name] = mapped_column(primary_key=True)


class NoticeMail(Base):
    """A mail that waits to be sent; deleted once it was. ``counts`` by channel, and by kind."""

    __tablename__ = "notice_mail"
    __table_args__ = (UniqueConstraint("member_id", "kind", "slot"), ROWLESS)

    id: Mapped[Hex32] = mapped_column(primary_key=True)
    member_id: Mapped[Name] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[Name]
    slot: Mapped[Instant]
    counts: Mapped[Words]
    tries: Mapped[int]
    next_try: Mapped[Instant] = mapped_column(index=True)
    expires: Mapped[Instant]


class NoticeState(Base):
    """The one row that says up to which slot was told, and how sending goes. ``begun``: reports before it are not news.

    ``failed`` is why the last attempt failed, since when; None while mail is taken.
    """

    __tablename__ = "notice_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    begun: Mapped[Day]
    done_until: Mapped[Instant]
    checkpoint: Mapped[Name]
    sent: Mapped[Instant | None]
    failed: Mapped[Name | None]
    failed_since: Mapped[Instant | None]
