"""``reporting practice``: a site on which staff and public try everything, with made-up cases and keys of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporting.cli.lasting import PORT, check_ports, serve_until_stopped
from reporting.cli.options import FOLDER
from reporting.cli.showing import say, say_table, warn
from reporting.i18n import current_language
from reporting.i18n import gettext as _

if TYPE_CHECKING:
    from reporting.cli.made_up import MadeUp


@click.command(
    name="practice",
    help=_(
        "Run a site for practicing: made-up members and cases, sealed with keys of its own, and never mixed with real "
        "ones. Each of its pages says so. The cases are in the terminal's language (REPORTING_LANGUAGE)."
    ),
)
@click.option("--port", type=PORT, default=8100, show_default=True, help=_("Where reporters reach it."))
@click.option("--desk-port", type=PORT, default=8101, show_default=True, help=_("Where members reach the desk."))
@click.option(
    "--data",
    type=FOLDER,
    default=Path("var") / "practice",
    show_default=True,
    help=_("The practice site's folder; kept for the next time."),
)
@click.option("--fresh", is_flag=True, help=_("Throw away what was practiced in the folder, and begin anew."))
@click.option("--address", default="", help=_("The web address at which others reach it, through a proxy of yours."))
@click.option("--desk-address", default="", help=_("The web address at which others reach the desk."))
@click.option(
    "--hide-accounts",
    is_flag=True,
    help=_("Do not show the passphrases of the made-up members on a page, but at this terminal alone."),
)
@click.option("--json", "as_json", is_flag=True, help=_("Print the credentials as one line of JSON once it runs."))
def practice(
    port: int,
    desk_port: int,
    data: Path,
    fresh: bool,
    address: str,
    desk_address: str,
    hide_accounts: bool,
    as_json: bool,
) -> None:
    """Run a practice site."""
    from reporting.cli.made_up import MadeUp
    from reporting.cli.practice_site import PRACTICE

    if bool(address) != bool(desk_address):
        raise click.UsageError(_("Give --address and --desk-address, or neither."))
    here = MadeUp(PRACTICE, data.absolute(), port, desk_port, address.rstrip("/"), desk_address.rstrip("/"))
    check_ports(here)
    if not as_json:
        say(_("Preparing a practice site in {folder} …", folder=data))

    def ready(credentials: dict[str, Any]) -> None:
        _fill(here, credentials, hide_accounts=hide_accounts, quiet=as_json)
        if as_json:
            click.echo(json.dumps(credentials, ensure_ascii=False))
        else:
            _tell(here, credentials)

    serve_until_stopped(here, ready, fresh=fresh)


def _fill(here: MadeUp, credentials: dict[str, Any], *, hide_accounts: bool, quiet: bool) -> None:
    """File the made-up cases, once; write last what the site shows of them, since that says that all is done."""
    from reporting.cli import files
    from reporting.cli.practice_cases import file_samples
    from reporting.practice.rules import PracticeAccount, encode_shown, read_file

    def tell(done: int, of: int) -> None:
        if not quiet:
            say(_("Made-up cases filed: {done} of {all}", done=done, all=of))

    path = here.folder / here.kind.last
    language = current_language()
    receipts = read_file(path).receipts if path.exists() else file_samples(here, credentials, language, tell)
    accounts = [
        PracticeAccount(one["name"], tuple(role.partition(":")[0] for role in one["roles"]), one["passphrase"])
        for one in credentials["members"]
        if one["passphrase"] and not hide_accounts and not (here.address and "administrator" in one["roles"])
    ]
    files.replace(path, encode_shown(credentials["desk_url"], accounts, receipts))


def _tell(here: MadeUp, credentials: dict[str, Any]) -> None:
    from reporting.cli.made_up import CREDENTIALS

    say()
    say(_("THIS IS FOR PRACTICE. Members and cases are made up, and everybody who practices can read everything."))
    say(_("Report nothing real here. The passphrases and the root key lie in {folder}.", folder=here.folder))
    say()
    say(_("How to begin: {address}", address=f"{credentials['base_url']}/{current_language()}/practice"))
    say(_("Reporters:   {address}", address=credentials["base_url"]))
    say(_("Desk:        {address}", address=credentials["desk_url"]))
    say()
    rows = [(one["name"], one["passphrase"]) for one in credentials["members"] if one["passphrase"]]
    say_table([(_("Signs in as"), _("Passphrase")), *rows])
    say(_("The same, for programs: {file}", file=here.folder / CREDENTIALS))
    say()
    warn(_("Ctrl-C stops it; the data stays for the next time, unless you give --fresh then."))
