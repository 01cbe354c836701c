"""``reporting desk``: a member's work on cases. Keys are opened on this machine; the server sees none."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from reporting.cli.asking import ask_long
from reporting.cli.attaching import Saved, attach_option, chosen
from reporting.cli.case_json import case_json
from reporting.cli.connecting import Day, Way, make_way, warn_of_practice
from reporting.cli.failures import CommandFailed
from reporting.cli.json_output import print_json
from reporting.cli.options import confirmed, interactive
from reporting.cli.showing import say, say_table, warn
from reporting.cli.submit import channel_title
from reporting.cli.telling import status_words, tell_case
from reporting.client.cases import DeskCase, Line, find_case, list_cases, open_case, tell_read
from reporting.client.casework import (
    Written,
    assign,
    give_access,
    note,
    pass_on,
    reply,
    withdraw,
)
from reporting.client.danger import opened_for_danger
from reporting.client.errors import FewHolders
from reporting.client.filing import FromDesk, MembersWay
from reporting.client.incoming import Load
from reporting.client.member import MemberSession, sign_in
from reporting.client.outgoing import Files
from reporting.client.transport import TOR
from reporting.i18n import current_language, message
from reporting.i18n import gettext as _
from reporting.protocol.entry import Attachment

Command = TypeVar("Command", bound=Callable[..., Any])
_NOBODY = "none"
DEFAULT_URL = "http://127.0.0.1:8001"
_MAX_TEXT = 65_536
_MAX_PASSPHRASE = 4_096


@dataclass(frozen=True)
class Access:
    """How to sign in: where, as whom, and where the passphrase comes from (None: the keyboard)."""

    url: str | None = None
    member: str | None = None
    passphrase_file: str | None = None
    code: str | None = None
    proxy: str | None = None
    tor: bool = False
    today: datetime.date | None = None

    def over(self, other: Access) -> Access:
        """This one, with what it leaves open taken from ``other``."""
        given = {name: value for name, value in vars(self).items() if value}
        return replace(other, **given)

    @contextmanager
    def session(self) -> Iterator[MemberSession]:
        """A signed-in session for the block.

        :raises ClientError, ProtocolError: signing in, or the directory, fails
        """
        name = self.member or _asked_name()
        way: Way = make_way(self.proxy, self.tor, self.today)
        transport, passphrase = way.transport(self.url or DEFAULT_URL), self._passphrase()
        with sign_in(transport, name, passphrase, way.day, self._ask_code()) as session:
            warn_of_practice(session.site.directory.origin)
            yield session

    def _ask_code(self) -> Callable[[], str] | None:
        if self.code is not None:
            given = self.code
            return lambda: given
        if not interactive():
            return None
        return lambda: str(click.prompt(_("Code of your app, or a backup code"), type=str))

    def _passphrase(self) -> str:
        if self.passphrase_file is None:
            if not interactive():
                raise click.UsageError(_("A passphrase is needed: give --passphrase-file, or - for standard input."))
            return str(click.prompt(_("Passphrase"), hide_input=True, type=str))
        if first := _first_line(self.passphrase_file):
            return first
        raise CommandFailed(_("The passphrase is empty."))


def _first_line(source: str) -> str:
    if source == "-":
        return sys.stdin.readline(_MAX_PASSPHRASE).strip()
    return Path(source).read_text(encoding="utf-8").partition("\n")[0].strip()


def _asked_name() -> str:
    if not interactive():
        raise click.UsageError(_("Say with --member who signs in."))
    return str(click.prompt(_("Name to sign in with"), type=str))


def access_options(command: Command, *, hidden: bool = False) -> Command:
    """The options of :class:`Access`. They stand before the subcommand, and are understood behind it too."""
    file = click.Path(dir_okay=False, allow_dash=True, path_type=str)
    options = (
        click.option("--url", hidden=hidden, help=_("The desk's address; else {url}.", url=DEFAULT_URL)),
        click.option("--member", metavar=_("NAME"), hidden=hidden, help=_("The name to sign in with.")),
        click.option(
            "--passphrase-file",
            type=file,
            hidden=hidden,
            help=_("Read the passphrase from the first line of this file; - is standard input."),
        ),
        click.option(
            "--code", hidden=hidden, help=_("The code that your app shows now, or a backup code; else it is asked for.")
        ),
        click.option("--proxy", metavar="URL", hidden=hidden, help=_("Go through this SOCKS proxy.")),
        click.option("--tor", is_flag=True, hidden=hidden, help=_("The same as --proxy {url}.", url=TOR)),
        click.option("--today", type=Day(), hidden=hidden, help=_("Today's date, if this machine's clock is wrong.")),
    )
    for option in reversed(options):
        command = option(command)
    return command


def with_access(command: Callable[..., None]) -> Callable[..., None]:
    """Give a subcommand its ``access``, and ``--json`` as ``as_json``."""

    @wraps(command)
    def gathered(**given: Any) -> None:
        own = Access(**{name: given.pop(name) for name in vars(Access())})
        before = click.get_current_context().find_object(Access) or Access()
        command(access=own.over(before), **given)

    json_option = click.option("--json", "as_json", is_flag=True, help=_("Print JSON."))
    return access_options(json_option(gathered), hidden=True)


@click.group(help=_("Work on cases as a member: keys are opened on this machine, and the server sees none."))
@access_options
@click.pass_context
def desk(context: click.Context, /, **given: Any) -> None:
    """A member's commands."""
    context.obj = Access(**given)


@desk.command(name="list", help=_("List your cases, the nearest deadline first."))
@with_access
def list_command(access: Access, as_json: bool) -> None:
    """List the member's cases."""
    with access.session() as session:
        lines = list(list_cases(session))
        titles = {one.id: channel_title(one, current_language()) for one in session.site.directory.channels}
    if as_json:
        print_json({"cases": [_line_json(line) for line in lines]})
        return
    if not lines:
        say(_("There is no case that you hold."))
    rows = [
        [
            line.case[:12],
            line.next_due.isoformat() if line.next_due else "-",
            status_words(line.status),
            titles.get(line.channel, line.channel),
            line.assignee or "-",
            _summary(line),
        ]
        for line in lines
    ]
    say_table(rows)


def _summary(line: Line) -> str:
    if not line.granted:
        return _("(a request to disclose an identity)")
    if line.card is None:
        return _("(not opened yet)")
    if line.unread_since is not None:
        return _("(new from the reporter since {day}) {summary}", day=line.unread_since, summary=line.card.summary)
    return line.card.summary


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "case": line.case,
        "channel": line.channel,
        "received": line.received.isoformat(),
        "status": line.status,
        "clocks": [clock.to_json() for clock in line.clocks],
        "next_due": line.next_due.isoformat() if line.next_due else None,
        "granted": line.granted,
        "unread_since": line.unread_since.isoformat() if line.unread_since else None,
        "assignee": line.assignee,
        "summary": line.card.summary if line.card else None,
    }


@desk.command(help=_("Show a case: every entry verified, what is not authentic withheld."))
@click.argument("case")
@with_access
def show(access: Access, as_json: bool, case: str) -> None:
    """Show a case; the beginning of its id is enough."""
    with access.session() as session:
        found, in_danger = opened_for_danger(session, open_case(session, find_case(session, case)))
        if in_danger:
            warn(_("The reporter says that they are in danger, or that something happened. This case now comes first."))
        if as_json:
            print_json(case_json(found.opened) | {"allowed": list(found.allowed), "identity": found.identity})
            tell_read(session, found)
            return
        more = []
        if found.identity:
            more.append(_("The reporter has said who they are, sealed to those who keep identities."))
        if found.allowed:
            more.append(_("May become: {statuses}", statuses=", ".join(found.allowed)))
        tell_case(found.opened, session.site.directory, session.member, more)
        tell_read(session, found)


@desk.command(
    name="reply", help=_("Answer the reporter of a case; TEXT may be - for standard input. The team reads it too.")
)
@click.argument("case")
@click.argument("text", required=False)
@attach_option
@with_access
def reply_command(access: Access, as_json: bool, case: str, text: str | None, attach: tuple[Path, ...]) -> None:
    """Write to the reporter."""
    with access.session() as session:
        found = open_case(session, find_case(session, case))
        files = _attached(session, found, attach, as_json=as_json)
        tell_written(found, reply(session, found, text_of(text), files), as_json=as_json)


@desk.command(
    name="note", help=_("Write a note for the team; TEXT may be - for standard input. The reporter does not see it.")
)
@click.argument("case")
@click.argument("text", required=False)
@attach_option
@with_access
def note_command(access: Access, as_json: bool, case: str, text: str | None, attach: tuple[Path, ...]) -> None:
    """Write to the team."""
    with access.session() as session:
        found = open_case(session, find_case(session, case))
        files = _attached(session, found, attach, as_json=as_json)
        tell_written(found, note(session, found, text_of(text), files), as_json=as_json)


def _attached(session: MemberSession, case: DeskCase, paths: tuple[Path, ...], *, as_json: bool) -> Files:
    way = MembersWay(session, case.opened.view.case)
    return chosen(paths, way, ask=interactive() and not as_json)


@desk.command(name="save", help=_("Save the files of a case in FOLDER. That you take them stands in the audit trail."))
@click.argument("case")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--file", "only", metavar=_("UPLOAD"), help=_("Only this file, by the beginning of its upload's id."))
@with_access
def save_command(access: Access, as_json: bool, case: str, folder: Path, only: str | None) -> None:
    """Save files."""
    with access.session() as session:
        found = open_case(session, find_case(session, case))
        case_id = found.opened.view.case

        def loading(attachment: Attachment) -> Load:
            return FromDesk(session, case_id, attachment.upload).load

        saved = Saved()
        saved.save(found.opened, folder, loading, [grant.identity for grant in found.held(session)], only)
    saved.end(print_json if as_json else None)


@desk.command(help=_("Give a case on: let one more MEMBER read it, or with --lead hold it."))
@click.argument("case")
@click.argument("member_id", metavar="MEMBER")
@click.option("--lead", is_flag=True, help=_("Make them a holder, who may give the case on: a new epoch names them."))
@click.option("--withdraw", "taken", is_flag=True, help=_("Take their access away: a new epoch leaves them out."))
@click.option("--yes", is_flag=True, help=_("Do not ask, even where fewer than two people hold the case afterwards."))
@with_access
def grant(access: Access, as_json: bool, case: str, member_id: str, lead: bool, taken: bool, yes: bool) -> None:
    """Give access, pass a case on, or take access away."""
    if lead and taken:
        raise click.UsageError(_("Give --lead or --withdraw, not both."))
    with access.session() as session:
        found = open_case(session, find_case(session, case))
        if not lead and not taken:
            tell_written(found, give_access(session, found, member_id), as_json=as_json)
            return
        changed = _withdraw(session, found, member_id, yes) if taken else pass_on(session, found, [member_id])
    view = changed.opened.view
    holders = list(view.chain.last.holders) if view.chain else []
    if as_json:
        print_json({"case": view.case, "epoch": view.chain.last.number if view.chain else None, "holders": holders})
    else:
        say(_("The case is now held by: {members}", members=", ".join(holders)))


def _withdraw(session: MemberSession, case: DeskCase, member_id: str, yes: bool) -> DeskCase:
    try:
        return withdraw(session, case, member_id)
    except FewHolders as error:
        warn(message(error))
        confirmed(_("Withdraw it all the same?"), yes=yes)
    return withdraw(session, open_case(session, case.opened.view.case), member_id, confirmed=True)


@desk.command(name="assign", help=_("Say that MEMBER deals with a case, or none; they need access to it before."))
@click.argument("case")
@click.argument("member_id", metavar="MEMBER|none")
@with_access
def assign_command(access: Access, as_json: bool, case: str, member_id: str) -> None:
    """Assign a case."""
    assignee = None if member_id == _NOBODY else member_id
    with access.session() as session:
        found = find_case(session, case)
        changed = assign(session, found, assignee)
    if as_json:
        print_json({"case": found, "assignee": assignee, "changed": changed})
    elif not changed:
        say(_("Nothing has changed."))
    elif assignee is None:
        say(_("Nobody deals with this case now."))
    else:
        say(_("{member} deals with this case now.", member=assignee))


def text_of(given: str | None) -> str:
    """What is to be sent: as given, asked for, or with ``-`` from standard input.

    :raises CommandFailed: there is nothing
    """
    if given is None:
        if not interactive():
            raise click.UsageError(_("Give the text, or - to read it from standard input."))
        given = ask_long()
    elif given == "-":
        given = sys.stdin.read(_MAX_TEXT)
    if not given.strip():
        raise CommandFailed(_("There is nothing to send."))
    return given.strip()


def tell_written(case: DeskCase, written: Written, *, as_json: bool) -> None:
    """Say that an entry is stored."""
    if as_json:
        print_json({"case": case.opened.view.case, "id": written.id, "entry": written.entry})
    else:
        say(_("Sealed, signed and stored."))


def _join_parts() -> None:
    """Commands in modules of their own, which use what stands above."""
    from reporting.cli.classifying import classify_command
    from reporting.cli.counting import indicators
    from reporting.cli.identity import identity
    from reporting.cli.moving import status
    from reporting.cli.translating import translate_command

    desk.add_command(classify_command)
    desk.add_command(identity)
    desk.add_command(indicators)
    desk.add_command(status)
    desk.add_command(translate_command)


_join_parts()
