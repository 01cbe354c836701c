"""Each sheet, small, or why it cannot be drawn: for those who load sheets, and those who enter what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from io import BytesIO
from math import sqrt

from PIL import Image

from reporting import errors
from reporting.awareness.campaign import sheets
from reporting.awareness.campaign.content import Content
from reporting.awareness.campaign.layout import Page, Sheet
from reporting.awareness.campaign.png import draw_png
from reporting.protocol.encoding import JSONObject, b64encode, dump_json

#: What draws each sheet of :data:`reporting.awareness.campaign.formats.FORMATS`.
_DRAWN = {
    "poster": sheets.poster,
    "leaflet": sheets.leaflet,
    "card": sheets.card,
    "sticker": sheets.sticker,
    "banner": sheets.banner,
    "social": sheets.social,
}
#: Points and colors of a preview: eight previews and their page are a first visit of 40 KB.
_AREA = 24_000
_COLORS = 8
_REMEMBERED = 32


@lru_cache(_REMEMBERED)
def faults_of(content: Content) -> Mapping[str, tuple[str, Mapping[str, object]]]:
    """The sheets that cannot be drawn: of each the sentence that says why, and its values."""
    return {name: (fault.message, fault.values) for name, _sheet, fault in _sheets(content) if fault is not None}


@lru_cache(_REMEMBERED)
def draw_previews(content: Content) -> bytes:
    """Every sheet as JSON: its pages as pictures, or why it cannot be drawn (:mod:`…overview` reads it)."""
    found: JSONObject = {}
    for name, sheet, fault in _sheets(content):
        if fault is not None:
            found[name] = {"message": fault.message, "values": fault.values}
        elif sheet is not None:
            found[name] = {"pictures": [_preview(page) for page in sheet.pages]}
    return dump_json(found)


def _sheets(content: Content) -> Iterator[tuple[str, Sheet | None, errors.Unprocessable | None]]:
    for name, draw in _DRAWN.items():
        try:
            yield name, draw(content), None
        except errors.Unprocessable as fault:
            yield name, None, fault


def _preview(page: Page) -> JSONObject:
    picture = Image.open(BytesIO(draw_png(page)))
    smaller = sqrt(_AREA / (picture.width * picture.height))
    size = (round(picture.width * smaller), round(picture.height * smaller))
    small = picture.resize(size, Image.Resampling.BOX).quantize(_COLORS, dither=Image.Dither.NONE)
    output = BytesIO()
    small.save(output, "PNG", optimize=True)
    return {"name": page.name, "width": size[0], "height": size[1], "png": b64encode(output.getvalue())}
