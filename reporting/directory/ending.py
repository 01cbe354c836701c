"""What is about to end: the directory, and members' keys."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from reporting.i18n import gettext as _
from reporting.i18n import ngettext
from reporting.protocol.directory import Directory

# Protocol section 3: administrators are warned so many days before the end.
WARNINGS = (30, 14, 7)


def warnings(directory: Directory, today: datetime.date) -> Iterator[str]:
    """What ends within the longest of :data:`WARNINGS`: the directory, and members' keys."""
    left = (directory.valid_until - today).days
    if left < 0:
        yield _("The directory ended on {day}: nobody can report until the next one.", day=directory.valid_until)
    elif left <= WARNINGS[0]:
        yield _urgent(left) + ngettext(
            "The directory ends in {number} day: have the next one signed.",
            "The directory ends in {number} days: have the next one signed.",
            left,
        )
    for member in directory.members:
        left = (member.valid_until - today).days
        if left < 0:
            yield _("The keys of {member} ended on {day}.", member=member.id, day=member.valid_until)
        elif left <= WARNINGS[0]:
            yield _urgent(left) + ngettext(
                "The keys of {member} end in {number} day.",
                "The keys of {member} end in {number} days.",
                left,
                member=member.id,
            )


def _urgent(left: int) -> str:
    """How loudly to say it: louder at each step of :data:`WARNINGS`."""
    if left <= WARNINGS[2]:
        return _("URGENT: ")
    return _("Soon: ") if left <= WARNINGS[1] else ""
