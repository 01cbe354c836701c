"""Asking for a certificate as a reporter's device does it: nothing is handed out that was not asked for."""

from __future__ import annotations

import datetime
import os
from dataclasses import dataclass

from reporting.client.errors import UnexpectedAnswer
from reporting.client.mailbox import OpenedCase
from reporting.client.sending import Sender
from reporting.client.site import Site
from reporting.protocol import certificate as certificates
from reporting.protocol.certificate import Certificate, Wanted
from reporting.protocol.encoding import b64encode, check_text
from reporting.protocol.errors import NotAuthentic, ProtocolError, Refused, N_
from reporting.protocol.receipt import ReceiptCode


@dataclass(frozen=True)
class Certified:
    """A certificate that is exactly what was asked for, and the file in which it is passed on."""

    certificate: Certificate
    file: bytes


def certify(
    site: Site, sender: Sender, receipt: ReceiptCode, opened: OpenedCase, *, name: str, name_channel: bool
) -> Certified:
    """Have it certified that the report of a case was made, to ``name`` or, where that is empty, to nobody.

    Only a commitment to the name is sent. The service needs the opening to compute which report it signs for.

    :raises Refused: the site's acknowledgement of the report is missing, so that nothing can be compared
    :raises NotAuthentic: the server certifies something else
    :raises Malformed: the name cannot be used
    """
    name, salt = certificates.check_name(name), os.urandom(certificates.SALT_SIZE)
    commitment = certificates.commit(name, salt)
    acknowledgement, day, channel = _acknowledged(opened)
    opening = receipt.certificate_opening(site.directory.origin, opened.case_hash, commitment)
    wanted = Wanted(acknowledgement, opening, day, channel if name_channel else None, commitment)
    request = {
        "token": b64encode(receipt.mailbox_token(site.directory.origin)),
        "case": opened.view.case,
        "opening": b64encode(opening),
        "commitment": b64encode(commitment),
        "name_channel": name_channel,
    }
    answer = sender.send("/api/certify", request)
    try:
        note = check_text(answer.get("certificate"), limit=certificates.MAX_NOTE)
    except ProtocolError:
        raise UnexpectedAnswer(N_("The server's answer carries no certificate.")) from None
    certificate = _judged(site, note, wanted)
    return Certified(certificate, certificates.write(note, site.signed, site.pin.root, name, salt))


def _acknowledged(opened: OpenedCase) -> tuple[str, datetime.date, str]:
    """The report's acknowledgement, its day and its channel."""
    for shown in opened.view.entries:
        if shown.entry is not None and shown.entry.first is not None and shown.served.id in opened.acknowledged:
            note, day = opened.served.acknowledgements[shown.served.id], opened.acknowledged[shown.served.id]
            return note, day, shown.entry.first.channel
    raise Refused(N_("The site's signed acknowledgement is missing, and without it there is nothing to certify."))


def _judged(site: Site, note: str, wanted: Wanted) -> Certificate:
    """What was issued; under a newer directory where there is one by now."""
    try:
        return certificates.check_issued(note, wanted, site.directory, site.today)
    except NotAuthentic:
        before = site.directory.version
        if site.load().version == before:
            raise
        return certificates.check_issued(note, wanted, site.directory, site.today)
