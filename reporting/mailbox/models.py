"""Mailboxes: one receipt code each, one to six cases."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import Base, Digest


class Mailbox(Base):
    """A mailbox, known by the hash of a token that only the reporter has."""

    __tablename__ = "mailbox"

    token_sha256: Mapped[Digest] = mapped_column(primary_key=True)
