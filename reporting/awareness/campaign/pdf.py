"""A sheet as PDF: shapes as HarfBuzz placed them, fonts embedded, and text that can be searched and copied.

Readers put the text together again from the characters that each glyph stands for. Arabic letters are drawn from
several glyphs (a bowl, its dots), and no two readers agree what these stand for. So each sheet gets fonts of its own,
in which all glyphs that stand for a character are one glyph. The bytes depend on sheet and day alone.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fpdf import FPDF
from fpdf.fonts import TTFFont

from reporting.awareness.campaign.fonts import UNITS, Face, build_font
from reporting.awareness.campaign.layout import Box, Code, Color, PlacedLine, Rectangle, Sheet
from reporting.awareness.campaign.shaping import Glyph, Run

_POINTS = 72 / 25.4
#: Private use: these fonts are never asked for a character.
_FIRST_CODE = 0xE000

#: What a glyph of a sheet's font is made of: its text, its width, and parts with their places.
_Form = tuple[str, int, tuple[tuple[int, int, int], ...]]


def draw_pdf(sheet: Sheet, day: datetime.date) -> bytes:
    """The sheet's PDF, dated with ``day``."""
    with TemporaryDirectory() as folder:
        paper = _Paper(sheet, Path(folder))
        paper.set_lang(sheet.language)
        paper.set_title(sheet.title)
        paper.set_creation_date(datetime.datetime.combine(day, datetime.time(), datetime.UTC))
        for page in sheet.pages:
            paper.add_page(format=(page.width, page.height))
            for element in page.elements:
                paper.element(element)
        return bytes(paper.output())


class _Paper(FPDF):
    """fpdf2, with glyphs placed as they were shaped."""

    def __init__(self, sheet: Sheet, folder: Path) -> None:
        super().__init__(unit="mm")
        self.set_auto_page_break(False)
        self.set_margin(0)
        self._forms: dict[str, dict[_Form, int]] = {}
        for face, forms in _forms_of(sheet).items():
            family = _family(face)
            self._forms[family] = {form: number for number, form in enumerate(forms, start=1)}
            path = folder / f"{family}.ttf"
            path.write_bytes(_font(face, forms))
            self.add_font(family, fname=path)

    def element(self, element: Rectangle | PlacedLine | Code) -> None:
        """Draw one element."""
        if isinstance(element, PlacedLine):
            for run in element.line.runs:
                self._run(run, element)
        elif isinstance(element, Code):
            self._rectangles(element.modules, (0, 0, 0))
        else:
            self._rectangles([element.box], element.color)

    def _rectangles(self, boxes: Iterable[Box], color: Color) -> None:
        # One path for all: drawn one by one, fine lines would show between neighbors.
        parts = [
            f"{box.x * _POINTS:.3f} {(self.h - box.y - box.h) * _POINTS:.3f} {box.w * _POINTS:.3f} "
            f"{box.h * _POINTS:.3f} re"
            for box in boxes
        ]
        self._out(f"q {_color(color)} {' '.join(parts)} f Q")

    def _run(self, run: Run, placed: PlacedLine) -> None:
        size, family = placed.size * _POINTS, _family(run.face)
        self.set_font(family, size=size)
        font = self.current_font
        if not isinstance(font, TTFFont):
            raise TypeError(family)
        shown = []
        for form in map(_form, _groups(run)):
            glyph = self._forms[family][form]
            found = font.subset.get_glyph(glyph, tuple(map(ord, form[0])), font.ttfont.getGlyphName(glyph), form[1])
            shown.append(f"<{font.subset.pick_glyph(found):04X}>")
        x, y = (placed.x + run.glyphs[0].pen * placed.size) * _POINTS, (self.h - placed.y) * _POINTS
        self._out(self._set_font_for_page(font, size))
        self._out(f"q {_color(placed.color)} BT 1 0 0 1 {x:.3f} {y:.3f} Tm [{''.join(shown)}] TJ ET Q")


def _family(face: Face) -> str:
    return f"{face.name}-{face.weight}"


def _groups(run: Run) -> Iterator[list[Glyph]]:
    """Glyphs that stand for the same characters, together."""
    group: list[Glyph] = []
    for glyph in run.glyphs:
        if group and glyph.text:
            yield group
            group = []
        group.append(glyph)
    yield group


def _form(group: list[Glyph]) -> _Form:
    start = group[0].pen
    parts = tuple((one.id, round((one.x - start) * UNITS), round(one.y * UNITS)) for one in group)
    return group[0].text, round(sum(one.advance for one in group) * UNITS), parts


def _forms_of(sheet: Sheet) -> dict[Face, list[_Form]]:
    """What each face has to show, in the order in which it is met."""
    found: dict[Face, dict[_Form, None]] = {}
    for page in sheet.pages:
        for element in page.elements:
            for run in element.line.runs if isinstance(element, PlacedLine) else ():
                found.setdefault(run.face, {}).update(dict.fromkeys(map(_form, _groups(run))))
    return {face: list(forms) for face, forms in found.items()}


def _font(face: Face, forms: list[_Form]) -> bytes:
    """A font whose glyphs are these forms, in their order, after the one that stands for none."""
    glyphs, widths = {}, {}
    for number, (_text, width, parts) in enumerate(forms):
        pen = TTGlyphPen(None)
        for glyph, x, y in parts:
            face.font.draw_glyph_with_pen(glyph, TransformPen(pen, (1, 0, 0, 1, x, y)))
        glyphs[f"form{number}"] = pen.glyph()
        widths[f"form{number}"] = width
    codes = {_FIRST_CODE + number: f"form{number}" for number in range(len(forms))}
    return build_font(face.name, face.weight, glyphs, widths, codes)


def _color(color: Color) -> str:
    return " ".join(f"{part / 255:.4f}" for part in color) + " rg"
