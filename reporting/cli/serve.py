"""``reporting serve``: run the service."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reporting.app import DESK, INTAKE, create_app
from reporting.cli.tick import keep_house
from reporting.config import ConfigurationError, Settings, load_settings
from reporting.db import newest_revision, present_revision
from reporting.evidence.rules import check_store
from reporting.i18n import gettext as _
from reporting.notices import rules as notices
from reporting.service import open_service
from reporting.web.server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@click.command(help=_("Run the service: reporters and desk at addresses of their own."))
@click.option("--data", type=click.Path(path_type=Path), help=_("The data folder."))
@click.option("--bind", help=_("Where reporters reach the service, as host:port."))
@click.option("--desk-bind", help=_("Where members reach the desk, as host:port."))
@click.option("--workers", type=int, help=_("Worker processes."))
@click.option("--threads", type=int, help=_("Threads in each worker."))
@click.option(
    "--ignore-environment", is_flag=True, help=_("Take settings from the folder alone, not from the environment.")
)
def serve(
    data: Path | None,
    bind: str | None,
    desk_bind: str | None,
    workers: int | None,
    threads: int | None,
    ignore_environment: bool,
) -> None:
    """Run until told to stop."""
    given = {"bind": bind, "desk_bind": desk_bind, "workers": workers, "threads": threads}
    settings = load_settings(data, environment={} if ignore_environment else None, **given)
    run(settings, announce)


def announce(reporters: str, desk: str) -> None:
    """Say where the service is."""
    click.echo(_("Reporters: {address}", address=reporters))
    click.echo(_("Desk: {address}", address=desk))


def run(settings: Settings, ready: Callable[[str, str], None]) -> None:
    """Serve both surfaces in this process and its workers; returns when told to stop.

    :param ready: told both addresses once they are listened at
    :raises ConfigurationError: nothing was set up in the data folder, or by another release
    """
    os.umask(0o077)
    # A worker that crashes must not leave its memory, and what passed through it, on the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    check_store(settings)
    service = open_service(settings)
    _check_tables(present_revision(service.database))
    service.database.close()

    def surfaces() -> tuple[WSGIApplication, WSGIApplication]:
        return create_app(settings, (INTAKE,), service=service), create_app(settings, (DESK,), service=service)

    Server(settings, surfaces, ready, lambda: keep_house(service), lambda: notices.run(service)).run()


def _check_tables(found: str | None) -> None:
    if found is None:
        raise ConfigurationError(_("The database has no tables: run “reporting upgrade” first."))
    if found != newest_revision():
        raise ConfigurationError(
            _(
                "The database is at revision {found}, this release needs {newest}: run “reporting upgrade”.",
                found=found,
                newest=newest_revision(),
            )
        )
