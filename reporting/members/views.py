"""Signing in and out, and the member's own vault, over HTTP."""

from __future__ import annotations

from flask import Blueprint, Response

from reporting.members import rules, sessions
from reporting.permissions import Permission, requires
from reporting.protocol.encoding import b64encode
from reporting.web.body import STRANGERS, json_response, read_json, service
from reporting.web.cookies import clear_session, read_session, set_session
from reporting.web.guard import signed_in

blueprint = Blueprint("members", __name__, url_prefix="/api")


@blueprint.post("/session/salt")
@requires(Permission.SESSION_OPEN)
def show_salt() -> Response:
    """The salt to stretch a passphrase with, for any name."""
    return json_response({"salt": b64encode(sessions.salt_of(service(), read_json(STRANGERS)))})


@blueprint.post("/session")
@requires(Permission.SESSION_OPEN)
def sign_in() -> Response:
    """Open a session, in a cookie that no script and no other site can use."""
    token, current = rules.sign_in(service(), read_json(STRANGERS))
    response = json_response(current.to_json(), 201)
    set_session(response, token)
    return response


@blueprint.get("/session")
@requires(Permission.SESSION_OWN)
def show_session() -> Response:
    """Who is signed in, with which roles, and the token for requests that change something."""
    current = rules.session_of(service(), read_session())
    return json_response(current.to_json() if current else {})


@blueprint.delete("/session")
@requires(Permission.SESSION_OWN)
def sign_out() -> Response:
    """End the session."""
    rules.sign_out(service(), signed_in().session, signed_in().member)
    response = Response(status=204)
    clear_session(response)
    return response


@blueprint.get("/vault")
@requires(Permission.VAULT_OWN)
def show_vault() -> Response:
    """The member's own vault, which only they can open."""
    return json_response(rules.show_vault(service(), signed_in().member))


@blueprint.put("/vault")
@requires(Permission.VAULT_OWN)
def store_vault() -> Response:
    """Replace the member's own vault."""
    rules.store_vault(service(), signed_in().member, signed_in().session, read_json())
    return Response(status=204)
