"""A case as JSON for scripts: the same facts as :mod:`reporting.cli.telling` tells, under the same conditions."""

from __future__ import annotations

from reporting.cli.attaching import attachment_json
from reporting.cli.telling import signed_clocks
from reporting.client.mailbox import OpenedCase
from reporting.protocol.encoding import JSONObject
from reporting.protocol.thread_types import EntryView


def case_json(case: OpenedCase) -> JSONObject:
    """A case for scripts: the same facts, under the same conditions."""
    view = case.view
    return {
        "case": view.case,
        "channel": view.channel,
        "received": case.served.received.isoformat(),
        "sealed_by": case.served.sealed_by,
        "status": {
            "signed": view.status.body.get("status") if view.status else None,
            "reason": view.status.body.get("reason") if view.status else None,
            "server": view.server_status,
            "outcome": view.server_outcome,
            "differs": view.status_differs,
            "refused_alone": view.decision is not None and "refusal" in view.signed_alone(view.decision),
            "found_alone": view.status is not None and "finding" in view.signed_alone(view.status),
        },
        "clocks": {
            "signed": [clock.to_json() for clock in signed_clocks(view)],
            "server": [clock.to_json() for clock in case.served.clocks],
        },
        "warnings": [warning.value for warning in view.warnings],
        "epoch": view.chain.last.number if view.chain else None,
        "holders": list(view.chain.last.holders) if view.chain else [],
        "excluded": list(view.first.first.excluded) if view.first and view.first.first else [],
        "entries": [_entry_json(entry, case) for entry in view.entries],
    }


def _entry_json(view: EntryView, case: OpenedCase) -> JSONObject:
    entry = view.entry
    known: JSONObject = {"state": view.state.value, "server_id": view.served.id, "audience": view.served.audience}
    if entry is None:
        return known | {"date": view.served.day.isoformat(), "reason": str(view.reason) if view.reason else None}
    acknowledged = case.acknowledged.get(view.served.id)
    return known | {
        "id": entry.id,
        "kind": entry.kind,
        "author": entry.author,
        "standing": view.standing,
        "date": entry.date.isoformat(),
        "body": dict(entry.body),
        "attachments": [attachment_json(attachment) for attachment in entry.attachments],
        "acknowledged": acknowledged.isoformat() if acknowledged else None,
    }
