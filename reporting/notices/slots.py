"""When mail may leave, and how long what is told is held back before. Pure: settings and times in, times out.

A notice must not say when a report came. So a case is told of in a slot of a day after the one it came on, and
which slot that is follows from the case's own number under a key of the server, not from when it came.
"""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from reporting.config import Settings
from reporting.mailing import parse_slot
from reporting.service import Service

NEW, NEAR, LATE, ANSWERED = "new", "near", "late", "answered"
KINDS = (NEW, NEAR, LATE, ANSWERED)
_DAY = 24 * 60 * 60


def latest_slot(settings: Settings, now: int) -> int | None:
    """The last slot that has begun, in Unix seconds; None where there is none."""
    zone = ZoneInfo(settings.notice_zone)
    today = datetime.datetime.fromtimestamp(now, zone).date()
    times = [time for text in settings.notice_slots if (time := parse_slot(text)) is not None]
    # Where clocks are put forward, a time that does not exist is the hour after; it may be tomorrow's night.
    begun = [
        at
        for day in (today - datetime.timedelta(days=1), today)
        for time in times
        if (at := int(datetime.datetime.combine(day, time, zone).timestamp())) <= now
    ]
    return max(begun, default=None)


def period(settings: Settings, slot: int) -> str:
    """Which day, week or month a slot is in, as checkpoints are mailed: once in each; empty for never."""
    day = datetime.datetime.fromtimestamp(slot, ZoneInfo(settings.notice_zone)).date()
    forms = {"daily": "%Y-%m-%d", "weekly": "%G-W%V", "monthly": "%Y-%m"}
    form = forms.get(settings.notice_checkpoints)
    return day.strftime(form) if form else ""


def told_from(service: Service, kind: str, case: str, day: datetime.date) -> int:
    """From when on something may be told, in Unix seconds: chosen among the hours of ``notice_hold_days`` days.

    :param day: the day on which a report came or a check-in was answered, or on which a deadline ends
    """
    settings = service.settings
    hold = settings.notice_hold_days * _DAY
    # One choice for a case, whatever is told of it: else several mails together would tell more than one of them.
    chosen = int.from_bytes(service.keyed_hash("notices", b"hold", case.encode())[:8]) * hold >> 64
    if kind == NEAR:  # before the deadline, and the hold before that: nobody is warned too late
        return _midnight(day) - settings.notice_ahead_days * _DAY - hold + chosen
    return _midnight(day) + _DAY + chosen


def _midnight(day: datetime.date) -> int:
    return int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp())
