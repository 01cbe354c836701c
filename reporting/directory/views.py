"""What anybody may read: the signed directory and all that it holds hashes of (protocol section 13)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from reporting import errors
from reporting.directory import published
from reporting.directory.facts import site_facts
from reporting.directory.models import DirectoryVersion, Document
from reporting.permissions import Permission, requires
from reporting.protocol.directory import MAX_VERSION
from reporting.web.body import service
from reporting.web.compression import compressed

blueprint = Blueprint("directory", __name__, url_prefix="/.well-known/reporting")


def _note(note: str) -> Response:
    return compressed(note.encode(), "text/plain; charset=utf-8")


@blueprint.get("/directory")
@requires(Permission.DIRECTORY_READ)
def show_current() -> Response:
    """The signed note in force."""
    with service().database.read() as session:
        row = session.get(DirectoryVersion, published.latest_version(session))
    if row is None:
        raise errors.NothingPublished
    return _note(row.note)


@blueprint.get("/directory/<int:version>")
@requires(Permission.DIRECTORY_READ)
def show_version(version: int) -> Response:
    """The signed note of any version, under the one way to write its number."""
    if version > MAX_VERSION or not request.path.endswith(f"/{version}"):
        raise errors.NotFound
    with service().database.read() as session:
        row = session.get(DirectoryVersion, version)
    if row is None:
        raise errors.NotFound
    return _note(row.note)


@blueprint.get("/root")
@requires(Permission.DIRECTORY_READ)
def show_root() -> Response:
    """The root's verifier key, one line: for display and first pinning only."""
    return _note(service().root.encode() + "\n")


@blueprint.get("/recipients/<channel>")
@requires(Permission.DIRECTORY_READ)
def show_recipients(channel: str) -> Response:
    """Recipient strings of every member with any role on the channel."""
    with service().database.read() as session:
        body = published.recipients(service(), session).get(channel)
    if body is None:
        raise errors.NotFound
    return compressed(body, "application/json")


def _document(digest: bytes) -> Response:
    with service().database.read() as session:
        row = session.get(Document, digest)
    if row is None:
        raise errors.NotFound
    return compressed(row.body, "application/json")


@blueprint.get("/site")
@requires(Permission.DIRECTORY_READ)
def show_site() -> Response:
    """The site's document, byte for byte what the directory hashes."""
    with service().database.read() as session:
        digest = published.current(service(), session).site
    return _document(digest)


@blueprint.get("/logo")
@requires(Permission.DIRECTORY_READ)
def show_logo() -> Response:
    """The site's logo, a PNG, as the site's document has it."""
    logo = site_facts(service()).site.logo
    if logo is None:
        raise errors.NotFound
    return Response(logo.png, content_type="image/png")


@blueprint.get("/questionnaires/<questionnaire>")
@requires(Permission.DIRECTORY_READ)
def show_questionnaire(questionnaire: str) -> Response:
    """A questionnaire of the directory in force, byte for byte what it hashes."""
    with service().database.read() as session:
        directory = published.current(service(), session)
    for channel in directory.channels:
        if channel.questionnaire.id == questionnaire:
            return _document(channel.questionnaire.sha256)
    raise errors.NotFound
