"""Signing in and out, second factors, enrollment, the member's own account and vault, over HTTP."""

from __future__ import annotations

from flask import Blueprint, Response, request

from reporting import errors
from reporting.members import rules
from reporting.members.rules import Current
from reporting.permissions import Permission, requires
from reporting.protocol.encoding import b64encode
from reporting.web.body import STRANGERS, json_response, read_json, service
from reporting.web.cookies import clear_session, read_session, set_session
from reporting.web.guard import signed_in

blueprint = Blueprint("members", __name__, url_prefix="/api")


def _origin() -> str:
    """The page's origin, one of the desk's own: the guard has let no other through."""
    return request.headers.get("Origin", "")


def _opened(token: str, current: Current, status: int = 200) -> Response:
    response = json_response(rules.show_session(service(), current), status)
    set_session(response, token)
    return response


def _begun(token: str, current: Current) -> Response:
    rules.leave(service(), read_session())
    return _opened(token, current, 201)


@blueprint.post("/session/salt")
@requires(Permission.SESSION_OPEN)
def show_salt() -> Response:
    """The salt to stretch a passphrase with, for any name."""
    return json_response({"salt": b64encode(rules.salt_of(service(), read_json(STRANGERS)))})


@blueprint.post("/session")
@requires(Permission.SESSION_OPEN)
def sign_in() -> Response:
    """Begin a session, in a cookie that no script and no other site can use."""
    return _begun(*rules.sign_in(service(), read_json(STRANGERS)))


@blueprint.post("/session/recovery")
@requires(Permission.SESSION_OPEN)
def sign_in_to_recover() -> Response:
    """Begin a session with a recovery code's secret, to choose a new passphrase."""
    return _begun(*rules.sign_in_to_recover(service(), read_json(STRANGERS)))


@blueprint.get("/session")
@requires(Permission.SESSION_OWN)
def show_session() -> Response:
    """Who is signed in, how far, with which roles, and the token for requests that change something."""
    current = rules.session_of(service(), read_session())
    if current is None:
        raise errors.NotSignedIn
    return json_response(rules.show_session(service(), current))


@blueprint.delete("/session")
@requires(Permission.SESSION_OWN)
def sign_out() -> Response:
    """End the session."""
    rules.sign_out(service(), signed_in().session, signed_in().member)
    response = Response(status=204)
    clear_session(response)
    return response


@blueprint.post("/session/factor/options")
@requires(Permission.FACTOR_PROVE)
def factor_options() -> Response:
    """What the browser needs to prove with a passkey who is there."""
    return json_response(rules.begin_passkey(service(), signed_in().session, signed_in().member, _origin()))


@blueprint.post("/session/factor")
@requires(Permission.FACTOR_PROVE)
def prove_factor() -> Response:
    """Prove with a second factor who is there; the session may go on under a token of its own."""
    token = rules.prove(service(), signed_in().session, signed_in().member, read_json(STRANGERS), _origin())
    kept = token or read_session()
    current = rules.session_of(service(), kept)
    if current is None:
        raise errors.NotSignedIn
    return _opened(kept, current)


@blueprint.get("/account")
@requires(Permission.ACCOUNT_OWN)
def show_account() -> Response:
    """The member's factors, codes left, and sessions."""
    return json_response(rules.show_account(service(), signed_in().session, signed_in().member))


@blueprint.get("/account/notices")
@requires(Permission.ACCOUNT_OWN)
def show_notices() -> Response:
    """What happened to the member's account that they were not told of yet."""
    return json_response(rules.show_notices(service(), signed_in().session, signed_in().member))


@blueprint.post("/account/notices")
@requires(Permission.ACCOUNT_OWN)
def note_told() -> Response:
    """Remember that the member saw what this session tells."""
    rules.note_told(service(), signed_in().session, signed_in().member)
    return Response(status=204)


@blueprint.delete("/account/sessions")
@requires(Permission.ACCOUNT_OWN)
def end_other_sessions() -> Response:
    """End every session of the member's but this one."""
    rules.end_other_sessions(service(), signed_in().session, signed_in().member)
    return Response(status=204)


@blueprint.delete("/account/sessions/<session>")
@requires(Permission.ACCOUNT_OWN)
def end_session(session: str) -> Response:
    """End one of the member's sessions."""
    rules.end_session(service(), signed_in().member, session)
    return Response(status=204)


@blueprint.post("/account/factors/totp")
@requires(Permission.FACTOR_OWN, recent=True)
def begin_totp() -> Response:
    """A secret for an app that makes codes."""
    return json_response(rules.begin_totp(service(), signed_in().session, signed_in().member))


@blueprint.post("/account/factors/totp/<factor>")
@requires(Permission.FACTOR_OWN, recent=True)
def confirm_totp(factor: str) -> Response:
    """Register the app by a code that it shows."""
    rules.confirm_totp(service(), signed_in().session, signed_in().member, factor, read_json(STRANGERS))
    return Response(status=204)


@blueprint.post("/account/factors/passkey/options")
@requires(Permission.FACTOR_OWN, recent=True)
def passkey_options() -> Response:
    """What the browser needs to make a passkey."""
    return json_response(rules.passkey_options(service(), signed_in().session, signed_in().member, _origin()))


@blueprint.post("/account/factors/passkey")
@requires(Permission.FACTOR_OWN, recent=True)
def register_passkey() -> Response:
    """Register the passkey that the browser made."""
    member = signed_in()
    content = read_json(STRANGERS)
    return json_response(rules.register_passkey(service(), member.session, member.member, content, _origin()), 201)


@blueprint.delete("/account/factors/<factor>")
@requires(Permission.FACTOR_OWN, recent=True)
def delete_factor(factor: str) -> Response:
    """Take a factor away."""
    rules.delete_factor(service(), signed_in().session, signed_in().member, factor)
    return Response(status=204)


@blueprint.post("/account/backup-codes")
@requires(Permission.FACTOR_OWN, recent=True)
def new_backup_codes() -> Response:
    """Ten codes in the place of those before."""
    return json_response(rules.new_backup_codes(service(), signed_in().session, signed_in().member), 201)


@blueprint.post("/account/exports")
@requires(Permission.ACCOUNT_OWN, recent=True)
def note_identity_export() -> Response:
    """Record that the member takes their own key out of the desk, before their browser makes the file."""
    rules.note_identity_export(service(), signed_in().session, signed_in().member)
    return Response(status=204)


@blueprint.post("/account/keys/challenge")
@requires(Permission.ACCOUNT_OWN, recent=True)
def challenge_keys() -> Response:
    """A nonce that only the member's new keys can read."""
    return json_response(rules.challenge_keys(service(), signed_in().session, read_json(STRANGERS)))


@blueprint.post("/account/keys")
@requires(Permission.ACCOUNT_OWN, recent=True)
def renew_keys() -> Response:
    """Ask for new keys in the place of the present ones."""
    rules.renew_keys(service(), signed_in().session, signed_in().member, read_json(STRANGERS))
    return Response(status=204)


@blueprint.delete("/account/keys")
@requires(Permission.ACCOUNT_OWN, recent=True)
def take_back_keys() -> Response:
    """Ask no longer for them."""
    rules.take_back_keys(service(), signed_in().session, signed_in().member)
    return Response(status=204)


@blueprint.post("/enrolment/look")
@requires(Permission.ENROLMENT_USE)
def look() -> Response:
    """What an invitation is for."""
    return json_response(rules.look(service(), read_json(STRANGERS)))


@blueprint.post("/enrolment/challenge")
@requires(Permission.ENROLMENT_USE)
def challenge() -> Response:
    """A nonce that only the newcomer's own keys can read."""
    return json_response(rules.challenge(service(), read_json(STRANGERS)))


@blueprint.post("/enrolment")
@requires(Permission.ENROLMENT_USE)
def enroll() -> Response:
    """Take a newcomer's keys, and begin their session."""
    return _begun(*rules.enroll(service(), read_json(STRANGERS)))


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
