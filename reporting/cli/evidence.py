"""``reporting evidence``: the files of cases, from the server's terminal."""

from __future__ import annotations

from pathlib import Path

import click

from reporting.cli.failures import CommandFailed
from reporting.cli.options import confirmed, data_option, opened
from reporting.cli.showing import say
from reporting.i18n import gettext as _


@click.group(name="evidence", help=_("Delete the files of a case; say whose store it is."))
def evidence() -> None:
    """Files of cases."""


@evidence.command(name="delete", help=_("Delete every file of a case, for good. What was written in it stays."))
@click.argument("case")
@data_option
@click.option("--yes", is_flag=True, help=_("Do not ask."))
def delete(case: str, data: Path, yes: bool) -> None:
    """Delete a case's files, and see that they are gone."""
    from reporting.evidence.rules import case_usage, delete_case_files

    service = opened(data)
    try:
        files, size = case_usage(service, case)
        if not files:
            raise CommandFailed(_("This case has no files."))
        mebibytes = -(-size // (1 << 20))
        question = _("Delete {files} files of this case, {size} MiB? Nobody can bring them back.")
        confirmed(question.format(files=files, size=mebibytes), yes=yes)
        say(_("Deleted, and seen to be gone: {files} files.", files=delete_case_files(service, case)))
    finally:
        service.database.close()


@evidence.command(name="own", help=_("Say that the store for files is this service's alone, after a restore."))
@data_option
@click.option("--yes", is_flag=True, help=_("Do not ask."))
def own(data: Path, yes: bool) -> None:
    """Mark the store as this service's."""
    from reporting.evidence.rules import own_store

    service = opened(data)
    try:
        confirmed(
            _("Is no other service using this store? What it has there would be deleted as left over."),
            yes=yes,
        )
        own_store(service)
    finally:
        service.database.close()
    say(_("The store bears this service's mark."))
