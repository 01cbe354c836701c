"""Days: months that clamp, Easter, holidays by profile against lists of known years, working days."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting import profiles
from reporting.profiles.calendars import EASTER_REACH, Calendar, Holiday, add_months, easter

Day = datetime.date.fromisoformat
DAYS = st.dates(datetime.date(1990, 1, 1), datetime.date(2150, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-10-31", 1, "2026-11-30"),
        ("2026-01-15", 12, "2027-01-15"),
    ],
)
def test_months_clamp_to_the_last_day(day: str, months: int, expected: str) -> None:
    assert add_months(datetime.date.fromisoformat(day), months) == datetime.date.fromisoformat(expected)


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)), st.integers(0, 48))
def test_a_month_later_is_in_the_next_month(day: datetime.date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


@pytest.mark.parametrize(
    "day",
    # The earliest and the latest that there can be, and ordinary ones.
    [
        "1818-03-22",
        "1943-04-25",
        "1961-04-02",
        "2000-04-23",
        "2008-03-23",
        "2011-04-24",
        "2024-03-31",
        "2025-04-20",
        "2026-04-05",
        "2027-03-28",
        "2028-04-16",
        "2030-04-21",
        "2038-04-25",
        "2049-04-18",
        "2076-04-19",
        "2285-03-22",
    ],
)
def test_easter_is_on_its_known_days(day: str) -> None:
    assert easter(Day(day).year) == Day(day)


@given(st.integers(1600, 9000))
def test_easter_is_a_sunday_of_spring(year: int) -> None:
    found = easter(year)
    assert found.isoweekday() == 7
    assert datetime.date(year, 3, 22) <= found <= datetime.date(year, 4, 25)
    assert all((found + reach * datetime.timedelta(days=1)).year == year for reach in EASTER_REACH)


KNOWN = {
    ("de", 2026): "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26",
    ("de", 2025): "01-01 04-18 04-21 05-01 05-29 06-09 10-03 12-25 12-26",
    ("es", 2026): "01-01 04-03 05-01 08-15 10-12 11-01 12-06 12-08 12-25",
    ("it", 2025): "01-01 01-06 04-21 04-25 05-01 06-02 08-15 11-01 12-08 12-25 12-26",
    ("it", 2026): "01-01 01-06 04-06 04-25 05-01 06-02 08-15 10-04 11-01 12-08 12-25 12-26",
    ("fr", 2026): "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25",
    ("fr", 2024): "01-01 04-01 05-01 05-08 05-09 05-20 07-14 08-15 11-01 11-11 12-25",
    ("eu", 2026): "",
    ("generic", 2026): "",
}


@pytest.mark.parametrize(("name", "year"), KNOWN)
def test_a_profile_has_the_holidays_of_its_country(name: str, year: int) -> None:
    found = profiles.load(name).calendar.holidays_of(year)
    assert sorted(day.strftime("%m-%d") for day in found) == KNOWN[name, year].split()


def test_a_leap_day_is_a_holiday_where_there_is_one() -> None:
    leap = Calendar(frozenset(), (Holiday("Leap day", month=2, day=29),))
    assert list(leap.holidays_of(2028)) == [Day("2028-02-29")]
    assert not leap.holidays_of(2027)


def test_working_days_pass_over_weekends_and_holidays() -> None:
    german = profiles.load("de").calendar
    assert not german.is_working(Day("2026-12-25"))
    assert not german.is_working(Day("2026-11-29"))
    assert german.is_working(Day("2026-11-30"))
    # Thursday before Christmas, which falls on a Friday: Friday to Sunday are passed over.
    assert german.add_working_days(Day("2026-12-24"), 1) == Day("2026-12-28")
    assert german.add_working_days(Day("2026-12-24"), 0) == Day("2026-12-24")
    with pytest.raises(ValueError, match="forward"):
        german.add_working_days(Day("2026-12-24"), -1)


@given(DAYS, st.integers(1, 60), st.sampled_from(profiles.names()))
def test_so_many_working_days_are_passed(day: datetime.date, count: int, name: str) -> None:
    calendar = profiles.load(name).calendar
    found = calendar.add_working_days(day, count)
    between = [day + datetime.timedelta(days=ahead) for ahead in range(1, (found - day).days + 1)]
    assert calendar.is_working(found)
    assert sum(map(calendar.is_working, between)) == count
