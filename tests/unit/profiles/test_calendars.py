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


DECADES = (datetime.date(2000, 1, 1), datetime.date(2060, 1, 1))


@pytest.mark.parametrize("name", profiles.names())
def test_working_days_over_sixty_years_are_those_of_a_day_by_day_count(name: str) -> None:
    """Every day of sixty years: a list of the days worked, made apart, says which is the seventh."""
    calendar = profiles.load(name).calendar
    span = (DECADES[1] - DECADES[0]).days
    free = {day for year in range(DECADES[0].year, DECADES[1].year + 2) for day in calendar.holidays_of(year)}
    days = [DECADES[0] + datetime.timedelta(days=ahead) for ahead in range(span + 90)]
    worked = [day for day in days if day.strftime("%a") not in {"Sat", "Sun"} and day not in free]
    passed = 0  # how many of ``worked`` are not after the day that is looked at
    for day in days[:span]:
        while worked[passed] <= day:
            passed += 1
        for count in (1, 3, 5, 7):
            assert calendar.add_working_days(day, count) == worked[passed + count - 1]


@given(DAYS, st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.sampled_from(profiles.names()))
def test_working_days_never_run_backwards(day: datetime.date, later: int, count: int, more: int, name: str) -> None:
    """Who begins later, or has more days, ends no earlier; and so many and so many more are so many together."""
    calendar = profiles.load(name).calendar
    found = calendar.add_working_days(day, count)
    assert found >= day
    assert calendar.add_working_days(day + datetime.timedelta(days=later), count) >= found
    assert calendar.add_working_days(day, count + more) == calendar.add_working_days(found, more)


def tabular_easter(year: int) -> datetime.date:
    """As the Gregorian reform of 1582 tells it: golden number, epact, the day of the full moon, the Sunday after."""
    golden = year % 19 + 1
    century = year // 100 + 1
    epact = (11 * golden + 20 + (8 * century + 5) // 25 - 5 - (3 * century // 4 - 12)) % 30
    epact += epact == 24 or (epact == 25 and golden > 11)
    of_march = 44 - epact if epact <= 23 else 74 - epact
    full_moon = datetime.date(year, 3, 1) + datetime.timedelta(days=of_march - 1)
    return full_moon + datetime.timedelta(days=7 - full_moon.isoweekday() % 7)


@pytest.mark.parametrize("first", range(1600, 4000, 400))
def test_easter_is_where_the_tables_of_the_reform_have_it(first: int) -> None:
    for year in range(first, first + 400):
        assert easter(year) == tabular_easter(year)


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_months_never_run_backwards_and_end_where_they_end(day: datetime.date, months: int, more: int) -> None:
    later = add_months(day, months)
    assert later.day == day.day or (later + datetime.timedelta(days=1)).day == 1
    assert add_months(day, months + more) >= add_months(later, more)
    assert add_months(day + datetime.timedelta(days=1), months) >= later
