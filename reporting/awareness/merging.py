"""One page out of several layers: the product's texts, those of a jurisdiction, the organisation's own.

Layers are laid over each other by section. The uppermost layer that has a section decides what it says; within that
layer it is taken in the page's language, or where it is missing there in English: what holds at a place is not put
aside because nobody has translated it yet. A section answers the items of Article 13 that any of its layers marks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from reporting.awareness.markdown import PARAGRAPH_TOKENS
from reporting.awareness.pieces import Page, Section
from reporting.awareness.topics import HEAD
from reporting.i18n import ENGLISH

#: What one layer has of a page: its sections by language.
Layer = Mapping[str, Sequence[Section]]
_WORDS_A_MINUTE = 200
_LETTERS_A_MINUTE = 400  # of scripts that are written without spaces
_FIRST_OF_THOSE = "\u2e80"


@dataclass(frozen=True)
class Merged:
    """A page as it is shown in a language; ``head_language`` is that of title and introduction."""

    name: str
    language: str
    head_language: str
    title: str
    summary: str
    introduction: Sequence[Token] = field(compare=False, repr=False)
    introduction_text: str
    sections: tuple[Section, ...]
    sources: tuple[str, ...]
    files: tuple[Page, ...] = field(compare=False, repr=False)
    #: Whether title, summary and introduction are the organisation's own.
    own_head: bool = False

    @property
    def anchors(self) -> frozenset[str]:
        """Where one can jump to on the page."""
        return frozenset(one.anchor for one in self.sections)

    @property
    def minutes(self) -> int:
        """How long it takes to read."""
        return minutes(" ".join([self.introduction_text, *(f"{one.title} {one.text}" for one in self.sections)]))

    def section(self, anchor: str) -> Section | None:
        """The section of that anchor."""
        return next((one for one in self.sections if one.anchor == anchor), None)


def minutes(text: str) -> int:
    """How many minutes it takes to read a text, one at least."""
    dense = sum(letter >= _FIRST_OF_THOSE for letter in text)
    words = len("".join(" " if letter >= _FIRST_OF_THOSE else letter for letter in text).split())
    return max(1, -(-(words * _LETTERS_A_MINUTE + dense * _WORDS_A_MINUTE) // (_WORDS_A_MINUTE * _LETTERS_A_MINUTE)))


def in_language(layer: Layer, language: str) -> dict[str, Section]:
    """What a layer has in a language, in the order of the English page; in English where it is missing."""
    english = {one.anchor: one for one in layer.get(ENGLISH, ())}
    spoken = {one.anchor: one for one in layer.get(language, ())}
    found = {}
    for anchor in [*english, *(anchor for anchor in spoken if anchor not in english)]:
        section = spoken.get(anchor) or english[anchor]
        found[anchor] = section.answering(*english[anchor].art13) if anchor in english else section
    return found


def merge(layers: Sequence[Layer], language: str, hidden: Collection[str] = ()) -> tuple[Section, ...]:
    """The sections of a page in a language: each layer laid over those before it, what is hidden left out."""
    found: dict[str, Section] = {}
    for layer in layers:
        for anchor, section in in_language(layer, language).items():
            below = found.get(anchor)
            found[anchor] = section if below is None else section.answering(*below.art13)
    return tuple(section for anchor, section in found.items() if anchor not in hidden)


def merge_page(
    shipped: Mapping[str, Page], profile: Mapping[str, Page], own: Layer, language: str, hidden: Collection[str] = ()
) -> Merged:
    """A page in a language.

    :param shipped: the product's page by language, in English at least
    :param profile: the jurisdiction's by language, perhaps none
    """
    head = shipped.get(language) or shipped[ENGLISH]
    files = [head, profile.get(language) or profile.get(ENGLISH)]
    layers = [_sections(shipped), _sections(profile), own]
    known = [page for page in files if page is not None]
    merged = Merged(
        name=head.name,
        language=language,
        head_language=head.language,
        title=head.title,
        summary=head.summary,
        introduction=head.introduction,
        introduction_text=head.introduction_text,
        sections=merge(layers, language, {HEAD, *hidden}),
        sources=tuple(dict.fromkeys(source for page in known for source in page.sources)),
        files=tuple(known),
    )
    return _with_head(merged, in_language(own, language).get(HEAD))


def _with_head(page: Merged, own: Section | None) -> Merged:
    """A page with the organisation's own title, summary and introduction (:func:`…markdown.read_head`)."""
    if own is None:
        return page
    _summary, _line, introduction = own.text.partition("\n\n")
    return replace(
        page,
        head_language=own.language,
        title=own.title,
        summary="".join(child.content for child in own.blocks[1].children or ()),
        introduction=own.blocks[PARAGRAPH_TOKENS:],
        introduction_text=introduction.strip(),
        own_head=True,
    )


def _sections(pages: Mapping[str, Page]) -> Layer:
    return {language: page.sections for language, page in pages.items()}
