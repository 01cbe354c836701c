"""Which entries stand for a step of their case, so that nobody removes them as irrelevant personal data.

Revision: 0018, after 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table. What members wrote before cannot be told apart any more: all of it is kept."""
    op.create_table(
        "kept_entry",
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_kept_entry_entry_id_entry"),
        sa.PrimaryKeyConstraint("entry_id", name="pk_kept_entry"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO kept_entry (entry_id) SELECT id FROM entry WHERE author <> 'reporter'")


def downgrade() -> None:
    """Drop it: nothing is removed by an older release."""
    op.drop_table("kept_entry")
