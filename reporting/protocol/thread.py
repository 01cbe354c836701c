"""Reading a case: what is authentic, what is not, and what may be missing (protocol section 5).

Everything the server says is judged here before a person sees it. One bad entry never breaks
the list: it stays in it as a fact, with its content withheld.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter

from reporting.protocol import epoch as epochs
from reporting.protocol import note as notes
from reporting.protocol.age import HybridIdentity
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import b64decode, is_id
from reporting.protocol.entry import Entry, SignedEntry, open_entry
from reporting.protocol.epoch import Chain
from reporting.protocol.errors import (
    CannotOpen,
    NewerDirectory,
    NotAuthentic,
    ProtocolError,
    N_,
)
from reporting.protocol.grant import Grant, check_fits, open_grant
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.thread_types import (
    CaseView,
    CaseWarning,
    EntryView,
    Reader,
    SealedCase,
    SealedEntry,
    State,
)

__all__ = ["read_as_member", "read_as_reporter", "read_case", "reporter_keys"]


def reporter_keys(case: SealedCase, receipt: ReceiptCode, origin: str) -> Reader:
    """The reporter's own keys for a case, once its epoch 0 proves to be signed by them.

    :raises NotAuthentic: it is not: the case is not this reporter's
    """
    if not case.epochs:
        raise NotAuthentic(N_("The first epoch does not belong to this case."))
    claimed = epochs.parse_text(notes.parse(case.epochs[0], limit=epochs.MAX_NOTE).text).recipient_sha256
    signing_key = receipt.case_signing_key(origin, claimed)
    epochs.verify_first(case.epochs[0], case.case, signing_key.public, origin)
    identity = receipt.case_identity(origin, claimed)
    return Reader(signing_key.public, {None: identity}, identity.recipient)


def read_as_reporter(case: SealedCase, receipt: ReceiptCode, directory: Directory) -> CaseView:
    """A case as its reporter may see it; all of its mailbox pages must be in ``case``."""
    try:
        reader = reporter_keys(case, receipt, directory.origin)
    except ProtocolError:
        return CaseView(case.case, case.channel, warnings=(CaseWarning.NOT_YOURS,), server_status=case.status)
    return read_case(case, reader, directory)


def read_as_member(
    case: SealedCase, grants: Sequence[tuple[int, bytes]], identity: HybridIdentity, directory: Directory
) -> CaseView:
    """A case as a member may see it who has ``grants``: pairs of epoch and age file."""
    opened: list[Grant] = []
    damaged = False
    for epoch, sealed in grants:
        try:
            opened.append(open_grant(sealed, identity, case.case, epoch, case.epochs[0], directory.origin))
        except (ProtocolError, IndexError):
            damaged = True
    if not opened:
        return CaseView(case.case, case.channel, warnings=(CaseWarning.GRANT_DAMAGED,), server_status=case.status)
    return read_with_grants(case, opened, directory, damaged=damaged)


def read_with_grants(
    case: SealedCase, grants: Sequence[Grant], directory: Directory, *, damaged: bool = False
) -> CaseView:
    """A case as whoever opened ``grants`` may see it; those that do not fit their epoch are dropped."""
    reporter_key = grants[0].reporter_key
    try:
        chain = epochs.verify_chain(case.epochs, case.case, reporter_key, directory, ())
    except NewerDirectory:
        chain = None
    except ProtocolError:
        return CaseView(case.case, case.channel, warnings=(CaseWarning.DAMAGED,), server_status=case.status)
    fitting: dict[int | None, HybridIdentity] = {}
    for grant in grants:
        try:
            if chain is not None:
                check_fits(grant, chain.epochs)
            fitting[grant.epoch] = grant.identity
        except ProtocolError:
            damaged = True
    view = read_case(case, Reader(reporter_key, fitting), directory)
    return replace(view, warnings=(CaseWarning.GRANT_DAMAGED, *view.warnings)) if damaged else view


def read_case(case: SealedCase, reader: Reader, directory: Directory) -> CaseView:
    """Judge every entry of a case for ``reader``, whose keys were checked before."""
    return _Judge(case, reader, directory).view()


@dataclass(frozen=True)
class _Opened:
    served: SealedEntry
    signed: SignedEntry
    epoch: int | None


class _Judge:
    """One reading of one case. Results gather in ``views``; ``warnings`` keep their order."""

    def __init__(self, case: SealedCase, reader: Reader, directory: Directory) -> None:
        self.case, self.reader, self.directory = case, reader, directory
        self.needs_newer = False
        self.warnings: list[CaseWarning] = []
        self.views: dict[int, EntryView] = {}
        self.opened: dict[int, _Opened] = {}
        # Oldest first, by the server's word; places in this list identify entries from here on.
        self.served = sorted(case.entries, key=lambda served: (served.day, served.id))
        for place, served in enumerate(self.served):
            self._open(place, served)
        self.first_place, self.first = self._find_first()
        self.excluded = self.first.first.excluded if self.first and self.first.first else ()
        self.chain = self._verify_chain()
        self.named = self._named_by_access()

    def _open(self, place: int, served: SealedEntry) -> None:
        if served.sealed is None:
            self.views[place] = EntryView(served, State.REMOVED)
            return
        failure: ProtocolError = CannotOpen(N_("None of the keys at hand opens this."))
        for epoch, identity in sorted(self.reader.identities.items(), key=lambda item: -(item[0] or 0)):
            try:
                self.opened[place] = _Opened(served, open_entry(served.sealed, identity), epoch)
                return
            except CannotOpen:
                continue
            except ProtocolError as error:
                failure = error
                break
        state = State.CANNOT_BE_OPENED if isinstance(failure, CannotOpen) else State.NOT_AUTHENTIC
        self.views[place] = EntryView(served, state, reason=failure)

    def _find_first(self) -> tuple[int | None, Entry | None]:
        for place, opened in self.opened.items():
            if opened.signed.entry.kind != "report":
                continue
            try:
                self._check_place(opened)
                entry = opened.signed.verify(self.reader.reporter_key)
            except ProtocolError:
                continue
            first = entry.first
            if first is None or not entry.by_reporter or first.signing_key != self.reader.reporter_key:
                continue
            if self.reader.reporter_recipient in (None, first.recipient):
                return place, entry
        return None, None

    def _verify_chain(self) -> Chain | None:
        try:
            return epochs.verify_chain(
                self.case.epochs, self.case.case, self.reader.reporter_key, self.directory, self.excluded
            )
        except NewerDirectory:
            self.needs_newer = True
        except ProtocolError:
            self.warnings.append(CaseWarning.DAMAGED)
        return None

    def _check_place(self, opened: _Opened) -> None:
        """The entry belongs to this case, this audience and the epoch whose key opened it."""
        entry = opened.signed.entry
        if entry.case != self.case.case or entry.audience != opened.served.audience:
            raise NotAuthentic(N_("This entry belongs elsewhere."))
        if opened.epoch is not None and opened.epoch != entry.epoch:
            raise NotAuthentic(N_("This entry belongs elsewhere."))
        if entry.directory > self.directory.version:
            raise NewerDirectory(N_("This names a newer directory than the one at hand."))

    def _verify_author(self, opened: _Opened) -> tuple[Entry, str]:
        """The entry and its author's standing, once its signature holds."""
        entry = opened.signed.entry
        if entry.by_reporter:
            return opened.signed.verify(self.reader.reporter_key), "reporter"
        if self.first is None or self.first.first is None:
            raise NotAuthentic(N_("Without the first entry nobody's role in this case can be judged."))
        if entry.author in self.excluded:
            raise NotAuthentic(N_("Its author was excluded by the reporter."))
        channel = self.first.first.channel
        for key in self.directory.author_keys(entry.author, entry.directory, channel, entry.date):
            try:
                return opened.signed.verify(key.public), key.standing
            except NotAuthentic:
                continue
        raise NotAuthentic(N_("Its author's signature does not hold."))

    def _check_alone(self, place: int, named: Iterable[str]) -> tuple[Entry, str]:
        opened = self.opened[place]
        self._check_place(opened)
        entry, standing = self._verify_author(opened)
        if entry.kind == "report" and place != self.first_place:
            raise NotAuthentic(N_("A case has one first entry."))
        if entry.audience == "team" and entry.author not in {*self._holders(), *named}:
            raise NotAuthentic(N_("Its author was not given access to this case."))
        return entry, standing

    def _holders(self) -> set[str]:
        return self.chain.holders() if self.chain else set()

    def _named_by_access(self) -> set[str]:
        """Members named by an authentic ``access`` entry; only holders by an epoch note may name."""
        named = set()
        for place, opened in self.opened.items():
            if opened.signed.entry.kind != "access":
                continue
            try:
                entry, _ = self._check_alone(place, ())
            except ProtocolError:
                continue
            member = entry.body.get("member")
            if is_id(member) and member not in self.excluded:
                named.add(str(member))
        return named

    def _judge_entry(self, place: int, by_hash: Mapping[bytes, int]) -> None:
        served = self.opened[place].served
        try:
            entry, standing = self._check_alone(place, self.named)
            for digest in entry.prev:
                before = self.views.get(by_hash.get(digest, -1))
                if before and before.entry and before.entry.directory > entry.directory:
                    raise NotAuthentic(N_("It names an older directory than an entry before it."))
            self.views[place] = EntryView(served, State.AUTHENTIC, entry, standing)
        except NewerDirectory as error:
            self.needs_newer = True
            self.views[place] = EntryView(served, State.NOT_AUTHENTIC, reason=error)
        except ProtocolError as error:
            self.views[place] = EntryView(served, State.NOT_AUTHENTIC, reason=error)

    def _ordered(self, by_hash: Mapping[bytes, int]) -> list[int]:
        """Places so that whatever an entry lists in ``prev`` stands before it; else the oldest first."""
        before = {
            place: [by_hash[digest] for digest in self._prev(place) if digest in by_hash]
            for place in range(len(self.served))
        }
        sorter = TopologicalSorter(before)  # an entry names hashes of what existed before it: no cycles
        sorter.prepare()
        ready: list[int] = []
        order: list[int] = []
        while sorter.is_active():
            for place in sorter.get_ready():
                heapq.heappush(ready, place)
            order.append(heapq.heappop(ready))
            sorter.done(order[-1])
        return order

    def _prev(self, place: int) -> tuple[bytes, ...]:
        opened = self.opened.get(place)
        return opened.signed.entry.prev if opened else ()

    def view(self) -> CaseView:
        by_hash = {served.sha256: place for place, served in enumerate(self.served)}
        order = self._ordered(by_hash)
        for place in order:
            if place in self.opened:
                self._judge_entry(place, by_hash)
        entries = _shown_once([self.views[place] for place in order])
        authentic = [view.entry for view in entries if view.entry]
        self._warn(authentic, set(by_hash))
        statuses = _last_statuses(entries)
        return CaseView(
            case=self.case.case,
            channel=self.first.first.channel if self.first and self.first.first else self.case.channel,
            entries=tuple(entries),
            warnings=tuple(self.warnings),
            chain=self.chain,
            first=self.first,
            status=statuses[-1] if statuses else None,
            other_statuses=tuple(statuses[:-1]),
            server_status=self.case.status,
            needs_newer_directory=self.needs_newer,
            reporter_key=self.reader.reporter_key,
            named_epoch=max((entry.epoch for entry in authentic), default=0),
        )

    def _warn(self, authentic: Sequence[Entry], present: set[bytes]) -> None:
        if self.first is None:
            self.warnings.append(CaseWarning.FIRST_ENTRY_MISSING)
        elif self.first.first and self.first.first.channel != self.case.channel:
            self.warnings.append(CaseWarning.OTHER_CHANNEL)
        if self.chain and self.chain.broken:
            self.warnings.append(CaseWarning.EPOCHS_BROKEN)
        if self.chain and any(entry.epoch > self.chain.last.number for entry in authentic):
            self.warnings.append(CaseWarning.EPOCHS_WITHHELD)
        if any(digest not in present for entry in authentic for digest in entry.prev):
            self.warnings.append(CaseWarning.ENTRIES_MAY_BE_MISSING)
        removed = {(served.audience, served.sha256) for served in self.served if served.sealed is None}
        if removed - {(entry.audience, digest) for entry in authentic for digest in _removed_by(entry)}:
            self.warnings.append(CaseWarning.REMOVED_WITHOUT_WORD)


def _removed_by(entry: Entry) -> list[bytes]:
    if entry.kind != "removal":
        return []
    try:
        return [b64decode(entry.body.get("sha256"), length=32)]
    except ProtocolError:
        return []


def _shown_once(views: Sequence[EntryView]) -> list[EntryView]:
    seen: set[str] = set()
    kept = []
    for view in views:
        if view.entry is not None:
            if view.entry.id in seen:
                continue
            seen.add(view.entry.id)
        kept.append(view)
    return kept


def _last_statuses(views: Sequence[EntryView]) -> list[Entry]:
    """Status entries that no other one follows along ``prev``, the one to show last."""
    by_hash = {view.served.sha256: view.entry for view in views if view.entry}
    statuses = {digest: entry for digest, entry in by_hash.items() if _is_status(entry)}
    followed: set[bytes] = set()
    for digest in statuses:
        waiting = list(by_hash[digest].prev)
        while waiting:
            before = waiting.pop()
            if before in followed or before not in by_hash:
                continue
            followed.add(before)
            waiting.extend(by_hash[before].prev)
    last = [entry for digest, entry in statuses.items() if digest not in followed]
    return sorted(last, key=lambda entry: (entry.date, entry.id))


def _is_status(entry: Entry) -> bool:
    return entry.kind == "status" and isinstance(entry.body.get("status"), str)
