"""The Directive's two feedback cases against a way of counting that shares nothing with the product's."""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reporting import profiles
from reporting.cases import clocks
from reporting.profiles import Profile
from reporting.profiles.models import FEEDBACK_STARTS, FROM_RECEIPT

VECTORS = Path(__file__).with_name("feedback.json")
ONE_DAY = datetime.timedelta(days=1)
#: France, whose acknowledgements count working days, as its code lists the holidays of these years.
FRENCH_HOLIDAYS = {
    *("2026-01-01", "2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25", "2026-07-14", "2026-08-15"),
    *("2026-11-01", "2026-11-11", "2026-12-25", "2027-01-01", "2027-03-29", "2027-05-01", "2027-05-06", "2027-05-08"),
    *("2027-05-17", "2027-07-14", "2027-08-15", "2027-11-01", "2027-11-11", "2027-12-25", "2028-01-01", "2028-04-17"),
    *("2028-05-01", "2028-05-08", "2028-05-25", "2028-06-05", "2028-07-14", "2028-08-15", "2028-11-01", "2028-11-11"),
    *("2028-12-25", "2029-01-01", "2029-04-02"),
}
RECEIVED = st.dates(datetime.date(2026, 1, 1), datetime.date(2028, 12, 1))
#: Every day of these years is counted by both languages: leap years and the latest Easter that there can be among them.
YEARS = range(2024, 2040)


def counted_acknowledgement(name: str, received: datetime.date) -> datetime.date:
    """Seven days, ticked off one by one; in France only those on which people work."""
    day, ticked = received, 0
    while ticked < 7:
        day += ONE_DAY
        if name != "fr" or (day.strftime("%a") not in {"Sat", "Sun"} and day.isoformat() not in FRENCH_HOLIDAYS):
            ticked += 1
    return day


def counted_months(day: datetime.date, months: int) -> datetime.date:
    """Turning the leaves of a calendar, and going back where the month has no such day."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for wanted in range(day.day, 0, -1):
        try:
            return datetime.date(year, month, wanted)
        except ValueError:
            continue
    raise AssertionError


def counted_feedback(
    name: str, received: datetime.date, acknowledged: datetime.date | None, months: int
) -> datetime.date:
    """Article 9(1)(f): from the acknowledgement, or from the end of the time for it where none was sent in time."""
    if name == "es":  # from the receipt, whatever happens: never later than either case of the law
        return counted_months(received, months)
    end = counted_acknowledgement(name, received)
    return counted_months(end if acknowledged is None or acknowledged > end else acknowledged, months)


@given(
    st.sampled_from(profiles.names()), RECEIVED, st.none() | st.integers(0, 40).map(datetime.timedelta), st.booleans()
)
def test_both_feedback_cases_are_exact(
    name: str, received: datetime.date, later: datetime.timedelta | None, extended: bool
) -> None:
    profile = profiles.load(name)
    acknowledged = None if later is None else received + later
    assert profile.acknowledge_by(received) == counted_acknowledgement(name, received)
    found = profile.feedback_by(received, acknowledged, extended=extended)
    assert found == counted_feedback(name, received, acknowledged, 6 if extended else 3)


@given(st.sampled_from(profiles.names()), RECEIVED, st.integers(0, 400).map(datetime.timedelta))
def test_the_clocks_of_a_case_say_the_same(name: str, received: datetime.date, later: datetime.timedelta) -> None:
    profile = profiles.load(name)
    started = clocks.start_clocks(profile, received)
    assert [clock.due for clock in started] == [profile.acknowledge_by(received), profile.feedback_by(received, None)]
    met = clocks.acknowledge(started, profile, received + later)
    assert [clock.due for clock in met] == [started[0].due, profile.feedback_by(received, received + later)]


@st.composite
def any_profile(draw: st.DrawFn) -> Profile:
    """A profile as an operator might write one."""
    base = profiles.load(draw(st.sampled_from(profiles.names())))
    ack = replace(base.ack, days=draw(st.integers(1, 60)), kind=draw(st.sampled_from(["calendar", "working"])))
    feedback = replace(
        base.feedback,
        start=draw(st.sampled_from(FEEDBACK_STARTS)),
        months=draw(st.integers(1, 24)),
        extension_months=draw(st.integers(0, 12)),
    )
    return replace(base, ack=ack, feedback=feedback)


@given(any_profile(), RECEIVED, st.none() | st.integers(0, 400).map(datetime.timedelta))
def test_no_clock_ends_before_it_starts(
    profile: Profile, received: datetime.date, later: datetime.timedelta | None
) -> None:
    acknowledged = None if later is None else received + later
    by, extended = (profile.feedback_by(received, acknowledged, extended=one) for one in (False, True))
    assert profile.acknowledge_by(received) > received
    assert received < by <= extended
    assert by <= profile.feedback_by(received, None)
    if acknowledged is not None and profile.feedback.start != FROM_RECEIPT:
        assert by > min(acknowledged, profile.acknowledge_by(received))


def chosen() -> tuple[Profile, ...]:
    """The shipped profiles, one of an operator's, and holidays of every country as if each counted working days."""
    french = profiles.load("fr")
    shipped = profiles.load_all(None)
    working = [replace(one, name=f"{one.name}-working", ack=replace(one.ack, kind="working")) for one in shipped]
    return (*shipped, replace(french, name="own", feedback=replace(french.feedback, months=5)), *working)


def vectors() -> dict[str, object]:
    """Deadlines as the server counts them, which the browser's side must find too (deadlines.test.ts)."""
    rows = [row for profile in chosen() for row in rows_of(profile)]
    years = {profile.name: {str(year): digest(profile, year) for year in YEARS} for profile in chosen()}
    return {"profiles": {one.name: one.deadlines() for one in chosen()}, "rows": rows, "years": years}


def digest(profile: Profile, year: int) -> str:
    """The SHA-256 of every day of a year with its deadlines: a line a day, of receipt, acknowledgement, feedback,
    and feedback where it was acknowledged as many days later as the day of the month says."""
    lines = []
    received = datetime.date(year, 1, 1)
    while received.year == year:
        first, feedback = clocks.start_clocks(profile, received)
        then = profile.feedback_by(received, received + received.day * ONE_DAY)
        lines.append(f"{received} {first.due} {feedback.due} {then}\n")
        received += ONE_DAY
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def rows_of(profile: Profile) -> list[dict[str, object]]:
    """A profile's deadlines for some days of receipt, and after an acknowledgement so many days later."""
    rows: list[dict[str, object]] = []
    for day in ("2026-01-24", "2026-02-21", "2026-04-29", "2026-09-30", "2026-11-30", "2026-12-24", "2027-09-28"):
        received = datetime.date.fromisoformat(day)
        first, feedback = clocks.start_clocks(profile, received)
        acknowledged = [received + later * ONE_DAY for later in (0, 1, 7, 8, 45)]
        then = {one.isoformat(): profile.feedback_by(received, one).isoformat() for one in acknowledged}
        days = {"received": day, "acknowledge": first.due.isoformat(), "feedback": feedback.due.isoformat()}
        rows.append({"profile": profile.name, **days, "acknowledged": then})
    return rows


def test_the_shared_vectors_are_what_the_server_counts() -> None:
    """Written anew by ``python -m tests.unit.profiles.test_deadlines``."""
    assert json.loads(VECTORS.read_text(encoding="utf-8")) == vectors()


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(vectors(), indent=1) + "\n", encoding="utf-8")
