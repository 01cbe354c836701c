"""``reporting demo``: a real service with made-up accounts, on this machine, for trying things out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporting.cli.lasting import PORT, check_ports, serve_until_stopped
from reporting.cli.options import FOLDER
from reporting.cli.showing import say, say_list, say_table, warn
from reporting.i18n import gettext as _

if TYPE_CHECKING:
    from reporting.cli.made_up import MadeUp


@click.command(
    name="demo",
    help=_(
        "Run a demonstration service on this machine: made-up members and channels, real keys and servers. The"
        " passphrases and the root key lie beside the data, so nothing real belongs in it."
    ),
)
@click.option("--port", type=PORT, default=8000, show_default=True, help=_("Where reporters reach it."))
@click.option("--desk-port", type=PORT, default=8001, show_default=True, help=_("Where members reach the desk."))
@click.option(
    "--data",
    type=FOLDER,
    default=Path("var") / "demo",
    show_default=True,
    help=_("The demonstration's folder; kept for the next time."),
)
@click.option("--fresh", is_flag=True, help=_("Throw away what an earlier demonstration left in the folder."))
@click.option("--json", "as_json", is_flag=True, help=_("Print the credentials as one line of JSON once it runs."))
def demo(port: int, desk_port: int, data: Path, fresh: bool, as_json: bool) -> None:
    """Run a demonstration."""
    from reporting.cli.demo_site import DEMONSTRATION
    from reporting.cli.made_up import MadeUp

    here = MadeUp(DEMONSTRATION, data.absolute(), port, desk_port)
    check_ports(here)
    if not as_json:
        say(_("Preparing a demonstration in {folder} …", folder=data))

    def ready(credentials: dict[str, Any]) -> None:
        if as_json:
            click.echo(json.dumps(credentials, ensure_ascii=False))
        else:
            _tell(here, credentials)

    serve_until_stopped(here, ready, fresh=fresh)


def _tell(here: MadeUp, credentials: dict[str, Any]) -> None:
    from reporting.cli.made_up import BREAK_GLASS_FILE, CREDENTIALS

    say()
    say(_("THIS IS A DEMONSTRATION. Its members are made up, and their passphrases and the root key lie in"))
    say(_("{folder}: whoever reads that folder reads everything. Report nothing real here.", folder=here.folder))
    say()
    say(_("Reporters:   {address}", address=here.base_url))
    say(_("Desk:        {address}", address=here.desk_url))
    say(_("Fingerprint: {digits}", digits=credentials["fingerprint"]))
    say()
    header = (_("Signs in as"), _("Passphrase"), _("Roles"))
    offline = _("none: keys in {file}", file=BREAK_GLASS_FILE)
    rows = [(one["name"], one["passphrase"] or offline, _roles(one["roles"])) for one in credentials["members"]]
    say_table([header, *rows])
    say(_("The same, for programs: {file}", file=here.folder / CREDENTIALS))
    say()
    say(_("Next, in another terminal: report, read it as a member, answer, and read the answer with the receipt code."))
    say_list(_next_steps(here, credentials))
    say()
    warn(_("Ctrl-C stops it; the data stays for the next time."))


def _roles(roles: list[str]) -> str:
    """Each role once, wherever it is held."""
    return ", ".join(dict.fromkeys(role.partition(":")[0] for role in roles))


def _next_steps(here: MadeUp, credentials: dict[str, Any]) -> list[str]:
    program = Path(sys.executable).parent / "reporting"
    command = str(program) if program.exists() else f"{sys.executable} -m reporting.cli"
    known = f'--fingerprint "{credentials["fingerprint"]}"'
    desk = f"{command} desk --url {here.desk_url} --member intake"
    return [
        f"{command} submit {here.base_url} --channel procurement {known}",
        f"{desk} list",
        f"{desk} show {_('CASE')}",
        f'{desk} reply {_("CASE")} "{_("Thank you. Who signed the contract?")}"',
        f"{command} mailbox {here.base_url} {known}",
    ]
