"""What is counted of cases without naming any: the bag of this month, and what earlier months left."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import ROWLESS, Base, Day, Digest, Hex32, Name, Words


class BagRecord(Base):
    """One classification in the bag of its month. All ids are new random ones at every write.

    ``content`` is the record as JSON (``protocol/classes``): codes, no case, author or day.
    """

    __tablename__ = "bag_record"
    __table_args__ = (Index(None, "month"), ROWLESS)

    id: Mapped[Hex32] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    content: Mapped[Words]


class Statistic(Base):
    """The same record once its month is over: only the quarter is left of when it was made."""

    __tablename__ = "statistic"
    __table_args__ = (Index(None, "quarter"), ROWLESS)

    id: Mapped[Hex32] = mapped_column(primary_key=True)
    quarter: Mapped[str] = mapped_column(String(7))
    content: Mapped[Words]


class Release(Base):
    """What was published of a quarter or a year: never changed afterwards.

    ``content`` is what everybody may read, and ``sha256`` its hash. ``counts`` are the numbers behind it, hidden ones
    too: a later release has to be judged together with them.
    """

    __tablename__ = "release"

    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    made: Mapped[Day]
    content: Mapped[Words]
    sha256: Mapped[Digest]
    counts: Mapped[Words]


class PageViews(Base):
    """About how often public pages were read in a month, by language: in tens, each added by chance."""

    __tablename__ = "page_views"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    language: Mapped[Name] = mapped_column(primary_key=True)
    views: Mapped[int]


class Story(Base):
    """*You said, we did*: what came of what reporters said, for the report of a year. Its words are never changed."""

    __tablename__ = "story"

    id: Mapped[Hex32] = mapped_column(primary_key=True)
    year: Mapped[str] = mapped_column(String(4))
    language: Mapped[Name]
    said: Mapped[Words]
    did: Mapped[Words]
    #: What was said of whoever reported (``stories.CONSENTS``); empty where nobody was asked to say it.
    consent: Mapped[Name]
    author: Mapped[Name]
    written: Mapped[Day]


class StoryApproval(Base):
    """That somebody other than its author approved a story."""

    __tablename__ = "story_approval"

    story_id: Mapped[Hex32] = mapped_column(ForeignKey("story.id"), primary_key=True)
    member: Mapped[Name] = mapped_column(primary_key=True)
