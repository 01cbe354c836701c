"""Whether all files of content fit together: languages, anchors, links, Article 13."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reporting.awareness.markdown import within
from reporting.awareness.pieces import Fault, Page, Section
from reporting.awareness.topics import ARTICLE_13, TOPICS
from reporting.i18n import ENGLISH
from reporting.protocol.errors import N_

#: Pages by language and name.
Pages = Mapping[tuple[str, str], Page]
#: Pages of profiles, by profile, language and name.
ProfilePages = Mapping[tuple[str, str, str], Page]


class FileFault(Exception):
    """A fault, and the file in which it stands."""

    def __init__(self, file: str, fault: Fault) -> None:
        super().__init__(file, fault.line, fault.message)
        self.file = file
        self.fault = fault


def check_whole(pages: Pages, of_profiles: ProfilePages) -> None:
    """Refuse what does not fit together.

    :raises FileFault: a page is missing in English, sections differ from those in English, a link leads nowhere, or
        an item of Article 13 is answered by nothing
    """
    for topic in TOPICS:
        if (ENGLISH, topic) not in pages:
            raise FileFault(f"{ENGLISH}/{topic}.md", Fault(1, N_("this page is missing: English has every topic")))
    for page in pages.values():
        _check_against_english(page, _english_of(page, pages, of_profiles))
        _check_links(page, pages, of_profiles)
    for page in of_profiles.values():
        _check_against_english(page, _english_of(page, pages, of_profiles))
        _check_links(page, pages, of_profiles)
    _check_article_13(pages[ENGLISH, topic] for topic in TOPICS)


def _english_of(page: Page, pages: Pages, of_profiles: ProfilePages) -> dict[str, Section]:
    """The sections by whose anchors a page has to go."""
    found = [pages.get((ENGLISH, page.name))]
    if found[0] is None:
        raise FileFault(page.file, Fault(1, N_("there is no such page in English")))
    if page.profile:
        if page.language == ENGLISH:
            return {one.anchor: one for one in page.sections}
        found.append(of_profiles.get((page.profile, ENGLISH, page.name)))
    return {section.anchor: section for one in found if one is not None for section in one.sections}


def _check_against_english(page: Page, english: Mapping[str, Section]) -> None:
    for section in page.sections:
        same = english.get(section.anchor)
        if same is None:
            raise FileFault(
                page.file,
                Fault(section.line, N_("the English page has no section “{anchor}”"), anchor=section.anchor),
            )
        if section.art13 and not page.profile and section.art13 != same.art13:
            raise FileFault(page.file, Fault(section.line, N_("the English section answers other items of Article 13")))


def _check_links(page: Page, pages: Pages, of_profiles: ProfilePages) -> None:
    for link in page.links:
        found = within(link.target)
        if found is None:
            continue  # outside, or another page of the site: judged where it was read
        name, anchor = found[0] or page.name, found[1]
        if (ENGLISH, name) not in pages:
            raise FileFault(page.file, Fault(link.line, N_("“{target}” leads to no page"), target=link.target))
        if anchor and anchor not in _anchors(name, page.profile, pages, of_profiles):
            raise FileFault(page.file, Fault(link.line, N_("“{target}” leads to no section"), target=link.target))


def _anchors(name: str, profile: str, pages: Pages, of_profiles: ProfilePages) -> set[str]:
    found = [pages.get((ENGLISH, name)), of_profiles.get((profile, ENGLISH, name))]
    return {section.anchor for page in found if page is not None for section in page.sections}


def _check_article_13(english: Iterable[Page]) -> None:
    answered = {item for page in english for section in page.sections for item in section.art13}
    for item in ARTICLE_13:
        if item not in answered:
            fault = Fault(1, N_("no section answers item {item} of Article 13: none is marked art13={item}"), item=item)
            raise FileFault(f"{ENGLISH}/", fault)
