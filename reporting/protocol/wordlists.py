"""The word lists of BIP-39, as the ``mnemonic`` package ships them."""

from __future__ import annotations

import unicodedata
from functools import cache

from mnemonic import Mnemonic

# Language of a page (BCP 47) to the list's name; other languages see English words.
LISTS = {
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "cs": "czech",
    "pt": "portuguese",
    "ja": "japanese",
    "ko": "korean",
    "zh": "chinese_simplified",
    "zh-hant": "chinese_traditional",
}
PREFIX = 4  # letters that tell every word of an alphabetic list apart, by BIP-39's own rule


def fold(word: str) -> str:
    """``word`` as it is compared: NFKD, lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", word).casefold()
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn" or c in "\u3099\u309a")


def list_of(language: str) -> str | None:
    """The key of :data:`LISTS` for a BCP 47 tag, of which region and script matter for Chinese alone."""
    tag = language.lower().replace("_", "-")
    if tag in LISTS:
        return tag
    primary, *subtags = tag.split("-")
    if primary == "zh" and {"hant", "tw", "hk", "mo"} & set(subtags):
        return "zh-hant"
    return primary if primary in LISTS else None


@cache
def words(language: str) -> tuple[str, ...]:
    """The 2,048 words of a language's list, in order, NFC; English where there is none."""
    names = Mnemonic(LISTS[list_of(language) or "en"]).wordlist
    return tuple(unicodedata.normalize("NFC", word) for word in names)


@cache
def index(language: str) -> dict[str, int]:
    """From folded word, and folded four-letter beginning where it is unique, to its number from 0."""
    folded = [fold(word) for word in words(language)]
    found = {word: number for number, word in enumerate(folded)}
    beginnings: dict[str, list[int]] = {}
    for number, word in enumerate(folded):
        if len(word) > PREFIX:
            beginnings.setdefault(word[:PREFIX], []).append(number)
    for beginning, numbers in beginnings.items():
        if len(numbers) == 1:
            found.setdefault(beginning, numbers[0])
    return found


def languages_from(first: str) -> list[str]:
    """Every language with a list of its own, ``first`` in front."""
    own = list_of(first) or "en"
    return [own, *(language for language in LISTS if language != own)]
