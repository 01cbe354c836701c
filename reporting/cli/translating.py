"""``reporting desk translate``: what a reporter wrote, in another language, beside the original."""

from __future__ import annotations

from typing import Any

import click

from reporting.cli.asking import say_text
from reporting.cli.desk import Access, tell_written, text_of, with_access
from reporting.cli.failures import CommandFailed
from reporting.cli.local_program import run_program
from reporting.cli.options import confirmed
from reporting.cli.showing import say
from reporting.cli.telling import body_lines
from reporting.client.cases import DeskCase, find_case, open_case
from reporting.client.translating import translate
from reporting.i18n import gettext as _
from reporting.protocol.thread_types import EntryView
from reporting.protocol.translating import PERSON, PROGRAM


@click.command(
    name="translate", help=_("Attach a translation of what the reporter wrote, for the team; the original stays.")
)
@click.argument("case")
@click.argument("text", required=False)
@click.option(
    "--entry", default="", metavar="ID", help=_("Of this entry, by the beginning of its id; else of the report.")
)
@click.option("--language", required=True, help=_("Into which language, as a code: en, zh-Hant."))
@click.option(
    "--with",
    "program",
    metavar=_("PROGRAM"),
    help=_("Give the original to this program on this machine, and take what it prints. It sees what was reported."),
)
@click.option("--checked", is_flag=True, help=_("Somebody who knows both languages checked it."))
@click.option("--yes", is_flag=True, help=_("Do not ask before what a program made is attached."))
@with_access
def translate_command(
    access: Access,
    as_json: bool,
    case: str,
    text: str | None,
    entry: str,
    program: str | None,
    yes: bool,
    **said: Any,
) -> None:
    """Attach a translation."""
    if program is not None and text is not None:
        raise click.UsageError(_("Give the text or a program, not both."))
    with access.session() as session:
        found = open_case(session, find_case(session, case))
        original = _original(found, entry)
        if program is None:
            made = text_of(text)
        else:
            made = run_program(program, original_text(original))
            if not as_json:
                say_text(made)
            confirmed(_("Attach this translation?"), yes=yes)
        given = {**said, "text": made, "by": PERSON if program is None else PROGRAM}
        tell_written(found, translate(session, found, original, given), as_json=as_json)
    if program is not None and not said["checked"] and not as_json:
        say(_("It says that a program made it and nobody checked it."))


def _original(case: DeskCase, wanted: str) -> EntryView:
    """The authentic entry whose id, the server's or its own, begins so; without one, the report.

    :raises CommandFailed: there is none, or more than one
    """
    views = [one for one in case.opened.view.entries if one.entry is not None and one.entry.audience != "custodian"]
    if not wanted:
        views = [one for one in views if one.entry is case.opened.view.first]
    else:
        views = [
            one for one in views if one.entry and (one.served.id.startswith(wanted) or one.entry.id.startswith(wanted))
        ]
    if len(views) != 1:
        raise CommandFailed(_("There is no such entry, or more than one begins so."))
    return views[0]


def original_text(view: EntryView) -> str:
    """What is to be translated: all that the entry says."""
    return "" if view.entry is None else "\n".join(body_lines(view.entry))
