"""What members' devices do about an identity: a holder asks, custodians decide, one opens."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from reporting.protocol import entry as entries
from reporting.protocol.age import HybridRecipient, encrypt
from reporting.protocol.custody import (
    APPROVE,
    OPENED,
    Asked,
    Custody,
    asked_in,
    make_decision,
    open_approved,
    read_custody,
)
from reporting.protocol.disclosure import Disclosure, make_disclosure
from reporting.protocol.encoding import JSONObject, b64decode, b64encode, parse_day, sha256
from reporting.protocol.entry import Entry
from reporting.protocol.thread_types import SealedEntry
from reporting.protocol.withdrawal import make_withdrawal
from tests.web.casework import CaseAtDesk
from tests.web.world import World

NAME = {"name": "Jo Doe"}
PADDED = 2048


@dataclass
class Custodian:
    """A custodian at the desk, about one case."""

    at: CaseAtDesk

    @property
    def person(self) -> Any:
        """The member with their keys."""
        return self.at.desk.person

    def custody(self) -> Custody:
        """The case as this custodian's device judges it."""
        served = [
            SealedEntry.of(one["id"], parse_day(one["date"]), b64decode(one["sealed"]), one["audience"])
            for one in self.at.served()
        ]
        directory = self.at.desk.world.directory()
        return read_custody(served, self.person.identity, self.at.case, self.at.shown()["epochs"], directory)

    def seal(self, asked: Asked, entry: Entry) -> str:
        """An entry for those whom the request asks, and the case."""
        world = self.at.desk.world
        recipients = [world.people[member].identity.recipient for member in asked.request.custodians]
        recipient = HybridRecipient.parse(self.at.shown()["recipient"])
        return b64encode(entries.seal_entry(entry, self.person.signing_key, [*recipients, recipient]))

    def decision(self, decision: str = APPROVE, reason: str = "It is needed.") -> JSONObject:
        """The request that decides on the newest disclosure."""
        world, custody = self.at.desk.world, self.custody()
        asked = custody.asked[-1]
        entry = make_decision(
            custody, asked, world.directory(), self.person.id, (decision, reason), world.today, entries.new_id()
        )
        return {"epoch": entry.epoch, "entry": self.seal(asked, entry), "decision": decision}

    def decide(self, disclosure: str, decision: str = APPROVE) -> TestResponse:
        """Decide, honestly."""
        return self.at.desk.post(f"{self.at.path}/disclosures/{disclosure}/decisions", self.decision(decision))

    def fetch(self, disclosure: str) -> TestResponse:
        """Ask for the identity file."""
        return self.at.desk.post(f"{self.at.path}/disclosures/{disclosure}/opening", {})

    def open(self, disclosure: str) -> Entry:
        """The identity, opened on this device."""
        answer = self.fetch(disclosure)
        assert answer.status_code == 200, answer.data
        world, custody = self.at.desk.world, self.custody()
        sealed = b64decode(json.loads(answer.data)["sealed"])
        return open_approved(custody, custody.asked[-1], sealed, self.person.identity, world.directory(), world.today)

    def opened(self) -> JSONObject:
        """The request that stores the opened identity, sealed to the case."""
        decision = self.decision(OPENED, "")
        recipient = HybridRecipient.parse(self.at.shown()["recipient"])
        return {"epoch": decision["epoch"], "entry": decision["entry"], "note": b64encode(note_for(recipient))}


def note_for(recipient: HybridRecipient) -> bytes:
    """Something of a note's form for the team."""
    return encrypt(bytes(PADDED), [recipient])


def identified(world: World, member: str = "m1", **options: Any) -> CaseAtDesk:
    """A case with an identity file, opened by a holder."""
    return CaseAtDesk(world.sign_in(member), world.report(identity_answers=NAME, **options).case)


def custodian(opened: CaseAtDesk, member: str) -> Custodian:
    """A custodian, about that case."""
    return Custodian(CaseAtDesk(opened.desk.world.sign_in(member), opened.case))


def request(opened: CaseAtDesk, custodians: tuple[str, ...] = ("m5", "m6"), *, told: bool = True) -> JSONObject:
    """The request that asks for the identity; the reporter was told before, or else that is waived."""
    world, view = opened.desk.world, opened.view()
    notice = _tell(opened) if told else None
    asked = Disclosure(
        reporter_key=view.reporter_key,
        recipient=opened.grants()[0].identity.recipient,
        channel="procurement",
        reason="The court asks.",
        legal_basis="Article 16",
        custodians=custodians,
        needed=min(2, len(custodians)),
        notice=notice[1] if notice else None,
        waiver="" if notice else "They would be warned.",
    )
    author = opened.author()
    entry = make_disclosure(opened.view(), world.directory(), author.id, asked, world.today, entries.new_id())
    recipients = [world.people[member].identity.recipient for member in custodians]
    sealed = entries.seal_entry(entry, author.key, [*recipients, HybridRecipient.parse(opened.shown()["recipient"])])
    return {
        "epoch": entry.epoch,
        "entry": b64encode(sealed),
        "custodians": list(custodians),
        "notice": notice[0] if notice else None,
    }


def _tell(opened: CaseAtDesk) -> tuple[str, bytes]:
    message = opened.seal("message", "reporter", {"text": "A court asks for your name, for these reasons."})
    answer = opened.desk.post(f"{opened.path}/entries", message)
    assert answer.status_code == 201, answer.data
    return json.loads(answer.data)["id"], sha256(b64decode(message["entry"]))


def ask(opened: CaseAtDesk, custodians: tuple[str, ...] = ("m5", "m6")) -> str:
    """A stored request: its id."""
    answer = opened.desk.post(f"{opened.path}/disclosures", request(opened, custodians))
    assert answer.status_code == 201, answer.data
    return str(json.loads(answer.data)["id"])


def withdrawal(opened: CaseAtDesk, place: int = -1, reason: str = "The court has dropped it.") -> JSONObject:
    """The request that takes back a request of one's own, the newest unless one is named."""
    world, view, author = opened.desk.world, opened.view(), opened.author()
    asked = asked_in(view)[place]
    entry = make_withdrawal(view, asked, world.directory(), author.id, reason, world.today, entries.new_id())
    recipients = [world.people[member].identity.recipient for member in asked.request.custodians]
    sealed = entries.seal_entry(entry, author.key, [*recipients, HybridRecipient.parse(opened.shown()["recipient"])])
    return {"epoch": entry.epoch, "entry": b64encode(sealed)}


def listed(opened: CaseAtDesk) -> list[JSONObject]:
    """The case's requests, as the server shows them."""
    answer = opened.desk.get(f"{opened.path}/disclosures")
    assert answer.status_code == 200, answer.data
    found: list[JSONObject] = json.loads(answer.data)["disclosures"]
    return found
