"""Figures for everybody: a page for each quarter and year, and the same as files."""

from __future__ import annotations

import datetime
from typing import Any

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import BaseConverter

from reporting import errors
from reporting.directory.rules import page_facts
from reporting.permissions import Permission, requires
from reporting.protocol.encoding import JSONObject, dump_json, parse_json_object
from reporting.statistics import showing, telling
from reporting.statistics.models import Release
from reporting.statistics.releases import calendar, due_day
from reporting.statistics.schema import SCHEMA
from reporting.statistics.stories import approved
from reporting.statistics.tables import year_of
from reporting.statistics.visits import LEAST, monthly
from reporting.web.body import service
from reporting.web.compression import compressed
from reporting.web.pages import render

blueprint = Blueprint("figures", __name__)
_MAX = 1 << 26
_JSON = "application/json"


class PeriodConverter(BaseConverter):
    """A quarter as in ``2026-Q4``, or a year."""

    regex = r"[0-9]{4}(?:-Q[1-4])?"


@blueprint.record_once
def _know_periods(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["period"] = PeriodConverter


def _release(session: Session, period: str) -> Release:
    found = session.get(Release, period)
    if found is None:
        raise errors.NotFound
    return found


def _kept(language: str, period: str) -> Release:
    """What was published of a period, for a page in a language of the site."""
    page_facts(service(), language)
    with service().database.read() as session:
        return _release(session, period)


def _content(row: Release) -> JSONObject:
    return parse_json_object(row.content.encode(), limit=_MAX)


@blueprint.get("/<lang:language>/figures")
@requires(Permission.PAGE_READ)
def show_figures(language: str) -> Response:
    """What was published, what comes next and when, and how often pages were read."""
    facts = page_facts(service(), language)
    with service().database.read() as session:
        releases = session.execute(select(Release.period, Release.made).order_by(Release.period.desc())).all()
        coming = calendar(service(), session)
        read = monthly(session, service().clock.today(), facts.site.languages)
    years: dict[str, list[tuple[str, datetime.date]]] = {}
    for period, made in releases:
        years.setdefault(year_of(period), []).append((period, made))
    return render(
        "statistics/figures.html",
        language,
        facts=facts,
        here="figures",
        years=years,
        coming=coming,
        read=read,
        least_views=LEAST,
        **_words("number", "period_name", "month_name"),
    )


@blueprint.get("/<lang:language>/figures/<period:period>")
@requires(Permission.PAGE_READ)
def show_release(language: str, period: str) -> Response:
    """The figures of a quarter or a year, to be read and printed."""
    facts = page_facts(service(), language)
    row = _kept(language, period)
    return render(
        "statistics/release.html",
        language,
        facts=facts,
        here=f"figures/{period}",
        period=period,
        content=_content(row),
        made=row.made,
        digest=row.sha256.hex(),
        stories=_told(period, language, facts.site.languages[0]),
        planned=due_day(service(), period),
        **_words("parts", "number", "percent", "period_name"),
    )


def _told(period: str, language: str, first: str) -> tuple[str, list[tuple[str, str]]]:
    """The stories of a year in a language, else in the site's first, and which of them it is."""
    with service().database.read() as session:
        found = approved(service(), session, period)
    spoken = language if found.get(language) else first
    return spoken, found.get(spoken, [])


def _words(*names: str) -> dict[str, Any]:
    """What a template calls."""
    return {name: getattr(showing, name) for name in names}


@blueprint.get("/<lang:language>/figures/<period:period>.json")
@requires(Permission.PAGE_READ)
def load_json(language: str, period: str) -> Response:
    """What was published, byte for byte."""
    return _file(_kept(language, period).content.encode(), _JSON, f"figures-{period}.json")


@blueprint.get("/<lang:language>/figures/<period:period>.csv")
@requires(Permission.PAGE_READ)
def load_csv(language: str, period: str) -> Response:
    """The same for a spreadsheet."""
    body = telling.as_csv(_content(_kept(language, period))).encode()
    return _file(body, "text/csv; charset=utf-8", f"figures-{period}.csv")


@blueprint.get("/<lang:language>/figures/<period:period>/iccs.json")
@requires(Permission.PAGE_READ)
def load_iccs(language: str, period: str) -> Response:
    """The offenses alone, by the classification of crime."""
    body = dump_json(telling.as_iccs(_content(_kept(language, period))))
    return _file(body, _JSON, f"figures-{period}-iccs.json")


@blueprint.get("/<lang:language>/figures/schema.json")
@requires(Permission.PAGE_READ)
def load_schema(language: str) -> Response:
    """What the files of figures hold, as JSON Schema."""
    page_facts(service(), language)
    return _file(dump_json(SCHEMA), "application/schema+json", "figures-schema.json")


def _file(body: bytes, content_type: str, name: str) -> Response:
    response = compressed(body, content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
