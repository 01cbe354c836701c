"""Giving a case on: grants for one more member, and new epochs (protocol section 4).

What a client refuses stands here: granting to somebody excluded or not listed, by somebody who is
no holder, or in a case that is not in order.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from reporting.protocol import epoch as epochs
from reporting.protocol import note as notes
from reporting.protocol.age import HybridIdentity, HybridRecipient
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import is_id
from reporting.protocol.entry import Entry
from reporting.protocol.epoch import MAX_EPOCHS, Chain, Epoch
from reporting.protocol.errors import NewerDirectory, NotAuthentic, Refused, N_
from reporting.protocol.grant import Grant, check_fits, seal_grant
from reporting.protocol.signing import SigningKey
from reporting.protocol.thread_types import CaseView


@dataclass(frozen=True)
class NewEpoch:
    """A new epoch, ready to be sent: its note, its keys, and grants by member and epoch."""

    note: str
    identity: HybridIdentity = field(repr=False)
    grants: Mapping[str, Mapping[int, bytes]]

    @property
    def recipient(self) -> HybridRecipient:
        """To whom everything is sealed from now on."""
        return self.identity.recipient


def _check_case(view: CaseView, author: str, directory: Directory, today: datetime.date) -> Chain:
    directory.check_current(today)
    if view.chain is None or view.chain.broken or view.first is None or view.first.first is None:
        raise Refused(N_("This case is not in order; it cannot be given on."))
    if view.needs_newer_directory or directory.version < view.chain.last.directory:
        raise NewerDirectory(N_("The list of recipients has changed: load it again first."))
    if view.named_epoch > view.chain.last.number:
        raise Refused(N_("The server withholds who holds this case; it cannot be given on."))
    if author not in view.chain.last.holders:
        raise Refused(N_("Only somebody who holds this case can give it on."))
    return view.chain


def _check_member(view: CaseView, member_id: str, directory: Directory, today: datetime.date) -> None:
    if view.first is not None and view.first.first is not None and member_id in view.first.first.excluded:
        raise Refused(N_("The reporter excluded “{member}” from this case."), member=member_id)
    if not directory.is_listed(member_id, today):
        raise Refused(N_("The directory does not list “{member}” now."), member=member_id)


def _check_recipient(member_id: str, recipient: HybridRecipient, directory: Directory) -> None:
    member = directory.member(member_id)
    if member is None or epochs.case_hash(recipient) != member.recipient_sha256:
        raise NotAuthentic(N_("The key the server shows for “{member}” is not the listed one."), member=member_id)


def _all_epochs(held: Sequence[Grant], chain: Chain) -> list[Grant]:
    """The author's own grants, one for every epoch of the chain in order, each fitting it."""
    by_epoch = {grant.epoch: grant for grant in held}
    if not set(range(len(chain.epochs))) <= set(by_epoch):
        raise Refused(N_("Somebody who lacks an epoch of this case cannot give it on."))
    grants = [by_epoch[number] for number in range(len(chain.epochs))]
    for grant in grants:
        check_fits(grant, chain.epochs)
    return grants


def grant_on(
    view: CaseView,
    held: Sequence[Grant],
    author: str,
    member_id: str,
    recipient: HybridRecipient,
    directory: Directory,
    today: datetime.date,
) -> dict[int, bytes]:
    """Let one more member read a case: a grant for every epoch from 0 on, by epoch.

    The author then writes the ``access`` entry that :func:`access_body` gives.

    :raises DirectoryExpired: the directory is out of its time
    :raises Refused: the case is not in order, the author no holder, the member excluded or not listed
    :raises NotAuthentic: another key than the directory's
    """
    chain = _check_case(view, author, directory, today)
    _check_member(view, member_id, directory, today)
    _check_recipient(member_id, recipient, directory)
    return {grant.epoch: seal_grant(grant, recipient) for grant in _all_epochs(held, chain)}


def access_body(member_id: str, granted: Collection[int]) -> dict[str, object]:
    """The body of the ``access`` entry that records grants."""
    return {"member": member_id, "epochs": sorted(granted)}


def readers(view: CaseView) -> set[str]:
    """Members who read the newest epoch without holding it: given access by a holder of that epoch.

    Anybody else's word counts for nothing here, since whoever reads an epoch is granted the next one too:
    not a reader's, not a former holder's, and nobody's for a member whom the reporter excluded.
    """
    if view.chain is None or view.first is None or view.first.first is None:
        return set()
    last = view.chain.last
    named = {
        str(entry.body.get("member"))
        for entry in view.authentic("team")
        if entry.kind == "access" and entry.author in last.holders and _gives(entry, last.number)
    }
    return named - set(last.holders) - set(view.first.first.excluded)


def _gives(access: Entry, epoch: int) -> bool:
    given = access.body.get("epochs")
    if not isinstance(given, list) or not is_id(access.body.get("member")):
        return False
    return any(one == epoch and not isinstance(one, bool) for one in given)  # in Python True is 1


def grant_reading(
    view: CaseView,
    new: NewEpoch,
    member_id: str,
    recipient: HybridRecipient,
    directory: Directory,
    today: datetime.date,
) -> bytes:
    """Let somebody who reads a case, and does not hold it, read a ``new`` epoch too: its grant.

    :raises Refused: the member is excluded or not listed
    :raises NotAuthentic: another key than the directory's
    """
    _check_member(view, member_id, directory, today)
    _check_recipient(member_id, recipient, directory)
    number = epochs.parse_text(notes.parse(new.note, limit=epochs.MAX_NOTE).text).number
    return seal_grant(Grant(view.case, number, view.reporter_key, new.identity), recipient)


def new_epoch(
    view: CaseView,
    held: Sequence[Grant],
    author: str,
    key: SigningKey,
    recipients: Mapping[str, HybridRecipient],
    directory: Directory,
    today: datetime.date,
    random: Callable[[int], bytes] = os.urandom,
) -> NewEpoch:
    """A new identity for a case, held by exactly the members of ``recipients`` from now on.

    Whoever did not hold the epoch before gets a grant for every epoch, the others for the new one.

    :raises DirectoryExpired: the directory is out of its time
    :raises Refused: the case is not in order or has its last epoch, the author is no holder, nobody
        would hold it, a member is excluded or not listed
    :raises NotAuthentic: another key than the directory's
    """
    chain = _check_case(view, author, directory, today)
    before = chain.last
    if before.number + 1 >= MAX_EPOCHS or not recipients:
        raise Refused(N_("This case cannot have one more change of holders."))
    for member_id, recipient in recipients.items():
        _check_member(view, member_id, directory, today)
        _check_recipient(member_id, recipient, directory)
    identity = HybridIdentity.generate(random)
    epoch = Epoch(
        origin=before.origin,
        case=before.case,
        number=before.number + 1,
        recipient_sha256=epochs.case_hash(identity.recipient),
        holders=tuple(sorted(recipients)),
        previous=before.sha256,
        directory=directory.version,
        date=today,
    )
    old = _all_epochs(held, chain)
    new = Grant(before.case, epoch.number, view.reporter_key, identity)
    grants = {
        member_id: {
            grant.epoch: seal_grant(grant, recipient)
            for grant in ([new] if member_id in before.holders else [*old, new])
        }
        for member_id, recipient in recipients.items()
    }
    return NewEpoch(epochs.sign_epoch(epoch, author, key), identity, grants)
