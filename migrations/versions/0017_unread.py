"""What a reporter wrote that a member has not opened yet.

Revision: 0017, after 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns: all that was written until now counts as read."""
    op.add_column("holding", sa.Column("unread", sa.String(length=32), nullable=True))
    op.add_column("holding", sa.Column("unread_since", sa.Date(), nullable=True))


def downgrade() -> None:
    """Drop them: nothing is marked any more."""
    op.drop_column("holding", "unread_since")
    op.drop_column("holding", "unread")
