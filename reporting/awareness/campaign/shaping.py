"""Text into placed glyphs: faces by character, directions by Unicode's bidirectional algorithm, shapes by HarfBuzz."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import uharfbuzz as hb
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

from reporting.awareness.campaign.fonts import ARABIC, CHINESE, LATIN, UNITS, Face, Faces, is_arabic, is_chinese

#: Marks that may not begin a line of Chinese, and those that may not end one (GB/T 15834-2011, 5.1).
_NOT_FIRST = frozenset("，。、；：！？）》」』】〕”’…—·,.;:!?)%")
_NOT_LAST = frozenset("（《「『【〔“‘(")
#: Chinese that is longer than a headline is filled line by line, as readers expect it.
_SHORT = 12
#: A part is measured again and again while its sheet is set.
_REMEMBERED = 2_048


@dataclass(frozen=True)
class Glyph:
    """One glyph: where the pen is, how far from it the glyph stands, how far the pen moves; in ems.

    ``text`` is what it stands for; of several glyphs for the same characters the leftmost has it.
    """

    id: int
    pen: float
    aside: float
    y: float
    advance: float
    text: str

    @property
    def x(self) -> float:
        """Its place from the start of its line."""
        return self.pen + self.aside


@dataclass(frozen=True)
class Run:
    """Glyphs of one face, from left to right."""

    face: Face
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True)
class Line:
    """A line: its text in the order of reading, its runs from left to right, its width in ems."""

    text: str
    runs: tuple[Run, ...]
    width: float


@dataclass(frozen=True)
class Style:
    """How text is to be set. ``anywhere``: an address or code, which may be broken at any place."""

    faces: Faces
    language: str
    weight: int
    right_to_left: bool = False
    anywhere: bool = False


@lru_cache(_REMEMBERED)
def shape(text: str, style: Style) -> Line:
    """One line of text, shaped."""
    runs, at = [], 0.0
    for face, part, backwards in _runs(text, style):
        glyphs, at = _shaped(face, part, style.language, backwards=backwards, at=at)
        runs.append(Run(face, glyphs))
    return Line(text, tuple(runs), at)


def _runs(text: str, style: Style) -> Iterator[tuple[Face, str, bool]]:
    """Runs of one face and one direction, from left to right (UAX 9, rule L2)."""
    base = TextDirection.RTL if style.right_to_left else TextDirection.LTR
    characters = BidiParagraph(text, base).get_characters_with_embedding_level()
    faces = _faces([one.character for one in characters], style)
    pairs = [(one.embedding_level, face.name, face, one.character) for one, face in zip(characters, faces, strict=True)]
    runs = [
        (level, pieces[0][2], "".join(piece[3] for piece in pieces))
        for (level, _name), group in groupby(pairs, key=lambda pair: pair[:2])
        for pieces in [list(group)]
    ]
    for lowest in range(max((run[0] for run in runs), default=0), 0, -1):
        runs = [
            run
            for high, group in groupby(runs, key=lambda run, lowest=lowest: run[0] >= lowest)  # type: ignore[misc] # mypy infers no type for a lambda with a default
            for run in (reversed(list(group)) if high else group)
        ]
    for level, face, part in runs:
        yield face, part, level % 2 == 1


def _faces(characters: Sequence[str], style: Style) -> list[Face]:
    """A face for each character: by its script, and for marks and spaces that of what stands before them."""
    faces = style.faces.of(style.weight)
    before = home = _home(style.language, faces)
    found = []
    for one in characters:
        if is_arabic(one):
            before = faces[ARABIC]
        elif is_chinese(one) and CHINESE in faces:
            before = faces[CHINESE]
        elif one.isalnum() or (one not in before and one.strip()):
            before = next(face for face in faces.values() if one in face)
        elif before.name == CHINESE != home.name:
            before = home
        found.append(before if one in before else faces[LATIN])
    return found


def _home(language: str, faces: dict[str, Face]) -> Face:
    name = {"ar": ARABIC, "zh": CHINESE}.get(language.partition("-")[0], LATIN)
    return faces.get(name, faces[LATIN])


def _shaped(face: Face, text: str, language: str, *, backwards: bool, at: float) -> tuple[tuple[Glyph, ...], float]:
    buffer = hb.Buffer()
    # Vowels stand for themselves, not with their letter: readers disagree about the order of the two.
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if backwards else "ltr"
    buffer.language = language
    hb.shape(face.font, buffer)
    starts = sorted({info.cluster for info in buffer.glyph_infos})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    said, glyphs = set[int](), []
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        stands = "" if info.cluster in said else text[info.cluster : ends[info.cluster]]
        said.add(info.cluster)
        x, y, advance = place.x_offset / UNITS, place.y_offset / UNITS, place.x_advance / UNITS
        glyphs.append(Glyph(info.codepoint, at, x, y, advance, stands))
        at += advance
    return tuple(glyphs), at


def chunks(text: str, style: Style) -> list[str]:
    """The parts between which a line may be broken, each with the spaces after it."""
    if style.anywhere:
        return list(text)
    words = re.findall(r"\S+\s*|\s+", text)
    if _plain(style.language) != "zh":
        return words
    return [part for word in words for part in _ideographs(word)]


def _ideographs(word: str) -> Iterator[str]:
    """Between any two ideographs there may be a break, unless a mark forbids it."""
    start = 0
    for place in range(1, len(word)):
        left, right = word[place - 1], word[place]
        between = (is_chinese(left) or is_chinese(right)) and not right.isspace()
        if between and right not in _NOT_FIRST and left not in _NOT_LAST:
            yield word[start:place]
            start = place
    yield word[start:]


def _plain(language: str) -> str:
    return language.partition("-")[0]


def lines(text: str, style: Style, width: float, *, balanced: bool = False) -> list[str] | None:
    """The lines of a text in a width of so many ems; None where a part that cannot be broken is wider.

    ``balanced``: as few lines as it takes, of about the same length.
    """
    found: list[str] = []
    for paragraph in text.split("\n"):
        fitting = _measured(chunks(paragraph, style), style)
        if any(bare > width for _part, bare, _whole in fitting):
            return None
        filled = _filled(fitting, width)
        even = balanced and len(filled) > 1 and (_plain(style.language) != "zh" or len(paragraph) <= _SHORT)
        found += _balanced(fitting, width, len(filled)) if even else filled
    return found


def _measured(parts: Sequence[str], style: Style) -> list[tuple[str, float, float]]:
    return [(part, shape(part.rstrip(), style).width, shape(part, style).width) for part in parts]


def _filled(parts: Sequence[tuple[str, float, float]], width: float) -> list[str]:
    found, line, used = [], "", 0.0
    for part, bare, whole in parts:
        if line and used + bare > width:
            found.append(line.rstrip())
            line, used = "", 0.0
        line, used = line + part, used + whole
    return [*found, line.rstrip()]


def _balanced(parts: Sequence[tuple[str, float, float]], width: float, count: int) -> list[str]:
    low, high = max(bare for _part, bare, _whole in parts), width
    for _step in range(12):
        middle = (low + high) / 2
        if len(_filled(parts, middle)) <= count:
            high = middle
        else:
            low = middle
    return _filled(parts, high)
