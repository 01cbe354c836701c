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

    Whether it is due is the server's word; that the case was closed is what was signed.
    """
    if _closed_on(case) is None:
        return None
    begun = [one for one in case.served.check_ins if one.due - LEAD <= today]
    return begun[-1].months if begun and not begun[-1].is_answered else None


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
