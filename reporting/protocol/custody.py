"""Custodians' decisions on a request for an identity (protocol section 4): judged by whoever opens it.

A decision is an entry of kind ``disclosure`` that names the request by its id and by the hash of its sealed
bytes, so that nobody can put another request behind an approval. The identity opens once enough different
custodians have approved; the server's word on that counts for nothing here.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reporting.protocol import age
from reporting.protocol.age import HybridIdentity, Identities
from reporting.protocol.directory import Directory
from reporting.protocol.disclosure import (
    MAX_REASON,
    Disclosure,
    is_under_present_key,
    open_identity,
    parse_disclosure,
    read_request,
    shut_out_by,
    verify_member,
)
from reporting.protocol.encoding import JSON, JSONObject, b64decode, b64encode, check_text, is_hex32, sha256
from reporting.protocol.entry import MAX_PREVIOUS, Entry, SignedEntry, open_entry
from reporting.protocol.epoch import Chain
from reporting.protocol.errors import CannotOpen, Malformed, NewerDirectory, NotAuthentic, ProtocolError, Refused, N_
from reporting.protocol.thread_order import ordered
from reporting.protocol.thread_types import CaseView, SealedEntry

APPROVE, REFUSE, OPENED, WITHDRAWN = "approve", "refuse", "opened", "withdrawn"
DECISIONS = (APPROVE, REFUSE, OPENED, WITHDRAWN)
#: No single custodian opens an identity, whatever a setting or a request says; unless it has one custodian only.
LEAST_APPROVALS = 2


@dataclass(frozen=True)
class Decision:
    """What somebody decided on the request with this id and hash of its sealed bytes, and why."""

    request: str
    sha256: bytes
    decision: str
    reason: str = field(repr=False)

    def body(self) -> JSONObject:
        """The body of the ``disclosure`` entry."""
        return {
            "request": self.request,
            "sha256": b64encode(self.sha256),
            "decision": self.decision,
            "reason": self.reason,
        }


def parse_decision(body: Mapping[str, JSON]) -> Decision:
    """Read the body of a ``disclosure`` entry that is a decision.

    :raises Malformed: a member missing, or of another form; a refusal or withdrawal without a reason
    """
    if not is_hex32(body.get("request")):
        raise Malformed(N_("This must be 32 hexadecimal digits."), pointer="/body/request")
    if body.get("decision") not in DECISIONS:
        raise Malformed(N_("There is no such decision."), pointer="/body/decision")
    found = Decision(
        request=str(body["request"]),
        sha256=b64decode(body.get("sha256"), length=32, pointer="/body/sha256"),
        decision=str(body["decision"]),
        reason=check_text(body.get("reason"), pointer="/body/reason", limit=MAX_REASON),
    )
    if found.decision == REFUSE and not found.reason.strip():
        raise Malformed(N_("A refusal needs a reason."), pointer="/body/reason")
    if found.decision == WITHDRAWN and not found.reason.strip():
        raise Malformed(N_("A withdrawal needs a reason."), pointer="/body/reason")
    return found


@dataclass(frozen=True)
class Decided:
    """An authentic decision."""

    entry: Entry
    decision: Decision


@dataclass(frozen=True)
class Asked:
    """An authentic request with what was decided on it.

    ``current``: its author still holds the case; ``renewed``: but has other keys since than those that signed it.
    """

    entry: Entry
    request: Disclosure
    sha256: bytes
    current: bool
    decided: tuple[Decided, ...] = ()
    renewed: bool = False

    def who(self, decision: str) -> set[str]:
        """Who decided so."""
        return {one.entry.author for one in self.decided if one.decision.decision == decision}

    @property
    def approvals(self) -> set[str]:
        """Custodians whose approval stands: once each, and a refusal by the same person outweighs it."""
        return self.who(APPROVE) - self.who(REFUSE)

    def check_stands(self) -> None:
        """Whether the request is neither opened nor withdrawn.

        :raises Refused: it is
        """
        if self.who(OPENED):
            raise Refused(N_("This request is closed. Whoever needs the identity again has to ask again."))
        if self.who(WITHDRAWN):
            raise Refused(N_("This request was withdrawn. Whoever needs the identity has to ask again."))


def gather(entries: Iterable[tuple[Entry, bytes, bool]], chain: Chain) -> tuple[Asked, ...]:
    """Requests with their decisions, from authentic entries.

    With each comes the hash of its sealed bytes, and whether the key that signed it is its author's present one.
    """
    found: list[Asked] = []
    said: list[Decided] = []
    for entry, digest, present in entries:
        try:
            if "decision" in entry.body:
                said.append(Decided(entry, parse_decision(entry.body)))
                continue
            request = parse_disclosure(entry.body)
        except ProtocolError:
            continue
        held = entry.epoch <= chain.last.number and entry.author in chain.epochs[entry.epoch].holders
        if held:
            found.append(Asked(entry, request, digest, entry.author in chain.last.holders, renewed=not present))
    return tuple(_with_decisions(asked, said) for asked in found)


def _with_decisions(asked: Asked, said: Sequence[Decided]) -> Asked:
    decided = tuple(one for one in said if _is_about(asked, one))
    return replace(asked, decided=decided)


def _is_about(asked: Asked, said: Decided) -> bool:
    """Whether a decision is one on this very request, by somebody who has a say in it."""
    decision, author = said.decision, said.entry.author
    if (decision.request, decision.sha256) != (asked.entry.id, asked.sha256):
        return False
    # Written after the request, so under no older directory: a key that was former by then decides nothing on it.
    if said.entry.directory < asked.entry.directory:
        return False
    if decision.decision == WITHDRAWN:  # by whoever asked, and by nobody else
        return author == asked.entry.author
    return author in asked.request.custodians and author != asked.entry.author  # nobody approves their own request


def asked_in(view: CaseView) -> tuple[Asked, ...]:
    """The requests of a case with their decisions, for those who read the case."""
    if view.chain is None or view.first is None or view.first.first is None:
        return ()
    seen = [
        (one.entry, one.served.sha256, one.standing == "member")
        for one in view.entries
        if one.entry and one.entry.kind == "disclosure"
    ]
    channel = view.first.first.channel
    return tuple(
        asked
        for asked in gather(seen, view.chain)
        if asked.request.channel == channel and asked.request.reporter_key == view.reporter_key
    )


@dataclass(frozen=True)
class Custody:
    """What a custodian may be shown of a case: requests with decisions, and what is not authentic."""

    case: str
    asked: tuple[Asked, ...]
    faults: tuple[tuple[str, ProtocolError], ...]
    chain: Chain | None
    heads: tuple[bytes, ...]
    missing: bool
    named_epoch: int


class _Reading:
    """One reading of a case's entries for custodians."""

    def __init__(self, case: str, epoch_notes: Sequence[str], directory: Directory) -> None:
        self.case, self.epoch_notes, self.directory = case, epoch_notes, directory
        self.chain: Chain | None = None
        self.channel = ""
        self.authentic: list[tuple[Entry, bytes]] = []

    def request(self, signed: SignedEntry, digest: bytes) -> None:
        entry, request, chain = read_request(signed, self.case, self.epoch_notes, self.directory)
        if self.chain is not None and request.channel != self.channel:
            raise NotAuthentic(N_("This request does not belong to this case."))
        self.chain, self.channel = chain, request.channel
        self.authentic.append((entry, digest))

    def decision(self, signed: SignedEntry, digest: bytes) -> None:
        if signed.entry.case != self.case or signed.entry.kind != "disclosure" or self.chain is None:
            raise NotAuthentic(N_("This decision does not belong to this case."))
        parse_decision(signed.entry.body)
        self.authentic.append((verify_member(signed, self.channel, self.directory), digest))


def read_custody(
    served: Sequence[SealedEntry],
    custodian: Identities,
    case: str,
    epoch_notes: Sequence[str],
    directory: Directory,
) -> Custody:
    """Judge a case's entries as one of its custodians; one bad entry never hides the others.

    :raises NewerDirectory: an entry names a directory above the one at hand
    """
    faults: list[tuple[str, ProtocolError]] = []
    opened: list[tuple[SealedEntry, SignedEntry]] = []
    once = {one.sha256: one for one in served}
    for one in sorted(once.values(), key=lambda entry: (entry.day, entry.id)):
        try:
            if one.sealed is not None:
                opened.append((one, open_entry(one.sealed, custodian)))
        except CannotOpen:
            continue  # sealed to custodians before this one
        except ProtocolError as error:
            faults.append((one.id, error))
    reading = _Reading(case, epoch_notes, directory)
    for decides in (False, True):  # requests first: they say on which channel decisions are judged
        for one, signed in opened:
            if ("decision" in signed.entry.body) != decides or signed.entry.kind == "identity":
                continue
            try:
                (reading.decision if decides else reading.request)(signed, one.sha256)
            except NewerDirectory:
                raise
            except ProtocolError as error:
                faults.append((one.id, error))
    return _judged(reading, {one.sha256 for one in served}, tuple(faults))


def _judged(reading: _Reading, present: set[bytes], faults: tuple[tuple[str, ProtocolError], ...]) -> Custody:
    places = {digest: place for place, (_, digest) in enumerate(reading.authentic)}
    before = {
        place: [places[digest] for digest in entry.prev if digest in places]
        for place, (entry, _) in enumerate(reading.authentic)
    }
    authentic = [reading.authentic[place] for place in ordered(len(places), before)]
    listed = {digest for entry, _ in authentic for digest in entry.prev}
    heads = [digest for _, digest in authentic if digest not in listed]
    return Custody(
        case=reading.case,
        asked=gather(_with_standing(authentic, reading.directory), reading.chain) if reading.chain else (),
        faults=faults,
        chain=reading.chain,
        heads=tuple(sorted(heads[:MAX_PREVIOUS], key=b64encode)),
        missing=not listed <= present,
        named_epoch=max((entry.epoch for entry, _ in authentic), default=0),
    )


def _with_standing(
    authentic: Iterable[tuple[Entry, bytes]], directory: Directory
) -> Iterable[tuple[Entry, bytes, bool]]:
    return ((entry, digest, is_under_present_key(entry, directory)) for entry, digest in authentic)


def _check_open(custody: Custody, asked: Asked, directory: Directory) -> Chain:
    """Whether something may still be decided on a request: the case's chain, where it may."""
    if custody.missing:
        raise Refused(N_("Entries of this request may be missing; nothing can be decided on it."))
    if custody.chain is None or custody.named_epoch > custody.chain.last.number:
        raise Refused(N_("The server withholds who holds this case; nothing can be decided on it."))
    if not asked.current:
        raise NotAuthentic(N_("This request was not made by anybody who holds the case."))
    if not is_under_present_key(asked.entry, directory):  # whoever has the key of before may have made it
        raise Refused(N_("Whoever made this request has new keys since. They have to ask again."))
    asked.check_stands()
    return custody.chain


def make_decision(
    custody: Custody,
    asked: Asked,
    directory: Directory,
    author: str,
    decision: tuple[str, str],
    today: datetime.date,
    entry_id: str,
) -> Entry:
    """The ``disclosure`` entry of a custodian's ``decision`` and its reason, ready to be sealed.

    :raises Refused: the request is closed, withdrawn or under a former key; the author has no say in it or has decided
    :raises Malformed: a refusal without a reason
    """
    chain, (what, reason) = _check_open(custody, asked, directory), decision
    if what == WITHDRAWN:
        raise Refused(N_("Only whoever asked can withdraw this request."))
    own = {one.decision.decision for one in asked.decided if one.entry.author == author}
    _check_has_say(asked, author, directory.custodians(asked.request.channel, today))
    if what in (APPROVE, REFUSE) and own:
        raise Refused(N_("You have decided on this request already."))
    found = Decision(asked.entry.id, asked.sha256, what, reason)
    parse_decision(found.body())
    return Entry(
        id=entry_id,
        case=custody.case,
        epoch=chain.last.number,
        directory=directory.version,
        audience="custodian",
        kind="disclosure",
        author=author,
        date=today,
        prev=custody.heads,
        body=found.body(),
    )


def _check_has_say(asked: Asked, author: str, custodians: Collection[str]) -> None:
    if author not in custodians or author not in asked.request.custodians:
        raise Refused(N_("Only a custodian who was asked can decide on this request."))
    if author == asked.entry.author:
        raise Refused(N_("Nobody decides on a request of their own."))


def open_approved(
    custody: Custody,
    asked: Asked,
    identity_file: bytes,
    custodian: Identities,
    directory: Directory,
    today: datetime.date,
) -> Entry:
    """The identity, once enough custodians have approved this very request.

    Counted are custodians of the channel today, under the keys they have today, each once, not the one who
    asked, and none whom the reporter excluded by the identity's own word; nor may any epoch name one of those. Whoever
    opens must be one of those who were asked: so a request cannot name another channel, for the sake of its custodians.

    :raises Refused: too few approvals, the request is closed, its author has new keys since, its opener has no say in
        it, or the case was passed to somebody whom the reporter excluded
    :raises NotAuthentic: the request's author holds the case no more; the identity is not this case's or channel's
    :raises CannotOpen: sealed to other custodians
    """
    chain = _check_open(custody, asked, directory)
    custodians = directory.custodians(asked.request.channel, today)
    _check_has_say(asked, _member_of(custodian, directory), custodians)
    keepers = len(age.parse_header(identity_file).stanzas)
    needed = max(asked.request.needed, min(LEAST_APPROVALS, keepers))
    approvals = approvals_today(asked, directory, today)
    _check_enough(approvals, needed)
    entry = open_identity(identity_file, custodian, custody.case, asked.request)
    shut_out = shut_out_by(entry)
    if chain.holders() & shut_out:  # whoever asks, the case's key is in hands that the reporter does not want
        raise Refused(N_("An epoch names somebody whom the reporter excluded."))
    _check_enough(approvals - shut_out, needed)
    return entry


def approvals_today(asked: Asked, directory: Directory, today: datetime.date) -> set[str]:
    """Whose approvals count: custodians of the channel today, under the keys that they have today."""
    present = {
        one.entry.author
        for one in asked.decided
        if one.decision.decision == APPROVE and is_under_present_key(one.entry, directory)
    }
    return asked.approvals & present & set(directory.custodians(asked.request.channel, today))


def _member_of(custodian: Identities, directory: Directory) -> str:
    """Whose identities they are by the directory; nobody's, the empty id."""
    several = [custodian] if isinstance(custodian, HybridIdentity) else custodian
    digests = {sha256(str(identity.recipient).encode()) for identity in several}
    return next((member.id for member in directory.members if member.recipient_sha256 in digests), "")


def _check_enough(approvals: set[str], needed: int) -> None:
    if len(approvals) < needed:
        raise Refused(
            N_("{needed} custodians must approve; {found} approvals are authentic."),
            needed=needed,
            found=len(approvals),
        )
