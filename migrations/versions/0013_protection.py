"""How a protection case stands, hours that run among staff, refusals by two persons.

Revision: 0013, after 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables: nothing is known of cases from before."""
    op.create_table(
        "protection_state",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("resumes", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_protection_state_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_protection_state"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff_clock",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_staff_clock_case_id"),
        sa.PrimaryKeyConstraint("case_id", "name", name="pk_staff_clock"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refusal",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("confirmed_by", sa.String(length=64), nullable=True),
        sa.Column("decision", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_refusal_case_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_refusal_entry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_refusal"),
        sa.UniqueConstraint("entry_id", name="uq_refusal_entry_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_refusal_case_id_state", "refusal", ["case_id", "state"])


def downgrade() -> None:
    """Drop them: outcomes, hours and who proposed a refusal are forgotten; sealed entries stay."""
    op.drop_table("refusal")
    op.drop_table("staff_clock")
    op.drop_table("protection_state")
