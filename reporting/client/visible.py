"""Making text from elsewhere safe to print: no control character reaches a terminal as such.

A report or a server may hold escape sequences that rewrite the screen, and controls of direction that
make a name read as another. They are shown as ``⟨U+001B⟩``.
"""

from __future__ import annotations

import unicodedata

from reporting.protocol.encoding import visible_bidi

# Cc: C0 and C1 controls; Cs: lone surrogates; Zl, Zp: separators that end a line; Co, Cn: nobody knows.
_HIDDEN = frozenset({"Cc", "Cs", "Zl", "Zp", "Co", "Cn"})
_TAGS = range(0xE0000, 0xE0080)  # invisible copies of ASCII


def visible(text: str, *, lines: bool = False) -> str:
    """``text`` with control characters and controls of direction made visible.

    :param lines: line feeds and tabs stay as they are
    """
    kept = "\n\t" if lines else ""
    return visible_bidi("".join(c if c in kept else _shown(c) for c in text))


def _shown(character: str) -> str:
    code = ord(character)
    if unicodedata.category(character) in _HIDDEN or code in _TAGS:
        return f"⟨U+{code:04X}⟩"
    return character
