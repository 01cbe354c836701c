"""Telling what a certificate says, and what it does not prove."""

from __future__ import annotations

from reporting.cli.connecting import practice_mark
from reporting.cli.showing import say
from reporting.cli.submit import channel_title
from reporting.i18n import current_language
from reporting.i18n import gettext as _
from reporting.protocol.certificate import Proven
from reporting.protocol.directory import fingerprint, is_for_practice
from reporting.protocol.encoding import JSONObject, b64encode


def tell_certificate(proven: Proven) -> None:
    """In sentences: what the office's site signed, and what nobody checked."""
    certificate, directory = proven.certificate, proven.directory
    tell_practice(directory.origin)
    say(_("This certificate holds: on {day}, a report was received.", day=certificate.received))
    if certificate.channel is not None:
        say(_("It came in on the channel “{channel}”.", channel=_title(proven)))
    say(_("Site: {origin}, fingerprint {digits}", origin=directory.origin, digits=fingerprint(proven.root.public)))
    say(_("Issued on {day}.", day=certificate.issued))
    if proven.name:
        say(_("Made out to: {name}", name=proven.name))
        say(_("Nobody checked that name. Whoever holds the receipt code of the report asked for it."))
    else:
        say(_("It is made out to nobody by name."))
    say(_("It does not say what was reported."))
    say(_("It goes by the list of keys of {day}, version {version}.", day=directory.date, version=directory.version))
    say(_("Keys of that list may have been stolen, and replaced since: where much depends on it, ask the office."))
    if proven.page:
        say(_("The page around it is signed by nobody: go by what stands here."))


def tell_practice(origin: str) -> None:
    """Before anything else: what a site for practice signs proves nothing."""
    if is_for_practice(origin):
        say(_("This is a site for practice: what it signs is made up, and proves nothing."))


def _title(proven: Proven) -> str:
    found = [one for one in proven.directory.channels if one.id == proven.certificate.channel]
    return channel_title(found[0], current_language()) if found else str(proven.certificate.channel)


def certified_json(proven: Proven) -> JSONObject:
    """The same for programs."""
    certificate = proven.certificate
    return {
        "kind": "certificate",
        **practice_mark(certificate.origin),
        "origin": certificate.origin,
        "fingerprint": fingerprint(proven.root.public),
        "directory": {"version": proven.directory.version, "date": proven.directory.date.isoformat()},
        "received": certificate.received.isoformat(),
        "issued": certificate.issued.isoformat(),
        "channel": certificate.channel,
        "report": b64encode(certificate.report),
        "name": proven.name,
        "page": proven.page,
    }
