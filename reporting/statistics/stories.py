"""*You said, we did*: stories for the report of a year, read by everybody once two others approved."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.directory.rules import site_facts
from reporting.log.rules import record
from reporting.protocol.errors import N_
from reporting.service import Service
from reporting.statistics.models import Story, StoryApproval

#: How many others than the author have to approve.
APPROVALS = 2
MAX_LETTERS = 1_000
MAX_STORIES = 50
_YEAR = re.compile(r"2[0-9]{3}", re.ASCII)


@dataclass(frozen=True)
class NewStory:
    """What somebody wrote."""

    year: str
    language: str
    said: str
    did: str


@dataclass(frozen=True)
class Told:
    """A story with who wrote and who approved it."""

    story: Story
    approvers: tuple[str, ...]

    @property
    def is_approved(self) -> bool:
        """Whether everybody may read it, once its year is published."""
        return len(self.approvers) >= APPROVALS

    def names(self, labels: Mapping[str, str]) -> list[str]:
        """Who approved it, as members are called."""
        return [labels.get(member, member) for member in self.approvers]


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
        record(service, session, member, "story:write", details={"story": story.id, "year": new.year})
        return story.id


def _check(service: Service, new: NewStory) -> None:
    if _YEAR.fullmatch(new.year) is None or new.year > f"{service.clock.today().year:04}":
        raise errors.Unprocessable(N_("This must be a year that has begun."), pointer="/year")
    if new.language not in site_facts(service).site.languages:
        raise errors.Unprocessable(N_("The site does not speak this language."), pointer="/language")
    for name in ("said", "did"):
        if not 0 < len(getattr(new, name)) <= MAX_LETTERS:
            raise errors.Unprocessable(
                N_("This must be from 1 to {most} letters."), pointer=f"/{name}", values={"most": MAX_LETTERS}
            )


def approve(service: Service, member: str, story_id: str) -> None:
    """Approve what another wrote; once is enough.

    :raises NotFound: there is no such story
    :raises NotAllowed: it is the member's own
    """
    with service.database.write() as session:
        story = _story(session, story_id)
        if story.author == member:
            raise errors.NotAllowed
        if session.get(StoryApproval, (story_id, member)) is None:
            session.add(StoryApproval(story_id=story_id, member=member))
            record(service, session, member, "story:approve", details={"story": story_id, "year": story.year})


def take_back(service: Service, member: str, story_id: str) -> None:
    """Take a story out, whoever wrote it: whoever sees that it says too much must be able to.

    :raises NotFound: there is no such story
    """
    with service.database.write() as session:
        story = _story(session, story_id)
        session.execute(delete(StoryApproval).where(StoryApproval.story_id == story_id))
        session.delete(story)
        record(service, session, member, "story:take-back", details={"story": story_id, "year": story.year})


def _story(session: Session, story_id: str) -> Story:
    # Locked: an approval and a taking back at the same time must not pass each other.
    found = session.scalar(select(Story).where(Story.id == story_id).with_for_update())
    if found is None:
        raise errors.NotFound
    return found


def every(session: Session) -> list[Told]:
    """Every story, the latest year first."""
    approvers = _approvers(session.execute(select(StoryApproval.story_id, StoryApproval.member)).all())
    rows = session.scalars(select(Story).order_by(Story.year.desc(), Story.language, Story.id))
    return [Told(story, approvers.get(story.id, ())) for story in rows]


def _approvers(rows: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for story, member in rows:
        found[story] = (*found.get(story, ()), member)
    return found


def approved(session: Session, year: str) -> dict[str, list[tuple[str, str]]]:
    """What everybody reads of a year, by language."""
    found: dict[str, list[tuple[str, str]]] = {}
    for told in every(session):
        if told.story.year == year and told.is_approved:
            found.setdefault(told.story.language, []).append((told.story.said, told.story.did))
    return found
