"""Files that are sealed on a device and sent in parts.

Revision: 0009, after 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create ``upload``, ``upload_part`` and ``file_opening``; let a spent challenge remember what it paid for."""
    op.add_column("spent_challenge", sa.Column("paid_for", sa.LargeBinary(length=32), nullable=True))
    op.create_table(
        "upload",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("begun", sa.Date(), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("entry_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_upload_case_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_upload_entry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_upload_entry_id_begun", "upload", ["entry_id", "begun"])
    op.create_index("ix_upload_case_id", "upload", ["case_id"])
    op.create_table(
        "upload_part",
        sa.Column("upload_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("blob", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name="fk_upload_part_upload_id"),
        sa.PrimaryKeyConstraint("upload_id", "number", name="pk_upload_part"),
        sa.UniqueConstraint("blob", name="uq_upload_part_blob"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "file_opening",
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("upload_id", sa.String(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name="fk_file_opening_upload_id"),
        sa.PrimaryKeyConstraint("member_id", "upload_id", name="pk_file_opening"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_file_opening_upload_id", "file_opening", ["upload_id"])


def downgrade() -> None:
    """Drop them: which parts make up a file is not known any more."""
    op.drop_table("file_opening")
    op.drop_table("upload_part")
    op.drop_table("upload")
    op.drop_column("spent_challenge", "paid_for")
