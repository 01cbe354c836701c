"""``reporting mailbox``: read what was answered, and answer, with a receipt code."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from reporting.cli.asking import ask_long
from reporting.cli.attaching import Saved, attach_option, chosen
from reporting.cli.case_json import case_json
from reporting.cli.checking_in import check_in_draft, open_check_in
from reporting.cli.connecting import Connection, connect, connection_options, may_ask
from reporting.cli.failures import CommandFailed
from reporting.cli.json_output import print_json
from reporting.cli.options import agreed
from reporting.cli.receipts import read_code
from reporting.cli.showing import say, warn
from reporting.cli.submit import channel_title
from reporting.cli.telling import tell_entries, tell_status, tell_warnings
from reporting.client.filing import FromMailbox, ReportersWay
from reporting.client.incoming import Load
from reporting.client.mailbox import OpenedCase, read_mailbox
from reporting.client.outgoing import Files
from reporting.client.reporter import Acknowledged, follow_up
from reporting.client.sending import Sender
from reporting.client.site import Site
from reporting.i18n import current_language
from reporting.i18n import gettext as _
from reporting.protocol.encoding import b64encode
from reporting.protocol.entry import Attachment
from reporting.protocol.measures import ANSWERS
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.submission import Draft

_MAX_REPLY = 65_536


@click.command(help=_("Read the mailbox of a receipt code at URL, and answer."))
@click.argument("url")
@click.option("--case", "case_id", metavar=_("ID"), help=_("Only this case; the beginning of its id is enough."))
@click.option("--reply", metavar=_("TEXT"), help=_("Send this answer; - reads it from standard input, after the code."))
@click.option(
    "--check-in",
    "check_in",
    type=click.Choice(list(ANSWERS)),
    help=_("Answer how you are, where you are asked: all is well, something happened, or in the words of --reply."),
)
@attach_option
@click.option(
    "--save-files",
    type=click.Path(file_okay=False, path_type=Path),
    metavar=_("FOLDER"),
    help=_("Save every file in the mailbox there, a folder for each case, instead of showing what was written."),
)
@connection_options
@click.option("--json", "as_json", is_flag=True, help=_("Ask nothing, and print one JSON object."))
def mailbox(
    url: str,
    case_id: str | None,
    reply: str | None,
    check_in: str | None,
    attach: tuple[Path, ...],
    save_files: Path | None,
    connection: Connection,
    as_json: bool,
) -> None:
    """Read the mailbox of a receipt code at URL, and answer.

    The code is asked for without being shown, or read as one line from standard input.
    """
    if save_files is not None and (reply is not None or check_in is not None or attach):
        raise click.UsageError(_("Files are saved or sent, not both at once."))
    ask = may_ask(as_json)
    site = connect(connection, url, ask=ask)
    code = read_code("-", ask=ask, language=current_language(), more=reply == "-")
    text = _reply_text(reply) if reply is not None or not (attach or check_in) else ""
    sender = Sender(site.transport, site.directory.shape)
    cases = chosen_cases(read_mailbox(site, sender, code), case_id)
    if save_files is not None:
        _save(site, sender, code, cases, save_files, as_json=as_json)
        return
    if as_json and text is None:
        print_json({"cases": [case_json(case) for case in cases]})
        return
    if text is not None:
        files, case = chosen(attach, ReportersWay.of(sender), ask=ask), only_case(cases)
        said = Draft("message", "reporter", {"text": text})
        draft = said if check_in is None else check_in_draft(case, site.today, check_in, text)
        _reply(site, sender, code, case, draft, files, as_json=as_json)
        return
    _tell(site, cases)
    if ask and cases and agreed(_("Do you want to write something?")):
        case = _ask_case(cases)
        if written := ask_long().strip():
            draft = Draft("message", "reporter", {"text": written})
            _reply(site, sender, code, case, draft, Files(), as_json=False)


def _reply_text(reply: str | None) -> str | None:
    text = sys.stdin.read(_MAX_REPLY) if reply == "-" else reply
    if text is None:
        return None
    if not text.strip():
        raise CommandFailed(_("There is nothing to send."))
    return text.strip()


def chosen_cases(cases: list[OpenedCase], case_id: str | None) -> list[OpenedCase]:
    """The cases whose id begins so; all of them where none is named.

    :raises CommandFailed: there is none
    """
    if case_id is None:
        return cases
    found = [case for case in cases if case_id and case.view.case.startswith(case_id.lower())]
    if not found:
        raise CommandFailed(_("There is no such case under this receipt code."))
    return found


def only_case(cases: list[OpenedCase]) -> OpenedCase:
    """The one case that there is.

    :raises CommandFailed: there are none or several
    """
    if not cases:
        raise CommandFailed(_("There is nothing under this code: check it."))
    if len(cases) > 1:
        raise CommandFailed(_("There are several cases under this code: say which with --case."))
    return cases[0]


def _ask_case(cases: list[OpenedCase]) -> OpenedCase:
    if len(cases) == 1:
        return cases[0]
    number = click.prompt(_("To which case (number)?"), type=click.IntRange(1, len(cases)))
    return cases[number - 1]


def _tell(site: Site, cases: list[OpenedCase]) -> None:
    if not cases:
        # One wrong code in sixteen passes its checksum: never say that there are no reports.
        say(_("There is nothing under this code: check it."))
    titles = {channel.id: channel_title(channel, current_language()) for channel in site.directory.channels}
    for number, case in enumerate(cases, 1):
        say()
        title = titles.get(case.view.channel, case.view.channel)
        head = _("{number}. Case {case}, {title}", number=number, case=case.view.case, title=title)
        click.secho("=" * 8, dim=True)
        say(head)
        say(_("Received on {day} by the server's word.", day=case.served.received))
        tell_warnings(case.view)
        tell_status(case)
        if open_check_in(case, site.today) is not None:
            say(_("How are you? Answer with --check-in well, --check-in happened, or --check-in words and --reply."))
        tell_entries(case, site.directory, "reporter")
    say()


def _save(
    site: Site, sender: Sender, code: ReceiptCode, cases: list[OpenedCase], folder: Path, *, as_json: bool
) -> None:
    origin, saved = site.directory.origin, Saved()
    token = b64encode(code.mailbox_token(origin))
    for case in cases:

        def loading(attachment: Attachment, case_id: str = case.view.case) -> Load:
            return FromMailbox(replace(sender, shape=None), token, case_id, attachment.upload).load

        identities = [code.case_identity(origin, case.case_hash)]
        saved.save(case, folder / case.view.case[:12], loading, identities)
    saved.end(print_json if as_json else None)


def _reply(
    site: Site, sender: Sender, code: ReceiptCode, case: OpenedCase, draft: Draft, files: Files, *, as_json: bool
) -> None:
    if not as_json:
        warn(_("Sealing and sending …"))
    sent: Acknowledged = follow_up(site, sender, code, case, draft, files)
    if as_json:
        answer = {
            "case": case.view.case,
            "entry": sent.id,
            "received": sent.day.isoformat(),
            "acknowledgement": sent.note,
        }
        print_json(answer)
    else:
        say(_("Received on {day}. The site has signed for it, and the signature holds.", day=sent.day))
