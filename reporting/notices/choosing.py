"""What a member wants to be told of: kind by kind, on each channel where they have a role; nothing before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.directory import published
from reporting.log.rules import record
from reporting.members.models import Member, SiteRole
from reporting.notices.languages import language_of, parse_language
from reporting.notices.models import NoticeAddress, NoticeChoice
from reporting.notices.slots import KINDS
from reporting.permissions import ROLES, Permission
from reporting.protocol.encoding import JSONObject
from reporting.protocol.errors import N_
from reporting.service import Service

_HOLDERS = frozenset(role for role, may in ROLES.items() if Permission.CASE_WRITE in may)
_MEMBERS = {"channels", "checkpoints", "language"}
_ONE = {"id", "kinds", "named"}


@dataclass(frozen=True)
class Choice:
    """What a member wants on a channel. ``named``: the mail may say which channel it is."""

    channel: str
    kinds: frozenset[str]
    named: bool


@dataclass(frozen=True)
class Choices:
    """All that a member chooses at once; ``checkpoints``: of the audit log, for auditors."""

    channels: tuple[Choice, ...]
    checkpoints: bool
    language: str


def parse_choices(content: JSONObject) -> Choices:
    """The body of a choice.

    :raises Unprocessable: another form, a kind or language that there is not, or a channel twice
    """
    listed, checkpoints = content.get("channels"), content.get("checkpoints")
    if set(content) != _MEMBERS or not isinstance(listed, list) or not isinstance(checkpoints, bool):
        raise errors.Unprocessable(N_("A choice has channels, checkpoints and a language."))
    found = tuple(_parse_one(one, f"/channels/{place}") for place, one in enumerate(listed))
    if len({one.channel for one in found}) != len(found):
        raise errors.Unprocessable(N_("A channel is named twice."), pointer="/channels")
    return Choices(found, checkpoints, parse_language(content))


def _parse_one(content: object, pointer: str) -> Choice:
    if not isinstance(content, dict) or set(content) != _ONE:
        raise errors.Unprocessable(N_("A channel has an id, kinds, and whether it may be named."), pointer=pointer)
    channel, kinds, named = content["id"], content["kinds"], content["named"]
    if not isinstance(channel, str) or not isinstance(named, bool) or not isinstance(kinds, list):
        raise errors.Unprocessable(N_("A channel has an id, kinds, and whether it may be named."), pointer=pointer)
    if not all(isinstance(kind, str) and kind in KINDS for kind in kinds):
        raise errors.Unprocessable(N_("There is no such kind of notice."), pointer=f"{pointer}/kinds")
    return Choice(channel, frozenset(kinds), named)


def choose(service: Service, member_id: str, choices: Choices, *, by: str | None = None) -> None:
    """Put what a member wants in the place of what they wanted before; a channel without kinds is told nothing of.

    :param by: who chooses for somebody else: ``server``
    :raises Conflict: they have no confirmed address
    :raises Unprocessable: a channel on which they have no role, or checkpoints without being an auditor
    """
    with service.database.write() as session:
        row = session.get(NoticeAddress, member_id, with_for_update=True)
        if row is None or row.address is None:
            raise errors.Conflict(N_("Confirm a mail address first."))
        known = own_channels(service, session, member_id)
        for place, one in enumerate(choices.channels):
            if one.channel not in known:
                pointer = f"/channels/{place}/id"
                raise errors.Unprocessable(N_("They have no role on this channel."), pointer=pointer)
        if choices.checkpoints and not is_auditor(session, member_id):
            raise errors.Unprocessable(N_("Checkpoints are for auditors."), pointer="/checkpoints")
        row.checkpoints, row.language = choices.checkpoints, choices.language
        session.execute(delete(NoticeChoice).where(NoticeChoice.member_id == member_id))
        session.add_all(_rows(member_id, choices.channels))
        details = {} if by is None else {"member": member_id}
        record(service, session, by or member_id, "notice:choose", details=details)


def _rows(member_id: str, choices: Iterable[Choice]) -> list[NoticeChoice]:
    return [
        NoticeChoice(member_id=member_id, channel_id=one.channel, kinds=_text(one.kinds), named=one.named)
        for one in choices
        if one.kinds
    ]


def _text(kinds: frozenset[str]) -> str:
    return ",".join(kind for kind in KINDS if kind in kinds)


def show(service: Service, member_id: str) -> JSONObject:
    """A member's address, what they chose, and when mail leaves, in which language."""
    settings = service.settings
    with service.database.read() as session:
        session.get_one(Member, member_id)
        row = session.get(NoticeAddress, member_id)
        return {
            "offered": bool(settings.smtp_host and settings.notice_slots),
            "slots": list(settings.notice_slots),
            "zone": settings.notice_zone,
            "address": row.address if row else None,
            "waiting": row.waiting if row else None,
            "refused": bool(row and row.failed),
            "language": language_of(service, session, row),
            "channels": chosen(service, session, member_id),
            "checkpoints": bool(row and row.checkpoints) if is_auditor(session, member_id) else None,
        }


def chosen(service: Service, session: Session, member_id: str) -> list[JSONObject]:
    """Each channel on which a member may choose, with what they chose."""
    rows = {
        row.channel_id: row for row in session.scalars(select(NoticeChoice).where(NoticeChoice.member_id == member_id))
    }
    return [
        {
            "id": channel,
            "kinds": rows[channel].kinds.split(",") if channel in rows else [],
            "named": channel in rows and rows[channel].named,
        }
        for channel in own_channels(service, session, member_id)
    ]


def own_channels(service: Service, session: Session, member_id: str) -> list[str]:
    """The channels on which a member may hold cases, by the directory in force."""
    roles = published.roles_of(service, session, member_id)
    return sorted(channel for channel, held in roles.items() if _HOLDERS.intersection(held))


def is_auditor(session: Session, member_id: str) -> bool:
    """Whether a member reads the audit log."""
    return session.get(SiteRole, (member_id, "auditor")) is not None
