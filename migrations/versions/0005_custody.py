"""Who asked for an identity, and what the custodians decided.

Revision: 0005, after 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create ``disclosure`` and ``disclosure_decision``."""
    op.create_table(
        "disclosure",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("notice", sa.String(length=32), nullable=True),
        sa.Column("opened_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_disclosure_case_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_disclosure_entry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_disclosure"),
        sa.UniqueConstraint("entry_id", name="uq_disclosure_entry_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_disclosure_case_id", "disclosure", ["case_id"])
    op.create_index("ix_disclosure_state_day", "disclosure", ["state", "day"])
    op.create_table(
        "disclosure_decision",
        sa.Column("disclosure_id", sa.String(length=32), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=64), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("entry_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["disclosure_id"], ["disclosure.id"], name="fk_disclosure_decision_disclosure_id"),
        sa.PrimaryKeyConstraint("disclosure_id", "member_id", name="pk_disclosure_decision"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_disclosure_decision_member_id", "disclosure_decision", ["member_id"])


def downgrade() -> None:
    """Drop both."""
    op.drop_table("disclosure_decision")
    op.drop_table("disclosure")
