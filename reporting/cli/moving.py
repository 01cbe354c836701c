"""``reporting desk status``: moving a case on, and deciding on protection."""

from __future__ import annotations

import click

from reporting.cli.desk import Access, tell_written, text_of, with_access
from reporting.cli.moved_clocks import clocks_after
from reporting.cli.showing import say
from reporting.cli.telling import clock_words
from reporting.client.cases import find_case, open_case
from reporting.client.casework import Decision, change_status
from reporting.i18n import gettext as _
from reporting.protocol.thread_types import FINDINGS, KNOWINGLY_FALSE


@click.command(help=_("Move a case on, with a signed word of it to the reporter; closing and decisions need a reason."))
@click.argument("case")
@click.argument("status_name", metavar="STATUS")
@click.option("--reason", default="", help=_("Why, for the reporter to read; - reads it from standard input."))
@click.option(
    "--outcome",
    type=click.Choice(["granted", "partly", "referred"]),
    help=_("What was decided on protection. A refusal, which needs two people, is signed at the desk."),
)
@click.option("--appeal", default="", help=_("How to contest the decision, for the reporter to read."))
@click.option(
    "--finding",
    type=click.Choice([one for one in FINDINGS if one != KNOWINGLY_FALSE]),
    help=_("What was found of a report. That it was knowingly false, which needs two people, is signed at the desk."),
)
@with_access
def status(
    access: Access,
    as_json: bool,
    case: str,
    status_name: str,
    reason: str,
    outcome: str | None,
    appeal: str,
    finding: str | None,
) -> None:
    """Change the status."""
    _check_status(status_name, reason, outcome, appeal)
    if finding and status_name not in ("feedback_given", "closed"):
        raise click.UsageError(_("A --finding is told with feedback_given or closed."))
    decision = Decision(outcome, appeal) if outcome else None
    with access.session() as session:
        found = open_case(session, find_case(session, case))
        clocks = clocks_after(session, found, status_name)
        text = text_of(reason) if reason else ""
        told = change_status(session, found, status_name, text, clocks, decision, finding)
        tell_written(found, told, as_json=as_json)
    if not as_json:
        for clock in clocks:
            say("  " + clock_words(clock))


def _check_status(status_name: str, reason: str, outcome: str | None, appeal: str) -> None:
    if status_name == "closed" and not reason:
        raise click.UsageError(_("Closing a case needs a --reason."))
    if (status_name == "decided") != (outcome is not None):
        raise click.UsageError(_("A decision has an --outcome, and nothing else has."))
    if outcome and not (reason and appeal):
        raise click.UsageError(_("A decision needs a --reason, and an --appeal: how it can be contested."))
