"""A member's own mail settings, over HTTP."""

from __future__ import annotations

from flask import Blueprint, Response

from reporting.notices import rules
from reporting.permissions import Permission, requires
from reporting.web.body import STRANGERS, json_response, only, read_json, service
from reporting.web.guard import signed_in

blueprint = Blueprint("notices", __name__, url_prefix="/api/account/mail")


@blueprint.get("")
@requires(Permission.ACCOUNT_OWN)
def show() -> Response:
    """The member's address, what they chose, and when mail leaves."""
    return json_response(rules.show(service(), signed_in().member))


@blueprint.post("/address")
@requires(Permission.ACCOUNT_OWN, recent=True)
def ask() -> Response:
    """Have a code mailed to an address."""
    content = only(read_json(STRANGERS), "address", "language")
    rules.ask(service(), signed_in().member, rules.parse_address(content), rules.parse_language(content))
    return Response(status=204)


@blueprint.delete("/address")
@requires(Permission.ACCOUNT_OWN, recent=True)
def forget() -> Response:
    """Send the member no mail any more, and forget where to."""
    rules.forget_address(service(), signed_in().member)
    return Response(status=204)


@blueprint.post("/code")
@requires(Permission.ACCOUNT_OWN)
def confirm() -> Response:
    """Take the address whose code came back."""
    content = only(read_json(STRANGERS), "code", "language")
    rules.confirm(service(), signed_in().member, rules.parse_code(content), rules.parse_language(content))
    return Response(status=204)


@blueprint.put("/choices")
@requires(Permission.ACCOUNT_OWN, recent=True)
def choose() -> Response:
    """What the member wants to be told of, and in which language."""
    rules.choose(service(), signed_in().member, rules.parse_choices(read_json(STRANGERS)))
    return Response(status=204)
