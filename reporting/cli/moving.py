"""Moving a case on at the terminal: what a status needs, and what it makes of the deadlines."""

from __future__ import annotations

import click

from reporting.cli.telling import signed_clocks
from reporting.client.cases import DeskCase
from reporting.client.mailbox import Clock
from reporting.client.member import MemberSession
from reporting.i18n import gettext as _


def check_status(status_name: str, reason: str, outcome: str | None, appeal: str) -> None:
    """Whether a status comes with what it needs.

    :raises UsageError: it does not
    """
    if status_name == "closed" and not reason:
        raise click.UsageError(_("Closing a case needs a --reason."))
    if (status_name == "decided") != (outcome is not None):
        raise click.UsageError(_("A decision has an --outcome, and nothing else has."))
    if outcome and not (reason and appeal):
        raise click.UsageError(_("A decision needs a --reason, and an --appeal: how it can be contested."))


def clocks_after(session: MemberSession, case: DeskCase, status_name: str) -> list[Clock]:
    """The clocks as they stand after the change, by the rules that the server follows too."""
    from reporting import errors, profiles
    from reporting.cases import clocks, workflow

    channel = next((one for one in session.site.directory.channels if one.id == case.opened.view.channel), None)
    profile = profiles.load(str(channel.policy.get("profile")) if channel else profiles.GENERIC)
    # What was signed before counts: whoever signs the server's word would make its deadlines the team's.
    found = signed_clocks(case.opened.view) or case.opened.served.clocks
    known = tuple(clocks.ClockState(clock.name, clock.due, clock.done) for clock in found)
    before = workflow.State(case.opened.view.server_status, known)
    if status_name not in case.allowed:
        raise errors.WrongTransition(members={"current": before.status, "allowed": list(case.allowed)})
    kind = channel.kind if channel else "report"
    after = workflow.after(kind, before, workflow.Move(status_name), profile, session.site.today)
    return [Clock(clock.name, clock.due, clock.done) for clock in after.clocks]
