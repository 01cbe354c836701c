"""``reporting notices``: mail to members, from the server's terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporting.cli.failures import CommandFailed
from reporting.cli.options import Command, confirmed, data_option, opened
from reporting.cli.showing import say, say_table
from reporting.i18n import current_language
from reporting.i18n import gettext as _

if TYPE_CHECKING:
    from reporting.protocol.encoding import JSONObject
    from reporting.service import Service

KINDS = ("new", "near", "late", "answered")  # as reporting.notices.slots has them


@click.group(name="notices", help=_("Mail to members that says only that something waits."))
def notices() -> None:
    """Mail to members."""


def language_option(command: Command) -> Command:
    """``--language``: of a member's mail."""
    return click.option("--language", help=_("The language of the member's mail, such as en or ar."))(command)


@notices.command(name="show", help=_("Show how mail stands, and who wants what. Addresses are not shown."))
@data_option
def show(data: Path) -> None:
    """Show everything."""
    from reporting.notices import rules

    service = opened(data)
    try:
        settings = service.settings
        if not rules.sends_mail(service):
            say(_("This service sends no mail: the setting “smtp_host” is empty."))
        else:
            slots = ", ".join(settings.notice_slots) or _("none")
            say(_("Slots: {slots} ({zone}).", slots=slots, zone=settings.notice_zone))
        with service.database.read() as session:
            found = rules.standing(session)
        say(_("Mails that wait: {count}.", count=found.waiting))
        if found.last:
            say(_("The server took one last on {day}.", day=found.last))
        if found.failed:
            say(_("Since {day} the mail server cannot be used: {why}.", day=found.since, why=found.failed))
        rows = list(_rows(service))
        if rows:
            say_table([(_("Member"), _("Address"), _("Language"), _("Told of")), *rows])
    finally:
        service.database.close()


def _rows(service: Service) -> Iterator[tuple[str, ...]]:
    from sqlalchemy import select

    from reporting.members.models import Member
    from reporting.notices import rules

    with service.database.read() as session:
        members = session.scalars(select(Member.id).where(Member.listed).order_by(Member.id)).all()
    for member in members:
        found = rules.show(service, member)
        if found["address"] is None and found["waiting"] is None:
            continue
        state = _("confirmed") if found["address"] else _("waits for its code")
        if found["refused"]:
            state = _("refused by the mail server")
        yield member, state, found["language"], "; ".join(_chosen(found)) or _("nothing")


def _chosen(found: JSONObject) -> Iterator[str]:
    for channel in found["channels"]:
        if channel["kinds"]:
            named = f" ({_('named')})" if channel["named"] else ""
            yield f"{channel['id']}: {', '.join(channel['kinds'])}{named}"
    if found["checkpoints"]:
        yield _("checkpoints")


@notices.command(name="address", help=_("Have a code mailed to a member's address; it counts once the code is back."))
@click.argument("member")
@click.argument("address")
@language_option
@data_option
def address(member: str, address: str, language: str | None, data: Path) -> None:
    """Ask for an address."""
    from reporting.notices import rules

    service = opened(data)
    try:
        given = rules.parse_address({"address": address})
        spoken = rules.parse_language({"language": language or current_language()})
        rules.ask(service, member, given, spoken, by="server")
        _send(service)
    finally:
        service.database.close()
    say(_("A code is on its way, good for one hour. Next: “reporting notices confirm {member} CODE”.", member=member))


@notices.command(name="confirm", help=_("Take the address whose code came back."))
@click.argument("member")
@click.argument("code")
@language_option
@data_option
def confirm(member: str, code: str, language: str | None, data: Path) -> None:
    """Confirm an address."""
    from reporting.notices import rules

    service = opened(data)
    try:
        spoken = rules.parse_language({"language": language}) if language else None
        rules.confirm(service, member, rules.parse_code({"code": code}), spoken, by="server")
    finally:
        service.database.close()
    say(_("The address is confirmed. Nothing is sent to it before something is chosen: “reporting notices choose”."))


@notices.command(name="choose", help=_("Say what a member is told of on a channel; without --kind, of nothing there."))
@click.argument("member")
@data_option
@click.option("--channel", help=_("The channel."))
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, help=_("May be repeated."))
@click.option("--named", is_flag=True, help=_("The mail may say which channel it is."))
@click.option(
    "--checkpoints/--no-checkpoints", default=None, help=_("Whether an auditor gets the state of the audit log.")
)
@language_option
def choose(
    member: str,
    data: Path,
    channel: str | None,
    kinds: tuple[str, ...],
    named: bool,
    checkpoints: bool | None,
    language: str | None,
) -> None:
    """Choose for a member."""
    from reporting.notices import rules

    service = opened(data)
    try:
        before = rules.show(service, member)
        others = [
            rules.Choice(one["id"], frozenset(one["kinds"]), one["named"])
            for one in before["channels"]
            if one["id"] != channel
        ]
        own = [rules.Choice(channel, frozenset(kinds), named)] if channel else []
        wanted = bool(before["checkpoints"]) if checkpoints is None else checkpoints
        spoken = rules.parse_language({"language": language or before["language"]})
        rules.choose(service, member, rules.Choices((*others, *own), wanted, spoken), by="server")
    finally:
        service.database.close()
    say(_("{member} is told of this from the next slot on.", member=member))


@notices.command(name="forget", help=_("Forget a member's address, and send them nothing any more."))
@click.argument("member")
@data_option
@click.option("--yes", is_flag=True, help=_("Do not ask."))
def forget(member: str, data: Path, yes: bool) -> None:
    """Forget an address."""
    from reporting.notices import rules

    service = opened(data)
    try:
        confirmed(_("Forget where {member} gets mail?", member=member), yes=yes)
        rules.forget_address(service, member, by="server")
    finally:
        service.database.close()
    say(_("Forgotten."))


@notices.command(name="send", help=_("Send what is due now. A running service does it by itself, every minute."))
@data_option
def send(data: Path) -> None:
    """Send what is due."""
    service = opened(data)
    try:
        _send(service)
    finally:
        service.database.close()


def _send(service: Service) -> None:
    from reporting.notices import rules

    found = rules.run(service)
    if found is None:
        say(_("Another process is sending at the moment."))
    else:
        say(_("Mails sent: {sent}. Mails that wait: {waiting}.", sent=found.sent, waiting=found.waiting))


@notices.command(name="test", help=_("Send a test mail to an address now, and say what the mail server made of it."))
@click.argument("address")
@data_option
def test(address: str, data: Path) -> None:
    """Send a test mail."""
    from reporting.notices import rules

    service = opened(data)
    try:
        if not rules.sends_mail(service):
            raise CommandFailed(_("This service sends no mail: the setting “smtp_host” is empty."))
        try:
            rules.send_trial(service, rules.parse_address({"address": address}), current_language())
        except rules.NotTaken as error:
            why = _(rules.REASONS.get(error.reason, error.reason))
            raise CommandFailed(_("The mail server did not take it: {why}.", why=why)) from None
    finally:
        service.database.close()
    say(_("The mail server took it."))
