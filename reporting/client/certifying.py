"""Asking for a certificate as a reporter's device does it: nothing is handed out that was not asked for."""

from __future__ import annotations

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

    Only a commitment to the name is sent.

    :raises Refused: the site's acknowledgement of the report is missing, so that nothing can be compared
    :raises NotAuthentic: the server certifies something else
    :raises Malformed: the name cannot be used
    """
    name, salt = certificates.check_name(name), os.urandom(certificates.SALT_SIZE)
    wanted = _wanted(opened, certificates.commit(name, salt), name_channel=name_channel)
    request = {
        "token": b64encode(receipt.mailbox_token(site.directory.origin)),
        "case": opened.view.case,
        "commitment": b64encode(wanted.commitment),
        "name_channel": name_channel,
    }
    answer = sender.send("/api/certify", request)
    try:
        note = check_text(answer.get("certificate"), limit=certificates.MAX_NOTE)
    except ProtocolError:
        raise UnexpectedAnswer(N_("The server's answer carries no certificate.")) from None
    certificate = _judged(site, note, wanted)
    return Certified(certificate, certificates.write(note, site.signed, site.pin.root, name, salt))


def _wanted(opened: OpenedCase, commitment: bytes, *, name_channel: bool) -> Wanted:
    for shown in opened.view.entries:
        if shown.entry is not None and shown.entry.first is not None and shown.served.id in opened.acknowledged:
            channel = shown.entry.first.channel if name_channel else None
            note, day = opened.served.acknowledgements[shown.served.id], opened.acknowledged[shown.served.id]
            return Wanted(note, day, channel, commitment)
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
