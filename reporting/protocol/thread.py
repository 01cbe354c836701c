"""Reading a case: what is authentic, what is not, and what may be missing (protocol section 5).

Everything the server says is judged here before a person sees it. One bad entry never breaks
the list: it stays in it as a fact, with its content withheld.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reporting.protocol import epoch as epochs
from reporting.protocol import note as notes
from reporting.protocol.age import HybridIdentity, Identities
from reporting.protocol.directory import Directory
from reporting.protocol.errors import CaseDamaged, NewerDirectory, NotAuthentic, ProtocolError, N_
from reporting.protocol.grant import Grant, check_fits, open_grant
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.thread_judge import Judge
from reporting.protocol.thread_types import CaseView, CaseWarning, Reader, SealedCase

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
        return _withheld(case, CaseWarning.NOT_YOURS)
    return read_case(case, reader, directory)


def read_as_member(
    case: SealedCase, grants: Sequence[tuple[int, bytes]], identities: Identities, directory: Directory
) -> CaseView:
    """A case as a member may see it who has ``grants``: pairs of epoch and age file, each sealed to any identity."""
    opened: list[Grant] = []
    failed = []
    for epoch, sealed in grants:
        try:
            opened.append(open_grant(sealed, identities, case.case, epoch, _first_note(case), directory.origin))
        except CaseDamaged:
            failed.append(CaseWarning.DAMAGED)
        except ProtocolError:
            failed.append(CaseWarning.GRANT_DAMAGED)
    if not opened:
        return _withheld(case, CaseWarning.DAMAGED if CaseWarning.DAMAGED in failed else CaseWarning.GRANT_DAMAGED)
    return read_with_grants(case, opened, directory, damaged=bool(failed))


def _first_note(case: SealedCase) -> str:
    return case.epochs[0] if case.epochs else ""


def _withheld(case: SealedCase, *warnings: CaseWarning) -> CaseView:
    told = CaseView(case.case, case.channel, server_status=case.status, server_outcome=case.outcome)
    return replace(told, warnings=warnings)


def read_with_grants(
    case: SealedCase, grants: Sequence[Grant], directory: Directory, *, damaged: bool = False
) -> CaseView:
    """A case as whoever opened ``grants`` may see it; those that do not fit their epoch are dropped."""
    reporter_key = grants[0].reporter_key
    try:
        chain = epochs.verify_chain(case.epochs, case.case, reporter_key, directory, ())
    except NewerDirectory:
        return replace(_withheld(case), needs_newer_directory=True)
    except ProtocolError:
        return _withheld(case, CaseWarning.DAMAGED)
    fitting: dict[int | None, HybridIdentity] = {}
    for grant in grants:
        try:
            check_fits(grant, chain.epochs)
            fitting[grant.epoch] = grant.identity
        except ProtocolError:
            damaged = True
    if not fitting:
        return _withheld(case, CaseWarning.GRANT_DAMAGED)
    view = read_case(case, Reader(reporter_key, fitting), directory)
    # A grant is a promise of its epoch's note: without it, nothing may be sealed to an older one.
    named = max(grant.epoch for grant in grants)
    warnings = [CaseWarning.GRANT_DAMAGED] if damaged else []
    if named > chain.last.number and CaseWarning.EPOCHS_WITHHELD not in view.warnings:
        warnings.append(CaseWarning.EPOCHS_WITHHELD)
    return replace(view, warnings=(*warnings, *view.warnings), named_epoch=max(named, view.named_epoch))


def read_case(case: SealedCase, reader: Reader, directory: Directory) -> CaseView:
    """Judge every entry of a case for ``reader``, whose keys were checked before."""
    return Judge(case, reader, directory).view()
