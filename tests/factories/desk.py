"""A member at work, with whatever the post office hands them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from reporting.protocol import entry as entries
from reporting.protocol import granting
from reporting.protocol.age import HybridIdentity, HybridRecipient
from reporting.protocol.custody import Custody, asked_in, make_decision, open_approved, read_custody
from reporting.protocol.disclosure import Disclosure, make_disclosure
from reporting.protocol.encoding import JSON, JSONObject, b64encode
from reporting.protocol.entry import Entry
from reporting.protocol.grant import Grant, open_grant
from reporting.protocol.second import FALSE, REFUSED, Proposed, sign_second
from reporting.protocol.submission import Author, Draft, prepare_entry
from reporting.protocol.thread import read_as_member
from reporting.protocol.thread_types import CaseView
from reporting.protocol.withdrawal import make_withdrawal
from tests.factories.people import Person
from tests.factories.post import Post, StoredEntry
from tests.factories.site import Site


class Desk:
    """What a member's client does: reads, writes, gives on, withdraws, removes."""

    def __init__(self, site: Site, post: Post, member: str) -> None:
        self.site, self.post = site, post
        self.person: Person = site.people[member]
        self.id = member

    def read(self, case: str) -> CaseView:
        """The case as the desk shows it."""
        grants = self.post.grants_of(case, self.id)
        return read_as_member(self.post.desk(case), grants, self.person.identity, self.site.directory)

    def grants(self, case: str) -> list[Grant]:
        """The member's grants, opened."""
        note = self.post.cases[case].epochs[0]
        return [
            open_grant(sealed, self.person.identity, case, epoch, note, self.site.origin)
            for epoch, sealed in self.post.grants_of(case, self.id)
        ]

    def case_identity(self, case: str, epoch: int = -1) -> HybridIdentity:
        """The case's identity of an epoch, the newest unless one is named."""
        return self.grants(case)[epoch].identity

    def prepare(self, case: str, kind: str, audience: str, body: Mapping[str, JSON]) -> tuple[Entry, bytes]:
        """A sealed entry, not sent yet."""
        author = Author(self.id, self.person.key)
        recipient = self.post.recipient(case)
        draft = Draft(kind, audience, body)
        return prepare_entry(self.read(case), author, draft, self.site.directory, recipient, self.site.today)

    def write(self, case: str, kind: str, audience: str, body: Mapping[str, JSON]) -> StoredEntry:
        """Send an entry."""
        _, sealed = self.prepare(case, kind, audience, body)
        return self.post.put(case, audience, sealed)

    def reply(self, case: str, text: str = "Thank you.") -> StoredEntry:
        """A message to the reporter."""
        return self.write(case, "message", "reporter", {"text": text})

    def note(self, case: str, text: str = "To be looked at.") -> StoredEntry:
        """A note for the team."""
        return self.write(case, "note", "team", {"text": text})

    def status(self, case: str, status: str) -> StoredEntry:
        """A signed status; the server is told it too."""
        clocks = [{"name": "feedback", "due": "2026-12-01", "done": None}]
        stored = self.write(case, "status", "reporter", {"status": status, "reason": "", "clocks": clocks})
        self.post.cases[case].status = status
        return stored

    def second(self, case: str, form: str, reason: str, appeal: str = "", status: str | None = None) -> JSONObject:
        """The signature of this member for what they propose in a form, under the status that stands."""
        stood = self.read(case).status
        before = stood.id if stood else ""
        what = REFUSED if form == "refusal-1" else FALSE
        proposed = Proposed(case, before if status is None else status, what, reason, appeal)
        version, today = self.site.directory.version, self.site.today
        return sign_second(proposed, self.id, self.person.key, version, today).body()

    def propose(self, case: str, form: str, reason: str, appeal: str = "", **changes: JSON) -> JSONObject:
        """Propose something that needs two: what the status that confirms it repeats."""
        stood = self.read(case).status
        said: JSONObject = {"reason": reason, "status": stood.id if stood else ""}
        said |= {"appeal": appeal} if form == "refusal-1" else {"finding": "knowingly-false"}
        second = self.second(case, form, reason, appeal)
        answers = said | {"second": second} | changes
        entry, sealed = self.prepare(case, "protection", "team", {"form": form, "answers": answers})
        self.post.put(case, "team", sealed)
        return {"proposal": entry.id, "second": second}

    def prepare_grant(self, case: str, member: str, recipient: HybridRecipient | None = None) -> dict[int, bytes]:
        """Grants for one more member, not sent yet."""
        to = recipient or self.site.people[member].recipient
        view, held = self.read(case), self.grants(case)
        return granting.grant_on(view, held, self.id, member, to, self.site.directory, self.site.today)

    def give(self, case: str, member: str) -> StoredEntry:
        """Let one more member read the case, and record it."""
        grants = self.prepare_grant(case, member)
        self.post.grant(case, member, grants)
        return self.write(case, "access", "team", granting.access_body(member, grants))

    def prepare_epoch(self, case: str, holders: Collection[str]) -> granting.NewEpoch:
        """A new epoch, not sent yet."""
        return granting.new_epoch(
            self.read(case),
            self.grants(case),
            self.id,
            self.person.key,
            {member: self.site.people[member].recipient for member in holders},
            self.site.directory,
            self.site.today,
        )

    def new_epoch(self, case: str, holders: Collection[str]) -> None:
        """Pass the case to ``holders``, or withdraw it from everybody else."""
        self.post.add_epoch(case, self.prepare_epoch(case, holders))

    def remove(self, case: str, entry: StoredEntry, reason: str = "Names a third person.") -> None:
        """Delete an entry, with the signed removal that says so."""
        body = {"sha256": b64encode(entry.sha256), "reason": reason}
        self.write(case, "removal", entry.audience, body)
        self.post.remove(case, entry)

    def ask_identity(self, case: str, reason: str = "The court asks.", **changes: Any) -> StoredEntry:
        """A signed disclosure request, sealed to the custodians and the case; the reporter was told before."""
        view = self.read(case)
        assert view.first is not None
        assert view.first.first is not None
        first = view.first.first
        custodians = self.site.directory.custodians(first.channel, self.site.today, first.excluded)
        request = Disclosure(
            reporter_key=view.reporter_key,
            recipient=self.case_identity(case, 0).recipient,
            channel=first.channel,
            reason=reason,
            legal_basis="Article 16",
            custodians=tuple(custodians),
            needed=min(2, len(custodians)),
            notice=bytes(32),
        )
        request = replace(request, **changes)
        entry = make_disclosure(view, self.site.directory, self.id, request, self.site.today, entries.new_id())
        return self.seal_to_custodians(case, entry, request)

    def seal_to_custodians(self, case: str, entry: Entry, request: Disclosure) -> StoredEntry:
        """Send an entry to those whom a request asks, and to the case."""
        recipients = [self.site.people[member].recipient for member in request.custodians]
        sealed = entries.seal_entry(entry, self.person.key, [*recipients, self.post.recipient(case)])
        return self.post.put(case, "custodian", sealed)

    def custody(self, case: str) -> Custody:
        """What a custodian sees of a case: what the server serves them, judged."""
        stored = self.post.cases[case]
        served = [entry.served() for entry in stored.entries if entry.audience == "custodian"]
        return read_custody(served, self.person.identity, case, stored.epochs, self.site.directory)

    def decide(
        self, case: str, decision: str = "approve", reason: str = "It is needed.", place: int = -1
    ) -> StoredEntry:
        """A custodian's signed decision on a request, the newest unless one is named."""
        custody = self.custody(case)
        asked = custody.asked[place]
        entry = make_decision(
            custody, asked, self.site.directory, self.id, (decision, reason), self.site.today, entries.new_id()
        )
        return self.seal_to_custodians(case, entry, asked.request)

    def withdraw(self, case: str, reason: str = "The court has dropped it.", place: int = -1) -> StoredEntry:
        """The signed withdrawal of one's own request, the newest unless one is named."""
        view = self.read(case)
        asked = asked_in(view)[place]
        directory, today = self.site.directory, self.site.today
        entry = make_withdrawal(view, asked, directory, self.id, reason, today, entries.new_id())
        return self.seal_to_custodians(case, entry, asked.request)

    def open_identity(self, case: str, place: int = -1, identity: StoredEntry | None = None) -> Entry:
        """The identity, opened by a custodian for a request, the newest unless one is named."""
        custody = self.custody(case)
        file = identity or next(one for one in self.post.cases[case].entries if one.audience == "custodian")
        assert file.sealed is not None
        return open_approved(
            custody, custody.asked[place], file.sealed, self.person.identity, self.site.directory, self.site.today
        )
