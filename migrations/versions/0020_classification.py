"""Figures: the bag of classifications of this month, and the statistics of earlier ones.

Revision: 0020, after 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both, empty: what was classified before was never counted."""
    for table, period in (("bag_record", "month"), ("statistic", "quarter")):
        op.create_table(
            table,
            sa.Column("id", sa.String(length=32), nullable=False),
            sa.Column(period, sa.String(length=7), nullable=False),
            sa.Column("content", sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
            sqlite_with_rowid=False,
        )
        op.create_index(f"ix_{table}_{period}", table, [period])


def downgrade() -> None:
    """Drop both."""
    op.drop_table("statistic")
    op.drop_table("bag_record")
