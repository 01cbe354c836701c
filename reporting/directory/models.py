"""Channels and roles as they are to be published next, and every directory that was published."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import Base, Day, Digest, Name, Sealed, Words


class Channel(Base):
    """A channel of the next directory: where reports arrive."""

    __tablename__ = "channel"

    id: Mapped[Name] = mapped_column(primary_key=True)
    position: Mapped[int]
    kind: Mapped[Name]
    titles: Mapped[Words]
    questionnaire: Mapped[Name]
    policy: Mapped[Words]


class ChannelRole(Base):
    """Who has which role on a channel of the next directory."""

    __tablename__ = "channel_role"

    channel_id: Mapped[Name] = mapped_column(ForeignKey("channel.id"), primary_key=True)
    role: Mapped[Name] = mapped_column(primary_key=True)
    member_id: Mapped[Name] = mapped_column(ForeignKey("member.id"), primary_key=True)


class DraftDocument(Base):
    """A document of the next directory: ``site``, or ``questionnaire/<id>``."""

    __tablename__ = "draft_document"

    name: Mapped[Name] = mapped_column(primary_key=True)
    body: Mapped[Sealed]


class DirectoryVersion(Base):
    """A published directory: the signed note, and the recipient strings it carries hashes of."""

    __tablename__ = "directory_version"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[Words]
    text_sha256: Mapped[Digest]
    day: Mapped[Day]
    valid_until: Mapped[Day]
    recipients: Mapped[Words]


class Document(Base):
    """A published questionnaire or site document, under the SHA-256 of its bytes."""

    __tablename__ = "document"

    sha256: Mapped[Digest] = mapped_column(primary_key=True)
    body: Mapped[Sealed]
