"""The sheets: poster, leaflet, wallet card, sticker, banner and picture for social media.

Nothing stands nearer to the edge than office printers reach, so that no sheet needs to be trimmed. Nothing depends on
color: dark on white, or white on dark.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from reporting.awareness.campaign.content import Content, Words, leaflet_words_of, words_of
from reporting.awareness.campaign.drawing import Job
from reporting.awareness.campaign.fonts import Faces
from reporting.awareness.campaign.layout import PIXEL, Canvas, Page, Sheet
from reporting.awareness.campaign.leaflet import draw_inside, draw_outside
from reporting.awareness.campaign.poster import draw_poster
from reporting.awareness.campaign.small import (
    draw_banner,
    draw_card_back,
    draw_card_front,
    draw_social,
    draw_sticker,
)

A4 = (210.0, 297.0)
A3 = (297.0, 420.0)
CARD = (85.0, 54.0)
STICKER = (74.0, 74.0)
BANNER = (970 * PIXEL, 250 * PIXEL)
SOCIAL = (1200 * PIXEL, 630 * PIXEL)

_Draw = Callable[[Job], None]
#: A sheet is wanted several times in a row: as PDF, and each of its pages as SVG.
_KEPT = 4


def poster(content: Content, size: tuple[float, float] = A4) -> Sheet:
    """A poster, on A4 or, enlarged, on A3.

    :raises Unprocessable: a name is too long, or has a character that the fonts lack
    """
    return _sheet(content, size, (("poster", draw_poster),), scale=size[0] / A4[0])


def leaflet(content: Content) -> Sheet:
    """A leaflet: both sides of a sheet of A4 that is folded once.

    :raises Unprocessable: as for a poster
    """
    across = (A4[1], A4[0])
    return _sheet(content, across, (("outside", draw_outside), ("inside", draw_inside)))


def card(content: Content) -> Sheet:
    """Both sides of a card for the wallet.

    :raises Unprocessable: as for a poster
    """
    return _sheet(content, CARD, (("front", draw_card_front), ("back", draw_card_back)))


def sticker(content: Content) -> Sheet:
    """A sticker.

    :raises Unprocessable: as for a poster
    """
    return _sheet(content, STICKER, (("sticker", draw_sticker),))


def banner(content: Content) -> Sheet:
    """A banner for an intranet's first page.

    :raises Unprocessable: as for a poster
    """
    return _sheet(content, BANNER, (("banner", draw_banner),), on_screen=True)


def social(content: Content) -> Sheet:
    """A picture for social media.

    :raises Unprocessable: as for a poster
    """
    return _sheet(content, SOCIAL, (("social", draw_social),), on_screen=True)


@lru_cache(_KEPT)
def _sheet(
    content: Content,
    size: tuple[float, float],
    sides: tuple[tuple[str, _Draw], ...],
    *,
    scale: float = 1.0,
    on_screen: bool = False,
) -> Sheet:
    words = words_of(content)
    faces = Faces(_all_texts(content, words))
    pages = []
    for name, draw in sides:
        page = Page(name, *size)
        canvas = Canvas(
            page,
            faces,
            content.language,
            right_to_left=content.right_to_left,
            scale=scale,
            on_screen=on_screen,
        )
        draw(Job(content, words, canvas))
        pages.append(page)
    title = f"{words.eyebrow}: {content.short}"
    return Sheet(title, content.language, content.right_to_left, tuple(pages), on_screen)


def _all_texts(content: Content, words: Words) -> str:
    """Every character that may be drawn, so that all sides share their faces."""
    leaflet = leaflet_words_of(content)
    parts = [*vars(words).values(), *vars(leaflet).values(), *vars(content).values(), content.issued, content.spoken]
    return "".join(map(_flat, parts)) + "1234"


def _flat(value: object) -> str:
    return "".join(map(_flat, value)) if isinstance(value, list | tuple) else value if isinstance(value, str) else ""
