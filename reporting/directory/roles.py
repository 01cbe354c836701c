"""Who is to have which role: given, taken, and kept apart where two must not meet in one person.

What is drafted here is in force with the next directory; roles on the whole site are in force at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases.holding import sole_holdings
from reporting.cases.models import Case, Entry
from reporting.directory.models import Channel, ChannelRole
from reporting.members.models import Member, SiteRole
from reporting.permissions import SITE_ROLES, excluded_pairs
from reporting.protocol.directory import INITIAL_ROLES, Directory
from reporting.protocol.directory_parts import ROLES
from reporting.protocol.errors import N_

_TWO_ROLES = N_("{member} cannot be {first} and {second} as well: the two must not meet in one person.")


def drafted_roles(session: Session, member_id: str) -> set[str]:
    """Every role that a member has in the draft, on whichever channel, or on the site."""
    on_site = session.scalars(select(SiteRole.role).where(SiteRole.member_id == member_id))
    on_channels = session.scalars(select(ChannelRole.role).where(ChannelRole.member_id == member_id))
    return {*on_site, *on_channels}


def check_apart(member_id: str, roles: Iterable[str], *, one_person_office: bool = False) -> None:
    """Whether one person may have all of ``roles``.

    :param one_person_office: the setting of that name: there is nobody else
    :raises Unprocessable: two of them must not meet
    """
    for first, second in excluded_pairs(roles):
        if not one_person_office:
            raise errors.Unprocessable(
                _TWO_ROLES, pointer="/role", values={"member": member_id, "first": first, "second": second}
            )


def check_directory_apart(
    directory: Directory, on_site: Mapping[str, Iterable[str]] | None = None, *, one_person_office: bool = False
) -> None:
    """Whether nobody in ``directory`` has two roles that must not meet.

    :param on_site: members' roles on the whole site, of which the directory says nothing
    :raises PublicationRefused: somebody has
    """
    found: dict[str, set[str]] = {member: set(roles) for member, roles in (on_site or {}).items()}
    for channel in directory.channels:
        for role, members in channel.roles.items():
            for member in members:
                found.setdefault(member, set()).add(role)
    for member in sorted(found):
        try:
            check_apart(member, found[member], one_person_office=one_person_office)
        except errors.Unprocessable as error:
            raise errors.PublicationRefused(error.message, values=error.values) from None


def site_roles(session: Session) -> dict[str, set[str]]:
    """Who has which roles on the whole site."""
    found: dict[str, set[str]] = {}
    for row in session.scalars(select(SiteRole)):
        found.setdefault(row.member_id, set()).add(row.role)
    return found


def give_role(session: Session, channel_id: str, role: str, member_id: str, *, one_person_office: bool = False) -> None:
    """Draft a role of a member on a channel; nothing changes where they have it.

    :param one_person_office: the setting of that name
    :raises NotFound: no such channel or member
    :raises Unprocessable: no such role, or one that must not meet another of theirs
    """
    if role not in ROLES:
        raise errors.Unprocessable(N_("There is no such role."), pointer="/role")
    if session.get(Channel, channel_id) is None:
        raise errors.NotFound(N_("There is no channel “{channel}”."), values={"channel": channel_id})
    _listed(session, member_id)
    check_apart(member_id, {*drafted_roles(session, member_id), role}, one_person_office=one_person_office)
    session.merge(ChannelRole(channel_id=channel_id, role=role, member_id=member_id))
    session.flush()


def give_site_role(session: Session, role: str, member_id: str, *, one_person_office: bool = False) -> None:
    """Give a member a role on the whole site, at once; nothing changes where they have it.

    :raises NotFound: no such member
    :raises Unprocessable: no such role, or one that must not meet another of theirs
    """
    if role not in SITE_ROLES:
        raise errors.Unprocessable(N_("There is no such role."), pointer="/role")
    _listed(session, member_id)
    check_apart(member_id, {*drafted_roles(session, member_id), role}, one_person_office=one_person_office)
    session.merge(SiteRole(member_id=member_id, role=role))
    session.flush()


def _listed(session: Session, member_id: str) -> Member:
    member = session.get(Member, member_id)
    if member is None or not member.listed:
        raise errors.NotFound(N_("There is no member “{member}”."), values={"member": member_id})
    return member


def take_role(session: Session, channel_id: str, role: str, member_id: str) -> None:
    """Draft the end of a role.

    :raises NotFound: they do not have it
    :raises Conflict: nobody could receive reports there without them, or disclose the identities given there
    """
    row = session.get(ChannelRole, (channel_id, role, member_id))
    if row is None:
        raise errors.NotFound(
            N_("On “{channel}”, {member} is not {role}."),
            values={"channel": channel_id, "member": member_id, "role": role},
        )
    _refuse_last(session, row)
    session.delete(row)
    session.flush()


def take_site_role(session: Session, role: str, member_id: str) -> None:
    """End a role on the whole site, at once.

    :raises NotFound: they do not have it
    :raises Conflict: they are the last administrator
    """
    row = session.get(SiteRole, (member_id, role))
    if row is None:
        raise errors.NotFound(N_("{member} is not {role}."), values={"member": member_id, "role": role})
    if role == "administrator":
        _refuse_last_administrator(session, member_id)
    session.delete(row)
    session.flush()


def refuse_if_needed(session: Session, member_id: str) -> None:
    """Whether the site can do without a member altogether.

    :raises Conflict: they are the last administrator, the last to receive reports on a channel, the last
        custodian of a channel where somebody gave an identity, or alone in holding a case; it says what to do first
    """
    if alone := sole_holdings(session, member_id):
        raise errors.Conflict(
            N_("{member} alone holds {count} cases: have them handed over to a colleague first."),
            values={"member": member_id, "count": len(alone)},
        )
    if session.get(SiteRole, (member_id, "administrator")) is not None:
        _refuse_last_administrator(session, member_id)
    own = select(ChannelRole).where(ChannelRole.member_id == member_id)
    for row in session.scalars(own.order_by(ChannelRole.channel_id, ChannelRole.role)).all():
        _refuse_last(session, row)


def _refuse_last_administrator(session: Session, member_id: str) -> None:
    # Held before they are counted: of two who go at once, the second finds the first gone.
    session.scalars(
        select(SiteRole).where(SiteRole.role == "administrator").order_by(SiteRole.member_id).with_for_update()
    ).all()
    others = (
        select(SiteRole.member_id)
        .join(Member, Member.id == SiteRole.member_id)
        .where(SiteRole.role == "administrator", SiteRole.member_id != member_id, Member.listed)
    )
    if session.scalar(others.limit(1)) is None:
        raise errors.Conflict(
            N_("{member} is the last administrator: make somebody else one first."), values={"member": member_id}
        )


def _refuse_last(session: Session, row: ChannelRole) -> None:
    for role in _needed_roles(session, row.channel_id):
        if row.role != role or _others(session, row):
            continue
        raise errors.Conflict(
            N_("{member} is the last {role} of “{channel}”: give somebody else that role first."),
            values={"member": row.member_id, "role": role, "channel": row.channel_id},
        )


def _others(session: Session, row: ChannelRole) -> bool:
    same = ChannelRole.channel_id == row.channel_id, ChannelRole.role == row.role
    session.scalars(select(ChannelRole).where(*same).order_by(ChannelRole.member_id).with_for_update()).all()
    others = (
        select(ChannelRole.member_id)
        .join(Member, Member.id == ChannelRole.member_id)
        .where(
            *same,
            ChannelRole.member_id != row.member_id,
            Member.listed,
        )
    )
    return session.scalar(others.limit(1)) is not None


def _needed_roles(session: Session, channel_id: str) -> Iterator[str]:
    yield INITIAL_ROLES[session.get_one(Channel, channel_id).kind][0]
    given = (
        select(Entry.id)
        .join(Case, Case.id == Entry.case_id)
        .where(Case.channel_id == channel_id, Entry.audience == "custodian", Entry.author == "reporter")
    )
    if session.scalar(given.where(Entry.sealed.is_not(None)).limit(1)) is not None:
        yield "custodian"
