"""In which language a member gets mail.

Revision: 0023, after 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it, unknown: whoever gets mail already is written to in the site's first language until they choose."""
    op.add_column("notice_address", sa.Column("language", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Drop it: everybody is written to in English again."""
    op.drop_column("notice_address", "language")
