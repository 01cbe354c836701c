"""``reporting tick``: what a service does once a day, done now."""

from __future__ import annotations

from pathlib import Path

import click

from reporting.cli.options import data_option, opened
from reporting.cli.showing import say
from reporting.i18n import gettext as _
from reporting.service import Service


@click.command(
    help=_(
        "Sweep files that no report claimed, send mail that is due, and warn where room is short. "
        "A running service does it by itself."
    )
)
@data_option
def tick(data: Path) -> None:
    """Sweep and send once, unless somebody is at it."""
    from reporting.notices import rules as notices

    service = opened(data)
    try:
        notices.run(service)  # first: a store that is away keeps no mail back
        found = keep_house(service)
        wanting = _wanting(service)
    finally:
        service.database.close()
    for sentence in wanting:
        say(sentence)
    if found is None:
        say(_("Another process is doing this at the moment; nothing was done."))
        return
    uploads, orphans = found
    say(_("Files that nobody claimed: {uploads}. Parts that no file has: {orphans}.", uploads=uploads, orphans=orphans))


def _wanting(service: Service) -> list[str]:
    from reporting.administration.conformance import UNMET, about_files

    with service.database.read() as session:
        return [one.sentence for one in about_files(service, session) if one.state == UNMET]


def keep_house(service: Service) -> tuple[int, int] | None:
    """Everything that is to be done once a day; it may be repeated: how much was swept, None where another is at it."""
    from reporting.evidence.rules import sweep
    from reporting.statistics.bag import empty
    from reporting.statistics.releases import release_due

    empty(service)
    service.database.settle()  # after it: nothing of the bag stays in the log
    try:
        swept = sweep(service)
    finally:
        release_due(service)  # figures do not wait for a store that is away
    return None if swept is None else (swept.uploads, swept.orphans)
