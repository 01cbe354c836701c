"""An honest post office in memory, holding what the server would; tests make it dishonest."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field, replace
from typing import Any

from reporting.protocol import acknowledgement, certificate
from reporting.protocol.acknowledgement import EntryAcknowledgement, ReportAcknowledgement
from reporting.protocol.age import HybridRecipient
from reporting.protocol.certificate import Certificate
from reporting.protocol.encoding import JSONObject, b64encode, sha256
from reporting.protocol.granting import NewEpoch
from reporting.protocol.requests import parse_certificate_request, parse_entry_request, parse_report_request
from reporting.protocol.thread_types import SealedCase, SealedEntry
from tests.factories.site import Site


@dataclass(frozen=True)
class StoredEntry:
    """An entry as stored: server's id, day and audience; ``sealed`` is None once removed."""

    id: str
    day: datetime.date
    audience: str
    sealed: bytes | None = field(repr=False)
    sha256: bytes

    def served(self) -> SealedEntry:
        """As a client is given it; the hash of what is there is computed by the client."""
        if self.sealed is None:
            return SealedEntry(self.id, self.day, self.audience, None, self.sha256)
        return SealedEntry.of(self.id, self.day, self.sealed, self.audience)


@dataclass
class StoredCase:
    """A case as stored."""

    case: str
    channel: str
    token: bytes
    received: datetime.date
    epochs: list[str]
    recipients: list[str]
    grants: dict[str, dict[int, bytes]]
    entries: list[StoredEntry] = field(default_factory=list)
    status: str = "received"
    outcome: str | None = None
    acknowledgement: str = ""

    def find(self, sealed: bytes) -> int:
        """Where the entry with these bytes stands."""
        return next(place for place, entry in enumerate(self.entries) if entry.sealed == sealed)


class Post:
    """What a server does for reporters and members: keeps envelopes and hands them out."""

    def __init__(self, site: Site, seed: int = 0) -> None:
        self.site = site
        self.cases: dict[str, StoredCase] = {}
        self._random = random.Random(seed)

    def submit(self, request: JSONObject) -> str:
        """``POST /api/reports``: the acknowledgement."""
        report = parse_report_request(request, self.site.origin)
        case = StoredCase(
            case=report.case,
            channel=report.channel,
            token=report.token,
            received=self.site.today,
            epochs=[report.epoch_note],
            recipients=[report.recipient],
            grants={grant.member: {0: grant.sealed} for grant in report.grants},
        )
        self.cases[report.case] = case
        self.put(report.case, "reporter", report.entry)
        if report.identity is not None:
            self.put(report.case, "custodian", report.identity)
        received = ReportAcknowledgement(
            origin=self.site.origin,
            case=report.case,
            entry_sha256=sha256(report.entry),
            channel=report.channel,
            date=self.site.today,
            directory=report.directory,
            reporter_sha256=report.reporter_sha256,
        )
        case.acknowledgement = acknowledgement.sign(received, self.site.service)
        return case.acknowledgement

    def certify(self, request: JSONObject, **changes: Any) -> str:
        """``POST /api/certify``: the certificate, with ``changes`` where the server lies."""
        asked = parse_certificate_request(request)
        case = self.cases[asked.case]
        found = Certificate(
            origin=self.site.origin,
            report=certificate.commit_report(case.acknowledgement, asked.opening),
            received=case.received,
            channel=case.channel if asked.name_channel else None,
            directory=len(self.site.versions),
            issued=self.site.today,
            commitment=asked.commitment,
        )
        return certificate.sign(replace(found, **changes), self.site.service)

    def follow_up(self, request: JSONObject) -> str:
        """``POST /api/entries``: the acknowledgement."""
        entry = parse_entry_request(request)
        self.put(entry.case, "reporter", entry.entry)
        received = EntryAcknowledgement(self.site.origin, entry.case, sha256(entry.entry), self.site.today)
        return acknowledgement.sign(received, self.site.service)

    def new_id(self) -> str:
        """A random id of the server's."""
        return f"{self._random.getrandbits(128):032x}"

    def put(self, case: str, audience: str, sealed: bytes) -> StoredEntry:
        """Store an entry of any author."""
        entry = StoredEntry(self.new_id(), self.site.today, audience, sealed, sha256(sealed))
        self.cases[case].entries.append(entry)
        return entry

    def grant(self, case: str, member: str, grants: dict[int, bytes]) -> None:
        """Store grants for a member."""
        self.cases[case].grants.setdefault(member, {}).update(grants)

    def add_epoch(self, case: str, epoch: NewEpoch) -> None:
        """Store a new epoch with its grants; members who got none are served the case no longer."""
        stored = self.cases[case]
        stored.epochs.append(epoch.note)
        stored.recipients.append(str(epoch.recipient))
        stored.grants = {member: grants for member, grants in stored.grants.items() if member in epoch.grants}
        for member, grants in epoch.grants.items():
            self.grant(case, member, dict(grants))

    def remove(self, case: str, entry: StoredEntry) -> None:
        """Delete an entry's content; its hash stays."""
        entries = self.cases[case].entries
        entries[entries.index(entry)] = replace(entry, sealed=None)

    def recipient(self, case: str) -> HybridRecipient:
        """The recipient that the server names as the case's newest."""
        return HybridRecipient.parse(self.cases[case].recipients[-1])

    def mailbox(self, case: str) -> SealedCase:
        """The case as its reporter is served it, all pages together."""
        return self._served(case, ("reporter",))

    def desk(self, case: str) -> SealedCase:
        """The case as a member with a grant is served it."""
        return self._served(case, ("reporter", "team", "custodian"))

    def grants_of(self, case: str, member: str) -> list[tuple[int, bytes]]:
        """The member's own grants."""
        return sorted(self.cases[case].grants.get(member, {}).items())

    def _served(self, case: str, audiences: tuple[str, ...]) -> SealedCase:
        stored = self.cases[case]
        entries = [entry.served() for entry in stored.entries if entry.audience in audiences]
        return SealedCase(case, stored.channel, tuple(stored.epochs), stored.status, tuple(entries), stored.outcome)


def token_of(case: StoredCase) -> str:
    """The mailbox token in base64, as requests carry it."""
    return b64encode(case.token)
