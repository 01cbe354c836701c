"""About how often public pages are read, by month and language: nothing of who reads, when, or which page.

Of ten views one, by chance, adds ten. A number says how much interest there is and never of a single visit that it was,
since whether one counts is left to chance at the moment itself, and nothing else is written anywhere.
"""

from __future__ import annotations

import datetime
import logging
import secrets
from collections.abc import Callable, Collection, Iterable

from flask import Flask, Response, request
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from reporting.service import Service
from reporting.statistics.models import PageViews

_log = logging.getLogger("reporting")
#: One view of so many is written, as so many.
STEP = 10
#: Below it only that it is less is told.
LEAST = 100
_SHOWN = 12
_OK = 200


def install(app: Flask, opened: Callable[[], Service], rooms: Collection[str]) -> None:
    """Count pages that were read.

    :param rooms: names of the blueprints whose pages are counted: never those where something is reported or read
    """

    @app.after_request
    def count_view(response: Response) -> Response:
        language = (request.view_args or {}).get("language")
        counts = request.blueprint in rooms and request.method == "GET" and response.mimetype == "text/html"
        if counts and language is not None and response.status_code == _OK:
            try:
                count(opened(), language)
            except (SQLAlchemyError, OSError) as error:  # the page is there all the same
                _log.error("%s while a view was counted", type(error).__name__)
        return response


def count(service: Service, language: str, draw: Callable[[int], int] = secrets.randbelow) -> None:
    """Let chance decide whether a view counts, and write it if it does."""
    if draw(STEP):
        return
    month = service.clock.today().isoformat()[:7]
    service.database.store(lambda session: _add(session, month, language), durable=False)


def _add(session: Session, month: str, language: str) -> None:
    same = (PageViews.month == month, PageViews.language == language)
    if session.execute(update(PageViews).where(*same).values(views=PageViews.views + STEP)).rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE has a count
        session.execute(insert(PageViews).values(month=month, language=language, views=STEP))


def monthly(session: Session, today: datetime.date, languages: Iterable[str]) -> list[tuple[str, str, int | None]]:
    """Month, language and views of the last months that are over, the latest first.

    Every language is listed in each month, and of less than :data:`LEAST` views only that is told: in a language that
    hardly anybody reads, one view that counted would show that somebody was there.

    :param languages: those that the site speaks
    """
    month = today.isoformat()[:7]
    months = select(PageViews.month).where(PageViews.month < month).distinct()
    last = session.scalars(months.order_by(PageViews.month.desc()).limit(_SHOWN)).all()
    query = select(PageViews.month, PageViews.language, func.sum(PageViews.views)).where(PageViews.month.in_(last))
    rows = session.execute(query.group_by(PageViews.month, PageViews.language)).all()
    found = {(str(month), str(language)): int(views) for month, language, views in rows}
    listed = [(month, language, found.get((month, language), 0)) for month in last for language in sorted(languages)]
    listed.sort(key=lambda row: (row[0], row[2] if row[2] >= LEAST else 0), reverse=True)
    return [(month, language, views if views >= LEAST else None) for month, language, views in listed]
