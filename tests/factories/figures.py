"""A site whose figures of a year are published: made-up classifications, and the calendar come early.

``python tests/factories/figures.py DATA``: for the demonstration in that folder, which may be running.
"""

from __future__ import annotations

import datetime
import os
import random
import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting.config import load_settings
from reporting.members import rules as members
from reporting.members.models import Member
from reporting.permissions import Permission
from reporting.protocol.classes import BANDS, CLOSING, LEVELS, OFFENCES, OPEN, OUTCOMES, SCHEME, SECTORS, TRIAGE
from reporting.protocol.encoding import JSONObject, dump_json
from reporting.service import Clock, Service, open_service
from reporting.statistics.models import PageViews, Statistic, Story, StoryApproval
from reporting.statistics.releases import due_day, quarter_at, release_due
from reporting.statistics.stories import AGREED, APPROVALS

T = TypeVar("T")
_REPORTS = 240
SAID = "The same firm won every tender for school meals."
DID = "Offers are opened by two people now, and the contract was given out anew."
_AHEAD = datetime.timedelta(days=1)


class Later(Clock):
    """A clock that is at a day to come."""

    def __init__(self, day: datetime.date) -> None:
        self._at = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)

    def now(self) -> int:
        """Seconds, as set."""
        return int(self._at.timestamp())


def made_up(count: int, seed: int = 58) -> Iterator[JSONObject]:
    """Records of reports at triage and at closing: a few offenses and fields are frequent, most are rare."""
    chance = random.Random(seed)

    def one(choices: Sequence[T]) -> T:
        return choices[min(int(chance.expovariate(0.45)), len(choices) - 1)]

    offences, outcomes = list(OFFENCES), [code for code in OUTCOMES if code != OPEN]
    for number in range(count):
        uncac, iccs = one(offences)
        at = (TRIAGE, CLOSING)[number % 2]
        yield {
            "scheme": SCHEME,
            "at": at,
            "offences": [{"uncac": uncac, "iccs": iccs, "attempted": False}],
            "sector": one(list(SECTORS)),
            "level": one(list(LEVELS)),
            "region": one(["FR-75", "FR-13", "DE", ""]),
            **{name: one(list(BANDS)) for name in ("value", "damage", "recovery")},
            "outcome": OPEN if at == TRIAGE else one(outcomes),
            "channel_kind": "report",
        }


def _approvers(service: Service, session: Session) -> list[str]:
    everybody = session.scalars(select(Member.id).order_by(Member.id))
    return [one for one in everybody if members.may(service, session, one, Permission.STORY_WRITE)]


def publish_year(service: Service, reports: int = _REPORTS) -> str:
    """Publish the quarters of this year with made-up classifications: the year."""
    today = service.clock.today()
    year = f"{today.year:04}"
    with service.database.write() as session:
        for record in made_up(reports):
            content = dump_json(record).decode()
            session.add(Statistic(id=os.urandom(16).hex(), quarter=quarter_at(today), content=content))
        session.add(PageViews(month=f"{year}-01", language="en", views=120))
        told = {"said": SAID, "did": DID, "consent": AGREED}
        story = Story(id=os.urandom(16).hex(), year=year, language="en", author="nobody", written=today, **told)
        session.add(story)
        session.flush()
        session.add_all(
            StoryApproval(story_id=story.id, member=one) for one in _approvers(service, session)[:APPROVALS]
        )
    later = open_service(service.settings, clock=Later(due_day(service, year) + _AHEAD))
    try:
        release_due(later)
    finally:
        later.database.close()
    return year


if __name__ == "__main__":
    opened = open_service(load_settings(sys.argv[1]))
    print(publish_year(opened))
    opened.database.close()
