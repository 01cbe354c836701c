"""The directory's way: see what changes, have it signed where the root key is, publish it."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import select

from reporting import errors
from reporting.administration import drafts, overview
from reporting.administration.forms import Publish, Request
from reporting.administration.room import go_to, show, status_of
from reporting.directory import published
from reporting.directory import rules as directories
from reporting.directory.bundle import read_bundle
from reporting.directory.ending import warnings
from reporting.directory.models import DirectoryVersion
from reporting.permissions import Permission, requires
from reporting.protocol.directory import MAX_VALIDITY
from reporting.protocol.errors import ProtocolError
from reporting.web import problems
from reporting.web.body import service, takes
from reporting.web.guard import signed_in

blueprint = Blueprint("directory", __name__)
#: A file larger than this is for ``reporting keys publish``.
MAX_SIGNED = 32 * 1024 * 1024
_SHOWN = 20


@blueprint.get("/directory")
@requires(Permission.DIRECTORY_MANAGE)
def show_directory() -> Response:
    """What is in force, what would change, and the three steps."""
    return _page(Request(formdata=None), Publish(formdata=None))


def _page(asked: Request, given: Publish) -> Response:
    here = service()
    with here.database.read() as session:
        directory = published.latest(here, session)
        draft = overview.drafted(here, session)
        versions = session.execute(
            select(DirectoryVersion.version, DirectoryVersion.day, DirectoryVersion.valid_until)
            .order_by(DirectoryVersion.version.desc())
            .limit(_SHOWN)
        ).all()
    today = here.clock.today()
    return show(
        "directory",
        "directory",
        max(status_of(asked), status_of(given)),
        asked=asked,
        given=given,
        directory=directory,
        left=(directory.valid_until - today).days if directory else 0,
        warnings=list(warnings(directory, today)) if directory else [],
        draft=draft,
        versions=versions,
    )


@blueprint.post("/directory/request")
@requires(Permission.DIRECTORY_MANAGE, recent=True)
def request_signature() -> Response:
    """The file to carry to the root key."""
    form, here = Request(), service()
    if not form.sent():
        return _page(form, Publish(formdata=None))
    with drafts.changing(here, signed_in().member, "directory") as change:
        draft = overview.drafted(here, change.session, form.days.data or MAX_VALIDITY.days)
        if draft.bundle is None:
            raise errors.PublicationRefused(draft.problem)
        change.note("directory:request", version=draft.version)
    name = f"directory-{draft.version}.request.json"
    response = Response(draft.bundle.encode(), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.post("/directory/publish")
@requires(Permission.DIRECTORY_MANAGE, recent=True)
@takes(MAX_SIGNED)
def publish() -> Response:
    """Check the signed file as ``reporting keys publish`` does, and put it in force."""
    form, here = Publish(), service()
    if not form.sent():
        return _page(Request(formdata=None), form)
    try:
        bundle = read_bundle(form.file.data.read())
        with drafts.changing(here, signed_in().member, "directory") as change:
            directory = directories.publish(here, change.session, bundle, by=change.by)
            change.note("directory:publish", recorded=True, version=directory.version)
    except (errors.ServiceError, ProtocolError) as error:
        form.refuse(problems.as_service_error(error))
        form.file.errors = [*form.file.errors, *([form.failure] if form.failure else [])]
        form.failure = ""
        return _page(Request(formdata=None), form)
    return go_to("/directory", "published")
