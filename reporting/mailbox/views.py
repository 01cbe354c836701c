"""Following up over HTTP: reading a mailbox, adding an entry."""

from __future__ import annotations

from flask import Blueprint, Response

from reporting.evidence import rules as evidence
from reporting.evidence.body import part_response
from reporting.mailbox import certifying, feed, rules
from reporting.permissions import Permission, requires
from reporting.web.body import STRANGERS, json_response, read_json, service

blueprint = Blueprint("mailbox", __name__, url_prefix="/api")


@blueprint.post("/mailbox")
@requires(Permission.MAILBOX_USE)
def read_mailbox() -> Response:
    """One page of entries, newest first, with the cases that they belong to."""
    return json_response(rules.check(service(), read_json()))


@blueprint.post("/entries")
@requires(Permission.MAILBOX_USE)
def add_entry() -> Response:
    """Store a follow-up: 201, or 200 with the stored answer on a retry."""
    added = rules.add_entry(service(), read_json())
    return json_response({"id": added.id, "acknowledgement": added.acknowledgement}, 201 if added.new else 200)


@blueprint.post("/certify")
@requires(Permission.MAILBOX_USE)
def certify() -> Response:
    """A certificate that a report was made; nothing about it is stored."""
    return json_response({"certificate": certifying.certify(service(), read_json())})


@blueprint.post("/choices")
@requires(Permission.MAILBOX_USE)
def choose() -> Response:
    """Turn the news link of one's mailbox on or off."""
    return json_response({"news": feed.choose(service(), read_json())})


@blueprint.post("/updates")
@requires(Permission.MAILBOX_USE)
def ask_for_news() -> Response:
    """The day of the newest entry by members, sealed to whoever has the link; to anybody else, random bytes."""
    return json_response({"news": feed.ask(service(), read_json())})


@blueprint.post("/mailbox/blob")
@requires(Permission.MAILBOX_USE)
def read_attachment() -> Response:
    """One part of a file in one's own case."""
    return part_response(evidence.read_own_part(service(), read_json(STRANGERS)))
