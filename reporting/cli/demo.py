"""``reporting demo``: a real service with made-up accounts, on this machine, for trying things out."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporting.cli.failures import UNREACHABLE, CommandFailed
from reporting.cli.options import FOLDER
from reporting.cli.showing import say, say_list, say_table, warn
from reporting.i18n import gettext as _

if TYPE_CHECKING:
    import httpx

    from reporting.cli.demo_site import Demo

WAIT_SECONDS = 60
_STEP_SECONDS = 0.1
_STOP_SECONDS = 30
PORT = click.IntRange(1, 65535)


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
    from reporting.cli.demo_site import Demo, make_ready

    here = Demo(data.absolute(), port, desk_port)
    _check_ports(here)
    if not as_json:
        say(_("Preparing a demonstration in {folder} …", folder=data))
    with _stopped_politely():
        credentials = make_ready(here, fresh=fresh)
        with _serving(here) as server:
            _wait(here, server)
            if as_json:
                click.echo(json.dumps(credentials, ensure_ascii=False))
            else:
                _tell(here, credentials)
            sys.stdout.flush()
            status = server.wait()
            raise CommandFailed(_("The server ended by itself, with status {status}.", status=status), UNREACHABLE)


def _check_ports(here: Demo) -> None:
    if here.port == here.desk_port:
        raise click.UsageError(_("Reporters and desk need ports of their own."))
    for port in (here.port, here.desk_port):
        with socket.socket() as probe:
            # As the server will: a port that is only cooling down counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise CommandFailed(
                    _("Port {port} is taken: give others with --port and --desk-port.", port=port)
                ) from None


@contextmanager
def _stopped_politely() -> Iterator[None]:
    """Let TERM, and a terminal that closes, end the block as Ctrl-C does: with status 0.

    The server would take a hang-up for a wish to be reloaded, and outlive its demonstration.
    """

    def stop(*_arguments: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    except KeyboardInterrupt:
        raise click.exceptions.Exit(0) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _serving(here: Demo) -> Iterator[subprocess.Popen[bytes]]:
    """The service in processes of its own, which never saw root key or passphrases; ended with the block."""
    command = [sys.executable, "-m", "reporting.cli", "serve", "--data", str(here.server)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603 -- our own program
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(here: Demo, server: subprocess.Popen[bytes]) -> None:
    """Wait until both addresses answer as a working service does.

    :raises CommandFailed: the server ended, or did not answer in time; the sentence says what was missing
    """
    import httpx

    until = time.monotonic() + WAIT_SECONDS
    # No proxy of the environment stands between this machine and itself.
    with httpx.Client(trust_env=False, timeout=5) as client:
        while missing := _missing(here, client):
            if server.poll() is not None:
                raise CommandFailed(
                    _("The server ended before it answered, with status {status}.", status=server.returncode),
                    UNREACHABLE,
                )
            if time.monotonic() > until:
                raise CommandFailed(
                    _("After {seconds} seconds there is no working service: {why}", seconds=WAIT_SECONDS, why=missing),
                    UNREACHABLE,
                )
            time.sleep(_STEP_SECONDS)


def _missing(here: Demo, client: httpx.Client) -> str:
    """What does not work yet; empty when everything does."""
    import httpx

    from reporting.cli.root_key import read_public
    from reporting.protocol import directory
    from reporting.protocol.errors import ProtocolError

    root = read_public(here.root)
    address = here.base_url
    try:
        for address in (here.base_url, here.desk_url):
            answer = client.get(f"{address}/.well-known/reporting/directory").raise_for_status()
            directory.parse(answer.content, root)
        address = f"{here.base_url}/api/challenge"
        client.get(address).raise_for_status().json()["challenge"]
        address = f"{here.desk_url}/api/session"
        if (status := client.get(address).status_code) != httpx.codes.UNAUTHORIZED:
            return _("{address} answers {status}.", address=address, status=status)
    except httpx.HTTPStatusError as error:
        return _("{address} answers {status}.", address=error.request.url, status=error.response.status_code)
    except httpx.TransportError:
        return _("{address} does not answer.", address=address)
    except (ProtocolError, ValueError, KeyError, TypeError):
        return _("{address} answers with something else.", address=address)
    return ""


def _tell(here: Demo, credentials: dict[str, Any]) -> None:
    from reporting.cli.demo_site import BREAK_GLASS_FILE, CREDENTIALS

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


def _next_steps(here: Demo, credentials: dict[str, Any]) -> list[str]:
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
