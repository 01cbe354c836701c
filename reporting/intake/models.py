"""Challenges that were spent, until they expire."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import Base, Digest, Instant


class SpentChallenge(Base):
    """A spent challenge. The row goes when the challenge could no longer be used anyway."""

    __tablename__ = "spent_challenge"

    digest: Mapped[Digest] = mapped_column(primary_key=True)
    expires: Mapped[Instant] = mapped_column(index=True)
