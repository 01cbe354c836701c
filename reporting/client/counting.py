"""Indicators as the server computes them, each figure judged before it is shown."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reporting.client.errors import not_as_described
from reporting.client.member import MemberSession
from reporting.profiles import add_months
from reporting.protocol.encoding import JSONObject, check_integer, check_text
from reporting.protocol.errors import Malformed, ProtocolError, N_

_NAME = 64
_MOST = 2**53 - 1
_FORMS = {"number": "", "share": "percent", "median": "days", "parts": ""}


@dataclass(frozen=True)
class Line:
    """One figure: of how many (None: fewer than ``low``), and what; ``hidden`` where it is small."""

    name: str
    of: int | None
    figure: str
    hidden: bool
    low: int


@dataclass(frozen=True)
class Counted:
    """The table by channel, and all of it as it was served."""

    channels: tuple[tuple[str, tuple[Line, ...]], ...]
    served: JSONObject


def period(year: int, quarter: int | None) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of a year, or of one of its quarters."""
    first = datetime.date(year, 1 if quarter is None else 3 * quarter - 2, 1)
    return first, add_months(first, 12 if quarter is None else 3) - datetime.timedelta(days=1)


def counted(session: MemberSession, first: datetime.date, last: datetime.date) -> Counted:
    """The indicators of a period.

    :raises Problem: it is no whole quarter or year
    :raises UnexpectedAnswer: the table is not as the server describes it
    """
    served = session.get(f"/api/indicators?from={first.isoformat()}&to={last.isoformat()}")
    try:
        low = check_integer(served.get("least_number"), 1, 1000, pointer="/least_number")
        channels = tuple(
            (check_text(one.get("id"), pointer="/id", limit=_NAME), tuple(_lines(one, low)))
            for one in _objects(served, "channels")
        )
    except ProtocolError as error:
        raise not_as_described(error) from error
    return Counted(channels, served)


def _objects(content: JSONObject, name: str) -> list[JSONObject]:
    found = content.get(name)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Malformed(N_("This must be a list of objects."), pointer=f"/{name}")
    return found


def _lines(channel: JSONObject, low: int) -> Iterator[Line]:
    for one in _objects(channel, "indicators"):
        name, form = check_text(one.get("id"), pointer="/id", limit=_NAME), str(one.get("form"))
        of = _whole(one.get("of"), "/of")
        if form not in _FORMS:
            raise Malformed(N_("This must be text."), pointer="/form")
        if form != "parts":
            figure = _number(one.get(_FORMS[form])) if _FORMS[form] else "" if of is None else str(of)
            yield Line(name, of, figure + (" %" if form == "share" and figure else ""), of != 0 and not figure, low)
            continue
        parts = one.get("parts")
        if not isinstance(parts, dict):
            raise Malformed(N_("This must be text."), pointer="/parts")
        for part, value in parts.items():
            count = _whole(value, "/parts")
            yield Line(f"{name}: {part}", of, "" if count is None else str(count), count is None, low)


def _whole(value: Any, pointer: str) -> int | None:
    return None if value is None else check_integer(value, 0, _MOST, pointer=pointer)


def _number(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Malformed(N_("This must be text."), pointer="/percent")
    return f"{value:g}"
