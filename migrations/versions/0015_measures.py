"""Protection cases: measures with owner and days, and check-ins after closing.

Revision: 0015, after 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables: no case has a measure yet, and one that is closed already asks nobody."""
    op.create_table(
        "measure",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("review", sa.Date(), nullable=True),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_measure_case_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_measure_entry_id"),
        sa.PrimaryKeyConstraint("case_id", "id", name="pk_measure"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_measure_state_review", "measure", ["state", "review"])
    op.create_table(
        "check_in",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("months", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("done", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_check_in_case_id"),
        sa.PrimaryKeyConstraint("case_id", "months", name="pk_check_in"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_check_in_due", "check_in", ["due"])


def downgrade() -> None:
    """Drop them: what was sealed stays, and nobody is reminded of it."""
    for table in ("check_in", "measure"):
        op.drop_table(table)
