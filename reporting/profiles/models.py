"""A profile as it is read from its file."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from reporting.profiles.calendars import Calendar, add_months
from reporting.profiles.places import ADVICE, BODIES, EMERGENCY, LEGAL_AID, Emergency, Place
from reporting.protocol.encoding import JSONObject

CALENDAR, WORKING = "calendar", "working"
DAY_KINDS = (CALENDAR, WORKING)
#: Whether reports without a name are taken: the law says so, leaves it open, or says so where they can be checked.
ANONYMOUS = ("must", "may", "if_substantiated")
FROM_ACKNOWLEDGEMENT, FROM_RECEIPT = FEEDBACK_STARTS = ("acknowledgement", "receipt")
RETENTION_STARTS = ("closure", "outcome", "year_end")
RETENTION_ENDS = ("delete", "anonymise")
#: So many stand in a mailbox: worst_case reckons with them.
MAX_CHECK_INS = 8


@dataclass(frozen=True)
class Acknowledging:
    """Within how many days a report is acknowledged, and which days are counted."""

    days: int
    kind: str


@dataclass(frozen=True)
class Feedback:
    """Within how many months the reporter hears what came of it, and by how many that may be extended."""

    start: str
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
    """What a jurisdiction asks. ``basis`` names its law.

    ``retaliation`` names where the law forbids retaliation, and is empty where none does.
    ``checked`` is when somebody last compared this with its sources; ``unchecked`` is what nobody has compared yet.
    """

    name: str
    title: str
    country: str
    basis: str
    sources: tuple[str, ...]
    checked: datetime.date
    unchecked: tuple[str, ...]
    ack: Acknowledging
    feedback: Feedback
    anonymous: str
    retention: Retention
    legal_hold: bool
    recording_consent: bool
    protection: Protection
    calendar: Calendar
    external_bodies: tuple[Place, ...]
    advice: tuple[Place, ...]
    legal_aid: tuple[Place, ...]
    emergency: Emergency | None
    retaliation: str = ""

    def acknowledge_by(self, received: datetime.date) -> datetime.date:
        """The last day on which a report received on that day is acknowledged in time."""
        if self.ack.kind == WORKING:
            return self.calendar.add_working_days(received, self.ack.days)
        return received + datetime.timedelta(days=self.ack.days)

    def deadlines(self) -> JSONObject:
        """What a page needs to tell both days by itself; holidays only where they count."""
        holidays = self.calendar.holidays if self.ack.kind == WORKING else ()
        return {
            "days": self.ack.days,
            "kind": self.ack.kind,
            "from": self.feedback.start,
            "months": self.feedback.months,
            "weekend": sorted(self.calendar.weekend),
            "holidays": [one.to_json() for one in holidays],
        }

    def published(self) -> JSONObject:
        """What reporters' pages show of it: it stands in the site's document, so that it is signed for."""
        return {
            "deadlines": self.deadlines(),
            BODIES: [one.to_json() for one in self.external_bodies],
            ADVICE: [one.to_json() for one in self.advice],
            LEGAL_AID: [one.to_json() for one in self.legal_aid],
            EMERGENCY: None if self.emergency is None else self.emergency.place().to_json(),
            **({"retaliation": self.retaliation} if self.retaliation else {}),
        }

    def places(self) -> tuple[Place, ...]:
        """Every place of it, examples and the emergency number among them."""
        emergency = () if self.emergency is None else (self.emergency.place(),)
        return (*emergency, *self.external_bodies, *self.advice, *self.legal_aid)

    def feedback_by(
        self, received: datetime.date, acknowledged: datetime.date | None, *, extended: bool = False
    ) -> datetime.date:
        """The last day for feedback.

        It runs from the acknowledgement, or where there was none in time, from the end of the time for it: one that
        came late gains nothing. Where the profile says so it runs from the receipt, acknowledged or not.
        """
        if self.feedback.start == FROM_RECEIPT:
            latest = acknowledged = received
        else:
            latest = self.acknowledge_by(received)
        start = latest if acknowledged is None else min(acknowledged, latest)
        return add_months(start, self.feedback.months + (self.feedback.extension_months if extended else 0))
