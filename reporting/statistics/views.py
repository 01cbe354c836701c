"""Indicators over HTTP."""

from __future__ import annotations

from flask import Blueprint, Response, request

from reporting.cases.rules import Actor
from reporting.permissions import Permission, requires
from reporting.protocol.encoding import JSONObject
from reporting.statistics import bag
from reporting.statistics.periods import parse_period
from reporting.statistics.rules import as_csv, indicators
from reporting.web.body import json_response, read_json, service, takes
from reporting.web.guard import signed_in

blueprint = Blueprint("statistics", __name__, url_prefix="/api")


def _table() -> JSONObject:
    period = parse_period(request.args.get("from"), request.args.get("to"))
    with service().database.read() as session:
        return indicators(service(), session, Actor(signed_in().member, signed_in().roles), period)


@blueprint.get("/indicators")
@requires(Permission.STATISTICS_READ)
def show_indicators() -> Response:
    """The indicators of a quarter or a year."""
    return json_response(_table())


@blueprint.get("/indicators/table")
@requires(Permission.STATISTICS_READ)
def download_indicators() -> Response:
    """The same as a table to be saved."""
    found = _table()
    name = f"indicators-{found['from']}-{found['to']}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(found), content_type="text/csv; charset=utf-8", headers=headers)


@blueprint.post("/statistics/records")
@requires(Permission.STATISTICS_RECORD)
@takes(bag.MAX_RECORD)
def put_record() -> Response:
    """Put what was classified among the figures, without saying of which case."""
    identity = signed_in()
    bag.put(service(), identity.member, frozenset(identity.roles), read_json(bag.MAX_RECORD))
    return json_response({}, 201)
