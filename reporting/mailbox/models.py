"""Mailboxes: one receipt code each, one to six cases."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import Base, Digest


class Mailbox(Base):
    """A mailbox, known by the hash of a token that only the reporter has."""

    __tablename__ = "mailbox"

    token_sha256: Mapped[Digest] = mapped_column(primary_key=True)


class MailboxFeed(Base):
    """A mailbox whose reporter turned the news link on. Nothing is kept of when it is asked, or whether."""

    __tablename__ = "mailbox_feed"

    lookup_sha256: Mapped[Digest] = mapped_column(primary_key=True)
    mailbox: Mapped[Digest] = mapped_column(ForeignKey("mailbox.token_sha256"), unique=True)
    answer_key: Mapped[Digest]
