"""Who would be missed: cases that nobody at work would hold without a certain member."""

from __future__ import annotations

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from reporting.cases.models import Case, Epoch, Holding
from reporting.directory.models import ChannelRole
from reporting.members.models import Member
from reporting.protocol import epoch as protocol_epochs
from reporting.protocol import note as notes

#: Roles whose members may let others into a case. The break-glass key may too, but lies in a safe.
WORKING = ("intake", "investigator", "protection")


def sole_holdings(session: Session, member: str) -> list[str]:
    """The cases that nobody else at work could give on if ``member`` left, by id.

    At work are those who are to stand in the next directory with a role on the case's channel that lets them
    give it on. The break-glass key lies in a safe: it saves a case, and works on none. Whoever reads a case
    without holding it can let nobody else in.
    """
    at_work = _at_work(session)
    return [
        case
        for case, channel, holders in _held(session, member)
        if not (holders - {member}) & at_work.get(channel, frozenset())
    ]


def _held(session: Session, member: str) -> list[tuple[str, str, set[str]]]:
    query = (
        select(Case.id, Case.channel_id, Epoch.note)
        .join(Holding, Holding.case_id == Case.id)
        .join(Epoch, and_(Epoch.case_id == Case.id, Epoch.number == Case.epoch))
        .where(Holding.member_id == member, Holding.granted)
        .order_by(Case.id)
    )
    found = []
    for row in session.execute(query):
        holders = set(protocol_epochs.parse_text(notes.parse(row.note).text).holders)
        if member in holders:
            found.append((row.id, row.channel_id, holders))
    return found


def _at_work(session: Session) -> dict[str, set[str]]:
    query = (
        select(ChannelRole.channel_id, ChannelRole.member_id)
        .join(Member, Member.id == ChannelRole.member_id)
        .where(Member.listed, ChannelRole.role.in_(WORKING))
    )
    found: dict[str, set[str]] = {}
    for row in session.execute(query):
        found.setdefault(row.channel_id, set()).add(row.member_id)
    return found
