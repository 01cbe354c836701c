"""Whether the settings for mail can be right: times of day, a zone, a server and how it is spoken to.

Apart from :mod:`reporting.config`, which asks here, so that both stay short.
"""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reporting.i18n import gettext as _

if TYPE_CHECKING:
    from reporting.config import Settings

SECURITY = ("starttls", "tls", "none")
SCHEDULES = ("off", "daily", "weekly", "monthly")
MAX_SLOTS = 24
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# RFC 5321 section 4.1.2, without quoted parts and literals: what ordinary mailboxes are called. No character of it
# can end a header or a command.
_ADDRESS = re.compile(rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~.-]{{1,64}}@(?:{_LABEL}\.)*{_LABEL}", re.ASCII)
_MAX_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, with its brackets


def is_address(text: str) -> bool:
    """Whether ``text`` is one plain mail address and nothing else."""
    return len(text) <= _MAX_ADDRESS and _ADDRESS.fullmatch(text) is not None


def parse_slot(text: str) -> datetime.time | None:
    """A time of day as ``08:00``; None where it is none."""
    found = _TIME.fullmatch(text)
    return datetime.time(int(found[1]), int(found[2])) if found else None


def is_zone(name: str) -> bool:
    """Whether this machine knows a time zone of that name."""
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # none of that name, or a name that is no path of one
        return False
    return True


def problem(settings: Settings) -> str:
    """What is wrong with the settings for mail, as a sentence; empty where nothing is."""
    return _slots(settings) or _server(settings) or _sign_in(settings)


def _slots(settings: Settings) -> str:
    texts = settings.notice_slots
    wrong = next((text for text in texts if parse_slot(text) is None), None)
    if wrong is not None:
        return _("“{slot}” in the setting “notice_slots” is not a time of day such as 08:00.", slot=wrong)
    if len(texts) > MAX_SLOTS or len(set(texts)) != len(texts):
        return _("The setting “notice_slots” must have at most {limit} times, each once.", limit=MAX_SLOTS)
    if not is_zone(settings.notice_zone):
        return _("The setting “notice_zone” must be a time zone that this machine knows, such as Europe/Madrid.")
    if settings.notice_checkpoints not in SCHEDULES:
        return _("The setting “notice_checkpoints” must be one of {choices}.", choices=", ".join(SCHEDULES))
    return ""


def _server(settings: Settings) -> str:
    if settings.smtp_security not in SECURITY:
        return _("The setting “smtp_security” must be one of {choices}.", choices=", ".join(SECURITY))
    if not settings.smtp_host:
        return _("The setting “notice_slots” needs “smtp_host” and “smtp_from”.") if settings.notice_slots else ""
    if not settings.smtp_host.isascii() or not settings.smtp_host.isprintable() or " " in settings.smtp_host:
        return _("The setting “smtp_host” must be the name or address of a mail server.")
    if not is_address(settings.smtp_from):
        return _("The setting “smtp_from” must be a plain mail address.")
    return ""


def _sign_in(settings: Settings) -> str:
    if bool(settings.smtp_user) != bool(settings.smtp_password_file):
        return _("The settings “smtp_user” and “smtp_password_file” belong together.")
    if settings.smtp_security == "none" and settings.smtp_host and settings.smtp_host not in _LOOPBACK:
        return _("Without protection on the way, “smtp_host” must be this machine.")
    return ""
