"""The news link of a mailbox: off until its reporter turns it on.

Revision: 0016, after 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table: nobody has turned it on yet."""
    op.create_table(
        "mailbox_feed",
        sa.Column("lookup_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("mailbox", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer_key", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["mailbox"], ["mailbox.token_sha256"], name="fk_mailbox_feed_mailbox"),
        sa.PrimaryKeyConstraint("lookup_sha256", name="pk_mailbox_feed"),
        sa.UniqueConstraint("mailbox", name="uq_mailbox_feed_mailbox"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop it: links answer nothing until they are turned on anew."""
    op.drop_table("mailbox_feed")
