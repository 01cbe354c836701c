"""Making a service's data folder: what ``reporting init`` and ``reporting demo`` have in common."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from reporting.cli.failures import CommandFailed
from reporting.cli.files import make_folder, replace
from reporting.config import SECRET_SIZE, Settings, load_settings, write_secret
from reporting.directory import rules as directories
from reporting.directory.site import Site
from reporting.i18n import gettext as _
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


def refuse_existing(data: Path) -> None:
    """Nothing that is there is ever written over.

    :raises CommandFailed: a service was set up there
    """
    if (data / "keys").exists():
        raise CommandFailed(_("There is a service in {folder} already; nothing was changed.", folder=data))


def set_up(plan: Plan) -> Service:
    """Make folder, settings, database and keys, and draft the site's document.

    The keys come last and at once: a run that was broken off before is simply repeated.

    :raises CommandFailed: there is a service already
    :raises ConfigurationError: a setting that cannot be right
    """
    refuse_existing(plan.data)
    make_folder(plan.data)
    write_settings(plan)
    settings = load_settings(plan.data)
    _make_database(settings)
    _make_keys(plan)
    service = open_service(settings)
    with service.database.write() as session:
        directories.set_site(session, plan.site.encode())
    return service


def write_settings(plan: Plan) -> None:
    """Write ``settings.toml``, in place of one that is there."""
    values: dict[str, str | tuple[str, ...]] = {
        "origins": plan.site.addresses,
        "desk_origins": plan.desk_addresses,
        "onion_location": plan.site.onion or "",
        "bind": plan.bind,
        "desk_bind": plan.desk_bind,
        "database_url": plan.database_url,
        "second_factor": plan.second_factor,
    }
    lines = [f"{name} = {_toml(value)}\n" for name, value in values.items() if value]
    replace(plan.data / "settings.toml", "".join(lines).encode())


def _toml(value: str | tuple[str, ...]) -> str:
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
