"""``reporting verify-site``: whether a site serves the pages of this very release (protocol section 11).

The pages are rebuilt here, from this release and what the site's signed directory holds hashes of, and compared
with what the site serves, the address without a path among it, where most visitors begin. What it serves to others it
may serve only to them: whoever checks, and from where, must not be told apart, which is why this goes over Tor too.
A server that looks closely can still tell this program from a browser.
"""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from flask.testing import FlaskClient

from reporting import __version__
from reporting.cli.connecting import Connection, connect, connection_options, may_ask
from reporting.cli.failures import CommandFailed
from reporting.cli.showing import say, say_list
from reporting.cli.verify_answers import Expected, compare
from reporting.client.errors import NotTrusted
from reporting.client.site import Site
from reporting.directory.site import Site as SiteDocument
from reporting.directory.site import parse as parse_document
from reporting.i18n import gettext as _
from reporting.i18n import ngettext
from reporting.protocol.encoding import sha256
from reporting.protocol.errors import NotAuthentic, N_

_MAX_SITE = 1024 * 1024


@click.command(
    name="verify-site",
    help=_("Compare the pages that the site at URL serves with those of this release, byte for byte."),
)
@click.argument("url")
@click.option("--desk", is_flag=True, help=_("URL is the desk's address: compare the desk's document."))
@connection_options
@click.option("--json", "as_json", is_flag=True, help=_("Ask nothing, and print one JSON object."))
def verify_site(url: str, desk: bool, connection: Connection, as_json: bool) -> None:
    """Compare the pages that a site serves with those of this release."""
    site = connect(connection, url, ask=may_ask(as_json), sends=False)
    with tempfile.TemporaryDirectory(prefix="reporting-verify-") as folder, _rebuilt(site, Path(folder), desk) as app:
        document = parse_document(_site_document(site))
        rows = _expected(site, document, app, desk=desk)
        wrong = [fault for row in rows if (fault := compare(site.transport, row, document.onion))]
    if as_json:
        click.echo(json.dumps({"release": __version__, "checked": len(rows), "different": wrong}, ensure_ascii=False))
    if wrong and as_json:
        raise SystemExit(NotTrusted.exit_status)
    if wrong:
        say_list(wrong)
        raise CommandFailed(
            _("What stands above is not what release {release} serves. Do not use the site.", release=__version__),
            NotTrusted.exit_status,
        )
    if not as_json:
        said = ngettext("One page or file", "{number} pages and files", len(rows))
        say(_("{what} compared: all are those of release {release}.", what=said, release=__version__))


@contextmanager
def _rebuilt(site: Site, folder: Path, desk: bool) -> Iterator[Flask]:
    """The site's pages as this release makes them: an application that knows the directory and nothing else."""
    from reporting.app import DESK, INTAKE, create_app
    from reporting.config import Settings
    from reporting.db import Base, Database
    from reporting.directory.models import DirectoryVersion, Document
    from reporting.protocol.signing import SigningKey
    from reporting.service import Service

    directory = site.directory
    settings = Settings(data=folder)
    database = Database(settings.database_url, threads=1)
    Base.metadata.create_all(database.engine("write"))
    published = DirectoryVersion(
        version=directory.version,
        note=directory.text,  # never parsed here: the service is handed what was verified
        text_sha256=directory.sha256,
        day=directory.date,
        valid_until=directory.valid_until,
        recipients="{}",
    )
    with database.write() as session:
        session.add(published)
        for body in {_site_document(site), *(site.questionnaire(channel) for channel in directory.channels)}:
            session.add(Document(sha256=sha256(body), body=body))
    key = SigningKey.generate()  # signs nothing here
    known = {directory.version: directory}
    service = Service(settings, database, site.pin.root, key, key, {}, known_directories=known)
    try:
        yield create_app(settings, (DESK if desk else INTAKE,), service=service)
    finally:
        database.close()


def _site_document(site: Site) -> bytes:
    body = site.transport.get("/.well-known/reporting/site", limit=_MAX_SITE).expect(200).body
    if sha256(body) != site.directory.site:
        raise NotAuthentic(N_("The site's document that the server shows is not the one in the signed list."))
    return body


def _expected(site: Site, document: SiteDocument, app: Flask, *, desk: bool) -> list[Expected]:
    """Everything that is compared: the way in, every page, every file."""
    from reporting.web.assets import manifest
    from reporting.web.manifest import Scope, deterministic_paths

    scope = Scope(document.languages, [channel.id for channel in site.directory.channels])
    paths = [path for path, _language in deterministic_paths(app, scope)]
    paths += sorted(found.address for found in manifest().values())
    # Of the desk's many addresses, all of which are one document, one that could be any case's.
    paths += [f"/desk/cases/{secrets.token_hex(16)}"] if desk else []
    asked: list[tuple[str, dict[str, str]]] = [("/", {"Accept-Language": language}) for language in document.languages]
    client = app.test_client()
    return [_answered(client, path, asking) for path, asking in [*asked, *((path, {}) for path in paths)]]


def _answered(client: FlaskClient, path: str, asking: Mapping[str, str]) -> Expected:
    answer = client.get(path, headers=dict(asking))
    headers = {name.lower(): ", ".join(answer.headers.get_all(name)) for name in answer.headers.keys()}  # noqa: SIM118 -- names, not pairs
    return Expected(path, asking, answer.status_code, headers, answer.data)
