"""A made-up site's service on this machine, for as long as its command runs: ``demo`` and ``practice``."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporting.cli.failures import UNREACHABLE, CommandFailed
from reporting.i18n import gettext as _

if TYPE_CHECKING:
    import httpx

    from reporting.cli.made_up import MadeUp

WAIT_SECONDS = 60
_STEP_SECONDS = 0.1
_STOP_SECONDS = 30
PORT = click.IntRange(1, 65535)


def serve_until_stopped(here: MadeUp, ready: Callable[[dict[str, Any]], None], *, fresh: bool) -> None:
    """Make a site or take it up, and serve it until somebody stops it.

    :param ready: told the credentials once the site answers
    :raises CommandFailed: the folder holds something else or is in use, or the server ends by itself
    """
    from reporting.cli.made_up import make_ready

    with stopped_politely(), alone_in(here.folder):
        credentials = make_ready(here, fresh=fresh)
        with serving(here) as server:
            wait(here, server)
            ready(credentials)
            sys.stdout.flush()
            raise ended(server)


def check_ports(here: MadeUp) -> None:
    """Both ports differ, and nobody listens there.

    :raises CommandFailed: somebody does
    """
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
def stopped_politely() -> Iterator[None]:
    """Let TERM, and a terminal that closes, end the block as Ctrl-C does: with status 0.

    The server would take a hang-up for a wish to be reloaded, and outlive its command.
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
def serving(here: MadeUp) -> Iterator[subprocess.Popen[bytes]]:
    """The service in processes of its own, which never saw root key or passphrases; ended with the block."""
    command = [sys.executable, "-m", "reporting.cli", "serve", "--data", str(here.server)]
    if here.kind.alone:
        command.append("--ignore-environment")
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


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder for the block, so that nobody else makes a site in it, or throws this one away, meanwhile.

    :raises CommandFailed: somebody else does
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Nothing is written into it, whosever file that is, and no link is followed.
    lock = os.open(folder.with_name(f"{folder.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(lock):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandFailed(
                _("Another command runs a site in {folder}: stop it, or choose another folder.", folder=folder)
            ) from None
        yield


def ended(server: subprocess.Popen[bytes]) -> CommandFailed:
    """Wait until the server ends, which it should not do by itself; what to say of it."""
    status = server.wait()
    return CommandFailed(_("The server ended by itself, with status {status}.", status=status), UNREACHABLE)


def wait(here: MadeUp, server: subprocess.Popen[bytes]) -> None:
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


def _missing(here: MadeUp, client: httpx.Client) -> str:
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
