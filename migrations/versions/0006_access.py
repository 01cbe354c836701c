"""Cover during absence.

Revision: 0006, after 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create ``cover`` and ``cover_case``."""
    op.create_table(
        "cover",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("to_id", sa.String(length=64), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cover"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_cover_closed_until", "cover", ["closed", "until"])
    op.create_table(
        "cover_case",
        sa.Column("cover_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("before", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["cover_id"], ["cover.id"], name="fk_cover_case_cover_id_cover"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_cover_case_case_id_case"),
        sa.PrimaryKeyConstraint("cover_id", "case_id", name="pk_cover_case"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_cover_case_case_id", "cover_case", ["case_id"])


def downgrade() -> None:
    """Drop both."""
    op.drop_table("cover_case")
    op.drop_table("cover")
