"""Invitations, second factors, and how far a session has come. Everybody signs in again.

Revision: 0004, after 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the new tables, make ``staff_session`` anew, and let members have a recovery secret."""
    op.add_column("member", sa.Column("recovery_hash", sa.Text(), nullable=True))
    op.create_index("ix_sign_in_throttle_last", "sign_in_throttle", ["last"])
    op.drop_table("staff_session")
    op.create_table(
        "staff_session",
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("proved", sa.BigInteger(), nullable=True),
        sa.Column("challenge", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_staff_session_member_id"),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_staff_session"),
        sa.UniqueConstraint("id", name="uq_staff_session_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_staff_session_member_id", "staff_session", ["member_id"])
    _create_invitation()
    _create_factors()


def downgrade() -> None:
    """Drop what was added, and the sessions with it."""
    for table in ("backup_code", "authenticator", "invitation", "staff_session"):
        op.drop_table(table)
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
    op.drop_index("ix_sign_in_throttle_last", "sign_in_throttle")
    op.drop_column("member", "recovery_hash")


def _create_invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("site_roles", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=True),
        sa.Column("revoked", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_invitation"),
        sa.UniqueConstraint("id", name="uq_invitation_id"),
        sqlite_with_rowid=False,
    )


def _create_factors() -> None:
    op.create_table(
        "authenticator",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("credential", sa.LargeBinary(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("prf", sa.Boolean(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_authenticator_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_authenticator"),
        sa.UniqueConstraint("credential", name="uq_authenticator_credential"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_authenticator_member_id", "authenticator", ["member_id"])
    op.create_table(
        "backup_code",
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_backup_code_member_id"),
        sa.PrimaryKeyConstraint("member_id", "hash", name="pk_backup_code"),
        sqlite_with_rowid=False,
    )
