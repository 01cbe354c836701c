"""The public site's texts as they are shown here: files, jurisdiction and the organisation's own, put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from reporting.awareness.library import Library, shelf
from reporting.awareness.markdown import check_title, read_head, read_text
from reporting.awareness.merging import Layer, Merged, merge_page
from reporting.awareness.models import OwnSection
from reporting.awareness.pieces import OWN, Fault, Page, Section
from reporting.awareness.topics import ARTICLE_13, EASY, HEAD, TOPICS
from reporting.service import Service

#: A step that holds in every language.
EVERYWHERE = ""
#: Page, anchor and language of a section.
Place = tuple[str, str, str]


@dataclass(frozen=True)
class Written:
    """What an organisation wrote itself: its sections by page and language, and which are hidden.

    ``faulty`` names places whose text this release no longer takes; what lies below is shown instead.
    """

    sections: Mapping[str, Layer] = field(default_factory=dict)
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)
    faulty: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Edition:
    """Every page of the public site as it is here, for one jurisdiction.

    ``steps`` counts what the organisation did to its texts, which ``load`` reads when the first page is made.
    """

    library: Library = field(repr=False)
    profile: str
    steps: int
    load: Callable[[], Written] = field(repr=False)

    @property
    def key(self) -> tuple[object, ...]:
        """What a page is rendered anew for."""
        return (self.library.digest, self.profile, self.steps)

    @cached_property
    def written(self) -> Written:
        """What the organisation wrote itself."""
        return self.load()

    @property
    def names(self) -> tuple[str, ...]:
        """The pages that there are."""
        return self.library.names

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that there are, in the order of reading."""
        return tuple(name for name in TOPICS if name in self.names)

    def has_easy(self, topic: str) -> bool:
        """Whether a topic has an easy-to-read version."""
        return f"{EASY}{topic}" in self.names

    @cached_property
    def _merged(self) -> dict[tuple[str, str], Merged]:
        return {}

    def page(self, name: str, language: str, *, with_hidden: bool = False) -> Merged | None:
        """A page in a language; None where there is none of that name.

        :param with_hidden: for administrators, who see what others do not
        """
        if name not in self.names:
            return None
        if with_hidden:
            return self._merge(name, language, frozenset())
        found = self._merged.get((name, language))
        if found is None:
            found = self._merge(name, language, self.written.hidden.get(name, frozenset()))
            self._merged[name, language] = found
        return found

    def _merge(self, name: str, language: str, hidden: frozenset[str]) -> Merged:
        shipped, of_profile = self.files(name)
        return merge_page(shipped, of_profile, self.written.sections.get(name, {}), language, hidden)

    def files(self, name: str) -> tuple[Mapping[str, Page], Mapping[str, Page]]:
        """The product's files of a page by language, and the jurisdiction's."""
        library = self.library
        shipped = {language: page for (language, one), page in library.pages.items() if one == name}
        of_profile = {
            language: page
            for (profile, language, one), page in library.of_profiles.items()
            if (profile, one) == (self.profile, name)
        }
        return shipped, of_profile

    def anchors(self, name: str, language: str) -> frozenset[str] | None:
        """Where one can jump to on a page; None where there is no such page."""
        found = self.page(name, language)
        return None if found is None else found.anchors

    def article_13(self, language: str) -> Mapping[str, Sequence[tuple[Merged, Section]]]:
        """For each item of Article 13 the sections that answer it, each with its page."""
        found: dict[str, list[tuple[Merged, Section]]] = {item: [] for item in ARTICLE_13}
        for topic in self.topics:
            page = self.page(topic, language)
            if page is not None:
                for section in page.sections:
                    for item in section.art13:
                        found[item].append((page, section))
        return found


def edition(service: Service, session: Session, profile: str) -> Edition:
    """The public site's texts as they are here.

    :param profile: whose law they tell (:func:`reporting.awareness.words.profile_of`)
    :raises ContentError: not even the product's own can be used
    """

    def load() -> Written:
        with service.database.read() as reading:
            return written(reading)

    return Edition(shelf(service.settings).current(), profile, steps(session), load)


def edition_in(service: Service, session: Session, profile: str) -> Edition:
    """The same for whoever holds a session open: a second one beside it might wait for the first to end.

    :raises ContentError: as above
    """
    now = written(session)
    return Edition(shelf(service.settings).current(), profile, steps(session), lambda: now)


def steps(session: Session) -> int:
    """How many steps the organisation's own texts took."""
    return session.scalar(select(func.count()).select_from(OwnSection)) or 0


def latest(session: Session, page: str | None = None) -> dict[Place, OwnSection]:
    """The present state of every section that the organisation ever touched, of one page or of all."""
    last = select(OwnSection.page, OwnSection.anchor, OwnSection.language, func.max(OwnSection.version))
    last = last.group_by(OwnSection.page, OwnSection.anchor, OwnSection.language)
    place = tuple_(OwnSection.page, OwnSection.anchor, OwnSection.language, OwnSection.version)
    query = select(OwnSection).where(place.in_(last))
    if page is not None:
        query = query.where(OwnSection.page == page)
    rows = session.scalars(query.order_by(OwnSection.at, OwnSection.page, OwnSection.anchor, OwnSection.language))
    return {(row.page, row.anchor, row.language): row for row in rows}


def written(session: Session) -> Written:
    """What the organisation wrote itself, as it is now."""
    sections: dict[str, dict[str, list[Section]]] = defaultdict(lambda: defaultdict(list))
    hidden: dict[str, set[str]] = defaultdict(set)
    faulty = []
    for place, row in latest(session).items():
        if row.hidden:
            hidden[row.page].add(row.anchor)
        if row.text:
            try:
                section = own_section(row.anchor, row.language, row.title, row.text, row.art13)
            except Fault:
                faulty.append(place)
            else:
                sections[row.page][row.language].append(section)
    return Written(sections, {page: frozenset(found) for page, found in hidden.items()}, tuple(faulty))


@lru_cache(1_024)
def own_section(anchor: str, language: str, title: str, text: str, art13: str = "") -> Section:
    """A section of the organisation's own, from its text; or under ``HEAD`` title, summary and introduction of a page.

    :raises Fault: something may not stand there
    """
    blocks, links = read_head(text) if anchor == HEAD else read_text(text)
    items = tuple(sorted(set(art13.split(",")) & set(ARTICLE_13)))
    return Section(anchor, check_title(title), text, blocks, items, links, 1, language, OWN)
