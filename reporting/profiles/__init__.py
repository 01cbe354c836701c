"""Jurisdiction profiles: deadlines, calendars and duties as data, one TOML file each.

No law is written into code. :func:`load` reads a profile that comes with the product or, where the operator laid
one of that name into the data folder, theirs instead; a file with a gap is refused. Nothing here knows Flask or SQL.
docs/profiles.md describes the format and where each shipped figure comes from.
"""

from reporting.errors import ProfileError
from reporting.profiles.calendars import Calendar, add_months
from reporting.profiles.models import CALENDAR, WORKING, Profile
from reporting.profiles.places import TOPICS
from reporting.profiles.rules import GENERIC, check_known, is_name, is_own, load, load_all, names

__all__ = [
    "CALENDAR",
    "GENERIC",
    "TOPICS",
    "WORKING",
    "Calendar",
    "Profile",
    "ProfileError",
    "add_months",
    "check_known",
    "is_name",
    "is_own",
    "load",
    "load_all",
    "names",
]
