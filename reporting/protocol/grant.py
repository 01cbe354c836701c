"""Grants: a case's key, sealed to one member (protocol section 4).

The plaintext of a grant is itself a valid age identity file of three lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from reporting.protocol import age
from reporting.protocol import note as notes
from reporting.protocol.age import HybridIdentity, HybridRecipient
from reporting.protocol.encoding import b64decode, b64encode, sha256
from reporting.protocol.epoch import MAX_EPOCHS, MAX_NOTE, Epoch, case_hash, case_id, parse_text, verify_first
from reporting.protocol.errors import CannotOpen, CaseDamaged, Malformed, NotAuthentic, ProtocolError, N_

_DAMAGED = N_("This grant is damaged.")
_FORM = re.compile(
    r"# reporting/v1/grant ([0-9a-f]{32}) (0|[1-9][0-9]?)\n"
    r"# reporter ([A-Za-z0-9+/]{43}=)\n"
    r"(AGE-SECRET-KEY-PQ-1[0-9A-Z]+)\n",
    re.ASCII,
)


@dataclass(frozen=True)
class Grant:
    """An opened grant: a case's identity for one epoch, and the reporter's signing key for the case."""

    case: str
    epoch: int
    reporter_key: bytes
    identity: HybridIdentity = field(repr=False)

    def plaintext(self) -> bytes:
        """The three lines, as they are sealed."""
        head = f"# reporting/v1/grant {self.case} {self.epoch}\n# reporter {b64encode(self.reporter_key)}\n"
        return f"{head}{self.identity.encode()}\n".encode("ascii")


def plaintext_size(epoch: int) -> int:
    """Bytes of every grant for ``epoch``: three lines, whose parts have fixed lengths."""
    return len(f"# reporting/v1/grant  {epoch}\n# reporter \n\n") + 32 + 44 + len("AGE-SECRET-KEY-PQ-1") + 58


def seal_grant(grant: Grant, recipient: HybridRecipient) -> bytes:
    """``grant`` as an age file for one member."""
    return age.encrypt(grant.plaintext(), [recipient])


def parse_grant(plaintext: bytes) -> Grant:
    """A grant from its three lines.

    :raises Malformed: any other form
    """
    try:
        form = _FORM.fullmatch(plaintext.decode("ascii"))
    except UnicodeDecodeError:
        form = None
    if form is None or int(form[2]) >= MAX_EPOCHS:
        raise Malformed(_DAMAGED)
    return Grant(form[1], int(form[2]), b64decode(form[3], length=32), HybridIdentity.parse(form[4]))


def open_grant(sealed: bytes, identities: age.Identities, case: str, epoch: int, first_note: str, origin: str) -> Grant:
    """Open a grant for ``epoch`` of ``case``, with whichever identity fits, and check it against the note of epoch 0.

    The reporter key in it and the recipient hash of epoch 0 must give the case id, and epoch 0
    must verify under that key. Whether the identity fits its own epoch is
    :func:`check_fits`, once the chain is known.

    :raises CannotOpen: sealed to somebody else
    :raises NotAuthentic: the grant disagrees with the case: *grant damaged*
    :raises CaseDamaged: it agrees, but the note of epoch 0 does not verify: *damaged* for everybody
    """
    try:
        grant = parse_grant(age.decrypt(sealed, identities))
        claimed = parse_text(notes.parse(first_note, limit=MAX_NOTE).text).recipient_sha256
        binds = case_id(claimed, sha256(grant.reporter_key)) == case
    except CannotOpen:
        raise
    except ProtocolError:
        # What disagrees is refused, and nothing of it is shown.
        raise NotAuthentic(_DAMAGED) from None
    if not binds or (grant.case, grant.epoch) != (case, epoch):
        raise NotAuthentic(_DAMAGED)
    try:
        verify_first(first_note, case, grant.reporter_key, origin)
    except ProtocolError:
        raise CaseDamaged(N_("This case is damaged: nothing can be sealed to it.")) from None
    return grant


def check_fits(grant: Grant, epochs: Sequence[Epoch]) -> None:
    """Whether the identity in ``grant`` is the one that the note of its epoch names.

    :raises NotAuthentic: it is not: *grant damaged*
    """
    for epoch in epochs:
        if epoch.number == grant.epoch and epoch.recipient_sha256 == case_hash(grant.identity.recipient):
            return
    raise NotAuthentic(_DAMAGED)
