"""Sending a report and following up, as a reporter's device does it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace

from reporting.client.errors import Problem, UnexpectedAnswer
from reporting.client.filing import ReportersWay
from reporting.client.mailbox import OpenedCase, reopened
from reporting.client.outgoing import FILES_AGAIN, NO_FILES, Files
from reporting.client.sending import Sender
from reporting.client.site import Site
from reporting.protocol import acknowledgement as acknowledgements
from reporting.protocol.age import HybridRecipient
from reporting.protocol.directory import Directory
from reporting.protocol.encoding import b64encode, check_text, sha256
from reporting.protocol.epoch import MAX_EPOCHS
from reporting.protocol.errors import NotAuthentic, ProtocolError, N_
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.submission import (
    Author,
    Beforehand,
    Draft,
    Prepared,
    Report,
    entry_recipients,
    new_case,
    prepare_entry,
    prepare_report,
)

_ROUNDS = 3  # how often a directory or a chain may change while one thing is sent


@dataclass(frozen=True)
class Loaded:
    """All that a report needs of the site, loaded before anything is typed."""

    directory: Directory
    recipients: dict[str, HybridRecipient]


@dataclass(frozen=True)
class Acknowledged:
    """The server's verified statement: which case or entry, on which day, in its own signed words."""

    id: str
    day: datetime.date
    note: str


def load_for(site: Site, channel: str) -> Loaded:
    """Directory and recipients of a channel, verified."""
    return Loaded(site.directory, site.recipients(channel))


def send_report(
    site: Site,
    sender: Sender,
    loaded: Loaded,
    report: Report,
    receipt: ReceiptCode,
    on_change: Callable[[Directory, Directory], None],
    files: Files = NO_FILES,
) -> Acknowledged:
    """Seal and send a report; returns only once the server's acknowledgement was checked.

    An unanswered attempt is repeated as it is. Where the directory has changed meanwhile, the new one is
    loaded and verified, ``on_change`` is told of both and may raise to stop, and the report is sealed anew
    under a new case identity, and so are its files.

    :raises NotAuthentic: directory, recipients or acknowledgement do not hold
    :raises Refused: nobody who may receive the report remains
    :raises Problem: the server refuses
    :raises Unreachable: it does not answer
    """
    for _attempt in range(_ROUNDS):
        prepared = _prepare(site, sender, loaded, report, receipt, files)
        try:
            answer = sender.send("/api/reports", prepared.request)
        except Problem as error:
            if error.kind in FILES_AGAIN:
                continue
            if error.kind != "directory-outdated":
                raise
            loaded = _reloaded(site, loaded, report.channel, on_change)
            sender = replace(sender, shape=loaded.directory.shape)
            continue
        return _acknowledged(answer, prepared, loaded.directory)
    raise UnexpectedAnswer(N_("The site's list of recipients keeps changing; try again in a moment."))


def _prepare(
    site: Site, sender: Sender, loaded: Loaded, report: Report, receipt: ReceiptCode, files: Files
) -> Prepared:
    directory, recipients, today = loaded.directory, loaded.recipients, site.today
    keys = new_case(receipt, directory.origin)
    if files.chosen:
        # Sealed once for its size and its recipients alone, before anything of the files leaves this machine.
        before = Beforehand(keys, files.announced)
        prepare_report(report, receipt, directory, recipients, today, before=before)
    attachments = files.send(ReportersWay.of(sender), keys.recipients, sender.sleep)
    return prepare_report(report, receipt, directory, recipients, today, before=Beforehand(keys, attachments))


def _reloaded(site: Site, loaded: Loaded, channel: str, on_change: Callable[[Directory, Directory], None]) -> Loaded:
    before = loaded.directory
    after = site.load()
    if after.version == before.version:
        raise UnexpectedAnswer(N_("The server refuses the list of recipients that it shows itself."))
    recipients = site.recipients(channel)
    on_change(before, after)
    return Loaded(after, recipients)


def _acknowledged(answer: dict[str, object], prepared: Prepared, directory: Directory) -> Acknowledged:
    note = _note(answer)
    day = acknowledgements.verify_report(note, directory.verifier("service"), prepared.expected)
    if answer.get("case") != prepared.case:
        raise UnexpectedAnswer(N_("The server's answer is about another case."))
    return Acknowledged(prepared.case, day, note)


def _note(answer: dict[str, object]) -> str:
    try:
        return check_text(answer.get("acknowledgement"), limit=acknowledgements.MAX_NOTE)
    except ProtocolError:
        raise UnexpectedAnswer(N_("The server's answer carries no acknowledgement.")) from None


def follow_up(
    site: Site, sender: Sender, receipt: ReceiptCode, opened: OpenedCase, draft: Draft, files: Files = NO_FILES
) -> Acknowledged:
    """Seal a further entry to a case and send it; returns once its acknowledgement was checked.

    Where the case has a newer epoch, the chain that the server answers with is verified, and the entry and its
    files are sealed again.

    :raises Refused: the case is not in order, so nothing may be sealed to it
    :raises NotAuthentic: chain or acknowledgement do not hold
    :raises Problem: the server refuses
    :raises Unreachable: it does not answer
    """
    for _attempt in range(_ROUNDS):
        key = receipt.case_signing_key(site.directory.origin, opened.case_hash)
        author = Author("reporter", key)
        recipient = opened.parsed_recipient()
        to = entry_recipients(opened.view, draft.audience, site.directory, recipient, site.today)
        attachments = files.send(ReportersWay.of(sender), to, sender.sleep)
        draft = replace(draft, attachments=attachments)
        entry, sealed = prepare_entry(opened.view, author, draft, site.directory, recipient, site.today)
        request = {
            "token": b64encode(receipt.mailbox_token(site.directory.origin)),
            "case": opened.view.case,
            "epoch": entry.epoch,
            "entry": b64encode(sealed),
            "uploads": [attachment.upload for attachment in attachments],
        }
        try:
            answer = sender.send("/api/entries", request)
        except Problem as error:
            if error.kind in FILES_AGAIN:
                continue
            if error.kind != "epoch-stale":
                raise
            opened = _with_chain(site, receipt, opened, error)
            continue
        note, service = _note(answer), site.directory.verifier("service")
        day = acknowledgements.verify_entry(note, service, site.directory.origin, opened.view.case, sha256(sealed))
        return Acknowledged(str(answer.get("id"))[:64], day, note)
    raise UnexpectedAnswer(N_("The people who hold this case keep changing; try again in a moment."))


def _with_chain(site: Site, receipt: ReceiptCode, opened: OpenedCase, stale: Problem) -> OpenedCase:
    notes, recipient = stale.members.get("epochs"), stale.members.get("recipient")
    if not isinstance(notes, list) or len(notes) > MAX_EPOCHS or not all(isinstance(note, str) for note in notes):
        raise UnexpectedAnswer(N_("The server's answer is not as the protocol says: {fault}"), fault="epochs")
    if len(notes) <= len(opened.served.sealed.epochs):
        raise UnexpectedAnswer(N_("The server refuses the epoch that it shows itself."))
    if tuple(notes[: len(opened.served.sealed.epochs)]) != tuple(opened.served.sealed.epochs):
        raise NotAuthentic(N_("The server shows another history of who holds this case than before."))
    return reopened(site, receipt, opened, tuple(notes), str(recipient))
