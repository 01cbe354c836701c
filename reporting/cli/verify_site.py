"""``reporting verify-site``: whether a site serves the pages of this very release (protocol section 11).

The pages are rebuilt here, from this release and what the site's signed directory holds hashes of, and compared
with what the site serves to a visitor like any other. What it serves to others it may serve only to them:
whoever checks, and from where, must not be told apart, which is why this goes over Tor too.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from reporting import __version__
from reporting.cli.connecting import Connection, connect, connection_options, may_ask
from reporting.cli.failures import CommandFailed
from reporting.cli.showing import say, say_list
from reporting.client.errors import NotTrusted
from reporting.client.site import Site
from reporting.i18n import gettext as _
from reporting.i18n import ngettext
from reporting.protocol.encoding import sha256
from reporting.protocol.errors import NotAuthentic, N_

_MAX_SITE = 1024 * 1024
#: What would take a visitor elsewhere, or tell them apart (protocol section 11).
_FORBIDDEN_HEADERS = ("Link", "Refresh", "Set-Cookie", "Location")


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
    site = connect(connection, url, ask=may_ask(as_json))
    with tempfile.TemporaryDirectory(prefix="reporting-verify-") as folder, _rebuilt(site, Path(folder), desk) as app:
        rows = _expected(site, app)
        wrong = [fault for path, body, policy in rows if (fault := _compare(site, path, body, policy))]
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
    service = Service(settings, database, site.pin.root, key, key.public, {}, known_directories=known)
    try:
        yield create_app(settings, (DESK if desk else INTAKE,), service=service)
    finally:
        database.close()


def _site_document(site: Site) -> bytes:
    body = site.transport.get("/.well-known/reporting/site", limit=_MAX_SITE).expect(200).body
    if sha256(body) != site.directory.site:
        raise NotAuthentic(N_("The site's document that the server shows is not the one in the signed list."))
    return body


def _expected(site: Site, app: Flask) -> list[tuple[str, bytes, str]]:
    """Path, bytes and policy of everything that is compared."""
    from reporting.directory.site import parse
    from reporting.web.assets import manifest
    from reporting.web.manifest import Scope, deterministic_paths

    languages = parse(_site_document(site)).languages
    scope = Scope(languages, [channel.id for channel in site.directory.channels])
    paths = [path for path, _language in deterministic_paths(app, scope)]
    paths += sorted(found.address for found in manifest().values())
    client = app.test_client()
    answers = [(path, client.get(path)) for path in paths]
    return [(path, answer.data, answer.headers["Content-Security-Policy"]) for path, answer in answers]


def _compare(site: Site, path: str, body: bytes, policy: str) -> str:
    """What is wrong with the answer at ``path``; empty where nothing is."""
    answer = site.transport.get(path)
    if answer.status != 200:
        return _("{path} answers {status}.", path=path, status=answer.status)
    if answer.body != body:
        return _("{path} is another page.", path=path)
    if answer.headers.get("content-security-policy") != policy:
        return _("{path} comes with another security policy.", path=path)
    if found := [name for name in _FORBIDDEN_HEADERS if name in answer.headers]:
        return _("{path} comes with the header {name}.", path=path, name=found[0])
    return ""
