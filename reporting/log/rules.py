"""Recording: leaves for the transparency log, events for the staff audit trail."""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy.orm import Session

from reporting.db.direct import insert_rows
from reporting.log.models import AuditEvent, LogLeaf
from reporting.protocol.encoding import dump_json
from reporting.protocol.log import leaf_data, leaf_hash
from reporting.service import Service


def add_leaf(session: Session, log: str, document: str) -> None:
    """Let a signed document wait for the next batch of ``log``: its SHA-256 is the leaf's data."""
    insert_rows(session, LogLeaf, [{"log": log, "data": leaf_data(document), "position": None}])


def record(
    service: Service,
    session: Session,
    member: str,
    act: str,
    *,
    case: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Write what a member of staff did, in the transaction that does it.

    The leaf is the RFC 6962 hash of the event's canonical JSON, so that a later log can prove the trail.
    """
    event = {
        "id": os.urandom(16).hex(),
        "at": service.clock.now(),
        "member": member,
        "act": act,
        "case": case,
        "details": details or {},
    }
    insert_rows(
        session,
        AuditEvent,
        [
            {
                "id": event["id"],
                "at": event["at"],
                "member_id": member,
                "act": act,
                "case_id": case,
                "details": dump_json(event["details"]).decode(),
                "leaf": leaf_hash(dump_json(event)),
            }
        ],
    )
