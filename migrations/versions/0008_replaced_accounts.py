"""What enrolling again replaced, so that it can be put back.

Revision: 0008, after 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create ``replaced_account``."""
    op.create_table(
        "replaced_account",
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("signing_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("auth_hash", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("vault", sa.LargeBinary(), nullable=False),
        sa.Column("wraps", sa.Text(), nullable=False),
        sa.Column("recovery_hash", sa.Text(), nullable=True),
        sa.Column("cases", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_replaced_account_member_id"),
        sa.PrimaryKeyConstraint("member_id", "number", name="pk_replaced_account"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop it: what was replaced cannot be put back any more."""
    op.drop_table("replaced_account")
