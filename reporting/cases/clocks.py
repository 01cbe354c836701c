"""The deadlines of a case, by jurisdiction profile (:mod:`reporting.profiles`)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from reporting.profiles import Profile, add_months
from reporting.profiles.models import Protection
from reporting.protocol.encoding import JSONObject, dump_json, parse_day, parse_json

NO_DUE_DAY = datetime.date(9999, 12, 31)
ACKNOWLEDGE, FEEDBACK, DECISION, REVIEW = "acknowledge", "feedback", "decision", "review"
CLOCK_NAMES = (ACKNOWLEDGE, FEEDBACK, DECISION, REVIEW)


@dataclass(frozen=True)
class ClockState:
    """One deadline of a case: the last day on which it is kept, and the day on which it was met.

    Where it was ``waived`` it was not met: it ended on that day since the reporter does not want what it waits for.
    """

    name: str
    due: datetime.date
    done: datetime.date | None = None
    waived: bool = False

    def to_json(self) -> JSONObject:
        """As it stands on the wire (protocol section 13)."""
        told: JSONObject = {
            "name": self.name,
            "due": self.due.isoformat(),
            "done": self.done.isoformat() if self.done else None,
        }
        return told | {"waived": True} if self.waived else told


Clocks = tuple[ClockState, ...]


def start_clocks(profile: Profile, received: datetime.date) -> Clocks:
    """The clocks of a case received on that day, before anybody acknowledged it."""
    return (
        ClockState(ACKNOWLEDGE, profile.acknowledge_by(received)),
        ClockState(FEEDBACK, profile.feedback_by(received, None)),
    )


def start_protection(protection: Protection, received: datetime.date) -> Clocks:
    """The clocks of a protection case received on that day, as its reporter sees them."""
    return (
        ClockState(ACKNOWLEDGE, received + datetime.timedelta(days=protection.acknowledge_days)),
        ClockState(DECISION, received + datetime.timedelta(days=protection.decision_days)),
    )


def is_running(clocks: Clocks, name: str) -> bool:
    """Whether a deadline of that name is there and not met."""
    return any(clock.name == name and clock.done is None for clock in clocks)


def restart(clocks: Clocks, name: str, due: datetime.date) -> Clocks:
    """The clocks with that of ``name`` begun anew, at the end where there was none."""
    fresh = ClockState(name, due)
    if all(clock.name != name for clock in clocks):
        return (*clocks, fresh)
    return tuple(fresh if clock.name == name else clock for clock in clocks)


def acknowledge(clocks: Clocks, profile: Profile, day: datetime.date) -> Clocks:
    """The clocks once the report was acknowledged on ``day``.

    Feedback then runs from the acknowledgement; one that came late does not lengthen it beyond what it
    was without any. Where the reporter objected to one, it runs as it would without: from the end of its time.
    """
    if any(clock.name == ACKNOWLEDGE and clock.waived for clock in clocks):
        return clocks
    met = finish(clocks, (ACKNOWLEDGE,), day)
    latest = add_months(day, profile.feedback.months)
    return tuple(
        replace(clock, due=min(clock.due, latest)) if clock.name == FEEDBACK and clock.done is None else clock
        for clock in met
    )


def waive(clocks: Clocks, name: str, day: datetime.date) -> Clocks:
    """The clocks with that of ``name`` ended on ``day``, where it runs, since the reporter does not want it kept."""
    return tuple(
        replace(clock, done=day, waived=True) if clock.name == name and clock.done is None else clock
        for clock in clocks
    )


def finish(clocks: Clocks, names: Iterable[str], day: datetime.date) -> Clocks:
    """The clocks with those of ``names`` met on ``day``, where they were not before."""
    wanted = set(names)
    return tuple(replace(clock, done=day) if clock.name in wanted and clock.done is None else clock for clock in clocks)


def next_due(clocks: Clocks) -> datetime.date:
    """The nearest deadline that is not met; :data:`NO_DUE_DAY` where all are."""
    return min((clock.due for clock in clocks if clock.done is None), default=NO_DUE_DAY)


def encode(clocks: Clocks) -> str:
    """As they are stored."""
    return dump_json([clock.to_json() for clock in clocks]).decode()


def decode(text: str) -> Clocks:
    """From what :func:`encode` wrote."""
    return tuple(
        ClockState(
            clock["name"],
            parse_day(clock["due"]),
            parse_day(clock["done"]) if clock["done"] else None,
            clock.get("waived") is True,
        )
        for clock in parse_json(text.encode(), limit=len(text.encode()))
    )
