"""Which pages somebody has checked who knows the field and the language, and which have still to be translated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from reporting.awareness.merging import Merged
from reporting.awareness.models import ContentReview, OwnSection
from reporting.awareness.pieces import OWN, Review
from reporting.awareness.rules import Edition, latest
from reporting.awareness.topics import HEAD
from reporting.i18n import ENGLISH
from reporting.protocol.encoding import dump_json, sha256


@dataclass(frozen=True)
class Standing:
    """How a page stands in a language.

    ``written`` says whether anything of it is in that language at all; ``missing`` counts the sections that are not,
    or whose translation is older than what the organisation wrote in English; ``own`` those of the organisation.
    """

    page: Merged
    written: bool
    missing: int
    own: int
    hidden: int
    review: Review

    @property
    def needs_translation(self) -> bool:
        """Whether something of it is shown in English, or is older than the English."""
        return self.missing > 0 or self.page.head_language != self.page.language

    @property
    def needs_review(self) -> bool:
        """Whether what it says in its language was checked by nobody."""
        return self.written and not self.review.by


def digest(page: Merged) -> bytes:
    """A name for exactly what a page says."""
    parts = [[one.anchor, one.language, one.title, one.text] for one in page.sections]
    head = [page.head_language, page.title, page.summary, page.introduction_text]
    return sha256(dump_json({"head": head, "sections": parts}))


def reviews(session: Session) -> Mapping[tuple[str, str], ContentReview]:
    """The latest review of every page by name and language."""
    last = select(ContentReview.page, ContentReview.language, func.max(ContentReview.version))
    last = last.group_by(ContentReview.page, ContentReview.language)
    place = tuple_(ContentReview.page, ContentReview.language, ContentReview.version)
    return {(row.page, row.language): row for row in session.scalars(select(ContentReview).where(place.in_(last)))}


def standings(session: Session, found: Edition, language: str) -> list[Standing]:
    """How every page stands in a language."""
    known, states = reviews(session), latest(session)
    pages = [found.page(name, language) for name in found.names]
    return [_standing(page, found, known.get((page.name, language)), states) for page in pages if page is not None]


def standing(session: Session, found: Edition, name: str, language: str) -> Standing | None:
    """How one page stands in a language; None where there is no such page."""
    return next((one for one in standings(session, found, language) if one.page.name == name), None)


def _standing(
    page: Merged,
    found: Edition,
    review: ContentReview | None,
    states: Mapping[tuple[str, str, str], OwnSection],
) -> Standing:
    own = [one.anchor for one in page.sections if one.layer == OWN and one.language == page.language]
    own += [HEAD] * (page.own_head and page.head_language == page.language)
    missing = [
        one.anchor
        for one in page.sections
        if one.language != page.language or _is_outdated(states, page.name, one.anchor, page.language)
    ]
    missing += [HEAD] * _is_outdated(states, page.name, HEAD, page.language)
    spoken = page.head_language == page.language or any(one.language == page.language for one in page.sections)
    hidden = len(found.written.hidden.get(page.name, ()))
    return Standing(page, spoken, len(missing), len(own), hidden, _review(page, review, bool(own)))


def _is_outdated(states: Mapping[tuple[str, str, str], OwnSection], page: str, anchor: str, language: str) -> bool:
    """Whether the organisation changed its English section after its translation of it."""
    spoken, english = states.get((page, anchor, language)), states.get((page, anchor, ENGLISH))
    if language == ENGLISH or spoken is None or english is None or not spoken.text or not english.text:
        return False
    return english.at > spoken.at


def _review(page: Merged, review: ContentReview | None, has_own: bool) -> Review:
    if review is not None and review.digest == digest(page):
        return Review(review.reviewed_by, review.reviewed)
    if has_own or not all(one.review.by for one in page.files):
        return Review()
    return max((one.review for one in page.files), key=lambda one: (one.day is not None, one.day))
