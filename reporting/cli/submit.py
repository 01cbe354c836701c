"""``reporting submit``: file a report. It is sealed on this machine; the server cannot read it."""

from __future__ import annotations

import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from reporting.cli.asking import Interview, answer_lines, ask_long, labels_of, say_text
from reporting.cli.attaching import attach_option, chosen
from reporting.cli.connecting import Connection, connect, connection_options, may_ask, practice_mark
from reporting.cli.failures import CommandFailed
from reporting.cli.json_output import print_json
from reporting.cli.options import agreed
from reporting.cli.receipts import read_code, show_receipt
from reporting.cli.showing import say, warn
from reporting.client.errors import NotPossible
from reporting.client.filing import ReportersWay
from reporting.client.outgoing import Files
from reporting.client.reporter import Acknowledged, Loaded, load_for, send_report
from reporting.client.sending import Sender
from reporting.client.site import Site
from reporting.client.visible import visible
from reporting.i18n import choose_language, current_language, message, use_language
from reporting.i18n import gettext as _
from reporting.protocol.directory import Directory
from reporting.protocol.directory_parts import Channel
from reporting.protocol.encoding import JSONObject, parse_json_object
from reporting.protocol.errors import Malformed, Refused, N_
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.submission import Report, prepare_report
from reporting.questionnaires.answers import check_answers, split_excluded, unknown
from reporting.questionnaires.models import Questionnaire
from reporting.questionnaires.rules import read_served

_MAX_FILE = 1_048_576
_FILE_OR_STDIN = click.Path(dir_okay=False, allow_dash=True, path_type=str)


@dataclass(frozen=True)
class _Wanted:
    """What the options say about the report itself."""

    channel: str | None
    answers: str | None
    exclude: tuple[str, ...]
    identity: str | None
    attach: tuple[Path, ...] = ()


@dataclass(frozen=True)
class _Form:
    """One report being written: to which channel, by which questions, in which language."""

    site: Site
    channel: Channel
    loaded: Loaded
    questionnaire: Questionnaire
    language: str
    ask: bool

    def report(self, answers: JSONObject, excluded: tuple[str, ...], identity: JSONObject | None) -> Report:
        rest, shut_out = split_excluded(self.questionnaire, answers)
        body = {"language": self.language, "questionnaire": self.questionnaire.id, "answers": rest}
        named = tuple(sorted({*shut_out, *excluded}))
        for member_id in named:
            if self.loaded.directory.member(member_id) is None:
                raise Refused(N_("The directory lists no member “{member}”; nobody was shut out."), member=member_id)
        return Report(self.channel.id, body, named, identity)


@click.command(help=_("File a report with the site at URL. It is sealed on this machine before it is sent."))
@click.argument("url")
@click.option("--channel", metavar=_("ID"), help=_("Where the report goes. Asked if there are several."))
@click.option("--language", metavar=_("CODE"), help=_("The language to ask and to write in, such as en or ar."))
@click.option(
    "--answers",
    type=_FILE_OR_STDIN,
    help=_("A JSON object of question id to answer, instead of questions; - reads it from standard input."),
)
@click.option(
    "--exclude", metavar=_("ID"), multiple=True, help=_("A member who must not see this report; may be repeated.")
)
@click.option(
    "--identity",
    type=_FILE_OR_STDIN,
    help=_("A JSON object of who you are, sealed apart from the report to those who keep identities."),
)
@click.option(
    "--receipt",
    type=_FILE_OR_STDIN,
    help=_("File a further case under the receipt code in this file; - asks for it or reads it from standard input."),
)
@attach_option
@connection_options
@click.option("--json", "as_json", is_flag=True, help=_("Ask nothing, and print one JSON object."))
def submit(
    url: str, language: str | None, receipt: str | None, connection: Connection, as_json: bool, **given: Any
) -> None:
    """File a report with the site at URL. It is sealed on this machine before it is sent."""
    wanted = _Wanted(**given)
    if [wanted.answers, wanted.identity, receipt].count("-") > 1:
        raise click.UsageError(_("Only one thing can be read from standard input."))
    with use_language(choose_language([language]) if language else current_language()):
        ask = may_ask(as_json)
        form = _open_form(connect(connection, url, ask=ask), wanted.channel, language or current_language(), ask=ask)
        files = chosen(wanted.attach, ReportersWay.of(_sender(form)), ask=ask)
        code = ReceiptCode.generate() if receipt is None else read_code(receipt, ask=ask, language=form.language)
        report = _write(form, wanted)
        acknowledged = _send(form, report, code, files, is_new=receipt is None)
        if as_json:
            print_json(_as_json(form, report, code, acknowledged))
        else:
            _tell(form, code, acknowledged, is_new=receipt is None)


def _open_form(site: Site, channel_id: str | None, language: str, *, ask: bool) -> _Form:
    directory = site.directory
    channel = directory.channel(channel_id) if channel_id else _choose_channel(directory, language, ask=ask)
    questionnaire = read_served(site.questionnaire(channel), channel.questionnaire.id)
    spoken = questionnaire.best_language(language)
    # Everything is loaded before anything is typed: nothing is fetched between an answer and the report.
    return _Form(site, channel, load_for(site, channel.id), questionnaire, spoken, ask)


def channel_title(channel: Channel, language: str) -> str:
    """A channel's title in a language, else in English, else its id."""
    return channel.titles.get(language) or channel.titles.get("en") or channel.id


def _choose_channel(directory: Directory, language: str, *, ask: bool) -> Channel:
    if len(directory.channels) == 1:
        return directory.channels[0]
    if not ask:
        ids = ", ".join(channel.id for channel in directory.channels)
        raise click.UsageError(_("Say where the report goes with --channel: {channels}.", channels=ids))
    say(_("Where should the report go?"))
    for number, channel in enumerate(directory.channels, 1):
        say(f"  {number}. {channel_title(channel, language)}")
    number = click.prompt(_("Number"), type=click.IntRange(1, len(directory.channels)))
    return directory.channels[number - 1]


def _read_object(source: str) -> JSONObject:
    data = sys.stdin.buffer.read(_MAX_FILE + 1) if source == "-" else Path(source).read_bytes()
    try:
        return parse_json_object(data, limit=_MAX_FILE)
    except Malformed as error:
        raise CommandFailed(_("{file}: {fault}", file=source, fault=message(error))) from None


def _write(form: _Form, wanted: _Wanted) -> Report:
    given = None if wanted.identity is None else _read_object(wanted.identity)
    if wanted.answers is None:
        if not form.ask:
            raise click.UsageError(_("Nobody can be asked here: give the answers with --answers."))
        return _interview(form, wanted.exclude, given)
    content = _read_object(wanted.answers)
    for name in unknown(form.questionnaire, content):
        warn(_("The questionnaire has no question “{name}”; it is sent as it is.", name=name))
    checked = check_answers(form.questionnaire, content)
    return form.report(checked, wanted.exclude, given)


def _interview(form: _Form, exclude: tuple[str, ...], identity: JSONObject | None) -> Report:
    directory, today = form.loaded.directory, form.site.today
    # Everybody with a role here, not only who gets the report first: it may be passed on to any of them.
    members = sorted(member for member in form.channel.member_ids() if directory.is_listed(member, today))
    interview = Interview(form.questionnaire, form.language, labels_of(directory, members))
    say()
    click.secho(visible(channel_title(form.channel, form.language)), bold=True)
    interview.run()
    if identity is None and directory.custodians(form.channel.id, today):
        identity = _ask_identity()
    while True:
        _review(interview, form.language, identity)
        numbered = interview.numbered()
        typed = click.prompt(_("“send”, a number to change an answer, or “stop”"), type=str).strip().casefold()
        if typed in ("stop", _("stop").casefold()):
            raise CommandFailed(_("Stopped. Nothing was sent, nothing was kept."))
        if typed.isdecimal() and 1 <= int(typed) <= len(numbered):
            interview.ask(numbered[int(typed) - 1])
        elif typed in ("send", _("send").casefold()):
            try:
                report = form.report(check_answers(form.questionnaire, interview.answers), exclude, identity)
                # Sealed once for its size and its recipients alone: what is wrong can still be changed here.
                prepare_report(report, ReceiptCode.generate(), directory, form.loaded.recipients, today)
            except (Malformed, Refused) as error:
                say(message(error))
                continue
            return report


def _ask_identity() -> JSONObject | None:
    say()
    click.secho(_("Do you want to say who you are?"), bold=True)
    say_text(
        _(
            "You need not. If you do, it is sealed apart from the report, to people who keep identities and "
            "open them only on a request with a written reason."
        )
    )
    if not agreed(_("Say who you are?")):
        return None
    name = click.prompt(_("Your name"), default="", show_default=False, type=str).strip()
    say(_("How may you be reached safely?"))
    contact = ask_long()
    found = {"name": name, "contact": contact}
    return {part: text for part, text in found.items() if text} or None


def _review(interview: Interview, language: str, identity: JSONObject | None) -> None:
    say()
    click.secho(_("Please look it over."), bold=True)
    for number, question in enumerate(interview.numbered(), 1):
        found = dict([(question.id, interview.answers[question.id])] if question.id in interview.answers else [])
        lines = list(answer_lines(interview.questionnaire, found, language))
        text = lines[0][1] if lines else _("(left out)")
        say_text(f"{number}. {question.text.in_language(language)}\n    {text}")
    if identity:
        say(_("Sealed apart: who you are."))


def _sender(form: _Form) -> Sender:
    return Sender(form.site.transport, form.loaded.directory.shape)


def _send(form: _Form, report: Report, code: ReceiptCode, files: Files, *, is_new: bool) -> Acknowledged:
    sender = _sender(form)
    if form.ask:
        warn(_("Sealing and sending …"))

    def changed(before: Directory, after: Directory) -> None:
        sentence = _(
            "The site's list of recipients has changed meanwhile (version {old} to {new}).",
            old=before.version,
            new=after.version,
        )
        warn(sentence)
        joined = set(after.initial_holders(form.channel.id, form.site.today)) - set(
            before.initial_holders(form.channel.id, form.site.today)
        )
        if joined and form.ask:
            warn(_("New among those who would get it: {people}.", people=", ".join(labels_of(after, joined).values())))
            if not agreed(_("Send it all the same?")):
                raise NotPossible(N_("Stopped. Nothing was sent, nothing was kept."))

    try:
        return send_report(form.site, sender, form.loaded, report, code, changed, files)
    except BaseException:  # also where the person stopped it
        if sender.fate.unknown and is_new:
            _keep_in_doubt(code, form.language)
        raise


def _keep_in_doubt(code: ReceiptCode, language: str) -> None:
    # The report may be there all the same: without the code its writer could never find out.
    warn(_("It is not known whether the report arrived. Look later under this receipt code:"))
    warn("    " + " ".join(code.words(language)))
    warn("    " + " ".join(code.groups()))


def _as_json(form: _Form, report: Report, code: ReceiptCode, acknowledged: Acknowledged) -> JSONObject:
    return {
        "case": acknowledged.id,
        "receipt": {"groups": code.groups(), "words": code.words(form.language)},
        "channel": report.channel,
        "directory": form.site.directory.version,
        "received": acknowledged.day.isoformat(),
        "excluded": list(report.excluded),
        "acknowledgement": acknowledged.note,
        **practice_mark(form.loaded.directory.origin),
    }


def _tell(form: _Form, code: ReceiptCode, acknowledged: Acknowledged, *, is_new: bool) -> None:
    say()
    say(_("Received on {day}. The site has signed for it, and the signature holds.", day=acknowledged.day))
    say(_("Case: {case}", case=acknowledged.id))
    if is_new:
        show_receipt(code, form.language, random=secrets.SystemRandom(), ask=form.ask)
    else:
        say(_("It is under the receipt code that you gave."))
