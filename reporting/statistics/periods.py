"""Whole quarters and whole years: windows that can be moved by a day would tell single cases by their difference."""

from __future__ import annotations

import datetime

from reporting import errors
from reporting.profiles import add_months
from reporting.protocol.encoding import parse_day
from reporting.protocol.errors import ProtocolError, N_

_QUARTER, _YEAR = 3, 12
_DAY = datetime.timedelta(days=1)
_LAST_YEAR = 9998

Period = tuple[datetime.date, datetime.date]


def parse_period(first: str | None, last: str | None) -> Period:
    """The first and the last day of a whole quarter or a whole year.

    :raises Unprocessable: of anything else
    """
    try:
        begin, end = parse_day(first), parse_day(last)
    except ProtocolError as error:
        raise _refusal() from error
    months = [length for length in (_QUARTER, _YEAR) if begin.day == 1 and begin.month % length == 1]
    if begin.year > _LAST_YEAR or end not in [add_months(begin, length) - _DAY for length in months]:
        raise _refusal()
    return begin, end


def _refusal() -> errors.Unprocessable:
    return errors.Unprocessable(
        N_("A period is a whole quarter or a whole year, from its first day to its last."), pointer="/from"
    )
