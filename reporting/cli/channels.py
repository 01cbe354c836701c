"""``reporting channels``: where reports arrive, and who does what there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporting.cli.failures import CommandFailed
from reporting.cli.options import FILE, Pair, by_language, confirmed, data_option, opened
from reporting.cli.showing import say, say_table
from reporting.i18n import gettext as _
from reporting.protocol.encoding import parse_json_object

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from reporting.directory.rules import NewChannel
    from reporting.service import Service

ROLE = Pair("=", "ROLE=MEMBER")
_MAX = 1 << 20


@dataclass(frozen=True)
class _Answers:
    """What the options of ``channels add`` gave."""

    kind: str
    titles: tuple[tuple[str, str], ...]
    questionnaire: str
    profile: str | None
    scriptless: bool
    anonymous: str


@click.group(
    name="channels", help=_("Say where reports arrive, and who does what there; in force with the next directory.")
)
def channels() -> None:
    """Channels and roles."""


@channels.command(name="add", help=_("Draft a channel."))
@data_option
@click.argument("channel_id", metavar="ID")
@click.option(
    "--kind",
    type=click.Choice(["report", "protection"]),
    default="report",
    show_default=True,
    help=_("Reports of corruption, or claims of retaliation and pleas for protection."),
)
@click.option(
    "--title",
    "titles",
    type=Pair("=", "en=…"),
    multiple=True,
    required=True,
    help=_("The channel's title in a language; may be repeated."),
)
@click.option(
    "--questionnaire",
    default="corruption-1",
    show_default=True,
    help=_("The id of a questionnaire that comes with the product, or of one drafted before."),
)
@click.option("--role", "roles", type=ROLE, multiple=True, help=_("Give a member a role; may be repeated."))
@click.option("--profile", help=_("Whose deadlines it keeps, such as generic, eu or de; else the site's."))
@click.option("--scriptless/--no-scriptless", default=True, help=_("Whether pages without scripts may report here."))
@click.option(
    "--anonymous",
    type=click.Choice(["must", "may", "if_substantiated"]),
    default="must",
    show_default=True,
    help=_("Whether anonymous reports are followed up by law: always, perhaps, or if substantiated."),
)
def add(data: Path, channel_id: str, roles: Sequence[tuple[str, str]], **given: object) -> None:
    """Draft a channel."""
    from reporting.administration import drafts
    from reporting.directory import rules

    answers = _Answers(**given)  # type: ignore[arg-type]  # click gives each option the type declared above
    service = opened(data)
    with drafts.changing(service, drafts.SERVER, f"channel/{channel_id}"[:64]) as change:
        session = change.session
        new = rules.NewChannel(
            id=channel_id,
            kind=answers.kind,
            titles=by_language(answers.titles),
            questionnaire=answers.questionnaire,
            anonymous=answers.anonymous,
            scriptless=answers.scriptless,
            profile=answers.profile or _site_profile(session),
        )
        office, own = service.settings.one_person_office, service.settings.profiles
        open_channel(session, new, roles, one_person_office=office, own_profiles=own)
        change.note("channel:add", channel=channel_id)
        for role, member in roles:
            change.note("role:give", subject=f"member/{member}"[:64], member=member, channel=channel_id, role=role)
    say(_("Channel “{channel}” opens with the next directory.", channel=channel_id))


def open_channel(
    session: Session,
    new: NewChannel,
    roles: Sequence[tuple[str, str]] = (),
    *,
    one_person_office: bool = False,
    own_profiles: Path | None = None,
) -> None:
    """Draft a channel, with its questionnaire if that is not drafted yet, and its roles.

    :raises AlreadyThere: there is one of that id
    :raises ServiceError, ProtocolError: a field that cannot be right
    """
    from reporting import profiles
    from reporting.directory import rules
    from reporting.questionnaires import rules as questionnaires

    profiles.check_known(new.profile, own_profiles)
    if not _is_drafted(session, new.questionnaire):
        rules.set_questionnaire(session, new.questionnaire, questionnaires.served(new.questionnaire))
    rules.add_channel(session, new)
    for role, member in roles:
        rules.give_role(session, new.id, role, member, one_person_office=one_person_office)


def _is_drafted(session: Session, questionnaire: str) -> bool:
    from reporting.directory.draft import questionnaire_name
    from reporting.directory.models import DraftDocument

    return session.get(DraftDocument, questionnaire_name(questionnaire)) is not None


def _site_profile(session: Session) -> str:
    from reporting.directory.draft import SITE
    from reporting.directory.models import DraftDocument

    document = session.get(DraftDocument, SITE)
    return str(parse_json_object(document.body, limit=_MAX).get("profile", "generic")) if document else "generic"


@channels.command(name="roles", help=_("Give members roles on a channel, or take them."))
@data_option
@click.argument("channel_id", metavar="ID")
@click.option("--add", "given", type=ROLE, multiple=True, help=_("Give a role; may be repeated."))
@click.option("--remove", "taken", type=ROLE, multiple=True, help=_("Take a role; may be repeated."))
def change_roles(
    data: Path, channel_id: str, given: Sequence[tuple[str, str]], taken: Sequence[tuple[str, str]]
) -> None:
    """Change who does what on a channel."""
    from reporting.administration import drafts
    from reporting.directory import rules

    service = opened(data)
    with drafts.changing(service, drafts.SERVER, f"channel/{channel_id}"[:64]) as change:
        alone = service.settings.one_person_office
        for role, member in given:  # first, so that somebody can take the place of the last one
            rules.give_role(change.session, channel_id, role, member, one_person_office=alone)
            change.note("role:give", subject=f"member/{member}"[:64], member=member, channel=channel_id, role=role)
        for role, member in taken:
            rules.take_role(change.session, channel_id, role, member)
            change.note("role:take", subject=f"member/{member}"[:64], member=member, channel=channel_id, role=role)
    rows = [row for row in describe(service) if row[0] == channel_id]
    if not rows:
        raise CommandFailed(_("There is no channel “{channel}”.", channel=channel_id))
    say(_("On “{channel}” with the next directory: {roles}.", channel=channel_id, roles=rows[0][-1]))


@channels.command(
    name="questionnaire", help=_("Draft a questionnaire anew: from the product, or from a TOML file of your own.")
)
@data_option
@click.argument("questionnaire_id", metavar="ID")
@click.option("--file", type=FILE, help=_("A TOML file named after the id; else what comes with the product."))
def set_questionnaire(data: Path, questionnaire_id: str, file: Path | None) -> None:
    """Draft a questionnaire."""
    from reporting.administration import drafts
    from reporting.directory import rules
    from reporting.questionnaires import rules as questionnaires

    body = (
        questionnaires.served(questionnaire_id)
        if file is None
        else questionnaires.to_bytes(questionnaires.read_file(file))
    )
    service = opened(data)
    with drafts.changing(service, drafts.SERVER, f"questionnaire/{questionnaire_id}"[:64]) as change:
        rules.set_questionnaire(change.session, questionnaire_id, body)
        change.note("questionnaire:change", questionnaire=questionnaire_id)
    say(_("Questionnaire {name} is drafted; the next directory brings it.", name=questionnaire_id))


@channels.command(name="list", help=_("Show the drafted channels and who does what there."))
@data_option
def list_channels(data: Path) -> None:
    """List the channels of the draft."""
    rows = describe(opened(data))
    if not rows:
        say(_("There are no channels yet."))
        return
    say_table([(_("Id"), _("Kind"), _("Questionnaire"), _("Titles"), _("Roles")), *rows])


def describe(service: Service) -> list[tuple[str, ...]]:
    """One row for each drafted channel: id, kind, questionnaire, titles, roles."""
    from sqlalchemy import select

    from reporting.directory.models import Channel, ChannelRole

    with service.database.read() as session:
        rows: list[tuple[str, ...]] = []
        for channel in session.scalars(select(Channel).order_by(Channel.position, Channel.id)):
            roles = session.scalars(
                select(ChannelRole)
                .where(ChannelRole.channel_id == channel.id)
                .order_by(ChannelRole.role, ChannelRole.member_id)
            )
            titles = parse_json_object(channel.titles.encode(), limit=_MAX)
            rows.append(
                (
                    channel.id,
                    channel.kind,
                    channel.questionnaire,
                    " / ".join(str(title) for title in titles.values()),
                    ", ".join(f"{row.role}={row.member_id}" for row in roles),
                )
            )
        return rows


@channels.command(name="remove", help=_("Close a channel with the next directory; its cases stay."))
@data_option
@click.argument("channel_id", metavar="ID")
@click.option("--yes", is_flag=True, help=_("Do not ask."))
def remove(data: Path, channel_id: str, yes: bool) -> None:
    """Close a channel."""
    from reporting.administration import drafts
    from reporting.directory import rules

    service = opened(data)
    confirmed(_("Close the channel “{channel}” with the next directory?", channel=channel_id), yes=yes)
    with drafts.changing(service, drafts.SERVER, f"channel/{channel_id}"[:64]) as change:
        rules.remove_channel(change.session, channel_id)
        change.note("channel:remove", channel=channel_id)
    say(_("Channel “{channel}” closes with the next directory.", channel=channel_id))
