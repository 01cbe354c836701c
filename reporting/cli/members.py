"""``reporting members``: who works on cases, with keys made at this terminal."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporting.cli.failures import CommandFailed
from reporting.cli.files import write_new
from reporting.cli.invitations import (
    invite_command,
    list_command,
    reset_command,
    restore_command,
    revoke_command,
    sign_out_command,
)
from reporting.cli.options import (
    FILE,
    Pair,
    asked,
    asked_secret,
    confirmed,
    data_option,
    opened,
    passphrase_file_option,
    site_role_options,
)
from reporting.cli.showing import say, say_table
from reporting.i18n import gettext as _
from reporting.protocol.encoding import sha256

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from reporting.cli.vaults import Account
    from reporting.service import Service

DEFAULT_VALIDITY = datetime.timedelta(days=365)
DAY = click.DateTime(formats=["%Y-%m-%d"])


@dataclass(frozen=True)
class Enrollment:
    """A person to enroll: ``name`` is what they sign in with, ``roles`` pairs of role and channel."""

    id: str
    label: str
    name: str = ""
    roles: Sequence[tuple[str, str]] = ()
    site_roles: Sequence[str] = ()
    valid_until: datetime.date | None = None


@dataclass(frozen=True)
class _Answers:
    """What the options of ``members add`` gave."""

    label: str | None
    name: str
    roles: tuple[tuple[str, str], ...]
    site_roles: tuple[str, ...]
    valid_until: datetime.datetime | None


@click.group(name="members", help=_("Add, list and remove the people who work on cases."))
def members() -> None:
    """Members' accounts."""


for _command in (invite_command, list_command, revoke_command, reset_command, restore_command, sign_out_command):
    members.add_command(_command)


@members.command(
    name="add", help=_("Make a member's keys, sealed vault and account. Lists them with the next directory.")
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
    help=_("A role on a channel (intake, investigator, protection, custodian, break_glass); may be repeated."),
)
@site_role_options
@click.option("--valid-until", type=DAY, help=_("The last day of their keys; else a year from today."))
@passphrase_file_option
@click.option(
    "--break-glass",
    type=FILE,
    help=_("Write the keys to this new file, for a safe, instead of a vault on the server: they cannot sign in."),
)
def add(
    data: Path,
    member_id: str,
    passphrase_file: Path | None,
    break_glass: Path | None,
    **given: object,
) -> None:
    """Enroll a member."""
    answers = _Answers(**given)  # type: ignore[arg-type]  # click gives each option the type declared above
    label = asked(answers.label, _("What others read of this member"), "--label")
    last = answers.valid_until.date() if answers.valid_until else None
    person = Enrollment(member_id, label, answers.name, answers.roles, answers.site_roles, last)
    service = opened(data)
    if break_glass is not None:
        _show_offline(enroll_offline(service, person, break_glass), person, break_glass)
        return
    chosen = asked_secret(passphrase_file, "") if passphrase_file else None
    _show_account(enroll(service, person, chosen), person, chosen is None)


def enroll(service: Service, person: Enrollment, passphrase: str | None = None) -> Account:
    """Make a person's vault here and store what the server may have of it, with their drafted roles.

    :raises AlreadyThere: the id or name was used before
    :raises CommandFailed: the passphrase given is too weak
    """
    from reporting.cli.vaults import make_account

    account = make_account(person.id, service.root, passphrase, [person.name, person.label])
    _store(service, person, account.keys)
    return account


def enroll_offline(service: Service, person: Enrollment, path: Path) -> str:
    """Write a break-glass member's keys to ``path``, and store the public ones: their fingerprint.

    The file comes first: keys that nobody holds must not be listed.

    :raises FileExistsError: the file is there
    :raises AlreadyThere: the id or name was used before; the file is then removed again
    """
    from reporting.cli.vaults import make_offline
    from reporting.directory.difference import key_fingerprint
    from reporting.members.rules import OfflineKeys

    content, recipient, signing_key = make_offline(person.id, service.root)
    write_new(path, content)
    try:
        _store(service, person, OfflineKeys(recipient, signing_key))
    except BaseException:
        path.unlink()
        raise
    return key_fingerprint(signing_key, sha256(recipient.encode()))


def _store(service: Service, person: Enrollment, keys: object) -> None:
    from reporting.administration import drafts
    from reporting.directory import rules as directories
    from reporting.members import rules

    today = service.clock.today()
    last = person.valid_until or today + DEFAULT_VALIDITY
    if last < today:
        raise CommandFailed(_("The last day of a member's keys must not be past."))
    new = rules.NewMember(person.id, person.name or person.id, person.label, last, keys, person.site_roles)  # type: ignore[arg-type]  # MemberKeys or OfflineKeys, loaded by the callers
    alone = service.settings.one_person_office
    with drafts.changing(service, drafts.SERVER, f"member/{person.id}"[:64]) as change:
        rules.add_member(service, change.session, new)
        change.note("member:add", recorded=True, member=person.id)
        for role, channel in person.roles:
            directories.give_role(change.session, channel, role, person.id, one_person_office=alone)
            change.note("role:give", member=person.id, channel=channel, role=role)


def _show_account(account: Account, person: Enrollment, generated: bool) -> None:
    from reporting.directory.difference import key_fingerprint

    keys = account.keys
    say(_("Member {member} can sign in as “{name}”.", member=person.id, name=person.name or person.id))
    say(_("Keys: {digits}", digits=key_fingerprint(keys.signing_key, sha256(keys.recipient.encode()))))
    if generated:
        say(_("Passphrase: {words}", words=account.passphrase))
    say(_("Recovery code in words: {words}", words=" ".join(account.recovery.words())))
    say(_("Recovery code in digits: {digits}", digits=" ".join(account.recovery.groups())))
    say(_("Both are shown this once and stored nowhere: give them to the person, on paper, apart from each other."))
    say(_("They can work once the next directory lists them. Next, when everybody is there: “reporting keys request”."))


def _show_offline(digits: str, person: Enrollment, path: Path) -> None:
    say(_("Member {member} has no account here. Keys: {digits}", member=person.id, digits=digits))
    say(_("Their secret keys are in {path}: move it off this machine, into a safe.", path=path))


@members.command(name="list", help=_("Show members, their roles and until when their keys are valid."))
@data_option
def list_members(data: Path) -> None:
    """List the members of the draft."""
    service = opened(data)
    rows = describe(service)
    header = (_("Id"), _("Signs in as"), _("Shown as"), _("Valid until"), _("Keys"), _("Roles"))
    if not rows:
        say(_("There are no members yet."))
        return
    say_table([header, *rows])


def describe(service: Service) -> list[tuple[str, ...]]:
    """One row for each listed member: id, name, label, last day, key fingerprint, roles."""
    from sqlalchemy import select

    from reporting.directory.difference import key_fingerprint
    from reporting.members.models import Member

    with service.database.read() as session:
        found = session.scalars(select(Member).where(Member.listed).order_by(Member.id)).all()
        return [
            (
                member.id,
                member.name if member.auth_hash else "–",
                member.label,
                member.valid_until.isoformat(),
                key_fingerprint(member.signing_key, sha256(member.recipient.encode())),
                ", ".join(roles_of(session, member.id)),
            )
            for member in found
        ]


def roles_of(session: Session, member_id: str) -> list[str]:
    """A member's drafted roles: ``administrator``, ``intake:procurement``, …"""
    from sqlalchemy import select

    from reporting.directory.models import ChannelRole
    from reporting.members.models import SiteRole

    on_site = session.scalars(select(SiteRole.role).where(SiteRole.member_id == member_id).order_by(SiteRole.role))
    on_channels = session.scalars(
        select(ChannelRole).where(ChannelRole.member_id == member_id).order_by(ChannelRole.role, ChannelRole.channel_id)
    )
    return [*on_site, *(f"{row.role}:{row.channel_id}" for row in on_channels)]


@members.command(
    name="remove", help=_("Let a member go: no sign-in from now on, off the list with the next directory.")
)
@data_option
@click.argument("member_id", metavar="ID")
@click.option("--yes", is_flag=True, help=_("Do not ask."))
def remove(data: Path, member_id: str, yes: bool) -> None:
    """Remove a member."""
    from reporting.administration import drafts
    from reporting.members import rules

    service = opened(data)
    confirmed(_("Remove {member}? Their id is never given again.", member=member_id), yes=yes)
    with drafts.changing(service, drafts.SERVER, f"member/{member_id}"[:64]) as change:
        rules.remove_member(service, change.session, member_id)
        change.note("member:remove", recorded=True, member=member_id)
    say(
        _(
            "Member {member} is removed. Have the next directory signed soon: until then reports reach them.",
            member=member_id,
        )
    )
