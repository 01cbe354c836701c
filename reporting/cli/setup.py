"""Making a service's data folder: what ``reporting init`` and ``reporting demo`` have in common."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from reporting.cli.failures import CommandFailed
from reporting.cli.files import make_folder, replace
from reporting.config import SECRET_SIZE, Settings, load_settings, write_secret
from reporting.db import Database, present_revision
from reporting.directory import rules as directories
from reporting.directory.models import DirectoryVersion
from reporting.directory.site import Site
from reporting.i18n import gettext as _
from reporting.members.models import Member
from reporting.protocol.note import VerifierKey
from reporting.service import Service, open_service

SECRETS = ("service.key", "log.key", "server.secret")


@dataclass(frozen=True)
class Plan:
    """What a service is to be. ``desk_addresses``: full origins the desk is reached at."""

    data: Path
    root: VerifierKey
    site: Site
    bind: str
    desk_bind: str
    desk_addresses: tuple[str, ...] = ()
    database_url: str = ""
    second_factor: str = ""
    #: For files, in mebibytes: in all, of one file, of one entry; nought for the defaults.
    budgets: tuple[int, int, int] = (0, 0, 0)
    #: Whether settings come from the folder alone, whatever the environment says.
    alone: bool = False

    def settings(self) -> Settings:
        """The settings of the folder, once they are written.

        :raises ConfigurationError: a setting that cannot be right
        """
        return load_settings(self.data, environment={} if self.alone else None)


def refuse_existing(data: Path) -> None:
    """Nothing that is there is ever written over.

    :raises CommandFailed: a service was set up there
    """
    if (data / "keys").exists():
        raise CommandFailed(_("There is a service in {folder} already; nothing was changed.", folder=data))


def set_up(plan: Plan) -> Service:
    """Make folder, settings, database and keys, and draft the site's document.

    The keys come last and at once: a run that was broken off before is simply repeated.

    :raises CommandFailed: there is a service already, or its database is another's
    :raises ConfigurationError: a setting that cannot be right
    """
    refuse_existing(plan.data)
    make_folder(plan.data)
    write_settings(plan)
    settings = plan.settings()
    _refuse_used(settings)
    _make_database(settings)
    _make_keys(plan)
    service = open_service(settings)
    with service.database.write() as session:
        directories.set_site(session, plan.site.encode())
    return service


def _refuse_used(settings: Settings) -> None:
    """A database that has members or a signed list belongs to a service: nothing is mixed with that."""
    database = Database(settings.database_url, threads=1)
    try:
        if present_revision(database) is None:
            return
        with database.read() as session:
            used = any(session.scalar(select(func.count()).select_from(one)) for one in (Member, DirectoryVersion))
    finally:
        database.close()
    if used:
        raise CommandFailed(
            _("The database that is set belongs to a service already: name an empty one. Nothing was changed in it.")
        )


def write_settings(plan: Plan) -> None:
    """Write ``settings.toml``, in place of one that is there."""
    values: dict[str, str | tuple[str, ...] | int] = {
        "origins": plan.site.addresses,
        "desk_origins": plan.desk_addresses,
        "onion_location": plan.site.onion or "",
        "bind": plan.bind,
        "desk_bind": plan.desk_bind,
        "database_url": plan.database_url,
        "second_factor": plan.second_factor,
        **dict(zip(("store_budget", "file_limit", "entry_limit"), plan.budgets, strict=True)),
    }
    lines = [f"{name} = {_toml(value)}\n" for name, value in values.items() if value]
    replace(plan.data / "settings.toml", "".join(lines).encode())


def _toml(value: str | tuple[str, ...] | int) -> str:
    # A TOML basic string or array of them is written as JSON's, with every control character escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _make_database(settings: Settings) -> None:
    # Alembic takes long to load; only setting up needs it.
    from reporting.db import migrate

    migrate.upgrade(settings.database_url)
    if settings.sqlite:
        for path in settings.data.glob("*.sqlite*"):
            path.chmod(0o600)


def _make_keys(plan: Plan) -> None:
    folder = plan.data / ".keys.new"
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder)
    for name in SECRETS:
        write_secret(folder / name, os.urandom(SECRET_SIZE))
    replace(folder / "root.pub", plan.root.encode().encode() + b"\n")
    folder.rename(plan.data / "keys")
