"""Everything there is, as files: by format, in each language, and all of them in one archive.

The bytes of a file are a function of release, directory version and language, so that they can be kept, compared, and
made again by anybody from what the site publishes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO

from reporting.awareness.campaign import sheets, snippets
from reporting.awareness.campaign.content import Content, content_of, spoken_languages
from reporting.awareness.campaign.formats import FORMATS
from reporting.awareness.campaign.layout import Sheet
from reporting.awareness.campaign.pdf import draw_pdf
from reporting.awareness.campaign.png import draw_png
from reporting.awareness.campaign.svg import draw_svg
from reporting.directory.facts import SiteFacts

README = "README.txt"
_PDF, _SVG, _PNG = ".pdf", ".svg", ".png"


def _pdf(draw: Callable[[Content], Sheet]) -> Callable[[Content], bytes]:
    return lambda content: draw_pdf(draw(content), content.day)


def _svg(draw: Callable[[Content], Sheet], page: int = 0) -> Callable[[Content], bytes]:
    def drawn(content: Content) -> bytes:
        sheet = draw(content)
        return draw_svg(sheet, sheet.pages[page])

    return drawn


def _png(draw: Callable[[Content], Sheet]) -> Callable[[Content], bytes]:
    return lambda content: draw_png(draw(content).pages[0])


def _large_poster(content: Content) -> Sheet:
    return sheets.poster(content, sheets.A3)


#: What makes each file of :data:`FORMATS`.
MAKERS: dict[str, Callable[[Content], bytes]] = {
    "poster-a4.pdf": _pdf(sheets.poster),
    "poster-a4.svg": _svg(sheets.poster),
    "poster-a3.pdf": _pdf(_large_poster),
    "poster-a3.svg": _svg(_large_poster),
    "leaflet.pdf": _pdf(sheets.leaflet),
    "leaflet-outside.svg": _svg(sheets.leaflet, 0),
    "leaflet-inside.svg": _svg(sheets.leaflet, 1),
    "card.pdf": _pdf(sheets.card),
    "card-front.svg": _svg(sheets.card, 0),
    "card-back.svg": _svg(sheets.card, 1),
    "sticker.pdf": _pdf(sheets.sticker),
    "sticker.svg": _svg(sheets.sticker),
    "signature.html": snippets.signature_html,
    "signature.txt": snippets.signature_text,
    "banner.png": _png(sheets.banner),
    "banner.svg": _svg(sheets.banner),
    "social.png": _png(sheets.social),
    "social.svg": _svg(sheets.social),
    "badge.html": snippets.badge,
}


def make_files(facts: SiteFacts, languages: Iterable[str], formats: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Files of formats in languages, each as ``<language>/<name>``.

    :raises NotFound: the site does not speak a language, or it has no texts
    :raises Unprocessable: no address that can be printed, a text too long, or a character that the fonts lack
    """
    chosen = list(formats)
    for language in languages:
        content = content_of(facts, language)
        for name in chosen:
            for file in FORMATS[name].files:
                yield f"{language}/{file}", MAKERS[file](content)


def pack(facts: SiteFacts, files: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive of files, with a note on how to use them; the same bytes for the same files."""
    output = BytesIO()
    day = facts.directory.date
    with zipfile.ZipFile(output, "w") as archive:
        for name, body in sorted([*files, (README, _note(facts))]):
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body, compresslevel=9)
    return output.getvalue()


def _note(facts: SiteFacts) -> bytes:
    """In English, for whoever prints: what to compare before anything is put up."""
    content = content_of(facts, spoken_languages(facts)[0])
    lines = [
        content.issuer,
        f"Address: {content.address}",
        *([f"Onion address: {content.onion}"] if content.onion else []),
        f"Fingerprint: {content.fingerprint}",
        f"Made from version {content.version} of the site's signed list, of {content.day.isoformat()}.",
        "",
        "Before you print: open the address, and compare the fingerprint with the one at the foot of the page.",
        "Then scan the code of one printed sheet, and see that it opens the same address.",
        "Sheets hold no mark that tells who scanned them, and need not be trimmed. They read well in black and white.",
        "Fonts: Noto Sans, Noto Sans Arabic, Noto Sans SC, under the SIL Open Font License 1.1.",
        *([f"{'PRACTICE' if content.practice else 'SAMPLE'}: do not put anything up."] if content.sample else []),
    ]
    return ("\n".join(lines) + "\n").encode()
