"""Who has checked a page of the public site: noted for exactly the words that they saw."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import func, select

from reporting import errors
from reporting.administration import contents
from reporting.administration.contents import Where
from reporting.administration.drafts import Changing
from reporting.awareness import reviews
from reporting.awareness.models import ContentReview
from reporting.awareness.rules import Edition
from reporting.i18n import gettext as _
from reporting.protocol.errors import N_

MAX_NAME = 120


@dataclass(frozen=True)
class Checked:
    """That somebody has checked a page, as it is sent: who, on which day, and the digest of what they saw."""

    by: str
    day: str
    seen: str


def review(change: Changing, found: Edition, where: Where, checked: Checked) -> None:
    """Note that somebody who knows the field and the language has checked a page.

    :param where: its anchor does not matter
    :raises NotFound: there is no such page
    :raises Unprocessable: no name, or no day, or one to come
    :raises DraftChanged: the page says something else by now
    """
    page = contents.visible(found, where)
    if len(checked.by) > MAX_NAME or not checked.by.isprintable():
        raise errors.Unprocessable(
            N_("A name has 1 to {most} characters."), pointer="/reviewed_by", values={"most": MAX_NAME}
        )
    day = _day(checked.day)
    if day is None or day > change.service.clock.today():
        raise errors.Unprocessable(N_("Give the day as 2026-11-27; it must be today or earlier."), pointer="/reviewed")
    now = reviews.digest(page)
    if checked.seen != now.hex():
        raise errors.DraftChanged(members={"changes": [_("The page says something else than what was shown to you.")]})
    last = change.session.scalar(
        select(func.max(ContentReview.version)).where(
            ContentReview.page == where.page, ContentReview.language == where.language
        )
    )
    change.session.add(
        ContentReview(
            page=where.page,
            language=where.language,
            version=(last or 0) + 1,
            at=change.service.clock.now(),
            member_id=change.by,
            reviewed_by=checked.by,
            reviewed=day,
            digest=now,
        )
    )
    change.note("content:review", page=where.page, language=where.language, reviewer=checked.by, day=day.isoformat())


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
