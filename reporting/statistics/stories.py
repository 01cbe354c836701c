"""*You said, we did*: stories for the report of a year, read by everybody once two others approved."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.characters import unseen_in
from reporting.directory.rules import site_facts
from reporting.i18n import gettext as _
from reporting.log.rules import record
from reporting.members import rules as members
from reporting.permissions import Permission
from reporting.protocol.errors import N_
from reporting.service import Service
from reporting.statistics.models import Story, StoryApproval

#: How many others than the author have to approve.
APPROVALS = 2
MAX_LETTERS = 1_000
MAX_STORIES = 50
AGREED, SEVERAL = "agreed", "several"
#: What whoever writes says of those who reported: one of these, and in which words.
CONSENTS = {
    AGREED: N_("The reporter was asked, and agreed."),
    SEVERAL: N_("It is of several cases, or so general that nobody who reported can be recognized in it."),
}
#: Of stories that were written before this was asked.
UNRECORDED = N_("It is not recorded whether the reporter agreed. Take the story out, and write it anew.")
_YEAR = re.compile(r"2[0-9]{3}", re.ASCII)


@dataclass(frozen=True)
class NewStory:
    """What somebody wrote."""

    year: str
    language: str
    said: str
    did: str
    consent: str


@dataclass(frozen=True)
class Told:
    """A story, who approves it, and who approved it and may not any more."""

    story: Story
    approvers: tuple[str, ...]
    former: tuple[str, ...]

    @property
    def is_approved(self) -> bool:
        """Whether everybody may read it, once its year is published."""
        return len(self.approvers) >= APPROVALS and self.story.consent in CONSENTS


def write(service: Service, member: str, new: NewStory) -> str:
    """Store a story: its id. Nobody but members reads it before it is approved.

    :raises Unprocessable: a field cannot be right
    :raises Conflict: the year has as many as it can have
    """
    _check(service, new)
    with service.database.write() as session:
        if (session.scalar(select(func.count()).where(Story.year == new.year)) or 0) >= MAX_STORIES:
            raise errors.Conflict(N_("This year has as many stories as it can have."))
        story = Story(id=os.urandom(16).hex(), author=member, written=service.clock.today(), **vars(new))
        session.add(story)
        record(service, session, member, "story:write", details=_details(story) | {"consent": new.consent})
        return story.id


def _check(service: Service, new: NewStory) -> None:
    if _YEAR.fullmatch(new.year) is None or new.year > f"{service.clock.today().year:04}":
        raise errors.Unprocessable(N_("This must be a year that has begun."), pointer="/year")
    if new.language not in site_facts(service).site.languages:
        raise errors.Unprocessable(N_("The site does not speak this language."), pointer="/language")
    for name in ("said", "did"):
        _check_words(name, getattr(new, name))
    if new.consent not in CONSENTS:
        raise errors.Unprocessable(N_("Please choose one of them."), pointer="/consent")


def _check_words(name: str, text: str) -> None:
    if not 0 < len(text) <= MAX_LETTERS:
        raise errors.Unprocessable(
            N_("This must be from 1 to {most} letters."), pointer=f"/{name}", values={"most": MAX_LETTERS}
        )
    found = unseen_in(text)
    if found is not None:
        values = {"line": found.line, "fault": _(found.message, **found.values)}
        raise errors.Unprocessable(N_("Line {line}: {fault}."), pointer=f"/{name}", values=values)


def approve(service: Service, member: str, story_id: str) -> None:
    """Approve what another wrote; once is enough.

    :raises NotFound: there is no such story
    :raises NotAllowed: it is the member's own
    :raises Conflict: it does not say whether the reporter agreed
    """
    with service.database.write() as session:
        story = _story(session, story_id)
        if story.author == member:
            raise errors.NotAllowed
        if story.consent not in CONSENTS:
            raise errors.Conflict(UNRECORDED)
        if session.get(StoryApproval, (story_id, member)) is None:
            session.add(StoryApproval(story_id=story_id, member=member))
            record(service, session, member, "story:approve", details=_details(story))


def take_back(service: Service, member: str, story_id: str) -> None:
    """Take a story out, whoever wrote it: whoever sees that it says too much must be able to.

    :raises NotFound: there is no such story
    """
    with service.database.write() as session:
        story = _story(session, story_id)
        session.execute(delete(StoryApproval).where(StoryApproval.story_id == story_id))
        session.delete(story)
        record(service, session, member, "story:take-back", details=_details(story))


def _details(story: Story) -> dict[str, str]:
    return {"story": story.id, "year": story.year}


def _story(session: Session, story_id: str) -> Story:
    # Locked: an approval and a taking back at the same time must not pass each other.
    found = session.scalar(select(Story).where(Story.id == story_id).with_for_update())
    if found is None:
        raise errors.NotFound
    return found


def every(service: Service, session: Session) -> list[Told]:
    """Every story, the latest year first. Of those who approved count those alone who still might."""
    approvals = session.execute(select(StoryApproval.story_id, StoryApproval.member)).all()
    members_there = {member for _story_id, member in approvals}
    counted = {one for one in members_there if members.may(service, session, one, Permission.STORY_WRITE)}
    rows = session.scalars(select(Story).order_by(Story.year.desc(), Story.language, Story.id))
    return [_told(story, [member for story_id, member in approvals if story_id == story.id], counted) for story in rows]


def _told(story: Story, approved_by: Iterable[str], counted: Collection[str]) -> Told:
    names = sorted(approved_by)
    return Told(story, tuple(one for one in names if one in counted), tuple(one for one in names if one not in counted))


def approved(service: Service, session: Session, year: str) -> dict[str, list[tuple[str, str]]]:
    """What everybody reads of a year, by language."""
    found: dict[str, list[tuple[str, str]]] = {}
    for told in every(service, session):
        if told.story.year == year and told.is_approved:
            found.setdefault(told.story.language, []).append((told.story.said, told.story.did))
    return found
