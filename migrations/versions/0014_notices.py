"""Mail to members: where they want it, what of it, what waits and what was told.

Revision: 0014, after 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables: nobody has an address yet, so nothing is sent."""
    op.create_table(
        "notice_address",
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("waiting", sa.Text(), nullable=True),
        sa.Column("nonce", sa.LargeBinary(length=32), nullable=True),
        sa.Column("asked", sa.BigInteger(), nullable=True),
        sa.Column("checkpoints", sa.Boolean(), nullable=False),
        sa.Column("failed", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_notice_address_member_id"),
        sa.PrimaryKeyConstraint("member_id", name="pk_notice_address"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notice_choice",
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_notice_choice_member_id"),
        sa.PrimaryKeyConstraint("member_id", "channel_id", name="pk_notice_choice"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notice_told",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_notice_told_case_id"),
        sa.PrimaryKeyConstraint("case_id", "what", name="pk_notice_told"),
        sqlite_with_rowid=False,
    )
    _sending()


def _sending() -> None:
    op.create_table(
        "notice_mail",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_notice_mail_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_mail"),
        sa.UniqueConstraint("member_id", "kind", "slot", name="uq_notice_mail_member_id_kind_slot"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_notice_mail_next_try", "notice_mail", ["next_try"])
    op.create_table(
        "notice_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("begun", sa.Date(), nullable=False),
        sa.Column("done_until", sa.BigInteger(), nullable=False),
        sa.Column("checkpoint", sa.String(length=64), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=True),
        sa.Column("failed", sa.String(length=64), nullable=True),
        sa.Column("failed_since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notice_state"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them: who wanted mail is forgotten, and what waits is not sent."""
    for table in ("notice_state", "notice_mail", "notice_told", "notice_choice", "notice_address"):
        op.drop_table(table)
