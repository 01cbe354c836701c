"""What a reader is served, and what a reader may show: the types of :mod:`reporting.protocol.thread`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reporting.protocol.age import HybridIdentity, HybridRecipient
from reporting.protocol.encoding import b64encode, sha256
from reporting.protocol.entry import MAX_PREVIOUS, Attachment, Entry
from reporting.protocol.epoch import Chain
from reporting.protocol.errors import ProtocolError, Refused, N_


class State(StrEnum):
    """What is known of one entry (protocol section 5)."""

    AUTHENTIC = "authentic"
    NOT_AUTHENTIC = "not-authentic"
    CANNOT_BE_OPENED = "cannot-be-opened"
    REMOVED = "removed"


class CaseWarning(StrEnum):
    """What a person is told about a case. None of these appears in a year of ordinary use."""

    NOT_YOURS = "not-your-case"
    DAMAGED = "case-damaged"
    GRANT_DAMAGED = "grant-damaged"
    FIRST_ENTRY_MISSING = "first-entry-missing"
    OTHER_CHANNEL = "other-channel"
    EPOCHS_BROKEN = "epochs-broken"
    EPOCHS_WITHHELD = "epochs-withheld"
    ENTRIES_MAY_BE_MISSING = "entries-may-be-missing"
    REMOVED_WITHOUT_WORD = "removed-without-word"


@dataclass(frozen=True)
class SealedEntry:
    """An entry as served: the server's id, day and audience; ``sealed`` is None once it was deleted."""

    id: str
    day: datetime.date
    audience: str
    sealed: bytes | None
    sha256: bytes

    @classmethod
    def of(cls, server_id: str, day: datetime.date, sealed: bytes, audience: str = "reporter") -> SealedEntry:
        """An entry that is still there; the hash is computed here, never taken from the server."""
        return cls(server_id, day, audience, sealed, sha256(sealed))


@dataclass(frozen=True)
class SealedCase:
    """A case as served: everything in it is the server's word until judged."""

    case: str
    channel: str
    epochs: tuple[str, ...]
    status: str
    entries: tuple[SealedEntry, ...]
    outcome: str | None = None


@dataclass(frozen=True)
class Reader:
    """Who reads: the identities at hand by epoch (``None`` for the reporter's own), and the reporter's key."""

    reporter_key: bytes
    identities: Mapping[int | None, HybridIdentity] = field(repr=False)
    reporter_recipient: HybridRecipient | None = None


@dataclass(frozen=True)
class EntryView:
    """One entry as judged. ``entry`` is there only if it is authentic."""

    served: SealedEntry
    state: State
    entry: Entry | None = None
    standing: str = ""
    reason: ProtocolError | None = None


@dataclass(frozen=True)
class CaseView:
    """A case as judged: what may be shown, and to whom something may be sealed."""

    case: str
    channel: str
    entries: tuple[EntryView, ...] = ()
    warnings: tuple[CaseWarning, ...] = ()
    chain: Chain | None = None
    first: Entry | None = None
    status: Entry | None = None
    other_statuses: tuple[Entry, ...] = ()
    status_may_be_older: bool = False
    server_status: str = ""
    server_outcome: str | None = None
    needs_newer_directory: bool = False
    reporter_key: bytes = b""
    named_epoch: int = 0
    alone: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    removals: Mapping[tuple[str, bytes], Entry] = field(default_factory=dict)

    @property
    def status_differs(self) -> bool:
        """Whether the server's word must be shown beside the signed status, or instead of it."""
        signed = None if self.status is None else self.status.body.get("status")
        return self.outcome_differs or signed != self.server_status

    @property
    def decision(self) -> Entry | None:
        """The last decision that was signed: the status that stands, or the last before it that is one."""
        decisions = [entry for entry in (*self.authentic("reporter"), self.status) if entry and is_decision(entry)]
        return decisions[-1] if decisions else None

    @property
    def outcome_differs(self) -> bool:
        """Whether the server says another outcome than the last signed decision."""
        decision = self.decision
        return (decision.body.get("outcome") if decision else None) != self.server_outcome

    def authentic(self, audience: str | None = None) -> list[Entry]:
        """The authentic entries, oldest first, of one audience or of all."""
        found = [view.entry for view in self.entries if view.entry is not None]
        return [entry for entry in found if audience in (None, entry.audience)]

    def heads(self, audience: str) -> tuple[bytes, ...]:
        """What a new entry's ``prev`` names: seen entries of the audience that no other one lists.

        At most sixteen, the oldest where there are more. What was removed or is not authentic was
        not seen: a server that invents such entries must not crowd out the others.
        """
        seen = [view for view in self.entries if view.entry and view.entry.audience == audience]
        listed = {digest for view in seen if view.entry for digest in view.entry.prev}
        heads = [view.served.sha256 for view in seen if view.served.sha256 not in listed]
        return _sorted_hashes(heads[:MAX_PREVIOUS])

    def heads_for_status(self) -> tuple[bytes, ...]:
        """Like :meth:`heads` for a status entry, which also names every status that stands before it.

        Each of them by itself: what lies between may be removed one day, and says then no more what it followed.
        """
        standing = [entry for entry in (self.status, *reversed(self.other_statuses)) if entry is not None]
        named = [self._hash_of(entry) for entry in standing][:MAX_PREVIOUS]
        heads = [digest for digest in self.heads("reporter") if digest not in named]
        return _sorted_hashes([*heads[: MAX_PREVIOUS - len(named)], *named])

    def _hash_of(self, entry: Entry) -> bytes:
        return next(view.served.sha256 for view in self.entries if view.entry is entry)

    def signed_alone(self, status: Entry) -> tuple[str, ...]:
        """What a status says, of ``refusal`` and ``finding``, that two sign for and one did, as far as can be seen."""
        return self.alone.get((status.author, status.id), ())

    def removal_of(self, audience: str, digest: bytes) -> Entry | None:
        """The first authentic entry, by somebody who may, that says why a sealed entry or file was removed."""
        return self.removals.get((audience, digest))

    def removed_file(self, entry: Entry, attachment: Attachment) -> Entry | None:
        """The authentic entry that says why a file of ``entry`` was removed; None while it should be there."""
        return self.removal_of(entry.audience, attachment.sha256)

    def highest_directory(self, audience: str) -> int:
        """The highest directory version that an authentic entry of the audience names."""
        return max((entry.directory for entry in self.authentic(audience)), default=0)

    def check_may_seal(self, recipient: HybridRecipient) -> None:
        """Whether anything may be sealed to this case's ``recipient`` now.

        :raises Refused: the case is not in order, or this is not its newest recipient
        """
        if self.chain is None or self.first is None or CaseWarning.OTHER_CHANNEL in self.warnings:
            raise Refused(N_("This case is not in order; nothing can be sealed to it."))
        if self.needs_newer_directory:
            raise Refused(N_("The list of recipients has changed: load it again first."))
        self.chain.check_may_seal(recipient, self.named_epoch)


def is_decision(entry: Entry) -> bool:
    """Whether an entry tells of a decision (protocol section 8.6)."""
    return entry.kind == "status" and entry.body.get("status") == "decided"


#: What is found of a report, and the one that two persons sign for: one proposes it, another tells the reporter.
FINDINGS = ("substantiated", "partly-substantiated", "not-substantiated", "mistaken", "knowingly-false")
KNOWINGLY_FALSE = "knowingly-false"


def _sorted_hashes(hashes: list[bytes]) -> tuple[bytes, ...]:
    return tuple(sorted(hashes, key=b64encode))
