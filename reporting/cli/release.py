"""``reporting release``: what this release serves, to be compared with what a site serves."""

from __future__ import annotations

import json
from pathlib import Path

import click

from reporting.i18n import gettext as _


@click.group(help=_("What this release serves, so that others can check it."))
def release() -> None:
    """What this release serves."""


@release.command(
    name="manifest",
    help=_("Print each page on which keys or plaintext live: its language, SHA-256 and security policy, as JSON."),
)
@click.option("--data", type=click.Path(path_type=Path), help=_("The data folder."))
def manifest(data: Path | None) -> None:
    """Print the hashes of every deterministic page."""
    from reporting import __version__
    from reporting.app import DESK, INTAKE, create_app
    from reporting.config import load_settings
    from reporting.directory.rules import site_facts
    from reporting.service import open_service
    from reporting.web.manifest import FORMAT, Scope, list_assets, list_pages

    service = open_service(load_settings(data))
    try:
        facts = site_facts(service)
        scope = Scope(facts.site.languages, [channel.id for channel in facts.directory.channels])
        surfaces = {name: create_app(service.settings, (name,), service=service) for name in (INTAKE, DESK)}
        content = {
            "format": FORMAT,
            "release": __version__,
            "directory": facts.directory.version,
            "pages": [row for name, app in surfaces.items() for row in list_pages(app, name, scope)],
            "assets": list_assets(surfaces[INTAKE]),
        }
    finally:
        service.database.close()
    click.echo(json.dumps(content, ensure_ascii=False, indent=1))
