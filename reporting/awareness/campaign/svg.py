"""A page as SVG: text as outlines, so that it looks the same everywhere, and as words for those who listen."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen

from reporting.awareness.campaign.fonts import UNITS
from reporting.awareness.campaign.layout import PIXEL, Box, Code, Color, Page, PlacedLine, Rectangle, Sheet


def draw_svg(sheet: Sheet, page: Page) -> bytes:
    """The page's SVG."""
    unit = (f"{page.width / PIXEL:.0f}", f"{page.height / PIXEL:.0f}") if sheet.on_screen else None
    width, height = unit or (f"{_short(page.width)}mm", f"{_short(page.height)}mm")
    drawn = "\n".join(_element(element) for element in page.elements)
    words = "\n".join(page.texts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {_short(page.width)} {_short(page.height)}" role="img" aria-labelledby="title words" '
        f"lang={quoteattr(sheet.language)}>\n"
        f'<title id="title">{escape(sheet.title)}</title>\n<desc id="words">{escape(words)}</desc>\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{drawn}\n</svg>\n'
    ).encode()


def _element(element: Rectangle | PlacedLine | Code) -> str:
    if isinstance(element, PlacedLine):
        return f'<path fill="{_hex(element.color)}" d="{outline(element)}"/>'
    if isinstance(element, Code):
        return f'<path fill="#000" shape-rendering="crispEdges" d="{_boxes(element.modules)}"/>'
    return f'<path fill="{_hex(element.color)}" d="{_boxes([element.box])}"/>'


def outline(placed: PlacedLine) -> str:
    """The outlines of a line of text as one path."""
    pen = SVGPathPen(None, ntos=_short)
    scale = placed.size / UNITS
    for run in placed.line.runs:
        for glyph in run.glyphs:
            x, y = placed.x + glyph.x * placed.size, placed.y - glyph.y * placed.size
            run.face.font.draw_glyph_with_pen(glyph.id, TransformPen(pen, (scale, 0, 0, -scale, x, y)))
    return str(pen.getCommands())


def _boxes(boxes: Iterable[Box]) -> str:
    return "".join(f"M{_short(b.x)} {_short(b.y)}h{_short(b.w)}v{_short(b.h)}h-{_short(b.w)}z" for b in boxes)


def _hex(color: Color) -> str:
    return "#" + "".join(f"{part:02x}" for part in color)


def _short(number: float) -> str:
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
