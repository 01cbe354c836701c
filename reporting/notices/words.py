"""What a mail says. Nothing in it is a person's word but a checked address and, if allowed, a channel's title."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from reporting.i18n import current_language, ngettext, use_language
from reporting.i18n import gettext as _
from reporting.notices.news import Counts
from reporting.notices.slots import ANSWERED, KINDS, LATE, NEAR, NEW
from reporting.service import Service

_LONGEST_TITLE = 80
_PLAIN = SMTP.clone(cte_type="7bit")  # whatever a server on the way can carry


def digest(
    service: Service, to: str, language: str, counts: Counts, titles: Mapping[str, str], number: str
) -> EmailMessage:
    """That something waits: how much of each kind, by channel where the member allowed its name."""
    with use_language(language):
        lines = [_("Something waits for you at the desk."), "", *_lines(counts, titles), *_ending()]
        return _message(service, to, _("Something waits for you"), lines, number)


def _lines(counts: Counts, titles: Mapping[str, str]) -> Iterator[str]:
    for channel in sorted(counts):
        if channel:
            yield one_line(titles.get(channel, channel))
        for kind in KINDS:
            if number := counts[channel].get(kind, 0):
                yield f"- {_counted(kind, number)}"
        yield ""


def _counted(kind: str, number: int) -> str:
    if kind == NEW:
        return ngettext("{number} new case", "{number} new cases", number)
    if kind == NEAR:
        return ngettext("{number} deadline approaches", "{number} deadlines approach", number)
    if kind == LATE:
        return ngettext("{number} deadline has passed", "{number} deadlines have passed", number)
    if kind == ANSWERED:
        return ngettext("{number} check-in was answered", "{number} check-ins were answered", number)
    return f"{kind}: {number}"


def code(service: Service, to: str, language: str, digits: str, number: str) -> EmailMessage:
    """The code that shows that an address is a member's own."""
    with use_language(language):
        lines = [
            _("This code shows that mail reaches you. Type it where you asked for it; it is good for one hour:"),
            "",
            digits,
            "",
            _("If you did not ask for it, do nothing: no further mail will come."),
        ]
        return _message(service, to, _("Your code"), lines, number)


def checkpoint(service: Service, to: str, language: str, signed: str, number: str) -> EmailMessage:
    """The signed state of the audit log, as a file to be kept."""
    with use_language(language):
        lines = [
            _(
                "The file with this mail is the signed state of the log of what staff did. Keep it where the service "
                "has no say. Later it shows whether the log still holds what it held today:"
            ),
            "",
            "reporting audit verify --checkpoint checkpoint.txt",
        ]
        message = _message(service, to, _("State of the log"), lines, number)
        # As bytes: a line that ends otherwise, or a sign in another encoding, would spoil the signature.
        message.add_attachment(signed.encode(), "application", "octet-stream", filename="checkpoint.txt")
        return message


def trial(service: Service, to: str, language: str, number: str) -> EmailMessage:
    """A mail that shows that mail arrives."""
    with use_language(language):
        return _message(service, to, _("A test"), [_("This mail shows that mail of the service arrives.")], number)


def _ending() -> list[str]:
    return [
        _("This mail says no more on purpose, and has no link: open the desk the way you always do."),
        _("What you are told, or that you are told nothing, you choose there, under “Your account”."),
    ]


def one_line(title: str) -> str:
    """A title with nothing in it that could begin a line, or turn one around."""
    return " ".join("".join(c if c.isprintable() else " " for c in title).split())[:_LONGEST_TITLE]


def _message(service: Service, to: str, subject: str, lines: list[str], number: str) -> EmailMessage:
    sender = service.settings.smtp_from
    message = EmailMessage(policy=_PLAIN)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    now = datetime.datetime.fromtimestamp(service.clock.now(), datetime.UTC)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{number}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 section 5: nobody answers it by machine
    message.set_content("\n".join(lines) + "\n")
    message["Content-Language"] = current_language()  # RFC 3282
    return message
