"""The faces of sheets: Noto Sans for Latin, Greek and Cyrillic, Noto Sans Arabic, and Noto Sans SC for Chinese.

The build step puts them into the bundle's folder. Chinese stands there in slices of all weights; a sheet gets one face
with the characters that it needs. A character that no face has is refused by name: never an empty box.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from io import BytesIO
from typing import Any

import uharfbuzz as hb
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from reporting import errors
from reporting.paths import FONTS
from reporting.protocol.errors import N_

REGULAR, BOLD = 400, 700
#: Units of an em; the faces agree on it.
UNITS = 1000
LATIN, ARABIC, CHINESE = "NotoSans", "NotoSansArabic", "NotoSansSC"
_HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})
_KEPT_FACES = 32
#: The day that fonts made here bear (2000-01-01, in seconds since 1904): the same bytes each time.
_MADE = 3_029_529_600


@dataclass(frozen=True, eq=False)
class Face:
    """One font: its file as TrueType, what it can show, and what shapes text with it."""

    name: str
    weight: int
    data: bytes = field(repr=False)
    characters: frozenset[int] = field(repr=False)
    font: Any = field(repr=False)

    def __contains__(self, character: str) -> bool:
        return ord(character) in self.characters


class Faces:
    """The faces of one sheet, by weight: with all characters of ``text`` that there are."""

    def __init__(self, text: str) -> None:
        wanted = {one for one in text if not one.isspace()}
        latin, arabic = _shipped(LATIN, REGULAR), _shipped(ARABIC, REGULAR)
        beyond = {one for one in wanted if one not in latin and one not in arabic}
        # Marks that Chinese shares with others come in its own form as well, as wide as its characters.
        marks = {one for one in wanted if not one.isalnum()} if any(map(is_chinese, wanted)) else set[str]()
        slices = _slices()
        self._chinese = frozenset(ord(one) for one in beyond | marks if ord(one) in slices)
        self._missing = {one for one in wanted if unicodedata.category(one) in _HIDDEN} | {
            one for one in beyond if not self._chinese or one not in _chinese(self._chinese)[REGULAR]
        }

    def check(self, text: str) -> None:
        """Refuse what would be drawn as an empty box.

        :raises Unprocessable: a character is in no face; it is named
        """
        for one in sorted(self._missing.intersection(text))[:1]:
            raise errors.Unprocessable(
                N_("The fonts of posters do not have the character “{character}” ({code})."),
                values={"character": one, "code": f"U+{ord(one):04X}"},
            )

    def of(self, weight: int) -> dict[str, Face]:
        """The faces of a weight, by name."""
        found = {name: _shipped(name, weight) for name in (LATIN, ARABIC)}
        return {**found, CHINESE: _chinese(self._chinese)[weight]} if self._chinese else found


def is_chinese(character: str) -> bool:
    """Whether a character is of Chinese writing: an ideograph, or a mark or form as wide as one."""
    return unicodedata.east_asian_width(character) in ("W", "F")


def is_arabic(character: str) -> bool:
    """Whether a character is of Arabic writing, its digits included."""
    return unicodedata.bidirectional(character) in ("AL", "AN")


@cache
def _shipped(name: str, weight: int) -> Face:
    data = (FONTS / f"{name}-{weight}.ttf").read_bytes()
    return _face(name, weight, data, TTFont(BytesIO(data), lazy=True).getBestCmap())


def _face(name: str, weight: int, data: bytes, characters: Collection[int]) -> Face:
    return Face(name, weight, data, frozenset(characters), hb.Font(hb.Face(data)))


@cache
def _slices() -> dict[int, str]:
    """For each character of Chinese text the file that has it."""
    listed = json.loads((FONTS / f"{CHINESE}.json").read_text(encoding="utf-8"))
    numbered = {name[1:-1]: ranges for name, ranges in listed.items() if name.startswith("[")}
    return {
        code: f"{CHINESE}-{number}.woff2"
        for number, ranges in numbered.items()
        for low, high in _ranges(ranges)
        for code in range(low, high + 1)
    }


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    for part in text.split(","):
        low, _, high = part.strip().removeprefix("U+").partition("-")
        yield int(low, 16), int(high or low, 16)


@lru_cache(_KEPT_FACES)
def _chinese(wanted: frozenset[int]) -> dict[int, Face]:
    """Faces of the characters that are wanted, by weight, out of the slices that have them; the same each time."""
    slices = _slices()
    glyphs: dict[int, dict[str, Any]] = {REGULAR: {}, BOLD: {}}
    widths: dict[int, dict[str, int]] = {REGULAR: {}, BOLD: {}}
    names = {}
    for file in sorted({slices[code] for code in wanted}):
        font = TTFont(FONTS / file)
        known = font.getBestCmap()
        for code in sorted(code for code in wanted if slices[code] == file and code in known):
            names[code] = f"uni{code:05X}"
        for weight, drawings in glyphs.items():
            drawn = font.getGlyphSet(location={"wght": weight})
            for code in (code for code in names if slices[code] == file):
                pen, outline = TTGlyphPen(None), DecomposingRecordingPen(drawn)
                drawn[known[code]].draw(outline)
                outline.replay(pen)
                drawings[names[code]] = pen.glyph()
                widths[weight][names[code]] = round(drawn[known[code]].width)
    return {
        weight: _face(CHINESE, weight, build_font(CHINESE, weight, glyphs[weight], widths[weight], names), names)
        for weight in glyphs
    }


def build_font(
    name: str, weight: int, glyphs: Mapping[str, Any], widths: Mapping[str, int], codes: Mapping[int, str]
) -> bytes:
    """A TrueType font of these glyphs, in their order behind the one that stands for none; the same each time."""
    shapes = {".notdef": TTGlyphPen(None).glyph(), **glyphs}
    metrics = {".notdef": UNITS, **widths}
    builder = FontBuilder(UNITS, isTTF=True)
    builder.updateHead(created=_MADE, modified=_MADE)
    builder.setupGlyphOrder(list(shapes))
    builder.setupCharacterMap(dict(codes))
    builder.setupGlyf(shapes)
    builder.setupHorizontalMetrics({one: (metrics[one], getattr(shapes[one], "xMin", 0)) for one in shapes})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": name, "styleName": str(weight), "fullName": f"{name}-{weight}"})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWeightClass=weight, sCapHeight=733)
    builder.setupPost()
    output = BytesIO()
    builder.save(output)
    return output.getvalue()
