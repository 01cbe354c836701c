"""The audit trail as an append-only log.

What there is becomes the beginning of the log, in the order of (at, id), with salts and new hashes; an event
of its own, ``log:begin``, says how many were carried over. Those are as trustworthy as the database was on
the day of this step: nothing before it could have proved a change.

Revision: 0003, after 0002
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from reporting.protocol.audit import LOG, SALT_BYTES, TILE, Event, Frontier, canonical

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BATCH = 1_000
_HEAD = sa.table("audit_head", sa.column("log"), sa.column("size"), sa.column("frontier"))
_TILE = sa.table("audit_tile", sa.column("number"), sa.column("hash"))
_COLUMNS = ("position", "leaf", "salt", "id", "at", "member_id", "act", "case_id", "details", "subject")
_EVENT = sa.table("audit_event", *(sa.column(name) for name in _COLUMNS))


def upgrade() -> None:
    """Give every event its place in the log."""
    op.execute("CREATE TABLE audit_event_before AS SELECT id, at, member_id, act, case_id, details FROM audit_event")
    op.drop_table("audit_event")
    op.create_index("ix_audit_event_before", "audit_event_before", ["at", "id"])
    _create_event()
    _create_log()
    _carry_over()
    op.drop_table("audit_event_before")


def _create_event() -> None:
    op.create_table(
        "audit_event",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.Column("member_id", sa.String(length=64), nullable=True),
        sa.Column("act", sa.String(length=64), nullable=True),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("position", name="pk_audit_event"),
        sqlite_with_rowid=False,
    )
    for column in ("case_id", "member_id", "subject"):
        op.create_index(f"ix_audit_event_{column}_position", "audit_event", [column, "position"])


def _create_log() -> None:
    op.create_table(
        "audit_head",
        sa.Column("log", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log", name="pk_audit_head"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_tile",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_tile"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_tombstone",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_audit_tombstone"),
        sqlite_with_rowid=False,
    )


def _carry_over() -> None:
    frontier, tiles = Frontier(), []
    for batch in _batches():
        rows = []
        for event in batch:
            frontier, tile = frontier.append(event.leaf)
            rows.append(_row(event))
            if tile is not None:
                tiles.append({"number": event.position // TILE, "hash": tile})
        op.bulk_insert(_EVENT, rows)
    if tiles:
        op.bulk_insert(_TILE, tiles)
    op.bulk_insert(_HEAD, [{"log": LOG, "size": frontier.size, "frontier": frontier.encode()}])


def _batches() -> Iterator[list[Event]]:
    connection = op.get_bind()
    read = sa.text(
        "SELECT id, at, member_id, act, case_id, details FROM audit_event_before"
        " WHERE (at, id) > (:at, :id) ORDER BY at, id LIMIT :most"
    )
    at, id_, size = -1, "", 0
    while rows := connection.execute(read, {"at": at, "id": id_, "most": _BATCH}).all():
        yield [_event(size + place, *row) for place, row in enumerate(rows)]
        at, id_, size = rows[-1].at, rows[-1].id, size + len(rows)
    if size:
        yield [
            _event(size, os.urandom(16).hex(), int(time.time()), "server", "log:begin", None, f'{{"carried":{size}}}')
        ]


def _event(position: int, id_: str, at: int, member: str, act: str, case: str | None, details: str) -> Event:
    return Event(position, os.urandom(SALT_BYTES), id_, at, member, act, case, json.loads(details))


def _row(event: Event) -> dict[str, Any]:
    about = event.details.get("member")
    return {
        "position": event.position,
        "leaf": event.leaf,
        "salt": event.salt,
        "id": event.id,
        "at": event.at,
        "member_id": event.member,
        "act": event.act,
        "case_id": event.case,
        "details": canonical(event.details).decode(),
        "subject": about if isinstance(about, str) else None,
    }


def downgrade() -> None:
    """Keep the events that were not erased; what proved their order is lost."""
    op.execute(
        "CREATE TABLE audit_event_after AS SELECT id, at, member_id, act, case_id, details, leaf"
        " FROM audit_event WHERE id IS NOT NULL AND act <> 'log:begin'"
    )
    for name in ("audit_tombstone", "audit_tile", "audit_head", "audit_event"):
        op.drop_table(name)
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
    op.execute("INSERT INTO audit_event SELECT id, at, member_id, act, case_id, details, leaf FROM audit_event_after")
    op.create_index("ix_audit_event_at_id", "audit_event", ["at", "id"])
    op.create_index("ix_audit_event_case_id_at_id", "audit_event", ["case_id", "at", "id"])
    op.drop_table("audit_event_after")
