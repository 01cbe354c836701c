"""What a member's device does with a case: opens grants, reads the thread, seals entries, gives access."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from reporting.client.mailbox import parse_entry
from reporting.protocol.age import HybridRecipient, encrypt
from reporting.protocol.encoding import JSONObject, b64decode, b64encode
from reporting.protocol.grant import Grant, open_grant
from reporting.protocol.granting import access_body, grant_on, new_epoch
from reporting.protocol.submission import Author, Draft, prepare_entry
from reporting.protocol.thread import read_with_grants
from reporting.protocol.thread_types import CaseView, SealedCase
from tests.web.world import ORIGIN, Desk, World


@dataclass
class CaseAtDesk:
    """A case opened by a signed-in member."""

    desk: Desk
    case: str

    @property
    def path(self) -> str:
        """The case's address."""
        return f"/api/cases/{self.case}"

    def shown(self) -> JSONObject:
        """The case as the server shows it."""
        answer = self.desk.get(self.path)
        assert answer.status_code == 200, answer.data
        content: JSONObject = json.loads(answer.data)
        return content

    def served(self) -> list[JSONObject]:
        """Every entry that the server shows."""
        found: list[JSONObject] = []
        query: dict[str, str] = {}
        while True:
            content = json.loads(self.desk.get(f"{self.path}/entries", **query).data)
            found += content["entries"]
            if not content["more"]:
                return found
            query = {"after": found[-1]["id"]}

    def grants(self) -> list[Grant]:
        """The member's own grants, opened and checked."""
        shown = self.shown()
        return [
            open_grant(
                b64decode(grant["sealed"]),
                self.desk.person.identity,
                self.case,
                grant["epoch"],
                shown["epochs"][0],
                ORIGIN,
            )
            for grant in shown["grants"]
        ]

    def view(self) -> CaseView:
        """The case as the member's device judges it."""
        shown = self.shown()
        served = tuple(parse_entry(one) for one in self.served())
        notes, status = tuple(shown["epochs"]), shown["status"]
        sealed = SealedCase(self.case, shown["channel"], notes, status, served, shown["outcome"])
        return read_with_grants(sealed, self.grants(), self.desk.world.directory())

    def author(self) -> Author:
        """The member as the author of entries."""
        return Author(self.desk.person.id, self.desk.person.signing_key)

    def seal(self, kind: str, audience: str, body: dict[str, Any]) -> JSONObject:
        """The request that adds an entry."""
        world = self.desk.world
        view = self.view()
        recipient = HybridRecipient.parse(self.shown()["recipient"])
        entry, sealed = prepare_entry(
            view, self.author(), Draft(kind, audience, body), world.directory(), recipient, world.today
        )
        return {"audience": audience, "epoch": entry.epoch, "entry": b64encode(sealed)}

    def status(self, status: str) -> Any:
        """Tell the reporter of a new status, and move the case on."""
        request = self.seal("status", "reporter", {"status": status, "reason": "", "clocks": []})
        return self.desk.post(f"{self.path}/entries", {**request, "status": {"status": status}})

    def access(self, member: str) -> JSONObject:
        """The request that gives one more member access."""
        world = self.desk.world
        recipient = world.people[member].identity.recipient
        sealed = grant_on(
            self.view(), self.grants(), self.desk.person.id, member, recipient, world.directory(), world.today
        )
        entry = self.seal("access", "team", access_body(member, sealed))
        grants = [{"epoch": epoch, "sealed": b64encode(grant)} for epoch, grant in sealed.items()]
        return {"member": member, "epoch": entry["epoch"], "grants": grants, "entry": entry["entry"]}

    def pass_to(self, *members: str) -> JSONObject:
        """The request that makes a new epoch, held by exactly these members."""
        world = self.desk.world
        recipients = {member: world.people[member].identity.recipient for member in members}
        made = new_epoch(
            self.view(),
            self.grants(),
            self.desk.person.id,
            self.desk.person.signing_key,
            recipients,
            world.directory(),
            world.today,
        )
        grants = [
            {"member": member, "epoch": epoch, "sealed": b64encode(sealed)}
            for member, by_epoch in made.grants.items()
            for epoch, sealed in by_epoch.items()
        ]
        return {"note": made.note, "recipient": str(made.recipient), "grants": grants}


def at_desk(world: World, member: str, case: str | None = None) -> CaseAtDesk:
    """A member with a case open, by default a fresh one."""
    case = case or world.report().case
    return CaseAtDesk(world.sign_in(member), case)


def sealed_bytes(size: int, stanzas: list[HybridRecipient]) -> str:
    """An age file of zeros, for what the server can check without a key."""
    return b64encode(encrypt(bytes(size), stanzas))
