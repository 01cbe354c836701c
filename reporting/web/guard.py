"""Who may call a view: permissions, origins, and the token against forged requests. Default: nobody."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, request

from reporting import errors
from reporting.permissions import OPEN, PUBLIC, Permission, needs_recent_proof, permission_of, permitted
from reporting.protocol.encoding import is_hex32
from reporting.web.body import taken_by

CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf_token"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Not allowed, not theirs, not in this state, not right: what a member tried in vain. The rest is a broken request.
_REFUSED = frozenset({403, 404, 409, 422})


@dataclass(frozen=True)
class Identity:
    """A signed-in member, as far as views and rules need to know.

    ``stage`` is how far the session has come (:data:`reporting.permissions.STAGES`), ``recent`` whether its
    member proved lately who they are.
    """

    member: str
    label: str
    roles: frozenset[str]
    csrf: str
    session: bytes
    stage: str = OPEN
    recent: bool = False


@dataclass(frozen=True)
class Refusal:
    """What a signed-in member asked for and did not get: the route's own pattern, never what was sent to it."""

    member: str
    method: str
    route: str
    kind: str
    case: str | None


def signed_in() -> Identity:
    """The member of this request.

    :raises NotSignedIn: a view with a public permission asked for one
    """
    identity: Identity | None = getattr(g, "identity", None)
    if identity is None:
        raise errors.NotSignedIn
    return identity


def install(
    app: Flask,
    *,
    identify: Callable[[], Identity | None],
    origins: Collection[str],
    origin_required: bool,
    refused: Callable[[Refusal], None],
) -> None:
    """Check every request of ``app`` before its view runs.

    :param identify: the signed-in member of the request, or None
    :param origins: the origins of this surface's own pages
    :param origin_required: whether a request that changes something must name its origin (the desk)
    :param refused: is told what signed-in members were refused, here or by a rule
    """

    @app.before_request
    def check() -> None:
        _check_origin(origins, origin_required)
        if request.endpoint is None:
            return  # no such address: Flask's own 404 or 405
        view = app.view_functions[request.endpoint]
        permission = permission_of(view)
        if permission is None:
            raise errors.NotAllowed
        if permission not in PUBLIC:
            _check_member(view, permission, identify())

    @app.after_request
    def tell(response: Response) -> Response:
        if (refusal := _refusal(response)) is not None:
            refused(refusal)
        return response


def _refusal(response: Response) -> Refusal | None:
    asking: Identity | None = g.get("asking")
    rule = request.url_rule
    if asking is None or rule is None or response.status_code not in _REFUSED:
        return None
    case = (request.view_args or {}).get("case")
    if response.status_code != 403 and request.method in _SAFE_METHODS and case is None:
        return None
    kind = g.get("problem", str(response.status_code))
    return Refusal(asking.member, request.method, rule.rule, kind, case if is_hex32(case) else None)


def _check_origin(origins: Collection[str], required: bool) -> None:
    origin = request.headers.get("Origin")
    if required:
        if request.method not in _SAFE_METHODS and origin not in origins:
            raise errors.ForeignOrigin
    elif origin is not None and origin != "null" and origin not in origins:
        raise errors.ForeignOrigin


def _check_member(view: Callable[..., Any], permission: Permission, identity: Identity | None) -> None:
    if identity is None:
        raise errors.NotSignedIn
    g.asking = identity
    if permission not in permitted(identity.roles, identity.stage):
        raise errors.NotAllowed if identity.stage == OPEN else errors.FactorNeeded
    request.max_content_length = taken_by(view)  # before anything of the body is read
    if request.method not in _SAFE_METHODS and not hmac.compare_digest(_token().encode(), identity.csrf.encode()):
        raise errors.WrongToken
    g.identity = identity
    if needs_recent_proof(view) and not identity.recent:
        raise errors.StepUpNeeded


def _token() -> str:
    # Pages with forms send it as a field; what a script asks for, as a header, which no form of a foreign page has.
    if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return request.form.get(CSRF_FIELD, "")
    return request.headers.get(CSRF_HEADER, "")
