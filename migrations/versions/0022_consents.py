"""What a story says of whoever reported: that they agreed, or that they cannot be recognized in it.

Revision: 0022, after 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty for what there is: such stories are shown to nobody until they are written anew."""
    op.add_column("story", sa.Column("consent", sa.String(length=64), nullable=False, server_default=""))
    with op.batch_alter_table("story") as story:
        story.alter_column("consent", server_default=None)


def downgrade() -> None:
    """Drop it."""
    op.drop_column("story", "consent")
