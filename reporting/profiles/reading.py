"""A profile from its file."""

from __future__ import annotations

import calendar
import re
from pathlib import Path

from reporting.profiles.calendars import EASTER_REACH, Calendar, Holiday
from reporting.profiles.models import (
    ANONYMOUS,
    DAY_KINDS,
    FEEDBACK_STARTS,
    MAX_CHECK_INS,
    RETENTION_ENDS,
    RETENTION_STARTS,
    Acknowledging,
    Feedback,
    Profile,
    Protection,
    Retention,
)
from reporting.profiles.places import (
    ADVICE,
    BODIES,
    COUNTRY,
    LEGAL_AID,
    NUMBER,
    TOPICS,
    WEB,
    Emergency,
    Place,
)
from reporting.profiles.tables import Source, Table
from reporting.protocol.errors import N_

_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", re.ASCII)
_LEAP_YEAR = 2024
_DAYS_LEFT = 6  # at least one day of a week is worked
_MAX_HOLIDAYS = 60
_MAX_PLACES = 40


def read_file(path: Path) -> Profile:
    """A profile from a TOML file, which bears its name.

    :raises ProfileError: it cannot be read, has a gap, or contradicts itself
    """
    top = Source(path).top()
    profile = Profile(
        name=path.stem,
        title=top.text("title"),
        country=top.matching("country", COUNTRY, N_("DE, or empty")),
        basis=top.text("basis"),
        sources=top.texts("sources"),
        checked=top.day("checked"),
        unchecked=top.texts("unchecked"),
        anonymous=top.choice("anonymous", ANONYMOUS),
        legal_hold=top.flag("legal_hold"),
        recording_consent=top.flag("recording_consent"),
        ack=_acknowledging(top.table("ack")),
        feedback=_feedback(top.table("feedback")),
        retention=_retention(top.table("retention")),
        protection=_protection(top.table("protection")),
        calendar=_calendar(top.table("calendar")),
        external_bodies=tuple(_place(BODIES, row) for row in top.rows("external_bodies", _MAX_PLACES)),
        advice=tuple(_place(ADVICE, row) for row in top.rows("advice", _MAX_PLACES)),
        legal_aid=tuple(_place(LEGAL_AID, row) for row in top.rows("legal_aid", _MAX_PLACES)),
        emergency=_emergency(top.table("emergency")) if top.has("emergency") else None,
        retaliation=top.text("retaliation") if top.has("retaliation") else "",
    )
    top.done()
    return profile


def _acknowledging(table: Table) -> Acknowledging:
    found = Acknowledging(days=table.number("days", 1, 365), kind=table.choice("kind", DAY_KINDS))
    table.done()
    return found


def _feedback(table: Table) -> Feedback:
    found = Feedback(
        start=table.choice("from", FEEDBACK_STARTS),
        months=table.number("months", 1, 60),
        extension_months=table.number("extension_months", 0, 60),
        reason_needed=table.flag("reason_needed"),
    )
    table.done()
    if found.reason_needed and not found.extension_months:
        table.refuse("reason_needed", N_("“{key}” asks for the reason of an extension of no months"))
    return found


def _retention(table: Table) -> Retention:
    found = Retention(
        start=table.choice("start", RETENTION_STARTS),
        years=table.number("years", 0, 100),
        no_action_days=table.number("no_action_days", 0, 3650),
        then=table.choice("then", RETENTION_ENDS),
    )
    table.done()
    return found


def _protection(table: Table) -> Protection:
    found = Protection(
        danger_hours=table.number("danger_hours", 1, 168),
        triage_hours=table.number("triage_hours", 1, 720),
        acknowledge_days=table.number("acknowledge_days", 1, 365),
        assessment_working_days=table.number("assessment_working_days", 1, 250),
        interim_working_days=table.number("interim_working_days", 1, 250),
        decision_days=table.number("decision_days", 1, 730),
        review_days=table.number("review_days", 1, 730),
        check_in_months=table.numbers("check_in_months", 1, 120),
    )
    table.done()
    if len(found.check_in_months) > MAX_CHECK_INS:
        table.refuse("check_in_months", N_("“{key}” must list at most {most} months"), most=MAX_CHECK_INS)
    if found.danger_hours > found.triage_hours:
        table.refuse("danger_hours", N_("“{key}” is longer than “triage_hours”: danger comes first"))
    return found


def _calendar(table: Table) -> Calendar:
    weekend = table.numbers("weekend", 1, 7)
    if len(weekend) > _DAYS_LEFT:
        table.refuse("weekend", N_("“{key}” leaves no day to work on"))
    holidays = tuple(_holiday(row) for row in table.rows("holidays", _MAX_HOLIDAYS))
    table.done()
    return Calendar(frozenset(weekend), holidays)


def _holiday(row: Table) -> Holiday:
    name = row.text("name")
    since = row.number("since", 1, 9999) if row.has("since") else 0
    fixed, moving = row.has("date"), row.has("easter")
    if fixed and moving:
        row.refuse("easter", N_("“{key}” stands beside “date”: a holiday has one of them"))
    if moving:
        found = Holiday(name, easter=row.number("easter", *EASTER_REACH), since=since)
    else:
        month, day = map(int, row.matching("date", _MONTH_DAY, "12-25").split("-"))
        if day > calendar.monthrange(_LEAP_YEAR, month)[1]:
            row.refuse("date", N_("“{key}” is a day that no year has"))
        found = Holiday(name, month=month, day=day, since=since)
    row.done()
    return found


def _place(kind: str, row: Table) -> Place:
    found = Place(
        kind=kind,
        name=row.text("name"),
        url=row.matching("url", WEB, "https://example.org/"),
        country=row.matching("country", COUNTRY, N_("DE, or empty")),
        topics=row.choices("topics", TOPICS),
        source=row.matching("source", WEB, "https://example.org/"),
        checked=row.day("checked"),
        example=row.flag("example") if row.has("example") else False,
    )
    row.done()
    return found


def _emergency(table: Table) -> Emergency:
    found = Emergency(
        number=table.matching("number", NUMBER, "112"),
        source=table.matching("source", WEB, "https://example.org/"),
        checked=table.day("checked"),
        country=table.matching("country", COUNTRY, N_("DE, or empty")) if table.has("country") else "",
    )
    table.done()
    return found
