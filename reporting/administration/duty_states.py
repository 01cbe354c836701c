"""How an installation stands to each duty of :mod:`reporting.administration.duties`, as far as a program can see it.

Those of :mod:`reporting.administration.public_duties` stand behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from sqlalchemy.orm import Session

from reporting import errors, profiles
from reporting.administration import contents
from reporting.administration.duties import DUTIES, Duty
from reporting.administration.finding import MET, UNKNOWN, UNMET, Finding
from reporting.administration.jurisdictions import running_late, shown_places
from reporting.administration.public_duties import PUBLIC_DUTIES
from reporting.awareness import reviews
from reporting.awareness.rules import Edition
from reporting.awareness.topics import ARTICLE_13
from reporting.directory import published
from reporting.directory.facts import facts_in
from reporting.directory.roles import site_roles
from reporting.i18n import gettext as _
from reporting.notices import rules as notices
from reporting.profiles import Profile
from reporting.profiles.places import ADVICE, BODIES, EMERGENCY, LEGAL_AID, Place
from reporting.protocol.directory import Directory
from reporting.protocol.directory_parts import Channel
from reporting.service import Service

#: Met, as far as the product goes: what it lacks stands beside.
PARTLY = "partly"
#: Every duty that is told: of protecting, then of telling everybody.
ALL_DUTIES = (*DUTIES, *PUBLIC_DUTIES)
#: The most that Directive (EU) 2019/1937 allows: article 9(1)(b) and (f), article 11(2)(d).
_ACKNOWLEDGE_DAYS, _FEEDBACK_MONTHS, _EXTENDED_MONTHS = 7, 3, 6
_TWO = 2


@dataclass(frozen=True)
class Standing:
    """A duty, how the installation stands to it, and in sentences what is missing or depends on a setting."""

    duty: Duty
    state: str
    lacking: tuple[Finding, ...]


@dataclass(frozen=True)
class _Installation:
    """What is looked at."""

    service: Service
    session: Session
    directory: Directory

    @property
    def protecting(self) -> list[Channel]:
        return [one for one in self.directory.channels if one.kind == "protection"]

    @property
    def reporting(self) -> list[Channel]:
        return [one for one in self.directory.channels if one.kind == "report"]

    @property
    def profiles(self) -> list[Profile]:
        names = sorted({str(one.policy["profile"]) for one in self.reporting})
        return [profiles.load(name, self.service.settings.profiles) for name in names]

    @cached_property
    def texts(self) -> Edition | None:
        """The public texts; None where not even the product's own can be used."""
        try:
            return contents.edition(self.service, self.session)
        except errors.ContentError:
            return None

    @cached_property
    def languages(self) -> tuple[str, ...]:
        return tuple(facts_in(self.service, self.session).site.languages)

    @cached_property
    def texts_standing(self) -> list[reviews.Standing]:
        """How every public text stands in each language of the site."""
        texts = self.texts
        if texts is None:
            return []
        return [one for language in self.languages for one in reviews.standings(self.session, texts, language)]

    def places(self, *kinds: str) -> list[Place]:
        """Places that reporters are shown, examples aside."""
        return [one for one in shown_places(self.session, self.directory) if one.kind in kinds and not one.example]


def standings(service: Service, session: Session) -> list[Standing]:
    """How the installation stands to each duty, in the order of the tables."""
    directory = published.latest(service, session)
    if directory is None:
        nothing = Finding(UNMET, _("No list of channels and members was published yet."))
        return [Standing(duty, UNMET, (nothing,)) for duty in ALL_DUTIES]
    here = _Installation(service, session, directory)
    found = {need: tuple(look(here)) for need, look in NEEDS.items()}
    return [_standing(duty, found) for duty in ALL_DUTIES]


def _standing(duty: Duty, found: Mapping[str, tuple[Finding, ...]]) -> Standing:
    lacking = tuple(one for need in duty.needs for one in found[need])
    states = {one.state for one in lacking}
    if UNMET in states:
        return Standing(duty, UNMET, lacking)
    if states:
        return Standing(duty, UNKNOWN, lacking)
    return Standing(duty, PARTLY if duty.gap else MET, ())


def _protection_channel(here: _Installation) -> Iterator[Finding]:
    if not here.protecting:
        yield Finding(UNMET, _("No channel is for protection: nobody can ask for it."))


def _two_officers(here: _Installation) -> Iterator[Finding]:
    for channel in here.protecting:
        if len(channel.roles.get("protection", ())) < _TWO:
            yield Finding(
                UNMET, _("“{channel}” has one protection officer: no refusal can be signed by two.", channel=channel.id)
            )


def _custodians(here: _Installation) -> Iterator[Finding]:
    for channel in here.reporting:
        if len(channel.roles.get("custodian", ())) < _TWO:
            yield Finding(
                UNMET,
                _("“{channel}” has fewer than two custodians: no two decide on an identity.", channel=channel.id),
            )


def _break_glass(here: _Installation) -> Iterator[Finding]:
    for channel in here.directory.channels:
        if not channel.roles.get("break_glass"):
            yield Finding(
                UNMET,
                _("“{channel}” has no key in a safe: a case can become unreadable.", channel=channel.id),
            )


def _apart(here: _Installation) -> Iterator[Finding]:
    if here.service.settings.one_person_office:
        yield _set("one_person_office", "true", _("roles that must not meet may meet in one person"))


def _mail(here: _Installation) -> Iterator[Finding]:
    if not notices.sends_mail(here.service):
        yield _set("smtp_host", "", _("nobody is told by mail that a case or a deadline waits"))


def _protected_way(here: _Installation) -> Iterator[Finding]:
    settings = here.service.settings
    plain = [one for one in settings.origins if not one.startswith("https://") and not one.endswith(".onion")]
    if plain:
        yield _set("origins", ", ".join(plain), _("nothing protects on the way who looks at these addresses"))


def _acknowledgement_time(here: _Installation) -> Iterator[Finding]:
    for profile in here.profiles:
        if profile.ack.days > _ACKNOWLEDGE_DAYS:
            yield Finding(
                UNMET,
                _(
                    "The profile “{profile}” takes {days} days to acknowledge; the Directive allows {allowed}.",
                    profile=profile.name,
                    days=profile.ack.days,
                    allowed=_ACKNOWLEDGE_DAYS,
                ),
            )
        elif profile.ack.kind == profiles.WORKING:
            yield Finding(
                UNKNOWN,
                _(
                    "The profile “{profile}” counts working days to acknowledge: longer than the Directive's seven "
                    "days, where your law does so.",
                    profile=profile.name,
                ),
            )


def _feedback_time(here: _Installation) -> Iterator[Finding]:
    for profile in here.profiles:
        months = profile.feedback.months
        if months > _FEEDBACK_MONTHS or months + profile.feedback.extension_months > _EXTENDED_MONTHS:
            yield Finding(
                UNMET,
                _(
                    "The profile “{profile}” takes {months} months for feedback and {more} more; the Directive allows "
                    "{allowed}, and {extended} in all.",
                    profile=profile.name,
                    months=months,
                    more=profile.feedback.extension_months,
                    allowed=_FEEDBACK_MONTHS,
                    extended=_EXTENDED_MONTHS,
                ),
            )


def _running_feedback(here: _Installation) -> Iterator[Finding]:
    if late := running_late(here.service, here.session, here.directory):
        yield Finding(UNMET, _("Cases with more time for feedback than their profile allows: {count}.", count=late))


def _outside_authorities(here: _Installation) -> Iterator[Finding]:
    if not here.places(BODIES):
        yield Finding(UNMET, _("No authority outside is named to reporters."))


def _advice(here: _Installation) -> Iterator[Finding]:
    if not here.places(ADVICE, LEGAL_AID):
        yield Finding(UNMET, _("No adviser and no legal aid is named to reporters."))


def _emergency(here: _Installation) -> Iterator[Finding]:
    if not here.places(EMERGENCY):
        yield Finding(UNMET, _("No number for danger is named to reporters."))


def _auditor(here: _Installation) -> Iterator[Finding]:
    if not any("auditor" in roles for roles in site_roles(here.session).values()):
        yield Finding(UNMET, _("Nobody reads the audit trail."))


def _published(item: str, here: _Installation) -> Iterator[Finding]:
    texts = here.texts
    without = [one for one in here.languages if texts is None or not texts.article_13(one)[item]]
    if without:
        yield Finding(
            UNMET,
            _("Article 13({item}) is answered by no text in: {languages}.", item=item, languages=", ".join(without)),
        )


def _texts_checked(here: _Installation) -> Iterator[Finding]:
    unchecked = [one for one in here.texts_standing if one.needs_review]
    if unchecked:
        yield Finding(
            UNKNOWN,
            _("Public texts that nobody is noted to have checked, over all languages: {count}.", count=len(unchecked)),
        )


def _texts_translated(here: _Installation) -> Iterator[Finding]:
    missing = sorted({one.page.language for one in here.texts_standing if one.needs_translation})
    if missing:
        yield Finding(UNKNOWN, _("Public texts are not translated in full: {languages}.", languages=", ".join(missing)))


def _printed_address(here: _Installation) -> Iterator[Finding]:
    if not facts_in(here.service, here.session).site.addresses:
        yield Finding(UNMET, _("The site's signed document names no address: no poster can be made."))


def _figures(here: _Installation) -> Iterator[Finding]:
    if not here.service.settings.figures_after_days:
        yield _set("figures_after_days", "0", _("no figures are published"))


def _set(name: str, value: str, sentence: str) -> Finding:
    return Finding(
        UNKNOWN, _("Depends on the setting “{name}”, now “{value}”: {then}.", name=name, value=value, then=sentence)
    )


#: What a duty may need of an installation; each tells what is lacking, and nothing where all is well.
NEEDS: Mapping[str, Callable[[_Installation], Iterator[Finding]]] = {
    "figures": _figures,
    "protection-channel": _protection_channel,
    "two-officers": _two_officers,
    "custodians": _custodians,
    "break-glass": _break_glass,
    "apart": _apart,
    "mail": _mail,
    "protected-way": _protected_way,
    "acknowledgement-time": _acknowledgement_time,
    "feedback-time": _feedback_time,
    "running-feedback": _running_feedback,
    "outside-authorities": _outside_authorities,
    "advice": _advice,
    "emergency": _emergency,
    "auditor": _auditor,
    "texts-checked": _texts_checked,
    "texts-translated": _texts_translated,
    "printed-address": _printed_address,
    **{f"published-{item}": partial(_published, item) for item in ARTICLE_13},
}
