"""``reporting desk indicators``: how the work is done, in numbers."""

from __future__ import annotations

import click

from reporting.cli.desk import Access, with_access
from reporting.cli.json_output import print_json
from reporting.cli.showing import say, say_table
from reporting.cli.submit import channel_title
from reporting.client.counting import Line, counted, period
from reporting.i18n import current_language
from reporting.i18n import gettext as _


@click.command(help=_("Count how the work is done, by channel: small numbers are hidden, and nothing is opened."))
@click.option("--year", type=click.IntRange(2000, 9998), help=_("Which year; else this one."))
@click.option("--quarter", type=click.IntRange(1, 4), help=_("One quarter of it."))
@with_access
def indicators(access: Access, as_json: bool, year: int | None, quarter: int | None) -> None:
    """Print the indicators of a year, or of a quarter."""
    with access.session() as session:
        first, last = period(year or session.site.today.year, quarter)
        found = counted(session, first, last)
        titles = {one.id: channel_title(one, current_language()) for one in session.site.directory.channels}
    if as_json:
        print_json(found.served)
        return
    say(_("Cases received from {first} to {last}.", first=first.isoformat(), last=last.isoformat()))
    if not found.channels:
        say(_("There is nothing that you may count."))
    for channel, lines in found.channels:
        say()
        say(titles.get(channel, channel))
        say_table([["  " + line.name, *_figures(line)] for line in lines])


def _figures(line: Line) -> list[str]:
    if line.of is None:
        return [_("fewer than {number}", number=line.low), ""]
    return [line.figure or (_("hidden") if line.hidden else "-"), _("of {of}", of=line.of)]
