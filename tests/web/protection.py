"""A site whose protection channel has two officers and a key in the safe, and what officers do there."""

from __future__ import annotations

import json
from typing import Any

from reporting.directory import rules as directories
from reporting.protocol.encoding import JSONObject
from tests.web.casework import CaseAtDesk, at_desk
from tests.web.world import World, enroll, publish

APPEAL = "Write here within a month."


def with_officers(world: World) -> World:
    """The world with a second officer, m7, and a break-glass member, m8, on the protection channel."""
    for member in ("m7", "m8"):
        world.people[member] = enroll(world.service, member, ())
    with world.service.database.write() as session:
        directories.give_role(session, "protection", "protection", "m7")
        directories.give_role(session, "protection", "break_glass", "m8")
    publish(world.service, world.root)
    return world


def claim(world: World) -> str:
    """A claim of retaliation that has arrived: its case."""
    return world.report(channel="protection").case


def officer(world: World, member: str, case: str) -> CaseAtDesk:
    """An officer with the case open."""
    return at_desk(world, member, case)


def decide(at: CaseAtDesk, outcome: str, refusal: str | None = None) -> Any:
    """Tell the reporter of a decision, and move the case on."""
    body = {"status": "decided", "reason": "Because.", "clocks": [], "outcome": outcome, "appeal": APPEAL}
    request = at.seal("status", "reporter", body)
    move = {"status": "decided", "outcome": outcome} | ({} if refusal is None else {"refusal": refusal})
    return at.desk.post(f"{at.path}/entries", {**request, "status": move})


def proposal(at: CaseAtDesk) -> JSONObject:
    """The request that proposes to refuse."""
    answers = {"reason": "Nothing was done to them.", "appeal": APPEAL}
    sealed = at.seal("protection", "team", {"form": "refusal-1", "answers": answers})
    return {"epoch": sealed["epoch"], "entry": sealed["entry"]}


def propose(at: CaseAtDesk) -> str:
    """Propose to refuse: the proposal's id."""
    answer = at.desk.post(f"{at.path}/refusals", proposal(at))
    assert answer.status_code == 201, answer.data
    return str(json.loads(answer.data)["id"])


def assessed(world: World, member: str = "m4") -> CaseAtDesk:
    """A claim that an officer assesses."""
    at = officer(world, member, claim(world))
    for status in ("triage", "assessing"):
        assert at.status(status).status_code == 201
    return at
