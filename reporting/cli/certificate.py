"""``reporting certificate``: have it certified that a report was made, without what it says."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from reporting.cli.connecting import Connection, connect, connection_options, may_ask
from reporting.cli.failures import CommandFailed
from reporting.cli.json_output import print_json
from reporting.cli.mailbox import chosen_cases, only_case
from reporting.cli.options import FILE
from reporting.cli.receipts import read_code
from reporting.cli.showing import say, warn
from reporting.client.certifying import certify
from reporting.client.mailbox import read_mailbox
from reporting.client.sending import Sender
from reporting.i18n import current_language
from reporting.i18n import gettext as _
from reporting.protocol.certificate import MAX_NAME


@click.command(
    help=_("Have it certified, by the site at URL, that you reported: to a file, without what you reported.")
)
@click.argument("url")
@click.option("--out", type=FILE, required=True, help=_("The file to write. It must not exist."))
@click.option("--case", "case_id", metavar=_("ID"), help=_("Only this case; the beginning of its id is enough."))
@click.option("--named", is_flag=True, help=_("Make it out to a name: asked for, or the line after the code."))
@click.option("--name-channel", is_flag=True, help=_("Say on which channel the report came in."))
@connection_options
@click.option("--json", "as_json", is_flag=True, help=_("Ask nothing, and print one JSON object."))
def certificate(
    url: str, out: Path, case_id: str | None, named: bool, name_channel: bool, connection: Connection, as_json: bool
) -> None:
    """Have it certified that a report was made. The code is read as ``reporting mailbox`` reads it."""
    ask = may_ask(as_json)
    site = connect(connection, url, ask=ask)
    code = read_code("-", ask=ask, language=current_language(), more=named)
    name = _name(ask=ask) if named else ""
    sender = Sender(site.transport, site.directory.shape)
    case = only_case(chosen_cases(read_mailbox(site, sender, code), case_id))
    found = certify(site, sender, code, case, name=name, name_channel=name_channel)
    try:
        with out.open("xb") as opened:
            opened.write(found.file)
    except FileExistsError:
        raise CommandFailed(_("There is a file “{path}” already.", path=out)) from None
    if as_json:
        print_json({"case": case.view.case, "received": found.certificate.received.isoformat(), "file": str(out)})
        return
    say(_("The certificate is in {path}. “reporting verify” shows what it says.", path=out))
    warn(_("Whoever gets it knows that its holder reported."))


def _name(*, ask: bool) -> str:
    typed = click.prompt(_("Name"), type=str) if ask else sys.stdin.readline(MAX_NAME * 4)
    if not typed.strip():
        raise CommandFailed(_("There is no name."))
    return str(typed)
