"""A page as PNG, for where only pictures of points are shown: outlines filled by their winding number."""

from __future__ import annotations

from io import BytesIO
from math import ceil, floor

from fontTools.pens.basePen import BasePen
from PIL import Image, ImageChops, ImageDraw

from reporting.awareness.campaign.fonts import UNITS
from reporting.awareness.campaign.layout import PIXEL, Code, Page, PlacedLine
from reporting.awareness.campaign.shaping import Glyph, Run

#: Points are drawn so many times finer in both directions, and averaged.
_FINER = 4
_CURVE = 6
#: A mask's value where the outline does not wind around a point.
_OUTSIDE = 128


def draw_png(page: Page) -> bytes:
    """The page's PNG, a pixel of CSS a point."""
    size = (round(page.width / PIXEL), round(page.height / PIXEL))
    picture = Image.new("RGB", size, (255, 255, 255))
    for element in page.elements:
        if isinstance(element, PlacedLine):
            _text(picture, element)
            continue
        boxes, color = (element.modules, (0, 0, 0)) if isinstance(element, Code) else ([element.box], element.color)
        draw = ImageDraw.Draw(picture)
        for box in boxes:
            left, top, right, bottom = box.x, box.y, box.x + box.w, box.y + box.h
            draw.rectangle(
                (round(left / PIXEL), round(top / PIXEL), round(right / PIXEL) - 1, round(bottom / PIXEL) - 1), color
            )
    output = BytesIO()
    picture.save(output, "PNG", optimize=True)
    return output.getvalue()


def _text(picture: Image.Image, placed: PlacedLine) -> None:
    for run in placed.line.runs:
        for glyph in run.glyphs:
            contours = _contours(run, glyph, placed)
            if contours:
                _fill(picture, contours, placed.color)


def _contours(run: Run, glyph: Glyph, placed: PlacedLine) -> list[list[tuple[float, float]]]:
    """The outlines of a glyph as polygons, in fine points."""
    pen = _Polygons()
    run.face.font.draw_glyph_with_pen(glyph.id, pen)
    scale = _FINER * placed.size / UNITS / PIXEL
    x, y = (placed.x + glyph.x * placed.size) / PIXEL * _FINER, (placed.y - glyph.y * placed.size) / PIXEL * _FINER
    return [[(x + a * scale, y - b * scale) for a, b in one] for one in pen.polygons if len(one) > 2]


def _fill(picture: Image.Image, contours: list[list[tuple[float, float]]], color: tuple[int, int, int]) -> None:
    points = [point for contour in contours for point in contour]
    left, top = (floor(min(point[axis] for point in points) / _FINER) for axis in (0, 1))
    right, bottom = (ceil(max(point[axis] for point in points) / _FINER) + 1 for axis in (0, 1))
    size = ((right - left) * _FINER, (bottom - top) * _FINER)
    winding = Image.new("L", size, _OUTSIDE)
    for contour in contours:
        moved = [(a - left * _FINER, b - top * _FINER) for a, b in contour]
        once = Image.new("L", size, 0)
        ImageDraw.Draw(once).polygon(moved, fill=1)
        winding = (ImageChops.add if _area(moved) > 0 else ImageChops.subtract)(winding, once)
    mask = winding.point([0 if value == _OUTSIDE else 255 for value in range(256)])
    mask = mask.resize((right - left, bottom - top), Image.Resampling.BOX)
    picture.paste(Image.new("RGB", mask.size, color), (left, top), mask)


def _area(contour: list[tuple[float, float]]) -> float:
    turned = [*contour[1:], contour[0]]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(contour, turned, strict=True))


class _Polygons(BasePen):  # type: ignore[misc] # the class has no type where the package is read without its stubs
    """Outlines as polygons, curves in short straight steps."""

    def __init__(self) -> None:
        super().__init__(None)
        self.polygons: list[list[tuple[float, float]]] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 -- the base class calls it so
        self.polygons.append([pt])

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 -- the base class calls it so
        self.polygons[-1].append(pt)

    def _curveToOne(  # noqa: N802 -- the base class calls it so
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        start = self.polygons[-1][-1]
        for step in range(1, _CURVE + 1):
            t = step / _CURVE
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            x, y = (sum(w * p[axis] for w, p in zip(weights, (start, pt1, pt2, pt3), strict=True)) for axis in (0, 1))
            self.polygons[-1].append((x, y))
