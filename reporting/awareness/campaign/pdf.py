"""A sheet as PDF: the glyphs as they were shaped, their fonts embedded, and each line's text to be searched and copied.

A line carries its text in the order of reading beside its glyphs (ISO 32000-1, 14.9.4), since glyphs of Arabic alone
tell it only to readers that guess. The bytes depend on sheet and day alone.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from fpdf import FPDF
from fpdf.fonts import TTFFont

from reporting.awareness.campaign.fonts import UNITS, Face
from reporting.awareness.campaign.layout import Box, Code, Color, PlacedLine, Rectangle, Sheet
from reporting.awareness.campaign.shaping import Run

_POINTS = 72 / 25.4


def draw_pdf(sheet: Sheet, day: datetime.date) -> bytes:
    """The sheet's PDF, dated with ``day``."""
    with TemporaryDirectory() as folder:
        paper = _Paper(Path(folder))
        paper.set_lang(sheet.language)
        paper.set_title(sheet.title)
        paper.set_creation_date(datetime.datetime.combine(day, datetime.time(), datetime.UTC))
        paper.set_display_mode("fullpage")
        for page in sheet.pages:
            paper.add_page(format=(page.width, page.height))
            for element in page.elements:
                paper.element(element)
        return bytes(paper.output())


class _Paper(FPDF):
    """fpdf2, with glyphs placed as they were shaped."""

    def __init__(self, folder: Path) -> None:
        super().__init__(unit="mm")
        self._folder = folder
        self.set_auto_page_break(False)
        self.set_margin(0)

    def element(self, element: Rectangle | PlacedLine | Code) -> None:
        """Draw one element."""
        if isinstance(element, PlacedLine):
            self._text(element)
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

    def _text(self, placed: PlacedLine) -> None:
        said = placed.line.text.encode("utf-16-be").hex().upper()
        self._out(f"/Span <</ActualText <FEFF{said}>>> BDC")
        for run in placed.line.runs:
            self._run(run, placed)
        self._out("EMC")

    def _run(self, run: Run, placed: PlacedLine) -> None:
        font, size = self._use(run.face, placed.size * _POINTS), placed.size * _POINTS
        parts = []
        for glyph in run.glyphs:
            name = font.ttfont.getGlyphName(glyph.id)
            width = round(font.scale * font.ttfont["hmtx"].metrics[name][0])
            found = font.subset.get_glyph(glyph.id, tuple(map(ord, glyph.text)), name, width)
            number = font.subset.pick_glyph(found)
            x = placed.x * _POINTS + glyph.x * size
            y = (self.h - placed.y) * _POINTS + glyph.y * size
            if number is not None:
                parts.append(f"1 0 0 1 {x:.3f} {y:.3f} Tm <{number:04X}> Tj")
        self._out(f"q {_color(placed.color)} BT {' '.join(parts)} ET Q")

    def _use(self, face: Face, size: float) -> TTFFont:
        family = f"{face.name}-{face.weight}"
        path = self._folder / f"{family}.ttf"
        if not path.exists():
            path.write_bytes(face.data)
            self.add_font(family, fname=path)
        self.set_font(family, size=size)
        font = self.current_font
        if not isinstance(font, TTFFont) or font.scale != 1000 / UNITS:
            raise TypeError(family)
        self._out(self._set_font_for_page(font, size))
        return font


def _color(color: Color) -> str:
    return " ".join(f"{part / 255:.4f}" for part in color) + " rg"
