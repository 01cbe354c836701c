"""``reporting members invite`` and its like: one-time links with which people enroll in their own browser."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporting.cli.options import Pair, asked, confirmed, data_option, opened, site_role_options
from reporting.cli.showing import say, say_table
from reporting.i18n import gettext as _

if TYPE_CHECKING:
    from reporting.members.rules import Invited

_SERVER = "server"  # who sits at its terminal


@click.command(
    name="invite",
    help=_("Make a one-time link, good for 72 hours, with which a person makes their own keys in their browser."),
)
@data_option
@click.argument("member_id", metavar="ID")
@click.option("--label", help=_("What others read, reporters among them: a name, a post or both."))
@click.option("--name", default="", help=_("What they sign in with; else the id."))
@click.option(
    "--role",
    "roles",
    type=Pair(":", "ROLE:CHANNEL"),
    multiple=True,
    help=_("A role on a channel (intake, investigator, protection, custodian); may be repeated."),
)
@site_role_options
@click.option("--again", is_flag=True, help=_("A known member enrolls anew, with new keys and the roles they have."))
def invite_command(
    data: Path,
    member_id: str,
    label: str | None,
    name: str,
    roles: tuple[tuple[str, str], ...],
    site_roles: tuple[str, ...],
    again: bool,
) -> None:
    """Invite somebody."""
    from reporting.members import rules
    from reporting.members.models import Member

    service = opened(data)
    with service.database.write() as session:
        known = session.get(Member, member_id) if again else None
        wanted = rules.Invitation(
            member=member_id,
            name=known.name if known else name or member_id,
            label=known.label if known else asked(label, _("What others read of this member"), "--label"),
            site_roles=site_roles,
            roles=tuple((channel, role) for role, channel in roles),
            again=again,
        )
        token = rules.invite(service, session, _SERVER, wanted)
    say(_("Give this link to the person, by a way that nobody else reads. It works once, within 72 hours:"))
    say(f"{service.settings.desk_origins[0]}/enroll#{token}")
    say(_("When they have enrolled: compare the digits of their keys with them, then have the next directory signed."))


@click.command(name="invitations", help=_("Show invitations, and what has become of them."))
@data_option
def list_command(data: Path) -> None:
    """List invitations."""
    from reporting.members import rules

    service = opened(data)
    with service.database.read() as session:
        found = rules.invitations(service, session)
    if not found:
        say(_("There are no invitations."))
        return
    header = (_("Invitation"), _("Id"), _("Shown as"), _("Roles"), _("Until"), _("State"))
    say_table([header, *(_row(one) for one in found)])


@click.command(
    name="reset-factors",
    help=_(
        "Take away a member's second factors and backup codes, all of which they have lost. They register new ones."
    ),
)
@data_option
@click.argument("member_id", metavar="ID")
@click.option("--yes", is_flag=True, help=_("Do not ask."))
def reset_command(data: Path, member_id: str, yes: bool) -> None:
    """Reset a member's factors."""
    from reporting.members import rules

    service = opened(data)
    question = _(
        "Are you sure that it is {member} who asks? Their passphrase alone will do until then.", member=member_id
    )
    confirmed(question, yes=yes)
    with service.database.write() as session:
        rules.reset_factors(service, session, _SERVER, member_id)
    say(_("{member} signs in with the passphrase, and registers a second factor first.", member=member_id))


@click.command(
    name="sign-out",
    help=_("End every session of a member, or of everybody with --all. They can sign in again."),
)
@data_option
@click.argument("member_id", metavar="ID", required=False)
@click.option("--all", "everybody", is_flag=True, help=_("Of everybody."))
def sign_out_command(data: Path, member_id: str | None, everybody: bool) -> None:
    """End sessions."""
    from reporting.members import rules

    if (member_id is None) is not everybody:
        raise click.UsageError(_("Name one member, or give --all."))
    service = opened(data)
    with service.database.write() as session:
        rules.end_sessions_of(service, session, _SERVER, member_id)
    say(_("Signed out. Whoever knows a passphrase and has its second factor can sign in again."))


@click.command(
    name="restore",
    help=_("Put back a member's account, in whose place somebody enrolled again: keys, passphrase, cases."),
)
@data_option
@click.argument("member_id", metavar="ID")
@click.option("--yes", is_flag=True, help=_("Do not ask."))
def restore_command(data: Path, member_id: str, yes: bool) -> None:
    """Restore a member's account."""
    from reporting.administration import drafts
    from reporting.members import rules

    service = opened(data)
    question = _("Put back what was replaced when somebody last enrolled again as {member}?", member=member_id)
    confirmed(question, yes=yes)
    with drafts.changing(service, drafts.SERVER, f"member/{member_id}"[:64]) as change:
        rules.restore_account(service, change.session, member_id)
        change.note("member:restore", recorded=True, member=member_id)
    say(
        _(
            "{member} signs in as before, and registers a second factor first. Compare the digits of their keys with"
            " them.",
            member=member_id,
        )
    )


def _row(one: Invited) -> tuple[str, ...]:
    wanted = one.invitation
    roles = [*wanted.site_roles, *(f"{role}:{channel}" for channel, role in wanted.roles)]
    until = datetime.datetime.fromtimestamp(one.expires, datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    return one.id[:12], wanted.member, wanted.label, ", ".join(roles) or "–", until, _state(one.state)


def _state(state: str) -> str:
    return {"open": _("open"), "used": _("used"), "revoked": _("revoked"), "expired": _("expired")}[state]


@click.command(name="revoke-invitation", help=_("Take back an invitation that was not used yet."))
@data_option
@click.argument("invitation", metavar="INVITATION|ID")
@click.option("--yes", is_flag=True, help=_("Do not ask."))
def revoke_command(data: Path, invitation: str, yes: bool) -> None:
    """Revoke an invitation, named by its own id, the beginning of it, or the member's."""
    from reporting.cli.failures import CommandFailed
    from reporting.members import rules

    service = opened(data)
    with service.database.read() as session:
        found = [
            one
            for one in rules.invitations(service, session)
            if one.state == "open" and (one.invitation.member == invitation or one.id.startswith(invitation))
        ]
    if len(found) != 1:
        raise CommandFailed(_("There is no open invitation “{invitation}”.", invitation=invitation))
    confirmed(_("Take back the invitation of {member}?", member=found[0].invitation.member), yes=yes)
    with service.database.write() as session:
        rules.revoke_invitation(service, session, _SERVER, found[0].id)
    say(_("The invitation of {member} does not work any more.", member=found[0].invitation.member))
