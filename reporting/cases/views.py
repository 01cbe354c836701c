"""The desk's cases over HTTP."""

from __future__ import annotations

from flask import Blueprint, Response, request

from reporting.cases import reading, rules
from reporting.permissions import Permission, requires
from reporting.web.body import json_response, read_json, service
from reporting.web.guard import signed_in

blueprint = Blueprint("cases", __name__, url_prefix="/api")


def _actor() -> rules.Actor:
    return rules.Actor(signed_in().member, signed_in().roles)


@blueprint.before_request
def end_covers() -> None:
    """Let nobody see by a cover what it gave them until yesterday."""
    rules.end_covers(service())


@blueprint.get("/covers")
@requires(Permission.CASE_LIST)
def list_covers() -> Response:
    """Who stands in for the member, and stood in until they see to the keys."""
    with service().database.read() as session:
        return json_response({"covers": rules.covers_of(session, signed_in().member)})


@blueprint.post("/covers")
@requires(Permission.CASE_GRANT, recent=True)
def begin_cover() -> Response:
    """Let a member stand in until a day: what is given to them in these cases ends then."""
    return json_response({"id": rules.begin_cover(service(), _actor(), rules.parse_cover(read_json()))}, 201)


@blueprint.delete("/covers/<cover>")
@requires(Permission.CASE_GRANT)
def close_cover(cover: str) -> Response:
    """End a cover now; one that has ended is taken off the list."""
    rules.close_cover(service(), _actor(), cover)
    return Response(status=204)


@blueprint.get("/cases")
@requires(Permission.CASE_LIST)
def list_cases() -> Response:
    """The member's own cases, the nearest due first."""
    limit = reading.page_limit(request.args.get("limit"))
    with service().database.read() as session:
        return json_response(reading.inbox(session, signed_in().member, request.args.get("after"), limit))


@blueprint.post("/cases/assignments")
@requires(Permission.CASE_WRITE)
def assign() -> Response:
    """Let a member, or nobody, deal with cases: those for which that is a change."""
    return json_response({"changed": rules.assign(service(), _actor(), rules.parse_assignment(read_json()))})


@blueprint.get("/cases/<case>")
@requires(Permission.CASE_READ)
def show_case(case: str) -> Response:
    """One case, with the member's own grants and card."""
    rules.note_view(service(), signed_in().member, case)
    with service().database.read() as session:
        return json_response(reading.show_case(service(), session, signed_in().member, case))


@blueprint.get("/cases/<case>/entries")
@requires(Permission.CASE_READ)
def list_entries(case: str) -> Response:
    """A page of the case's entries, newest first."""
    rules.note_view(service(), signed_in().member, case)
    with service().database.read() as session:
        page = reading.entries(session, signed_in().member, case, request.args.get("after"))
    return json_response(page)


@blueprint.post("/cases/<case>/entries")
@requires(Permission.CASE_WRITE)
def add_entry(case: str) -> Response:
    """Store an entry, and the change of status it tells of: 201, or 200 on a retry."""
    entry_id, new = rules.add_entry(service(), _actor(), case, rules.parse_entry(read_json()))
    return json_response({"id": entry_id}, 201 if new else 200)


@blueprint.post("/cases/<case>/removals")
@requires(Permission.CASE_REMOVE, recent=True)
def remove(case: str) -> Response:
    """Remove an entry or a file as irrelevant personal data, with the signed entry that says why: 201, or 200."""
    removed = rules.remove(service(), signed_in().member, case, rules.parse_removal(read_json()))
    left = None if removed.left is None else list(removed.left)
    return json_response({"id": removed.entry, "left": left}, 201 if removed.new else 200)


@blueprint.post("/cases/<case>/grants")
@requires(Permission.CASE_GRANT, recent=True)
def give_access(case: str) -> Response:
    """Give one more member access: 201, or 200 on a retry."""
    entry_id, new = rules.give_access(service(), _actor(), case, rules.parse_access(read_json()))
    return json_response({"id": entry_id}, 201 if new else 200)


@blueprint.post("/cases/<case>/epochs")
@requires(Permission.CASE_GRANT, recent=True)
def add_epoch(case: str) -> Response:
    """Continue the chain of epochs: 201, or 200 on a retry."""
    new = rules.parse_epoch(read_json())
    stored = rules.add_epoch(service(), _actor(), case, new)
    return json_response({"epoch": new.epoch.number}, 201 if stored else 200)


@blueprint.post("/cases/<case>/exports")
@requires(Permission.CASE_EXPORT, recent=True)
def note_export(case: str) -> Response:
    """Record that the member takes the case out of the desk, before their browser makes the file."""
    rules.note_export(service(), _actor(), case, read_json())
    return Response(status=204)


@blueprint.post("/cases/<case>/read")
@requires(Permission.CASE_READ)
def mark_read(case: str) -> Response:
    """Note what the member was shown of what the reporter wrote."""
    rules.mark_read(service(), signed_in().member, case, read_json())
    return Response(status=204)


@blueprint.put("/cases/<case>/card")
@requires(Permission.CARD_OWN)
def put_card(case: str) -> Response:
    """Keep the member's card of a case."""
    rules.put_card(service(), signed_in().member, case, read_json())
    return Response(status=204)


@blueprint.get("/cases/<case>/history")
@requires(Permission.CASE_HISTORY)
def show_history(case: str) -> Response:
    """What staff did to the case, the latest first."""
    with service().database.read() as session:
        page = reading.history(session, signed_in().member, case, request.args.get("after"))
    return json_response(page)


@blueprint.get("/overview")
@requires(Permission.CASE_OVERVIEW)
def show_overview() -> Response:
    """How many cases wait, are late, or were never opened, by channel and by person."""
    with service().database.read() as session:
        return json_response(rules.overview(service(), session, _actor()))
