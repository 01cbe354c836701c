"""What an installation does to keep its promises, as far as a program can see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.administration import rules
from reporting.administration.finding import MET, UNKNOWN, UNMET, Finding, judged
from reporting.administration.jurisdictions import jurisdictions
from reporting.administration.publicity import public_texts
from reporting.config import Settings
from reporting.directory import published
from reporting.directory.ending import WARNINGS
from reporting.directory.roles import site_roles
from reporting.evidence.rules import floor, is_owned, unclaimed, usage
from reporting.i18n import gettext as _
from reporting.members.models import Authenticator
from reporting.notices import rules as notices
from reporting.permissions import excluded_pairs
from reporting.protocol.directory import INITIAL_ROLES, Directory
from reporting.service import Service

__all__ = ["ENOUGH", "MET", "UNKNOWN", "UNMET", "Finding", "about_files", "findings"]

ENOUGH = 2
_LONGEST_STEP_UP = 15 * 60  # OWASP ASVS 5.0 asks for a fresh proof before sensitive acts, without a figure
_ROOT_KEY = "root.key"
_MEBIBYTE = 1 << 20


def findings(service: Service, session: Session) -> list[Finding]:
    """Everything that is looked at."""
    directory = published.latest(service, session)
    people = rules.all_members(service, session)
    return [
        *_settings(service.settings),
        *_root_key(service.settings),
        *_list_in_force(service, directory),
        *_apart(session, directory),
        *_people(session, people),
        *_channels(session, people),
        *jurisdictions(service, session, directory),
        *public_texts(service, session),
        *about_files(service, session),
        *_mail(service, session),
        Finding(UNKNOWN, _("No program can see whether the keeper of the root key is no administrator: see to it.")),
    ]


def _settings(settings: Settings) -> Iterator[Finding]:
    yield judged(
        not settings.one_person_office,
        _("Roles that must not meet in one person are kept apart."),
        _("This is a one-person office: an administrator may read cases. Tell reporters so."),
    )
    yield judged(
        settings.second_factor == "required",
        _("A second factor is required of everybody."),
        _("A second factor is offered, not required: a passphrase alone opens a session."),
    )
    yield judged(
        settings.step_up <= _LONGEST_STEP_UP,
        _("What cannot be taken back wants a fresh proof."),
        _("A proof counts for {minutes} minutes: that is long.", minutes=settings.step_up // 60),
    )
    addresses = (*settings.origins, *settings.desk_origins)
    plain = [one for one in addresses if not one.startswith("https://") and not one.endswith(".onion")]
    yield judged(
        not plain,
        _("Every address is protected on the way."),
        _("Not protected on the way: {addresses}.", addresses=", ".join(plain)),
    )


def _root_key(settings: Settings) -> Iterator[Finding]:
    # As a small office might leave it: in the data folder, beside it, or in a folder beside it.
    near = [settings.data, settings.data.parent]
    found = [path for folder in near for path in (*folder.glob(_ROOT_KEY), *folder.glob(f"*/{_ROOT_KEY}"))]
    yield judged(
        not found,
        _("No root key lies near the data of the service."),
        _("A root key lies on this machine: whoever takes the machine over can name recipients of their own."),
    )


def _list_in_force(service: Service, directory: Directory | None) -> Iterator[Finding]:
    if directory is None:
        yield Finding(UNMET, _("No list of channels and members was published yet."))
        return
    left = (directory.valid_until - service.clock.today()).days
    yield judged(
        left > WARNINGS[1],
        _("The signed list holds until {day}.", day=directory.valid_until),
        _("The signed list holds until {day} only.", day=directory.valid_until),
    )


def _apart(session: Session, directory: Directory | None) -> Iterator[Finding]:
    roles = {member: set(found) for member, found in site_roles(session).items()}
    for channel in directory.channels if directory else ():
        for role, members in channel.roles.items():
            for member in members:
                roles.setdefault(member, set()).add(role)
    both = [
        f"{member} ({first}, {second})" for member in sorted(roles) for first, second in excluded_pairs(roles[member])
    ]
    yield judged(
        not both,
        _("Nobody has two roles that must not meet."),
        _("Two roles that must not meet: {members}.", members="; ".join(both)),
    )


def _people(session: Session, people: Sequence[rules.ShownMember]) -> Iterator[Finding]:
    administrators = sum("administrator" in one.site_roles for one in people)
    yield judged(
        administrators >= ENOUGH,
        _("There are {count} administrators.", count=administrators),
        _("There are fewer than two administrators."),
    )
    auditors = sum("auditor" in one.site_roles for one in people)
    yield judged(auditors > 0, _("Somebody reads the audit trail."), _("Nobody reads the audit trail."))
    protected = set(session.scalars(select(Authenticator.member_id).where(Authenticator.confirmed)))
    without = [one.id for one in people if not one.offline and one.id not in protected]
    yield judged(
        not without,
        _("Everybody who signs in has a second factor."),
        _("Without a second factor: {members}.", members=", ".join(without)),
    )


def _channels(session: Session, people: Sequence[rules.ShownMember]) -> Iterator[Finding]:
    for channel in rules.channels(session):
        wanted = {INITIAL_ROLES[channel.kind][0]: ENOUGH, "custodian": ENOUGH, "break_glass": 1}
        for role, count in wanted.items():
            found = sum((channel.id, role) in one.roles for one in people)
            values = {"channel": channel.id, "role": _(rules.ROLE_NAMES[role]), "count": found, "wanted": count}
            yield judged(
                found >= count,
                _("{role} on “{channel}”: {count}, enough.", **values),
                _("{role} on “{channel}”: {count}, fewer than {wanted}.", **values),
            )


def _mail(service: Service, session: Session) -> Iterator[Finding]:
    if not notices.sends_mail(service):
        yield Finding(UNKNOWN, _("No mail is sent: members have to look for themselves whether something waits."))
        return
    found = notices.standing(session)
    yield judged(
        not found.failed,
        _("Mail to members is taken by its server."),
        _(
            "Mail to members is not sent since {day}: the mail server cannot be used, {why}.",
            day=found.since,
            why=found.failed,
        ),
    )
    yield judged(
        not found.refused,
        _("No member’s mail address was refused."),
        _("The mail server refused the addresses of: {members}.", members=", ".join(found.refused)),
    )


def about_files(service: Service, session: Session) -> Iterator[Finding]:
    """Whether there is room for files, and whether the store is the one that the database knows."""
    yield from _budgets(service, session)
    try:
        yield from [*_room(service, session), *_owner(service)]
    except errors.StoreUnavailable:
        yield Finding(UNMET, _("The store for files cannot be reached: no file is taken or opened."))


def _room(service: Service, session: Session) -> Iterator[Finding]:
    waiting, low = unclaimed(service, session), floor(service)
    if waiting.budget:
        yield judged(
            not waiting.is_high,
            _("Files that belong to no report yet: {percent} % of what they may hold.", percent=waiting.percent),
            _(
                "Files that belong to no report yet: {percent} % of what they may hold; beyond it, files wait. "
                "“reporting tick” takes away what nobody claimed.",
                percent=waiting.percent,
            ),
        )
    free = low.budget // _MEBIBYTE
    yield judged(
        not low.is_high,
        _("Free for files and reports: {free} MiB.", free=free),
        _(
            "Free for files and reports: {free} MiB; below {floor} MiB no files are taken, and reports slowly.",
            free=free,
            floor=low.used // _MEBIBYTE,
        ),
    )


def _owner(service: Service) -> Iterator[Finding]:
    owned = is_owned(service)
    if owned is not None:
        yield judged(
            owned,
            _("The store for files bears this service's mark."),
            _(
                "The store for files is another one than the database knows: it bears another mark, or none. "
                "Nothing is deleted in it before “reporting evidence own” says that it is this service's."
            ),
        )


def _budgets(service: Service, session: Session) -> Iterator[Finding]:
    day, everything = usage(service, session)
    if day.budget:
        yield judged(
            not day.is_high,
            _("Files of reporters: {percent} % of what a day may bring.", percent=day.percent),
            _("Files of reporters: {percent} % of what a day may bring; beyond it, files wait.", percent=day.percent),
        )
    if everything.budget:
        yield judged(
            not everything.is_high,
            _("Files of reporters: {percent} % of what there may be in all.", percent=everything.percent),
            _(
                "Files of reporters: {percent} % of what there may be in all; beyond it, no files are taken.",
                percent=everything.percent,
            ),
        )
