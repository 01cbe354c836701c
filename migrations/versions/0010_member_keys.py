"""New keys of a member that wait for the directory.

Revision: 0010, after 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create ``renewed_keys``."""
    op.create_table(
        "renewed_keys",
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("signing_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("follows", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("taken_back", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_renewed_keys_member_id"),
        sa.PrimaryKeyConstraint("member_id", "signing_key", name="pk_renewed_keys"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop it: keys that wait have to be asked for again."""
    op.drop_table("renewed_keys")
