"""One administrator after the other: each change is counted, and names what it changed.

A form carries the number that stood when it was shown. Where somebody else has changed the same thing since,
nothing is stored; the second sees what the first did, and still has what they typed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.administration.models import DraftChange, DraftRevision
from reporting.db.direct import insert_rows
from reporting.i18n import gettext as _
from reporting.log.rules import Act, record_each
from reporting.members.models import Member
from reporting.protocol.encoding import dump_json, parse_json_object
from reporting.protocol.errors import N_
from reporting.service import Service

_ROW = "draft"
#: Who changes something at the server's terminal.
SERVER = "server"
_LIMIT = 1 << 16
#: What each change is called when it is told to somebody else.
SENTENCES = {
    "invitation:create": N_("{by} invited {label} as {member}."),
    "invitation:revoke": N_("{by} took the invitation of {member} back."),
    "role:give": N_("{by} gave {member} the role {role} on “{channel}”."),
    "role:take": N_("{by} took the role {role} on “{channel}” from {member}."),
    "site-role:give": N_("{by} gave {member} the role {role}."),
    "site-role:take": N_("{by} took the role {role} from {member}."),
    "member:add": N_("{by} enrolled {member}."),
    "member:remove": N_("{by} removed {member}."),
    "member:restore": N_("{by} put the account of {member} back that somebody had replaced by enrolling again."),
    "channel:add": N_("{by} drafted the channel “{channel}”."),
    "channel:change": N_("{by} changed the channel “{channel}”."),
    "channel:remove": N_("{by} closed the channel “{channel}”."),
    "questionnaire:change": N_("{by} changed the questionnaire {questionnaire}."),
    "site:change": N_("{by} changed the site's texts."),
    "place:add": N_("{by} added “{place}” to where else to go."),
    "place:change": N_("{by} changed “{place}” in where else to go."),
    "place:remove": N_("{by} took “{place}” out of where else to go."),
    "place:hide": N_("{by} hid “{place}” from where else to go: {reason}"),
    "place:show": N_("{by} no longer hides “{place}” from where else to go."),
    "content:edit": N_("{by} wrote the section “{section}” of “{page}” ({language})."),
    "content:hide": N_("{by} hid the section “{section}” of “{page}”."),
    "content:show": N_("{by} shows the section “{section}” of “{page}” again."),
    "content:drop": N_("{by} took the own text of “{section}” out of “{page}” ({language})."),
    "content:restore": N_("{by} put an older text of “{section}” back on “{page}” ({language})."),
    "content:review": N_("{by} noted that {reviewer} has checked “{page}” ({language})."),
    "directory:request": N_("{by} asked for version {version} of the list."),
    "directory:publish": N_("{by} published version {version} of the list."),
}


@dataclass(frozen=True)
class Told:
    """A change as it is told: when, and in one sentence."""

    at: datetime.datetime
    sentence: str


@dataclass(frozen=True)
class Changing:
    """A change that is being made, by a member, to one thing."""

    service: Service
    session: Session
    by: str
    subject: str
    acts: list[Act] = field(default_factory=list)

    def note(self, act: str, *, recorded: bool = False, subject: str = "", **details: str | int) -> None:
        """Count what was done, and let the audit trail have it at the end unless the rule wrote it.

        :param recorded: the rule did
        :param subject: to what it was done; else to what the whole change is about
        """
        row = _hold(self.session)
        row.number += 1
        values = {
            "number": row.number,
            "at": self.service.clock.now(),
            "member_id": self.by,
            "subject": subject or self.subject,
            "act": act,
            "details": dump_json(dict(details)).decode(),
        }
        self.session.flush()
        insert_rows(self.session, DraftChange, [values])
        if not recorded:
            self.acts.append(Act(self.by, act, details=dict(details)))


def revision(session: Session) -> int:
    """How many changes there were so far."""
    return session.get_one(DraftRevision, _ROW).number


@contextmanager
def changing(service: Service, by: str, subject: str, seen: int | None = None) -> Iterator[Changing]:
    """A transaction that changes ``subject``, if nobody else did since revision ``seen``.

    :param by: a member, or ``server`` for its terminal
    :param seen: None where whatever was done before does not matter
    :raises DraftChanged: somebody did; it says what
    """
    with service.database.write() as session:
        _hold(session)
        if seen is not None and (since := told(session, subject, seen)):
            raise errors.DraftChanged(members={"changes": [one.sentence for one in since]})
        change = Changing(service, session, by, subject)
        yield change
        record_each(service, session, change.acts)


def _hold(session: Session) -> DraftRevision:
    return session.get_one(DraftRevision, _ROW, with_for_update=True)


def told(session: Session, subject: str, seen: int) -> Sequence[Told]:
    """What was done to ``subject`` after revision ``seen``, the oldest first."""
    rows = session.scalars(
        select(DraftChange)
        .where(DraftChange.number > seen, DraftChange.subject == subject)
        .order_by(DraftChange.number)
    )
    return [_tell(session, row) for row in rows]


def latest(session: Session, count: int) -> Sequence[Told]:
    """The last changes, the newest first."""
    rows = session.scalars(select(DraftChange).order_by(DraftChange.number.desc()).limit(count))
    return [_tell(session, row) for row in rows]


def _tell(session: Session, row: DraftChange) -> Told:
    member = session.get(Member, row.member_id)
    by = member.label if member else _("The server's terminal")
    details = parse_json_object(row.details.encode(), limit=_LIMIT)
    at = datetime.datetime.fromtimestamp(row.at, datetime.UTC)
    return Told(at, _(SENTENCES[row.act], **{**details, "by": by}))
