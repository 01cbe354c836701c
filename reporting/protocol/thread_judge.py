"""One reading of one case: opening its entries, and judging what they say (protocol section 5)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from reporting.protocol import epoch as epochs
from reporting.protocol import measures, rights, risk
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import JSON, JSONObject, is_id
from reporting.protocol.entry import Entry, SignedEntry, open_entry
from reporting.protocol.epoch import Chain
from reporting.protocol.errors import (
    CannotOpen,
    HeaderFailure,
    HmacFailure,
    NewerDirectory,
    NotAuthentic,
    PayloadFailure,
    ProtocolError,
    N_,
)
from reporting.protocol.thread_order import last_statuses, ordered, shown_once
from reporting.protocol.thread_removal import is_without_word, may_be_older, removals
from reporting.protocol.thread_roles import Roles
from reporting.protocol.thread_two import signed_alone
from reporting.protocol.thread_types import (
    CaseView,
    CaseWarning,
    EntryView,
    Reader,
    SealedCase,
    SealedEntry,
    State,
)

# Forms of kind protection that one side alone writes: audience, and whether the reporter does.
_FORMS: Mapping[str, tuple[str, bool]] = {
    "answer-1": ("reporter", True),
    "refusal-1": ("team", False),
    "finding-1": ("team", False),
    risk.FORM: ("team", False),
    risk.SELF_FORM: ("reporter", True),
    measures.CHECK_IN_FORM: ("reporter", True),
}
# Those that members write, for both sides or the team.
_BY_MEMBERS = frozenset({measures.FORM})
# What the answers in a form have to say, beside who writes them.
_ANSWERS: Mapping[str, Callable[[JSON], JSONObject]] = {
    risk.FORM: risk.check_assessment,
    risk.SELF_FORM: risk.check_self_assessment,
    measures.FORM: measures.check_measure,
    measures.CHECK_IN_FORM: measures.check_check_in,
}
_DOES_NOT_OPEN = (CannotOpen, HeaderFailure, HmacFailure, PayloadFailure)


def _check_form(entry: Entry) -> None:
    """A form is filled in by those whose it is, for those whom it is for, and says what belongs in it."""
    rights.check_right(entry)
    form = entry.body.get("form") if entry.kind == "protection" else None
    place = (entry.audience, entry.by_reporter)
    if not isinstance(form, str):
        return
    if _FORMS.get(form, place) != place or (form in _BY_MEMBERS and entry.by_reporter):
        raise NotAuthentic(N_("Audience, kind and author of this entry do not go together."))
    if form in _ANSWERS:
        _ANSWERS[form](entry.body.get("answers"))


@dataclass(frozen=True)
class _Opened:
    served: SealedEntry
    signed: SignedEntry
    epoch: int | None


class Judge:
    """Results gather in ``views``; ``warnings`` keep their order. Places in ``served`` identify entries."""

    def __init__(self, case: SealedCase, reader: Reader, directory: Directory) -> None:
        self.case, self.reader, self.directory = case, reader, directory
        self.needs_newer = False
        self.warnings: list[CaseWarning] = []
        self.views: dict[int, EntryView] = {}
        self.opened: dict[int, _Opened] = {}
        # Oldest first, by the server's word; what is said along prev comes before it.
        self.served = sorted(case.entries, key=lambda served: (served.day, served.id))
        for place, served in enumerate(self.served):
            self._open(place, served)
        self.first_place, self.first = self._find_first()
        self.excluded = self.first.first.excluded if self.first and self.first.first else ()
        self.chain = self._verify_chain()
        self.holders = self.chain.holders() if self.chain else set()
        self.named = self._named_by_access()
        self.roles = Roles(directory, self._channel(), self.excluded, self.holders | self.named)

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
        state = State.CANNOT_BE_OPENED if isinstance(failure, _DOES_NOT_OPEN) else State.NOT_AUTHENTIC
        # What is sealed to custodians alone is not for this reader, and so is no fault.
        if served.audience != "custodian" or not isinstance(failure, CannotOpen):
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
            if first is None or first.signing_key != self.reader.reporter_key:
                continue
            if self.reader.reporter_recipient in (None, first.recipient):
                return place, entry
        return None, None

    def _verify_chain(self) -> Chain | None:
        try:
            chain = epochs.verify_chain(
                self.case.epochs, self.case.case, self.reader.reporter_key, self.directory, self.excluded
            )
        except NewerDirectory:
            self.needs_newer = True
            return None
        except ProtocolError:
            self.warnings.append(CaseWarning.DAMAGED)
            return None
        self.needs_newer = self.needs_newer or isinstance(chain.broken, NewerDirectory)
        return chain

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

    def _check_alone(self, place: int) -> tuple[Entry, str]:
        """What can be said of an entry without the others, but for who was given access."""
        opened = self.opened[place]
        self._check_place(opened)
        entry, standing = self._verify_author(opened)
        _check_form(entry)
        if entry.kind == "report" and self.first_place is not None:
            if opened.signed.data != self.opened[self.first_place].signed.data:
                raise NotAuthentic(N_("A case has one first entry."))
        elif entry.kind == "report":
            raise NotAuthentic(N_("A case has one first entry."))
        return entry, standing

    def _check_access(self, entry: Entry) -> None:
        """Who writes to the team holds the case, was given access, or is a custodian of its channel."""
        if entry.audience != "team" or entry.author in self.holders | self.named:
            return
        if not self._is_custodian(entry.author):
            raise NotAuthentic(N_("Its author was not given access to this case."))

    def _is_custodian(self, member: str) -> bool:
        return any(
            channel.id == self._channel() and member in channel.roles.get("custodian", ())
            for channel in self.directory.channels
        )

    def _channel(self) -> str | None:
        return self.first.first.channel if self.first and self.first.first else None

    def _named_by_access(self) -> set[str]:
        """Members named by an authentic ``access`` entry; only holders by an epoch note may name."""
        named = set()
        for place, opened in self.opened.items():
            if opened.signed.entry.kind != "access" or opened.signed.entry.author not in self.holders:
                continue
            try:
                entry, _ = self._check_alone(place)
            except ProtocolError:
                continue
            member = entry.body.get("member")
            if is_id(member) and member not in self.excluded:
                named.add(str(member))
        return named

    def _judge(self, place: int, by_hash: Mapping[tuple[str, bytes], int]) -> None:
        served = self.opened[place].served
        try:
            entry, standing = self._check_alone(place)
            self._check_access(entry)
            for digest in entry.prev:
                before = self.views.get(by_hash.get((entry.audience, digest), -1))
                if before and before.entry and before.entry.directory > entry.directory:
                    raise NotAuthentic(N_("It names an older directory than an entry before it."))
            self.views[place] = EntryView(served, State.AUTHENTIC, entry, self.roles.standing(entry, standing))
        except NewerDirectory as error:
            self.needs_newer = True
            self.views[place] = EntryView(served, State.NOT_AUTHENTIC, reason=error)
        except ProtocolError as error:
            self.views[place] = EntryView(served, State.NOT_AUTHENTIC, reason=error)

    def _before(self, by_hash: Mapping[tuple[str, bytes], int]) -> dict[int, list[int]]:
        listed = {
            place: [(opened.served.audience, digest) for digest in opened.signed.entry.prev]
            for place, opened in self.opened.items()
        }
        return {place: [by_hash[key] for key in keys if key in by_hash] for place, keys in listed.items()}

    def view(self) -> CaseView:
        """The case as judged, its entries in order."""
        by_hash: dict[tuple[str, bytes], int] = {}
        for place, served in enumerate(self.served):
            by_hash.setdefault((served.audience, served.sha256), place)
        order = ordered(len(self.served), self._before(by_hash))
        for place in order:
            if place in self.opened:
                self._judge(place, by_hash)
        views = [self.views[place] for place in order if place in self.views]
        authentic = [view.entry for view in views if view.entry]
        shown = shown_once(views)
        self._warn(authentic, by_hash)
        said = removals(shown, self.roles)
        if is_without_word(self.served, shown, said):
            self.warnings.append(CaseWarning.REMOVED_WITHOUT_WORD)
        statuses = last_statuses(views)
        return CaseView(
            case=self.case.case,
            channel=self._channel() or self.case.channel,
            entries=tuple(shown),
            warnings=tuple(self.warnings),
            chain=self.chain,
            first=self.first,
            status=statuses[-1] if statuses else None,
            other_statuses=tuple(statuses[:-1]),
            status_may_be_older=may_be_older(self.served, views, statuses),
            server_status=self.case.status,
            server_outcome=self.case.outcome,
            needs_newer_directory=self.needs_newer,
            reporter_key=self.reader.reporter_key,
            named_epoch=max((entry.epoch for entry in authentic), default=0),
            removals=said,
            alone=signed_alone(views, self.roles, as_reporter=self.reader.reporter_recipient is not None),
        )

    def _warn(self, authentic: Sequence[Entry], present: Collection[tuple[str, bytes]]) -> None:
        if self.first is None:
            self.warnings.append(CaseWarning.FIRST_ENTRY_MISSING)
        elif self.first.first and self.first.first.channel != self.case.channel:
            self.warnings.append(CaseWarning.OTHER_CHANNEL)
        if self.chain and self.chain.broken:
            self.warnings.append(CaseWarning.EPOCHS_BROKEN)
        if self.chain and any(entry.epoch > self.chain.last.number for entry in authentic):
            self.warnings.append(CaseWarning.EPOCHS_WITHHELD)
        if any((entry.audience, digest) not in present for entry in authentic for digest in entry.prev):
            self.warnings.append(CaseWarning.ENTRIES_MAY_BE_MISSING)
