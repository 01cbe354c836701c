"""A sheet as it is drawn: pages of rectangles, lines of text and QR codes, in millimetres from the upper left.

A canvas is written for reading from left to right and mirrors itself for languages that are read from right to left;
codes, addresses and digits stay as they are. Text is made smaller until it fits into its box; what does not fit at its
smallest size is refused, never cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import segno

from reporting import errors
from reporting.awareness.campaign.fonts import BOLD, REGULAR, Faces, is_arabic
from reporting.awareness.campaign.shaping import Line, Style, lines, shape
from reporting.protocol.errors import N_

POINT = 25.4 / 72
PIXEL = 25.4 / 96
#: Modules of white around a QR code (ISO/IEC 18004:2015, 6.3.8).
QUIET = 4
_STEP = 0.96
#: What is lost in adding up, in millimetres.
_HAIR = 1e-6
#: How much smaller a text may become where nothing else is said.
_SHRINK = 0.6
#: Ascent, descent and line, in ems: what a line of a language takes with all its marks.
_METRICS = {"ar": (1.02, 0.42, 1.5), "zh": (0.9, 0.18, 1.38)}
_LATIN_METRICS = (0.86, 0.26, 1.24)

Color = tuple[int, int, int]
INK: Color = (27, 35, 38)
SOFT: Color = (74, 84, 88)
GREEN: Color = (15, 76, 80)
BRASS: Color = (217, 166, 64)
WHITE: Color = (255, 255, 255)
LINE: Color = (124, 132, 133)


@dataclass(frozen=True)
class Box:
    """A place on a page, in millimetres."""

    x: float
    y: float
    w: float
    h: float

    def mirrored(self, width: float) -> Box:
        """The same on a page that is read from the other side."""
        return Box(width - self.x - self.w, self.y, self.w, self.h)


@dataclass(frozen=True)
class Rectangle:
    """A filled rectangle."""

    box: Box
    color: Color


@dataclass(frozen=True)
class PlacedLine:
    """A line of text at the left end of its base line, ``size`` millimetres to the em; ``ends`` a paragraph, or not."""

    x: float
    y: float
    size: float
    line: Line
    color: Color
    box: Box


@dataclass(frozen=True)
class Code:
    """The dark modules of a QR code: runs of them, in rows."""

    box: Box
    modules: tuple[Box, ...]
    says: str


Element = Rectangle | PlacedLine | Code


@dataclass
class Page:
    """One page: its name where a sheet has several, its size, what is on it and what it says."""

    name: str
    width: float
    height: float
    elements: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """A finished sheet. ``on_screen``: sizes are those of pixels, for pictures that are shown and not printed."""

    title: str
    language: str
    right_to_left: bool
    pages: tuple[Page, ...]
    on_screen: bool = False


@dataclass(frozen=True)
class Set:
    """How a text is set: sizes in points, the smallest that still can be read included."""

    size: float
    smallest: float = 0.0
    weight: int = REGULAR
    color: Color = INK
    align: str = "start"
    up: str = "top"
    code: bool = False
    balanced: bool = False

    @property
    def bold(self) -> bool:
        """Whether it is set in the heavier face."""
        return self.weight == BOLD


class Canvas:
    """Draws one page. ``scale`` enlarges everything, so that one drawing serves two sizes of paper."""

    def __init__(
        self,
        page: Page,
        faces: Faces,
        language: str,
        *,
        right_to_left: bool,
        scale: float = 1.0,
        on_screen: bool = False,
    ) -> None:
        self.page = page
        self._faces = faces
        self._language = language
        self._right_to_left = right_to_left
        self._scale = scale
        self._on_screen = on_screen

    def rectangle(self, box: Box, color: Color) -> None:
        """A filled rectangle."""
        self.page.elements.append(Rectangle(self._placed(box), color))

    def code(self, box: Box, address: str, *, on_white: bool = True) -> None:
        """A QR code of an address, a seventh of which may be damaged: its modules in the box, its quiet zone around.

        ``on_white``: the quiet zone is the page's own white, which the drawing keeps clear.
        """
        placed = self._placed(box)
        matrix = segno.make_qr(address, error="m").matrix
        across = len(matrix)
        module = placed.w / across
        if self._on_screen:  # whole pixels, so that every module is as wide as the others
            module = max(placed.w / PIXEL // across, 1.0) * PIXEL
        left, top = (at + (placed.w - module * across) / 2 for at in (placed.x, placed.y))
        if self._on_screen:
            left, top = (round(at / PIXEL) * PIXEL for at in (left, top))
        if not on_white:
            quiet, whole = QUIET * module, (across + 2 * QUIET) * module
            self.page.elements.append(Rectangle(Box(left - quiet, top - quiet, whole, whole), WHITE))
        runs = [
            Box(left + start * module, top + row * module, length * module, module)
            for row, cells in enumerate(matrix)
            for start, length in _runs(cells)
        ]
        self.page.elements.append(Code(placed, tuple(runs), address))

    def row(self, box: Box, texts: Sequence[str], how: Set, gap: float) -> None:
        """Texts side by side, each by itself: so that what is read in different directions stays apart.

        :raises Unprocessable: they do not fit at their smallest size, or a character is in no face
        """
        smaller = replace(how, size=how.size * self._narrower(box, texts, how, gap))
        at = 0.0
        for text in texts:
            width = shape(text, self._style(how, text)).width * smaller.size * POINT
            self.text(Box(box.x + at, box.y, width + 1e-3, box.h), text, replace(smaller, smallest=smaller.size / 2))
            at += width + gap

    def _narrower(self, box: Box, texts: Sequence[str], how: Set, gap: float) -> float:
        """How much smaller a row has to be."""
        ascent, descent, _leading = self._metrics(how)
        wide = sum(shape(text, self._style(how, text)).width for text in texts)
        room = (box.w - gap * (len(texts) - 1)) / wide if wide else how.size * POINT
        fits = min(room, box.h / (ascent + descent)) / POINT
        if fits < (how.smallest or how.size * _SHRINK):
            raise self._too_long(" ".join(texts))
        return min(1.0, fits / how.size)

    def text(self, box: Box, text: str, how: Set) -> float:
        """A text in its box; answers the height that it takes, in the drawing's own millimetres.

        :raises Unprocessable: it does not fit at its smallest size, or a character is in no face
        """
        ascent, descent, leading = self._metrics(how)
        style = self._style(how, text)
        size, found = self._fitted(box, text, how, style)
        height = size * (ascent + descent + leading * (len(found) - 1))
        top = box.y + {"top": 0.0, "middle": (box.h - height) / 2, "bottom": box.h - height}[how.up]
        placed = self._placed(box)
        for number, one in enumerate(found):
            line = shape(one, style)
            width = line.width * size * self._scale
            y = (top + size * (ascent + leading * number)) * self._scale
            x = placed.x + self._indent(how, placed.w - width)
            self.page.elements.append(PlacedLine(x, y, size * self._scale, line, how.color, placed))
        self.page.texts.append(text)
        return height

    def measure(self, box: Box, text: str, how: Set) -> float:
        """The height that a text will take in its box.

        :raises Unprocessable: it does not fit at its smallest size, or a character is in no face
        """
        ascent, descent, leading = self._metrics(how)
        size, found = self._fitted(box, text, how, self._style(how, text))
        return size * (ascent + descent + leading * (len(found) - 1))

    def _metrics(self, how: Set) -> tuple[float, float, float]:
        return _LATIN_METRICS if how.code else metrics(self._language)

    def _style(self, how: Set, text: str) -> Style:
        self._faces.check(text)
        # A Latin name, or a text that is not translated yet, keeps its own order.
        right_to_left = self._right_to_left and not how.code and any(map(is_arabic, text))
        return Style(self._faces, "en" if how.code else self._language, how.weight, right_to_left, how.code)

    def _indent(self, how: Set, room: float) -> float:
        left = how.align == "start" and not self._right_to_left
        right = (how.align == "start" and self._right_to_left) or (how.align == "end" and not self._right_to_left)
        return 0.0 if left else room if right else room / 2 if how.align == "middle" else 0.0

    def _fitted(self, box: Box, text: str, how: Set, style: Style) -> tuple[float, list[str]]:
        """Size and lines. An address is broken only where it would be too small in one piece."""
        ascent, descent, leading = self._metrics(how)
        smallest = (how.smallest or how.size * _SHRINK) * POINT
        for one in (replace(style, anywhere=False), style) if style.anywhere else (style,):
            size = how.size * POINT
            while size >= smallest:
                found = lines(text, one, box.w / size, balanced=how.balanced)
                if found is not None and size * (ascent + descent + leading * (len(found) - 1)) <= box.h + _HAIR:
                    return size, found
                size *= _STEP
        raise self._too_long(text)

    def _too_long(self, text: str) -> errors.Unprocessable:
        return errors.Unprocessable(
            N_("“{text}” is too long for “{sheet}”: please shorten it."),
            values={"text": text, "sheet": self.page.name},
        )

    def _placed(self, box: Box) -> Box:
        one = self._scale
        scaled = Box(box.x * one, box.y * one, box.w * one, box.h * one)
        return scaled.mirrored(self.page.width) if self._right_to_left else scaled


def metrics(language: str) -> tuple[float, float, float]:
    """Ascent, descent and distance of lines of a language, in ems."""
    return _METRICS.get(language.partition("-")[0], _LATIN_METRICS)


def _runs(cells: Sequence[int]) -> list[tuple[int, int]]:
    """Where runs of dark modules begin in a row, and how long they are."""
    found: list[tuple[int, int]] = []
    for place, dark in enumerate(cells):
        if dark and found and sum(found[-1]) == place:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((place, 1))
    return found
