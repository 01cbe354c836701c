"""Where an installation departs from the jurisdiction profiles that its channels keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting import profiles
from reporting.administration.finding import UNKNOWN, UNMET, Finding, judged
from reporting.cases import clocks
from reporting.cases.models import Case
from reporting.directory.models import Document
from reporting.directory.site import Site, parse
from reporting.i18n import gettext as _
from reporting.profiles import Profile
from reporting.profiles.models import FROM_RECEIPT
from reporting.profiles.places import EMERGENCY, published_places
from reporting.protocol.directory import Directory
from reporting.service import Service


def jurisdictions(service: Service, session: Session, directory: Directory | None) -> Iterator[Finding]:
    """What is to be said of the profiles that the published channels keep."""
    if directory is None:
        return
    own = service.settings.profiles
    kept = {channel.id: str(channel.policy["profile"]) for channel in directory.channels}
    for channel, name in kept.items():
        if name not in profiles.names(own):
            yield Finding(
                UNMET,
                _(
                    "Channel “{channel}” keeps the deadlines of “{profile}”, which is not here: the generic ones hold.",
                    channel=channel,
                    profile=name,
                ),
            )
    row = session.get(Document, directory.site)
    site = parse(row.body) if row is not None else None
    published = site.profiles if site is not None else {}
    for name in sorted(set(kept.values()) & set(profiles.names(own))):
        profile = profiles.load(name, own)
        if profiles.is_own(name, own):
            yield from _overridden(profile)
        yield from _said(profile)
        shown = published.get(name) or profiles.load(name).published()
        yield judged(
            shown == profile.published(),
            _("Reporters see the deadlines of “{profile}” as they are.", profile=name),
            _("Reporters see other deadlines than those of “{profile}”: publish the list anew.", profile=name),
        )
    yield from _places(service, directory, site)
    yield from _running(session, {channel: profiles.load(name, own) for channel, name in kept.items()})


def _overridden(profile: Profile) -> Iterator[Finding]:
    yield Finding(
        UNKNOWN,
        _(
            "The profile “{profile}” is a file of your own: somebody who knows the law should read it.",
            profile=profile.name,
        ),
    )
    yield from _protection(profile)
    if profile.name in profiles.names():
        yield from _compared(profile, profiles.load(profile.name))


def _protection(profile: Profile) -> Iterator[Finding]:
    # Devices sign these two without asking the profile (reporting/browser/src/client/clocks.ts).
    own, signed = profile.protection, profiles.load(profiles.GENERIC).protection
    yield judged(
        (own.decision_days, own.review_days) == (signed.decision_days, signed.review_days),
        _("“{profile}” gives protection the days that devices sign for.", profile=profile.name),
        _(
            "“{profile}” gives other days to decide on protection and to review it than devices sign for, which are "
            "{decision} and {review}.",
            profile=profile.name,
            decision=signed.decision_days,
            review=signed.review_days,
        ),
    )


def _compared(profile: Profile, shipped: Profile) -> Iterator[Finding]:
    own, theirs = profile.feedback, shipped.feedback
    yield judged(
        own.months <= theirs.months,
        _("Your file “{profile}” allows no more months for feedback than the one shipped.", profile=profile.name),
        _(
            "Your file “{profile}” allows {months} months for feedback; the one shipped allows {shipped}.",
            profile=profile.name,
            months=own.months,
            shipped=theirs.months,
        ),
    )
    begins_later = own.start != theirs.start and theirs.start == FROM_RECEIPT
    counts_less = profile.ack.kind != shipped.ack.kind and profile.ack.kind == profiles.WORKING
    yield judged(
        not (profile.ack.days > shipped.ack.days or counts_less or begins_later),
        _("Your file “{profile}” allows no more days to acknowledge than the one shipped.", profile=profile.name),
        _(
            "Your file “{profile}” allows more time to acknowledge than the one shipped, or begins to count later.",
            profile=profile.name,
        ),
    )


def _said(profile: Profile) -> Iterator[Finding]:
    if profile.unchecked:
        yield Finding(
            UNKNOWN,
            _(
                "Of “{profile}”, nobody has compared with the law yet: {points}.",
                profile=profile.name,
                points="; ".join(profile.unchecked),
            ),
        )


def _places(service: Service, directory: Directory, site: Site | None) -> Iterator[Finding]:
    """Where else to go, as reporters see it."""
    if site is None:
        return
    kept = sorted({str(channel.policy["profile"]) for channel in directory.channels})
    shown = site.places.shown(
        one for name in kept for one in published_places(site.profiles.get(name) or profiles.load(name).published())
    )
    stale = [one.called for one in shown if one.is_stale(service.clock.today())]
    yield judged(
        not stale,
        _("Every place in where else to go was checked within a year."),
        _("In where else to go, checked over a year ago: {places}.", places="; ".join(stale)),
    )
    yield judged(
        any(one.kind == EMERGENCY and not one.example for one in shown),
        _("Where else to go has a number for danger."),
        _("Where else to go has no number for danger: add the one of your country."),
    )
    examples = [one.called for one in shown if one.example]
    if examples:
        yield Finding(
            UNKNOWN,
            _(
                "In where else to go, these are examples, shown as such: {places}. Add real ones, and hide these.",
                places="; ".join(examples),
            ),
        )


def _running(session: Session, by_channel: Mapping[str, Profile]) -> Iterator[Finding]:
    late = 0
    for channel, received, stored in session.execute(select(Case.channel_id, Case.received, Case.clocks)):
        profile = by_channel.get(channel)
        for clock in clocks.decode(stored) if profile is not None else ():
            if profile is not None and clock.name == clocks.FEEDBACK and clock.done is None:
                late += clock.due > profile.feedback_by(received, None)
    yield judged(
        late == 0,
        _("No case has more time for feedback than its profile allows."),
        _("Cases with more time for feedback than their profile allows: {count}.", count=late),
    )
