"""``reporting upgrade``: bring a service's tables to what this release needs."""

from __future__ import annotations

import os
from pathlib import Path

import click

from reporting.cli.failures import CommandFailed
from reporting.cli.options import data_option, opened
from reporting.cli.showing import say
from reporting.i18n import gettext as _


@click.command(
    name="upgrade",
    help=_("Bring the database to what this release needs. Stop the service and make a backup first."),
)
@data_option
def upgrade(data: Path) -> None:
    """Upgrade the database."""
    from reporting.db import migrate, newest_revision, present_revision

    os.umask(0o077)  # for a SQLite file that is made anew
    service = opened(data)
    before, newest = present_revision(service.database), newest_revision()
    service.database.close()
    if before == newest:
        say(_("The database is at revision {revision} already; nothing was changed.", revision=newest))
        return
    # Revisions are counted in four digits.
    if before is not None and before > newest:
        raise CommandFailed(_("The database is at revision {found}, of a later release than this one.", found=before))
    migrate.upgrade(service.settings.database_url)
    say(_("The database is now at revision {revision}.", revision=newest))
