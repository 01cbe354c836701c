"""Case ids and epochs: who holds a case's key, in a chain of signed notes (protocol section 4)."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from reporting.protocol import note as notes
from reporting.protocol.age import HybridRecipient
from reporting.protocol.directory import MAX_VERSION, Directory
from reporting.protocol.encoding import b64decode, b64encode, is_hex32, is_id, parse_day, sha256
from reporting.protocol.errors import Malformed, NewerDirectory, NotAuthentic, ProtocolError, Refused, N_
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey

HEADING = "reporting/epoch/v1"
MAX_EPOCHS = 24
MAX_HOLDERS = 64
MAX_NOTE = 8_192
NO_PREVIOUS = bytes(32)


def case_hash(recipient: HybridRecipient | str) -> bytes:
    """SHA-256 of epoch 0's recipient string, 32 bytes."""
    return sha256(str(recipient).encode("ascii"))


def case_id(hash_of_case: bytes, reporter_sha256: bytes) -> str:
    """The case's id: the first 16 bytes of SHA-256(case hash ‖ hash of the reporter's signing key), in hex."""
    return sha256(hash_of_case + reporter_sha256)[:16].hex()


@dataclass(frozen=True)
class Epoch:
    """What one epoch note says. ``previous`` is the hash of the text before it, zeros for epoch 0."""

    origin: str
    case: str
    number: int
    recipient_sha256: bytes
    holders: tuple[str, ...]
    previous: bytes
    directory: int
    date: datetime.date

    def text(self) -> str:
        """The nine lines that are signed."""
        lines = (
            self.origin,
            HEADING,
            self.case,
            str(self.number),
            b64encode(self.recipient_sha256),
            ",".join(self.holders),
            b64encode(self.previous),
            str(self.directory),
            self.date.isoformat(),
        )
        return "".join(f"{line}\n" for line in lines)

    @property
    def sha256(self) -> bytes:
        """What the next epoch names as the one before it."""
        return sha256(self.text().encode())


def sign_epoch(epoch: Epoch, author: str, key: SigningKey) -> str:
    """The signed note of ``epoch`` by ``reporter`` or a member id."""
    return notes.sign(epoch.text(), signer_name(epoch.origin, author), key)


def signer_name(origin: str, author: str) -> str:
    """The key name under which ``reporter`` or a member id signs epochs."""
    return f"{origin}/reporter" if author == "reporter" else f"{origin}/member/{author}"


def _number(line: str, highest: int) -> int:
    if not line.isascii() or not line.isdigit() or len(line) > 10 or (line != "0" and line[0] == "0"):
        raise Malformed(N_("A number in this epoch note is malformed."))
    if int(line) > highest:
        raise Malformed(N_("A number in this epoch note is malformed."))
    return int(line)


def parse_text(text: str) -> Epoch:
    """An epoch from its nine lines.

    :raises Malformed: any line in another form than :meth:`Epoch.text` gives
    """
    lines = text.split("\n")
    if len(lines) != 10 or lines[9] or lines[1] != HEADING or not is_hex32(lines[2]):
        raise Malformed(N_("This is not an epoch note."))
    holders = tuple(lines[5].split(","))
    if not all(is_id(holder) for holder in holders) or len(holders) > MAX_HOLDERS:
        raise Malformed(N_("The holders of this epoch note are malformed."))
    if list(holders) != sorted(set(holders)):
        raise Malformed(N_("The holders of this epoch note are malformed."))
    return Epoch(
        origin=lines[0],
        case=lines[2],
        number=_number(lines[3], MAX_EPOCHS - 1),
        recipient_sha256=b64decode(lines[4], length=32),
        holders=holders,
        previous=b64decode(lines[6], length=32),
        directory=_number(lines[7], MAX_VERSION),
        date=parse_day(lines[8]),
    )


@dataclass(frozen=True)
class Chain:
    """The epochs of a case as far as they hold; ``broken`` says why the next one was refused."""

    epochs: tuple[Epoch, ...]
    broken: ProtocolError | None = None

    @property
    def last(self) -> Epoch:
        """The newest epoch that holds."""
        return self.epochs[-1]

    def holders(self) -> set[str]:
        """Everybody whom any of the notes names."""
        return {holder for epoch in self.epochs for holder in epoch.holders}

    def check_pinned(self, pinned: bytes) -> None:
        """Whether this chain holds the note whose hash a card pinned when it was written.

        :raises NotAuthentic: it does not: the server shows an older or another chain
        """
        if all(epoch.sha256 != pinned for epoch in self.epochs):
            raise NotAuthentic(N_("The server shows other holders of this case than before."))

    def check_may_seal(self, recipient: HybridRecipient, named_epoch: int = 0) -> None:
        """Whether something may be sealed to ``recipient`` now.

        :raises Refused: the chain is broken, another recipient is the last one, or an authentic
            entry already names a later epoch than the chain has
        """
        if self.broken is not None:
            raise Refused(N_("The list of people who hold this case is not in order; nothing can be sealed to it."))
        if named_epoch > self.last.number or case_hash(recipient) != self.last.recipient_sha256:
            raise Refused(N_("The server offers a key that is not this case's newest; nothing was sealed to it."))


def verify_first(signed: str, case: str, reporter_key: bytes, origin: str) -> Epoch:
    """Epoch 0, signed by the reporter's key and bound to the case id.

    :raises Malformed: not an epoch note
    :raises NotAuthentic: another signer, origin, case or number
    """
    note = notes.parse(signed, limit=MAX_NOTE)
    epoch = parse_text(notes.verify(note, VerifierKey(signer_name(origin, "reporter"), reporter_key)))
    binds = case_id(epoch.recipient_sha256, sha256(reporter_key)) == case == epoch.case
    if not binds or epoch.origin != origin or epoch.number != 0 or epoch.previous != NO_PREVIOUS:
        raise NotAuthentic(N_("The first epoch does not belong to this case."))
    return epoch


def _verify_next(signed: str, before: Epoch, directory: Directory, excluded: Collection[str]) -> Epoch:
    note = notes.parse(signed, limit=MAX_NOTE)
    epoch = parse_text(note.text)
    follows = (epoch.origin, epoch.case, epoch.number) == (before.origin, before.case, before.number + 1)
    if not follows or epoch.previous != before.sha256 or epoch.directory < before.directory:
        raise NotAuthentic(N_("An epoch does not continue the one before it."))
    if epoch.directory > directory.version:
        raise NewerDirectory(N_("This names a newer directory than the one at hand."))
    if set(epoch.holders) & set(excluded):
        raise Refused(N_("An epoch names somebody whom the reporter excluded."))
    for holder in before.holders:
        if holder in excluded:
            continue
        for author in directory.author_keys(holder, epoch.directory, None, epoch.date):
            if notes.is_signed_by(note, VerifierKey(signer_name(epoch.origin, holder), author.public)):
                return epoch
    raise NotAuthentic(N_("An epoch was not signed by anybody who held the one before it."))


def verify_chain(
    signed_notes: Sequence[str], case: str, reporter_key: bytes, directory: Directory, excluded: Collection[str]
) -> Chain:
    """The chain of a case's epochs, as far as it holds.

    A note that names an excluded member or a lower directory, skips a number, is a 25th, or is
    signed by anybody but a holder of the epoch before ends the chain before it (``broken``). So does
    one that names a directory above the one at hand: ``broken`` is then :class:`NewerDirectory`,
    and the caller loads the current directory and asks again.

    :raises NotAuthentic: epoch 0 itself does not hold: the case is not this reporter's, or damaged
    :raises NewerDirectory: epoch 0 names a directory above the one at hand
    """
    if not signed_notes:
        raise Malformed(N_("A case has 1 to {most} epochs."), most=MAX_EPOCHS)
    epochs = [verify_first(signed_notes[0], case, reporter_key, directory.origin)]
    if epochs[0].directory > directory.version:
        raise NewerDirectory(N_("This names a newer directory than the one at hand."))
    if set(epochs[0].holders) & set(excluded):
        raise NotAuthentic(N_("The first epoch names somebody whom the reporter excluded."))
    for signed in signed_notes[1:]:
        try:
            epochs.append(_verify_next(signed, epochs[-1], directory, excluded))
        except ProtocolError as error:
            return Chain(tuple(epochs), error)
    return Chain(tuple(epochs))
