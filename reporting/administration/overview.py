"""What is to be done next, for whoever opens the administrators' first page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from reporting.administration import rules
from reporting.directory import published
from reporting.directory import rules as directories
from reporting.directory.bundle import Bundle
from reporting.directory.difference import changes
from reporting.directory.ending import WARNINGS, warnings
from reporting.errors import ServiceError
from reporting.i18n import gettext as _
from reporting.i18n import ngettext
from reporting.members import rules as members
from reporting.protocol import directory as directory_texts
from reporting.protocol.directory import INITIAL_ROLES, Directory
from reporting.protocol.errors import ProtocolError
from reporting.protocol.worst_case import worst_case
from reporting.service import Service

ENOUGH = 2  # people in each role whose absence would stop the work


@dataclass(frozen=True)
class Step:
    """Something to do: where, and whether it cannot wait."""

    sentence: str
    path: str
    urgent: bool = False


@dataclass(frozen=True)
class Draft:
    """How the next list stands: the request, or why there cannot be one."""

    version: int
    bundle: Bundle | None = None
    changes: tuple[str, ...] = ()
    sizes: tuple[tuple[str, int, int], ...] = ()
    problem: str = ""


def drafted(service: Service, session: Session, days: int = directory_texts.MAX_VALIDITY.days) -> Draft:
    """What would be signed now."""
    before = published.latest(service, session)
    version = before.version + 1 if before else 1
    shape = before.shape if before else directory_texts.MIN_SHAPE
    try:
        bundle = directories.request_directory(service, session, validity_days=days, shape=shape)
    except (ServiceError, ProtocolError) as error:
        return Draft(version, problem=_(error.message, **dict(error.values)))
    after = directory_texts.parse_text(bundle.text)
    sizes = tuple((channel, size, after.shape) for channel, size in worst_case(after).items())
    return Draft(version, bundle, tuple(changes(before, after, bundle.renewals, bundle.documents)), sizes)


def next_steps(service: Service, session: Session) -> list[Step]:
    """Everything that waits for an administrator, the urgent first."""
    directory = published.latest(service, session)
    people = rules.all_members(service, session)
    found = [*_directory(service, session, directory), *_people(people), *_channels(session, people)]
    found += _invitations(service, session)
    if service.settings.one_person_office:
        found.append(Step(_("This is a one-person office: roles that should not meet in one person may."), "/security"))
    return sorted(found, key=lambda step: not step.urgent)


def _directory(service: Service, session: Session, directory: Directory | None) -> Iterator[Step]:
    draft = drafted(service, session)
    if directory is None:
        sentence = _("Have the first list of channels and members signed: nobody can report before.")
        yield Step(sentence, "/directory", True)
    elif draft.problem:
        yield Step(_("The next list cannot be made yet: {why}", why=draft.problem), "/directory", True)
    elif draft.changes:
        count = len(draft.changes)
        sentence = ngettext(
            "{number} change waits for the signature of the root key.",
            "{number} changes wait for the signature of the root key.",
            count,
        )
        yield Step(sentence, "/directory")
    if directory is not None:
        left = (directory.valid_until - service.clock.today()).days
        for sentence in warnings(directory, service.clock.today()):
            yield Step(sentence, "/directory", left <= WARNINGS[1])


def _people(people: Sequence[rules.ShownMember]) -> Iterator[Step]:
    if sum("administrator" in one.site_roles for one in people) < ENOUGH:
        sentence = _("There is one administrator only: invite a second one, who can let you in again.")
        yield Step(sentence, "/members/invite")
    if not any("auditor" in one.site_roles for one in people):
        yield Step(_("Nobody reads the audit trail: invite an auditor."), "/members/invite")


def _channels(session: Session, people: Sequence[rules.ShownMember]) -> Iterator[Step]:
    drafted_channels = rules.channels(session)
    if not drafted_channels:
        yield Step(_("There is no channel yet: draft the first one."), "/channels/add", True)
    for role in dict.fromkeys(INITIAL_ROLES[channel.kind][0] for channel in drafted_channels):
        counts = {
            channel.id: sum((channel.id, role) in one.roles for one in people)
            for channel in drafted_channels
            if INITIAL_ROLES[channel.kind][0] == role
        }
        none, one_only = (", ".join(c for c, n in counts.items() if n == wanted) for wanted in (0, 1))
        name = _(rules.ROLE_NAMES[role])
        if none:
            sentence = _(
                "Nobody could receive a report on {channels}: invite somebody with the role {role}, "
                "or give it to a member.",
                channels=none,
                role=name,
            )
            yield Step(sentence, "/members", True)
        if one_only:
            sentence = _(
                "One person only has the role {role} on {channels}: who stands in for them?",
                channels=one_only,
                role=name,
            )
            yield Step(sentence, "/members")


def _invitations(service: Service, session: Session) -> Iterator[Step]:
    waiting = [one for one in members.invitations(service, session) if one.state == "open"]
    if waiting:
        count = len(waiting)
        sentence = ngettext(
            "{number} invitation has not been used yet.", "{number} invitations have not been used yet.", count
        )
        yield Step(sentence, "/members")
