"""The deadlines of a case after a step, worked out at the terminal as the server does it."""

from __future__ import annotations

from reporting.cli.telling import signed_clocks
from reporting.client.cases import DeskCase
from reporting.client.mailbox import Clock
from reporting.client.member import MemberSession


def clocks_after(session: MemberSession, case: DeskCase, status_name: str) -> list[Clock]:
    """The clocks as they stand after the change, by the rules that the server follows too.

    :raises WrongTransition: this status cannot follow the present one
    """
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
