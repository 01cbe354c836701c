"""Measures and check-ins as officers and reporters send them."""

from __future__ import annotations

import json
from typing import Any

from reporting.protocol.encoding import JSONObject
from reporting.protocol.receipt import ReceiptCode
from tests.web.casework import CaseAtDesk
from tests.web.protection import decide, officer, with_officers
from tests.web.test_mailbox import follow_up, page
from tests.web.world import World

MEASURE = "ab" * 16


def sealed(at: CaseAtDesk, audience: str = "reporter", **answers: Any) -> JSONObject:
    """A signed entry about a measure."""
    said = {
        "measure": MEASURE, "what": "leave", "text": "", "state": "active", "owner": "m4", "start": "2026-11-23",
        "review": "2026-12-23", "end": None, "consent": "given", "effect": "", "reason": "",
    }  # fmt: skip
    return at.seal("protection", audience, {"form": "measure-1", "answers": said | answers})


def beside(**changes: Any) -> JSONObject:
    """What the server is told beside it."""
    content: JSONObject = {
        "measure": MEASURE,
        "state": "active",
        "owner": "m4",
        "review": "2026-12-23",
        "end": None,
    }
    return content | changes


def set_measure(at: CaseAtDesk, audience: str = "reporter", **changes: Any) -> Any:
    """Say where a measure stands."""
    return at.desk.post(f"{at.path}/measures", sealed(at, audience) | beside(**changes))


def measures(at: CaseAtDesk) -> list[JSONObject]:
    """The measures that the desk is shown."""
    found: list[JSONObject] = at.shown()["protection"]["measures"]
    return found


def claimed(world: World) -> tuple[CaseAtDesk, ReceiptCode, Any]:
    """A claim with two officers, the receipt code that opens it, and what was sent."""
    with_officers(world)
    receipt = ReceiptCode.generate()
    prepared = world.report(receipt, channel="protection")
    return officer(world, "m4", prepared.case), receipt, prepared


def closed(world: World, outcome: str = "granted") -> tuple[CaseAtDesk, ReceiptCode, Any]:
    """A claim that was decided that way, and closed."""
    at, receipt, prepared = claimed(world)
    for status in ("triage", "assessing"):
        assert at.status(status).status_code == 201
    assert decide(at, outcome).status_code == 201
    for status in ("active", "ended", "closed") if outcome in ("granted", "partly") else ("closed",):
        assert at.status(status).status_code == 201, status
    return at, receipt, prepared


def asked(world: World, receipt: ReceiptCode) -> list[tuple[int, str, str | None]]:
    """The check-ins that a mailbox shows."""
    (case,) = page(world, receipt)["cases"]
    return [(one["months"], one["due"], one["done"]) for one in case["check_ins"]]


def write(world: World, receipt: ReceiptCode, prepared: Any, text: str = "More.") -> Any:
    """A follow-up of the reporter."""
    request = follow_up(world, receipt, prepared, text) | {"challenge": world.solved()}
    answer = world.post("/api/entries", request)
    assert answer.status_code == 201, json.loads(answer.data)
    return answer
