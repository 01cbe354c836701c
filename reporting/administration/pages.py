"""The administrators' pages: the first one, proving who one is, and the parts that have modules of their own."""

from __future__ import annotations

import re
from contextlib import ExitStack

from flask import Blueprint, Response, g, request

from reporting import errors
from reporting.administration import (
    channel_pages,
    content_pages,
    directory_pages,
    drafts,
    member_pages,
    overview,
    place_pages,
    questionnaire_pages,
    security_pages,
    site_pages,
    story_pages,
    trial_pages,
)
from reporting.administration.forms import Confirm
from reporting.administration.room import ROOT, ask_to_confirm, explain, go_to, show, wanted_language
from reporting.i18n import current_language, use_language
from reporting.members import rules as members
from reporting.permissions import Permission, requires
from reporting.protocol.errors import ProtocolError
from reporting.web import problems
from reporting.web.body import service
from reporting.web.cookies import clear_session, set_language
from reporting.web.guard import CSRF_FIELD, signed_in
from reporting.web.pages import HTML, redirect_to, spoken

blueprint = Blueprint("administration", __name__, url_prefix=ROOT)
blueprint.register_error_handler(Exception, explain)
for _part in (
    member_pages,
    channel_pages,
    trial_pages,
    questionnaire_pages,
    site_pages,
    place_pages,
    content_pages,
    directory_pages,
    security_pages,
    story_pages,
):
    blueprint.register_blueprint(_part.blueprint)

_RECENT = 12
_OWN_PATH = re.compile(rf"{ROOT}(/[A-Za-z0-9._-]+)*", re.ASCII)
_OWN = frozenset({"path", "code", CSRF_FIELD})


@blueprint.before_request
def speak() -> None:
    """Say everything of this request in the language of whoever asks."""
    g.spoken = ExitStack()
    g.spoken.enter_context(use_language(wanted_language()))


@blueprint.teardown_request
def fall_silent(error: BaseException | None) -> None:
    """The next request has a language of its own."""
    del error
    if "spoken" in g:
        g.pop("spoken").close()


@blueprint.get("/language/<lang:tongue>")
@requires(Permission.PAGE_READ)
def choose(tongue: str) -> Response:
    """To the first of these pages, in a language; they stay in it until the browser is closed."""
    return _in_language(tongue, ROOT)


@blueprint.get("/language/<lang:tongue>/stories")
@requires(Permission.PAGE_READ)
def choose_for_stories(tongue: str) -> Response:
    """The same to the page that is not for administrators alone."""
    return _in_language(tongue, f"{ROOT}/stories")


def _in_language(tongue: str, path: str) -> Response:
    response = redirect_to(path)
    set_language(response, spoken(tongue))
    return response


@blueprint.get("")
@requires(Permission.MEMBER_MANAGE)
def begin() -> Response:
    """What is to be done next, and what was done last."""
    with service().database.read() as session:
        steps = overview.next_steps(service(), session)
        done = drafts.latest(session, _RECENT)
    return show("start", "start", steps=steps, recent=done)


@blueprint.get("/confirm")
@requires(Permission.MEMBER_MANAGE)
def ask() -> Response:
    """Prove that it is you, before you are asked to."""
    return ask_to_confirm(ROOT, [], status=200)


@blueprint.post("/confirm")
@requires(Permission.MEMBER_MANAGE)
def confirm() -> Response:
    """Take the code; then go on where it was asked for, with what was sent there."""
    form = Confirm()
    path = str(form.path.data or "")
    if not _OWN_PATH.fullmatch(path):
        raise errors.Malformed
    carried = [(name, value) for name, value in request.form.items(multi=True) if name not in _OWN]
    if not form.sent() or not _is_right(form):
        return ask_to_confirm(path, carried, form, 422)
    return show("go_on", "", path=path, carried=carried) if carried else go_to(path.removeprefix(ROOT), "confirmed")


@blueprint.post("/sign-out")
@requires(Permission.SESSION_OWN)
def sign_out() -> Response:
    """End the session, from any of these pages."""
    members.sign_out(service(), signed_in().session, signed_in().member)
    response = Response("", 303, {"Location": f"/{current_language()}/desk"}, content_type=HTML)
    clear_session(response)
    return response


def _is_right(form: Confirm) -> bool:
    code = str(form.code.data).replace(" ", "")
    kind = "totp" if code.isdigit() and len(code) == 6 else "backup"
    identity = signed_in()
    origin = request.headers.get("Origin", "")
    try:
        members.prove(service(), identity.session, identity.member, {kind: code}, origin)
    except (errors.ServiceError, ProtocolError) as error:
        known = problems.as_service_error(error)
        if type(known) is errors.ServiceError:
            raise
        form.refuse(known)
        form.code.errors = [*form.code.errors, form.failure or form.code.errors[-1]]
        form.failure = ""
        return False
    return True
