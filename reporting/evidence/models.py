"""Uploads and their parts: the manifest that binds what lies in the store. Days, never times."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import ROWLESS, Base, Day, Digest, Hex32, Instant, Name


class Upload(Base):
    """A sealed file that is being sent, or that an entry has claimed.

    ``author``: ``reporter``, or a member's id. ``case_id``: from the start for members', else once it is claimed.
    ``entry_id``: the one entry that it belongs to.
    """

    __tablename__ = "upload"
    __table_args__ = (Index(None, "entry_id", "begun"), ROWLESS)

    id: Mapped[Hex32] = mapped_column(primary_key=True)
    key_sha256: Mapped[Digest]
    size: Mapped[int] = mapped_column(BigInteger)
    begun: Mapped[Day]
    author: Mapped[Name]
    case_id: Mapped[Hex32 | None] = mapped_column(ForeignKey("case.id"), index=True)
    entry_id: Mapped[Hex32 | None] = mapped_column(ForeignKey("entry.id"))


class UploadPart(Base):
    """A part that is durably in the store, under the random name ``blob``."""

    __tablename__ = "upload_part"

    upload_id: Mapped[Hex32] = mapped_column(ForeignKey("upload.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    blob: Mapped[Hex32] = mapped_column(unique=True)
    size: Mapped[int]
    sha256: Mapped[Digest]


class FileOpening(Base):
    """A member may load the parts of a file until then: that they opened it stands in the audit trail."""

    __tablename__ = "file_opening"

    member_id: Mapped[Name] = mapped_column(primary_key=True)
    upload_id: Mapped[Hex32] = mapped_column(ForeignKey("upload.id"), primary_key=True, index=True)
    until: Mapped[Instant]
