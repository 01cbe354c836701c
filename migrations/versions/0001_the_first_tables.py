"""The first tables.

Revision: 0001, the first
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
    _create_members()
    _create_directory()
    _create_reporters()
    _create_sealed()
    _create_access()
    _create_log()


def downgrade() -> None:
    """Drop every table, those that others refer to last."""
    for table in reversed(_TABLES):
        op.drop_table(table)


_TABLES = (
    "member",
    "site_role",
    "staff_session",
    "sign_in_throttle",
    "channel",
    "channel_role",
    "draft_document",
    "directory_version",
    "document",
    "spent_challenge",
    "mailbox",
    "case",
    "epoch",
    "entry",
    "grant",
    "holding",
    "card",
    "log_leaf",
    "audit_event",
)


def _create_members() -> None:
    op.create_table(
        "member",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("signing_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("auth_hash", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("vault", sa.LargeBinary(), nullable=False),
        sa.Column("wraps", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
        sa.UniqueConstraint("name", name="uq_member_name"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "site_role",
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_site_role_member_id"),
        sa.PrimaryKeyConstraint("member_id", "role", name="pk_site_role"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff_session",
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_staff_session_member_id"),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_staff_session"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_staff_session_member_id", "staff_session", ["member_id"])
    op.create_table(
        "sign_in_throttle",
        sa.Column("name_hmac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name_hmac", name="pk_sign_in_throttle"),
        sqlite_with_rowid=False,
    )


def _create_directory() -> None:
    op.create_table(
        "channel",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("titles", sa.Text(), nullable=False),
        sa.Column("questionnaire", sa.String(length=64), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_channel"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "channel_role",
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name="fk_channel_role_channel_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_channel_role_member_id"),
        sa.PrimaryKeyConstraint("channel_id", "role", "member_id", name="pk_channel_role"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draft_document",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_draft_document"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "directory_version",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_directory_version"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "document",
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_document"),
        sqlite_with_rowid=False,
    )


def _create_reporters() -> None:
    op.create_table(
        "spent_challenge",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_spent_challenge"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mailbox",
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_mailbox"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("mailbox", sa.LargeBinary(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("directory", sa.Integer(), nullable=False),
        sa.Column("received", sa.Date(), nullable=False),
        sa.Column("sealed_by", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("clocks", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("reporter_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("acknowledgement", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox"], ["mailbox.token_sha256"], name="fk_case_mailbox"),
        sa.PrimaryKeyConstraint("id", name="pk_case"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_mailbox", "case", ["mailbox"])
    op.create_table(
        "epoch",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_epoch_case_id"),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_epoch"),
        sqlite_with_rowid=False,
    )


def _create_sealed() -> None:
    op.create_table(
        "entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("acknowledgement", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_entry_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sa.UniqueConstraint("case_id", "sha256", name="uq_entry_case_id_sha256"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_entry_case_id_audience_day_id", "entry", ["case_id", "audience", "day", "id"])


def _create_access() -> None:
    op.create_table(
        "grant",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_grant_case_id"),
        sa.PrimaryKeyConstraint("case_id", "member_id", "epoch", name="pk_grant"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "holding",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("next_due", sa.Date(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("custodian", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_holding_case_id"),
        sa.PrimaryKeyConstraint("case_id", "member_id", name="pk_holding"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_holding_member_id_next_due_case_id", "holding", ["member_id", "next_due", "case_id"])
    op.create_table(
        "card",
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_card_case_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_card_member_id"),
        sa.PrimaryKeyConstraint("member_id", "case_id", name="pk_card"),
        sqlite_with_rowid=False,
    )


def _create_log() -> None:
    op.create_table(
        "log_leaf",
        sa.Column("log", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("log", "data", name="pk_log_leaf"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_event"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_audit_event_at_id", "audit_event", ["at", "id"])
    op.create_index("ix_audit_event_case_id_at_id", "audit_event", ["case_id", "at", "id"])
