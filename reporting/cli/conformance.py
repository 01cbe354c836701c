"""``reporting conformance``: whether an installation does what it promises, as far as a program can see it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporting.cli.failures import CommandFailed
from reporting.cli.json_output import print_json
from reporting.cli.options import data_option, opened
from reporting.cli.showing import say
from reporting.i18n import gettext as _

if TYPE_CHECKING:
    from reporting.administration.duty_states import Standing
    from reporting.administration.finding import Finding


@click.command(
    name="conformance",
    help=_(
        "Check what an installation does to keep its promises, and how it stands to each duty of law and good "
        "practice. Fails where something is not met."
    ),
)
@data_option
@click.option("--json", "as_json", is_flag=True, help=_("Print one JSON object."))
def conformance(data: Path, as_json: bool) -> None:
    """Check an installation."""
    from reporting.administration.conformance import UNMET, findings
    from reporting.administration.duty_states import standings

    service = opened(data)
    with service.database.read() as session:
        found, duties = findings(service, session), standings(service, session)
    service.database.close()
    unmet = sum(one.state == UNMET for one in found)
    not_met = sum(one.state == UNMET for one in duties)
    if as_json:
        rows = [{"state": one.state, "sentence": one.sentence} for one in found]
        print_json({"unmet": unmet, "findings": rows, "duties": [_as_json(one) for one in duties]})
    else:
        _tell(found, duties)
    if unmet:
        raise CommandFailed(_("{count} things are not as they ought to be.", count=unmet))
    if not_met:
        raise CommandFailed(_("{count} duties are not met.", count=not_met))


def _as_json(one: Standing) -> dict[str, object]:
    lacking = [{"state": lack.state, "sentence": lack.sentence} for lack in one.lacking]
    return {"id": one.duty.id, "state": one.state, "lacking": lacking, "gap": _(one.duty.gap) if one.duty.gap else ""}


def _tell(found: list[Finding], duties: list[Standing]) -> None:
    from reporting.administration.duty_states import PARTLY
    from reporting.administration.finding import MET, UNKNOWN, UNMET

    marks = {MET: _("met"), PARTLY: _("in part"), UNMET: _("NOT MET"), UNKNOWN: _("see to it")}
    width = max(map(len, marks.values()))
    for finding in found:
        say(f"{marks[finding.state].ljust(width)}  {finding.sentence}")
    say()
    say(
        _(
            "Duties of law and good practice, told in full in docs/paragraph-56.md and docs/paragraph-58.md. This is "
            "no legal advice."
        )
    )
    for one in duties:
        say(f"{marks[one.state].ljust(width)}  {one.duty.id}: {_(one.duty.asks)}")
        for sentence in (*(lack.sentence for lack in one.lacking), *([_(one.duty.gap)] if one.duty.gap else [])):
            say(f"{'':{width}}  - {sentence}")
