"""Challenges that were spent, until the day on which they expire is over."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import Base, Day, Digest


class SpentChallenge(Base):
    """A spent challenge: its hash, and the day after which it could no longer be used anyway.

    A day and not the minute of its expiry, which would tell when somebody wrote or looked. ``paid_for``: what else
    it may be used for until then, as a keyed hash: the parts of one file.
    """

    __tablename__ = "spent_challenge"

    digest: Mapped[Digest] = mapped_column(primary_key=True)
    last_day: Mapped[Day]
    paid_for: Mapped[Digest | None]
