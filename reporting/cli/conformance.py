"""``reporting conformance``: whether an installation does what it promises, as far as a program can see it."""

from __future__ import annotations

from pathlib import Path

import click

from reporting.cli.failures import CommandFailed
from reporting.cli.json_output import print_json
from reporting.cli.options import data_option, opened
from reporting.cli.showing import say
from reporting.i18n import gettext as _


@click.command(
    name="conformance",
    help=_("Check what an installation does to keep its promises. Fails where something is not met."),
)
@data_option
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
def conformance(data: Path, as_json: bool) -> None:
    """Check an installation."""
    from reporting.administration.conformance import MET, UNKNOWN, UNMET, findings

    service = opened(data)
    with service.database.read() as session:
        found = findings(service, session)
    unmet = sum(one.state == UNMET for one in found)
    if as_json:
        print_json({"unmet": unmet, "findings": [{"state": one.state, "sentence": one.sentence} for one in found]})
    else:
        marks = {MET: _("met"), UNMET: _("NOT MET"), UNKNOWN: _("see to it")}
        width = max(map(len, marks.values()))
        for one in found:
            say(f"{marks[one.state].ljust(width)}  {one.sentence}")
    if unmet:
        raise CommandFailed(_("{count} things are not as they ought to be.", count=unmet))
