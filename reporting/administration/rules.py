"""What administrators may change, and what they are shown of it."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.administration.drafts import Changing
from reporting.directory import published
from reporting.directory import rules as directories
from reporting.directory.difference import key_fingerprint
from reporting.directory.models import Channel, ChannelRole
from reporting.directory.roles import check_apart, site_roles
from reporting.i18n import current_language
from reporting.members import rules as members
from reporting.members.models import Member, SiteRole
from reporting.permissions import ROLES, SITE_ROLES
from reporting.protocol.directory import Directory
from reporting.protocol.directory_parts import Member as ListedMember
from reporting.protocol.encoding import parse_json_object, sha256
from reporting.protocol.errors import N_
from reporting.service import Service

#: Roles as people read them, and what each is for.
ROLE_NAMES = {
    "intake": N_("Intake"),
    "investigator": N_("Investigation"),
    "protection": N_("Protection"),
    "custodian": N_("Custody"),
    "break_glass": N_("Break-glass"),
    "administrator": N_("Administration"),
    "auditor": N_("Audit"),
    "statistician": N_("Statistics"),
}
ROLE_PURPOSES = {
    "intake": N_("receives new reports"),
    "investigator": N_("works on cases that are passed on"),
    "protection": N_("protects reporters from retaliation"),
    "custodian": N_("decides whether an identity is disclosed"),
    "break_glass": N_("a key in a safe, for what nobody else can open"),
    "administrator": N_("manages members, channels and texts; reads no case"),
    "auditor": N_("reads the audit trail; reads no case"),
    "statistician": N_("reads statistics; reads no case"),
}
CHANNEL_ROLES = tuple(role for role in ROLES if role not in SITE_ROLES)
_LIMIT = 1 << 16


@dataclass(frozen=True)
class ShownChannel:
    """A drafted channel, as lists show it."""

    id: str
    title: str
    kind: str


@dataclass(frozen=True)
class ShownMember:
    """A member as drafted, and how the list in force has them."""

    id: str
    name: str
    label: str
    valid_until: datetime.date
    keys: str
    offline: bool
    site_roles: tuple[str, ...]
    roles: tuple[tuple[str, str], ...]
    listed: bool
    differs: bool


def channels(session: Session) -> list[ShownChannel]:
    """The drafted channels, in their order."""
    found = session.scalars(select(Channel).order_by(Channel.position, Channel.id))
    return [ShownChannel(one.id, _title(one), one.kind) for one in found]


def _title(channel: Channel) -> str:
    titles = parse_json_object(channel.titles.encode(), limit=_LIMIT)
    return str(titles.get(current_language()) or titles.get("en") or next(iter(titles.values()), channel.id))


def all_members(service: Service, session: Session) -> list[ShownMember]:
    """Everybody who has not left, by label."""
    found = session.scalars(select(Member).where(Member.listed).order_by(Member.label, Member.id)).all()
    on_channels: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in session.scalars(select(ChannelRole).order_by(ChannelRole.channel_id, ChannelRole.role)):
        on_channels[row.member_id].append((row.channel_id, row.role))
    on_site = site_roles(session)
    directory = published.latest(service, session)
    listed = {member.id: member for member in directory.members} if directory else {}
    in_force = _in_force(directory)
    return [
        _shown(member, on_channels[member.id], on_site.get(member.id, ()), listed.get(member.id), in_force[member.id])
        for member in found
    ]


def one_member(service: Service, session: Session, member_id: str) -> ShownMember:
    """A member who has not left.

    :raises NotFound: nobody of that id
    """
    found = next((one for one in all_members(service, session) if one.id == member_id), None)
    if found is None:
        raise errors.NotFound(N_("There is no member “{member}”."), values={"member": member_id})
    return found


def _shown(
    member: Member,
    roles: Sequence[tuple[str, str]],
    site_roles: Collection[str],
    listed: ListedMember | None,
    in_force: Collection[tuple[str, str]],
) -> ShownMember:
    digest = sha256(member.recipient.encode())
    known = listed is not None and (listed.signing_key, listed.recipient_sha256) == (member.signing_key, digest)
    return ShownMember(
        id=member.id,
        name=member.name,
        label=member.label,
        valid_until=member.valid_until,
        keys=key_fingerprint(member.signing_key, digest),
        offline=not member.auth_hash,
        site_roles=tuple(sorted(site_roles)),
        roles=tuple(roles),
        listed=known,
        differs=known and in_force != set(roles),
    )


def _in_force(directory: Directory | None) -> Mapping[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for channel in directory.channels if directory else ():
        for role, listed in channel.roles.items():
            for member in listed:
                found[member].add((channel.id, role))
    return found


def set_roles(change: Changing, member_id: str, roles: Collection[tuple[str, str]], site_roles: Collection[str]) -> int:
    """Let a member have exactly these roles: how many of them are new or gone.

    :raises NotFound: no such member or channel
    :raises Unprocessable: no such role, or two that must not meet
    :raises Conflict: the site cannot do without them in a role
    """
    service, session = change.service, change.session
    alone = service.settings.one_person_office
    check_apart(member_id, {*site_roles, *(role for _channel, role in roles)}, one_person_office=alone)
    had = {
        (row.channel_id, row.role)
        for row in session.scalars(select(ChannelRole).where(ChannelRole.member_id == member_id))
    }
    had_on_site = set(session.scalars(select(SiteRole.role).where(SiteRole.member_id == member_id)))
    # Taken before others are given: somebody may pass from one of two to the other that must not meet it.
    for channel, role in sorted(had - set(roles)):
        directories.take_role(session, channel, role, member_id)
        change.note("role:take", member=member_id, channel=channel, role=role)
    for role in sorted(had_on_site - set(site_roles)):
        directories.take_site_role(session, role, member_id)
        change.note("site-role:take", member=member_id, role=role)
    for channel, role in sorted(set(roles) - had):
        directories.give_role(session, channel, role, member_id, one_person_office=alone)
        change.note("role:give", member=member_id, channel=channel, role=role)
    for role in sorted(set(site_roles) - had_on_site):
        directories.give_site_role(session, role, member_id, one_person_office=alone)
        change.note("site-role:give", member=member_id, role=role)
    return len(had ^ set(roles)) + len(had_on_site ^ set(site_roles))


def remove(change: Changing, member_id: str) -> None:
    """Let a member go.

    :raises NotFound: nobody of that id
    :raises Conflict: the site cannot do without them
    """
    members.remove_member(change.service, change.session, member_id, by=change.by)
    change.note("member:remove", recorded=True, member=member_id)
