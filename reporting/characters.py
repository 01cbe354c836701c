"""Characters that nobody sees, and which of them a text that everybody reads may hold.

Controls that turn the order of what follows (UAX #9: embeddings and overrides) let a text read otherwise than it is
written. They are refused, and with them whatever else is there without being seen. What scripts need to be
written stays: line feeds and tabs, joiners, marks of direction, places to break a word or line, and isolates that end
on the line on which they begin.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from reporting.protocol.errors import N_

_HIDDEN = N_("character {place} is {character}, which nobody sees: please take it out")
_HALF = N_("character {place} is {character}, without its other half on the same line")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
#: Letters, marks and a sign that are drawn as nothing; selectors of forms but for those of text and picture; and what
#: Unicode keeps for more of the same (Default_Ignorable_Code_Point).
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2065\u2800\u3164\uffa0") | frozenset(
    chr(code) for code in (*range(0xFE00, 0xFE0E), *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000))
)
_LINE_FEED = "\n"
#: Soft hyphen; zero-width space (Khmer, Lao, Thai), non-joiner and joiner; marks of direction.
_NEEDED = frozenset("\n\t\u00ad\u200b\u200c\u200d\u200e\u200f\u061c")
#: Of the category of format controls, but drawn: signs of Arabic, Syriac and Kaithi that go before a number.
_DRAWN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
_OPENING = frozenset("\u2066\u2067\u2068")
_CLOSING = "\u2069"


@dataclass(frozen=True)
class Unseen:
    """A character that may not stand there: its line, its place on it, both from 1, what it is called, and why not."""

    line: int
    place: int
    character: str
    message: str

    @property
    def values(self) -> dict[str, object]:
        """What is put into the message."""
        return {"place": self.place, "character": self.character}


def unseen_in(text: str) -> Unseen | None:
    """The first character that a public text may not hold; None where there is none."""
    for number, line in enumerate(text.split(_LINE_FEED), start=1):
        for place, one in enumerate(line):
            if one not in _OPENING and one != _CLOSING and _is_unseen(one):
                return _found(number, place, one, _HIDDEN)
        half = _half(line)
        if half is not None:
            return _found(number, half, line[half], _HALF)
    return None


def _is_unseen(one: str) -> bool:
    if one in _BLANK:
        return True
    return unicodedata.category(one) in _UNSEEN and one not in _NEEDED and one not in _DRAWN


def _half(line: str) -> int | None:
    """Where an isolate begins that does not end on its line, or one ends that did not begin there."""
    begun: list[int] = []
    for place, one in enumerate(line):
        if one in _OPENING:
            begun.append(place)
        elif one == _CLOSING:
            if not begun:
                return place
            begun.pop()
    return begun[0] if begun else None


def _found(line: int, place: int, one: str, message: str) -> Unseen:
    return Unseen(line, place + 1, f"U+{ord(one):04X} {unicodedata.name(one, '')}".rstrip(), message)
