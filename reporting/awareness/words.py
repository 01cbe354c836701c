"""The figures of the channels' profiles, in words: when somebody is answered, and how long cases are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from reporting import profiles
from reporting.directory.facts import SiteFacts
from reporting.i18n import gettext as _
from reporting.i18n import ngettext, use_language
from reporting.profiles import WORKING
from reporting.profiles.models import Retention
from reporting.protocol.directory_parts import Channel
from reporting.service import Service

_REPORT = "report"


def profile_of(facts: SiteFacts) -> str:
    """Whose law the pages tell: the profile that all channels for reports keep, else that of the site."""
    kept = {str(channel.policy["profile"]) for channel in _channels(facts)}
    return kept.pop() if len(kept) == 1 else facts.site.profile


def words(service: Service, facts: SiteFacts, language: str) -> Mapping[str, str]:
    """What stands in the gaps of texts, in a language.

    Where channels keep different profiles, or the law gives no figure, it is a neutral sentence.
    """
    own = service.settings.profiles
    channels = _channels(facts)
    published = [_deadlines(facts, channel) for channel in channels]
    kept = [profiles.load(str(channel.policy["profile"]), own).retention for channel in channels]
    with use_language(language):
        return {
            "site": facts.site.name(language),
            "ack": _same(published, _days),
            "feedback": _same(published, _months),
            "retention": _same(kept, _years),
        }


def _channels(facts: SiteFacts) -> list[Channel]:
    return [one for one in facts.directory.channels if one.kind == _REPORT] or list(facts.directory.channels)


def _deadlines(facts: SiteFacts, channel: Channel) -> Mapping[str, Any]:
    found = facts.jurisdiction(channel).get("deadlines")
    return found if isinstance(found, dict) else {}


def _same(given: Iterable[Any], say: Callable[[Any], str]) -> str:
    said = {say(one) for one in given}
    return said.pop() if len(said) == 1 and said != {""} else _("the time that your law sets")


def _days(deadlines: Mapping[str, Any]) -> str:
    count = deadlines.get("days")
    if type(count) is not int:
        return ""
    if deadlines.get("kind") == WORKING:
        return ngettext("{number} working day", "{number} working days", count)
    return ngettext("{number} day", "{number} days", count)


def _months(deadlines: Mapping[str, Any]) -> str:
    count = deadlines.get("months")
    return ngettext("{number} month", "{number} months", count) if type(count) is int else ""


def _years(retention: Retention) -> str:
    if not retention.years:
        return ""
    match retention.start:
        case "outcome":
            return ngettext(
                "{number} year after you are told the outcome",
                "{number} years after you are told the outcome",
                retention.years,
            )
        case "year_end":
            return ngettext(
                "{number} year after the end of the year", "{number} years after the end of the year", retention.years
            )
    return ngettext(
        "{number} year after the case is closed", "{number} years after the case is closed", retention.years
    )
