"""``reporting desk status``: moving a case on, and deciding on protection."""

from __future__ import annotations

import click

from reporting.cli.desk import Access, tell_written, text_of, with_access
from reporting.cli.showing import say
from reporting.cli.telling import clock_words, signed_clocks
from reporting.client.cases import DeskCase, find_case, open_case
from reporting.client.casework import Decision, change_status
from reporting.client.mailbox import Clock
from reporting.client.member import MemberSession
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
        clocks = _clocks_after(session, found, status_name)
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


def _clocks_after(session: MemberSession, case: DeskCase, status_name: str) -> list[Clock]:
    """The clocks as they stand after the change, by the rules that the server follows too."""
    from reporting import errors, profiles
    from reporting.cases import clocks, workflow

    channel = next((one for one in session.site.directory.channels if one.id == case.opened.view.channel), None)
    profile = profiles.load(str(channel.policy.get("profile")) if channel else profiles.GENERIC)
    # What was signed before counts: whoever signs the server's word would make its deadlines the team's.
    found = signed_clocks(case.opened.view) or case.opened.served.clocks
    known = tuple(clocks.ClockState(clock.name, clock.due, clock.done, clock.waived) for clock in found)
    before = workflow.State(case.opened.view.server_status, known)
    if status_name not in case.allowed:
        raise errors.WrongTransition(members={"current": before.status, "allowed": list(case.allowed)})
    kind = channel.kind if channel else "report"
    after = workflow.after(kind, before, workflow.Move(status_name), profile, session.site.today)
    return [Clock(clock.name, clock.due, clock.done, clock.waived) for clock in after.clocks]
