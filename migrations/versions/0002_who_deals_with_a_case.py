"""Who deals with a case, and cards found by their case.

Revision: 0002, after 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create ``assignment``, and index cards by case, to count the cases that nobody opened."""
    op.create_table(
        "assignment",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_assignment_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_assignment"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_card_case_id", "card", ["case_id"])


def downgrade() -> None:
    """Drop both."""
    op.drop_index("ix_card_case_id", table_name="card")
    op.drop_table("assignment")
