"""Answering how one is, from the terminal: what the mailbox's box of a check-in does (protocol 8.6)."""

from __future__ import annotations

import datetime

from reporting.cli.failures import CommandFailed
from reporting.client.mailbox import OpenedCase
from reporting.i18n import gettext as _
from reporting.protocol.measures import CHECK_IN_FORM, WORDS, check_check_in
from reporting.protocol.submission import Draft

#: From so many days before a check-in is due it is asked, as in the mailbox.
LEAD = datetime.timedelta(days=14)


def open_check_in(case: OpenedCase, today: datetime.date) -> int | None:
    """After how many months the reporter is asked now: the last that has begun and was not answered; None for none.

    Whether it is due is the server's word; that the case was closed is what was signed, and so is an answer, whatever
    the server says of it.
    """
    closed = _closed_on(case)
    begun = [one for one in case.served.check_ins if one.due - LEAD <= today]
    if closed is None or not begun or begun[-1].is_answered or begun[-1].months in _answered(case, closed):
        return None
    return begun[-1].months


def _answered(case: OpenedCase, closed: datetime.date) -> set[int]:
    """The check-ins after this closing that the reporter has answered, by what they signed."""
    entries = [view.entry for view in case.view.entries if view.entry is not None and view.entry.by_reporter]
    found = [one.body for one in entries if one.kind == "protection" and one.body.get("form") == CHECK_IN_FORM]
    answers = [check_check_in(body.get("answers")) for body in found]
    return {int(str(one["check_in"])) for one in answers if one["closed"] == closed.isoformat()}


def check_in_draft(case: OpenedCase, today: datetime.date, answer: str, text: str) -> Draft:
    """What answers the check-in that is open.

    :raises CommandFailed: none is open, or words are asked for and there are none
    """
    months, closed = open_check_in(case, today), _closed_on(case)
    if months is None or closed is None:
        raise CommandFailed(_("Nobody asks how you are just now. You can write at any time, with --reply."))
    if answer == WORDS and not text:
        raise CommandFailed(_("Say in words how you are, with --reply."))
    answers = {"check_in": months, "closed": closed.isoformat(), "answer": answer, "text": text}
    return Draft("protection", "reporter", {"form": CHECK_IN_FORM, "answers": check_check_in(answers)})


def _closed_on(case: OpenedCase) -> datetime.date | None:
    status = case.view.status
    return status.date if status is not None and status.body.get("status") == "closed" else None
