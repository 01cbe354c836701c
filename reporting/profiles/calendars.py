"""Days: months that end where they end, Easter, public holidays by rule, working days."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from reporting.protocol.encoding import JSONObject

_DAY = datetime.timedelta(days=1)
_YEARS_KEPT = 256
#: How far a holiday may be from Easter Sunday, so that it is in the same year whenever Easter is.
EASTER_REACH = (-80, 250)


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day of a later month, or that month's last where it has no such day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = total // 12, total % 12 + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def easter(year: int) -> datetime.date:
    """Easter Sunday of the Western churches in any year of the Gregorian calendar.

    The method of Butcher's Ecclesiastical Calendar of 1876, which has no exceptions.
    """
    golden = year % 19
    century, rest = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leap_centuries - correction + 15) % 30
    leaps, leap_rest = divmod(rest, 4)
    weekday = (32 + 2 * century_rest + 2 * leaps - moon - leap_rest) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return datetime.date(year, month, day + 1)


@dataclass(frozen=True)
class Holiday:
    """A public holiday of every year from ``since`` on: on a fixed day, or so many days after Easter Sunday."""

    name: str
    month: int = 0
    day: int = 0
    easter: int | None = None
    since: int = 0

    def to_json(self) -> JSONObject:
        """As pages carry it."""
        when: JSONObject = (
            {"date": f"{self.month:02}-{self.day:02}"} if self.easter is None else {"easter": self.easter}
        )
        return when | ({"since": self.since} if self.since else {})

    def in_year(self, year: int) -> datetime.date | None:
        """Its day in that year; none before it was introduced, or for 29 February where there is none."""
        if year < self.since:
            return None
        if self.easter is not None:
            return easter(year) + self.easter * _DAY
        if self.day > calendar.monthrange(year, self.month)[1]:
            return None
        return datetime.date(year, self.month, self.day)


@dataclass(frozen=True)
class Calendar:
    """Which days are worked. ``weekend`` holds ISO weekdays: 1 is Monday, 7 is Sunday."""

    weekend: frozenset[int]
    holidays: tuple[Holiday, ...] = ()

    def holidays_of(self, year: int) -> Mapping[datetime.date, str]:
        """The public holidays of a year by their day, on weekends too."""
        return _holidays_of(self.holidays, year)

    def is_working(self, day: datetime.date) -> bool:
        """Whether that day is neither on a weekend nor a public holiday."""
        return day.isoweekday() not in self.weekend and day not in self.holidays_of(day.year)

    def add_working_days(self, day: datetime.date, count: int) -> datetime.date:
        """The ``count``-th working day after ``day``, which is not counted itself; for 0 the day as it is.

        :raises ValueError: ``count`` is negative
        """
        if count < 0:
            raise ValueError("working days are counted forward")
        while count:
            day += _DAY
            count -= self.is_working(day)
        return day


@lru_cache(_YEARS_KEPT)
def _holidays_of(holidays: tuple[Holiday, ...], year: int) -> Mapping[datetime.date, str]:
    found = ((one.in_year(year), one.name) for one in holidays)
    return {day: name for day, name in found if day is not None}
