"""Figures: what was published of a quarter or a year, its stories, and about how often public pages were read.

Revision: 0021, after 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create all, empty: ended quarters are published when the service next does what it does once a day."""
    op.create_table(
        "release",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("made", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("period", name="pk_release"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "page_views",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("language", sa.String(length=64), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "language", name="pk_page_views"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "story",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("year", sa.String(length=4), nullable=False),
        sa.Column("language", sa.String(length=64), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("written", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "story_approval",
        sa.Column("story_id", sa.String(length=32), nullable=False),
        sa.Column("member", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_story_approval_story_id_story"),
        sa.PrimaryKeyConstraint("story_id", "member", name="pk_story_approval"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop all: what was published is gone from here, and was read elsewhere."""
    op.drop_table("story_approval")
    op.drop_table("story")
    op.drop_table("page_views")
    op.drop_table("release")
