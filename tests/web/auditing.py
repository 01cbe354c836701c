"""An auditor who keeps checkpoints, and what the server shows them over HTTP."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from reporting.protocol import audit, log
from reporting.protocol.audit import Checkpoint, Event
from reporting.protocol.encoding import JSONObject, b64decode
from reporting.protocol.note import VerifierKey
from tests.web.world import ORIGIN, Desk, World


@dataclass
class Auditor:
    """Judges as the browser does; ``kept`` is the last checkpoint that was accepted."""

    desk: Desk
    kept: Checkpoint | None = None
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, world: World) -> Auditor:
        """The auditor of the world, signed in."""
        return cls(world.sign_in("a1"))

    def read(self, path: str, **query: object) -> Any:
        """What ``GET /api/audit/<path>`` answers."""
        answer = self.desk.get(f"/api/audit/{path}", **{name: str(value) for name, value in query.items()})
        assert answer.status_code == 200, answer.data
        return json.loads(answer.data)

    def look(self) -> Checkpoint:
        """Fetch the present checkpoint and keep it, if it continues the one that was kept.

        :raises NotAuthentic: it does not
        """
        found = self.read("checkpoint", **{"from": self.kept.size if self.kept else 0})
        key = VerifierKey(f"{ORIGIN}/audit", self.desk.world.directory().log_key)
        new = audit.parse_checkpoint(found["checkpoint"], key)
        audit.check_continues(self.kept, new, [b64decode(one) for one in found["consistency"]])
        self.kept = new
        self.notes.append(found["checkpoint"])
        return new

    def items(self, **query: object) -> list[JSONObject]:
        """Every event that fits, the newest first, page by page; each proved to stand in the log as kept."""
        state, after, found = self.kept or self.look(), None, []
        while True:
            place: dict[str, object] = {} if after is None else {"after": after}
            page = self.read("events", size=state.size, limit=40, **place, **query)
            for item in page["events"]:
                check_item(item, state)
            found += page["events"]
            if not page["more"]:
                return found
            after = found[-1]["position"]

    def events(self, **query: object) -> list[Event]:
        """The same, as events; erased ones are left out."""
        return [audit.parse_event(one["event"]) for one in self.items(**query) if one["event"]]

    def leaves(self) -> list[bytes]:
        """Every leaf hash."""
        found: list[bytes] = []
        while True:
            page = self.read("leaves", **{"from": len(found), "count": 100})
            found += [b64decode(one) for one in page["leaves"]]
            if not page["leaves"]:
                return found


def check_item(item: JSONObject, state: Checkpoint) -> None:
    """An event's content gives its hash, and its hash stands in the log at its place."""
    leaf = b64decode(item["leaf"])
    if item["event"] is not None:
        event = audit.parse_event(item["event"])
        assert (event.position, event.leaf) == (item["position"], leaf)
    log.verify_inclusion(leaf, item["position"], state.size, [b64decode(one) for one in item["proof"]], state.root)
