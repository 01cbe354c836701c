"""How readable the public texts are, page by page: an index where a language has one, else the length of sentences.

Each index is the one that is known in its language, worked out from words, sentences and syllables; higher is easier,
from about 0 (for scholars) to 100 (for everybody). Figures of two languages do not compare. Syllables are counted by
pyphen's places for hyphens, of which some words have fewer than syllables: figures are somewhat too high, above 100 at
times. They say whether a text became harder, and nothing about what readers understand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from markdown_it.token import Token
from pyphen import Pyphen

from reporting.awareness.library import SHIPPED, load
from reporting.awareness.pieces import Page

#: Words a sentence and syllables a word, to an index.
Index = Callable[[float, float], float]
INDICES: dict[str, tuple[str, Index]] = {
    "en": ("Flesch", lambda words, syllables: 206.835 - 1.015 * words - 84.6 * syllables),
    "es": ("Fernández Huerta", lambda words, syllables: 206.84 - 1.02 * words - 60 * syllables),
    "fr": ("Kandel-Moles", lambda words, syllables: 207 - 1.015 * words - 73.6 * syllables),
    "ru": ("Oborneva", lambda words, syllables: 206.835 - 1.3 * words - 60.1 * syllables),
}
_END = re.compile(r"[.!?…؟。！？]+(?=\s|$|[^\s\w])|[。！？]|\n")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_GAP = re.compile(r"\{[a-z]+\}")
#: Written without spaces: there the characters are counted.
_DENSE = {"zh"}


@dataclass(frozen=True)
class Figure:
    """What was measured of one page; ``index`` is None where the language has none."""

    page: str
    language: str
    sentences: int
    words: float
    index: float | None

    def __str__(self) -> str:
        length = f"{self.words:5.1f} {'characters' if self.language in _DENSE else 'words'} a sentence"
        if self.index is None:
            return f"{self.language}  {self.page:28} no index here      {length}"
        return f"{self.language}  {self.page:28} {INDICES[self.language][0]:16} {self.index:5.0f}  {length}"


@cache
def _hyphens(language: str) -> Pyphen:
    return Pyphen(lang=language, left=1, right=1)


def syllables(word: str, language: str) -> int:
    """How many syllables a word has, by its places for hyphens."""
    return len(_hyphens(language).positions(word.lower())) + 1


def sentences_of(text: str) -> list[str]:
    """The sentences of a text: each line and each item of a list ends one, as a reader stops there."""
    return [one for one in (part.strip() for part in _END.split(text)) if any(map(str.isalpha, one))]


def measure(text: str, name: str, language: str) -> Figure:
    """Measure a text."""
    sentences = sentences_of(_GAP.sub("", text))
    counted = [_units(sentence, language) for sentence in sentences]
    total = sum(map(len, counted))
    length = total / max(1, len(sentences))
    index = None
    if language in INDICES and total:
        spoken = sum(syllables(word, language) for words in counted for word in words) / total
        index = INDICES[language][1](length, spoken)
    return Figure(name, language, len(sentences), length, index)


def _units(sentence: str, language: str) -> Sequence[str]:
    return [one for one in sentence if one.isalnum()] if language in _DENSE else _WORD.findall(sentence)


def words_of(page: Page) -> str:
    """What a page says, without headings and marks."""
    blocks = [page.introduction, *(section.blocks for section in page.sections)]
    return "\n".join(_said(token) for tokens in blocks for token in tokens if token.children)


def _said(token: Token) -> str:
    return "".join(" " if one.type == "softbreak" else one.content for one in token.children or ())


def figures() -> Iterator[Figure]:
    """Every shipped page, in the order of languages."""
    library = load(SHIPPED)
    for language in library.languages:
        for name in library.names:
            page = library.pages.get((language, name))
            if page is not None:
                yield measure(words_of(page), name, language)


def main() -> None:
    """Print a line for each page, then what is the hardest of each language."""
    found = list(figures())
    for figure in found:
        print(figure)
    print()
    for language in sorted({one.language for one in found}):
        mine = [one for one in found if one.language == language]
        length = sum(one.words * one.sentences for one in mine) / sum(one.sentences for one in mine)
        known = [one for one in mine if one.index is not None]
        said = "no standard index here"
        if known:
            mean = sum(one.index or 0 for one in known) / len(known)
            hardest = min(known, key=lambda one: one.index or 0)
            said = f"{INDICES[language][0]} {mean:.0f} on average, {hardest.index:.0f} at least ({hardest.page})"
        unit = "characters" if language in _DENSE else "words"
        print(f"{language}  {len(mine)} pages: {said}; {length:.1f} {unit} a sentence")


if __name__ == "__main__":
    main()
