"""Up to where members were told what happened to their accounts.

Revision: 0012, after 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add ``member.told``: everybody is told from the log's present end on."""
    op.add_column("member", sa.Column("told", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE member SET told = coalesce((SELECT size FROM audit_head WHERE log = 'audit'), 0)")
    with op.batch_alter_table("member") as table:
        table.alter_column("told", server_default=None)


def downgrade() -> None:
    """Drop it: who was told what is forgotten."""
    op.drop_column("member", "told")
