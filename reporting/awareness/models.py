"""What an organisation wrote itself on the public site: every version, and who has checked which page."""

from __future__ import annotations

import datetime

from sqlalchemy import Date, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import Base, Instant, Name, Words


class OwnSection(Base):
    """One step in the history of a section, whole: what stands there since.

    ``language`` is empty where a step holds in every language: a section is hidden or shown in all of them. ``title``
    and ``text`` are empty where the organisation has no text of its own there (any more).
    """

    __tablename__ = "own_section"

    page: Mapped[Name] = mapped_column(primary_key=True)
    anchor: Mapped[Name] = mapped_column(primary_key=True)
    language: Mapped[Name] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Instant]
    member_id: Mapped[Name]
    act: Mapped[Name]
    title: Mapped[Words]
    text: Mapped[Words]
    #: Items of Article 13 that a section of the organisation's own answers, as ``b,h``.
    art13: Mapped[Name]
    hidden: Mapped[bool]


class ContentReview(Base):
    """Who has checked a page in a language: a person who knows the field and the language, of whom a member says so.

    ``digest`` is of all that the page said then: once it says anything else, it counts as not reviewed.
    """

    __tablename__ = "content_review"

    page: Mapped[Name] = mapped_column(primary_key=True)
    language: Mapped[Name] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Instant]
    member_id: Mapped[Name]
    reviewed_by: Mapped[Words]
    reviewed: Mapped[datetime.date] = mapped_column(Date)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
