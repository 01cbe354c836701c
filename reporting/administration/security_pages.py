"""The security policy: what the settings say, and what an installation does to keep its promises."""

from __future__ import annotations

from flask import Blueprint, Response

from reporting.administration import conformance
from reporting.administration.room import show
from reporting.config import Settings
from reporting.i18n import gettext as _
from reporting.i18n import ngettext
from reporting.permissions import Permission, requires
from reporting.web.body import service

blueprint = Blueprint("security", __name__)


@blueprint.get("/security")
@requires(Permission.SITE_MANAGE)
def show_security() -> Response:
    """Settings and findings. They are set on the machine: whoever has a session alone cannot loosen them."""
    with service().database.read() as session:
        found = conformance.findings(service(), session)
    found.sort(key=lambda one: (conformance.UNMET, conformance.UNKNOWN, conformance.MET).index(one.state))
    return show("security", "security", findings=found, policy=_policy(service().settings))


def _policy(settings: Settings) -> list[tuple[str, str, str]]:
    """Name, value and meaning of each setting that is policy; nothing that is secret."""
    yes_no = {True: _("yes"), False: _("no")}
    factor = {"required": _("required"), "offered": _("offered")}
    return [
        ("second_factor", factor[settings.second_factor], _("A second factor at the sign-in")),
        (
            "step_up",
            _time(settings.step_up),
            _("How long a proof counts for what cannot be taken back"),
        ),
        (
            "session_idle",
            _time(settings.session_idle),
            _("Without a request, a session ends after"),
        ),
        (
            "session_absolute",
            _time(settings.session_absolute),
            _("A session ends in any case after"),
        ),
        ("desk_idle", _time(settings.desk_idle), _("Without input, a desk locks itself after")),
        ("one_person_office", yes_no[settings.one_person_office], _("One person may have roles that must not meet")),
        ("origins", ", ".join(settings.origins), _("Addresses of the reporters' side")),
        ("desk_origins", ", ".join(settings.desk_origins), _("Addresses of the desk")),
        ("onion_location", settings.onion_location or _("none"), _("Announced to Tor Browser")),
        ("notice_slots", _slots(settings), _("Mail to members leaves at")),
        ("challenge_bits", str(settings.challenge_bits), _("Work that each report takes")),
    ]


def _slots(settings: Settings) -> str:
    slots = ", ".join(settings.notice_slots)
    return f"{slots} ({settings.notice_zone})" if slots else _("never")


def _time(seconds: int) -> str:
    minutes = seconds // 60
    if minutes >= 120 and not minutes % 60:
        return ngettext("{number} hour", "{number} hours", minutes // 60)
    return ngettext("{number} minute", "{number} minutes", minutes)
