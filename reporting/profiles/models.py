"""A profile as it is read from its file."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from reporting.profiles.calendars import Calendar, add_months

CALENDAR, WORKING = "calendar", "working"
DAY_KINDS = (CALENDAR, WORKING)
#: Whether reports without a name are taken: the law says so, leaves it open, or says so where they can be checked.
ANONYMOUS = ("must", "may", "if_substantiated")
RETENTION_STARTS = ("closure", "outcome", "year_end")
RETENTION_ENDS = ("delete", "anonymise")


@dataclass(frozen=True)
class Acknowledging:
    """Within how many days a report is acknowledged, and which days are counted."""

    days: int
    kind: str


@dataclass(frozen=True)
class Feedback:
    """Within how many months the reporter hears what came of it, and by how many that may be extended."""

    months: int
    extension_months: int
    reason_needed: bool


@dataclass(frozen=True)
class Retention:
    """How long a case is kept after what; 0 years where the law gives no figure, 0 days where it gives none."""

    start: str
    years: int
    no_action_days: int
    then: str


@dataclass(frozen=True)
class Protection:
    """The clocks of a protection case. Those in hours start at the first staff notice or view."""

    danger_hours: int
    triage_hours: int
    acknowledge_days: int
    assessment_working_days: int
    interim_working_days: int
    decision_days: int
    review_days: int
    check_in_months: tuple[int, ...]


@dataclass(frozen=True)
class Profile:
    """What a jurisdiction asks. ``basis`` names its law; ``checked`` is when somebody last looked at ``sources``."""

    name: str
    title: str
    country: str
    basis: str
    sources: tuple[str, ...]
    checked: datetime.date
    ack: Acknowledging
    feedback: Feedback
    anonymous: str
    retention: Retention
    legal_hold: bool
    recording_consent: bool
    protection: Protection
    calendar: Calendar

    def acknowledge_by(self, received: datetime.date) -> datetime.date:
        """The last day on which a report received on that day is acknowledged in time."""
        if self.ack.kind == WORKING:
            return self.calendar.add_working_days(received, self.ack.days)
        return received + datetime.timedelta(days=self.ack.days)

    def feedback_by(
        self, received: datetime.date, acknowledged: datetime.date | None, *, extended: bool = False
    ) -> datetime.date:
        """The last day for feedback.

        It runs from the acknowledgement, or where there was none in time, from the end of the time for it: one that
        came late gains nothing.
        """
        latest = self.acknowledge_by(received)
        start = latest if acknowledged is None else min(acknowledged, latest)
        return add_months(start, self.feedback.months + (self.feedback.extension_months if extended else 0))
