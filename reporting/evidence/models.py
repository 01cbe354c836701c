"""Uploads and their parts: the manifest that binds what lies in the store. Days, never times."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from reporting.db import ROWLESS, Base, Day, Digest, Hex32, Instant, Name


class Upload(Base):
    """A sealed file that is being sent, or that an entry has claimed. ``received``: bytes of it that are in the store.

    ``author``: ``reporter``, or a member's id. ``case_id``: from the start for members', else once it is claimed.
    ``entry_id``: the one entry that it belongs to.
    """

    __tablename__ = "upload"
    __table_args__ = (Index(None, "entry_id", "begun"), Index(None, "author", "begun"), ROWLESS)

    id: Mapped[Hex32] = mapped_column(primary_key=True)
    key_sha256: Mapped[Digest]
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
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


class StoreMark(Base):
    """What the store bears while it is this service's: changed by every sweep, so that a copy falls behind.

    ``coming``: the mark that a sweep is about to set; the same one once it is set.
    """

    __tablename__ = "store_mark"
    __table_args__ = (ROWLESS,)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[Hex32]
    coming: Mapped[Hex32]
