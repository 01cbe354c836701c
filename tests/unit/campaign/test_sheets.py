"""Posters, leaflets, cards: what they say reads back, what they show leads to the right address, nothing overflows."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from reporting import errors
from reporting.awareness.campaign import sheets
from reporting.awareness.campaign.content import Content, words_of
from reporting.awareness.campaign.fonts import UNITS, Faces
from reporting.awareness.campaign.layout import Code, Page, PlacedLine, Sheet
from reporting.awareness.campaign.pdf import draw_pdf
from reporting.awareness.campaign.png import draw_png
from reporting.awareness.campaign.svg import draw_svg
from tests.unit.campaign.conftest import LANGUAGES, ONION, Making

PRINTED: dict[str, Callable[[Content], Sheet]] = {
    "poster": sheets.poster,
    "leaflet": sheets.leaflet,
    "card": sheets.card,
    "sticker": sheets.sticker,
}
SHOWN = {"banner": sheets.banner, "social": sheets.social}
Rectangle = tuple[float, float, float, float]


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_that_is_read_out_of_a_pdf_is_the_text_that_was_put_in(language: str, site_in: Making) -> None:
    for name, draw in PRINTED.items():
        sheet = draw(site_in(language))
        for page, read in zip(sheet.pages, read_pages(draw_pdf(sheet, site_in(language).day)), strict=True):
            for text in page.texts:
                assert bare(text) in bare(read), f"{name}, {page.name}"
            assert Counter(bare(read)) == Counter("".join(map(bare, page.texts))), "and nothing else"


@pytest.mark.parametrize("language", ["ar", "zh"])
def test_another_reader_of_pdf_reads_the_same(language: str, site_in: Making, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    sheet = sheets.poster(site_in(language))
    (tmp_path / "poster.pdf").write_bytes(draw_pdf(sheet, site_in(language).day))
    command = ["pdftotext", str(tmp_path / "poster.pdf"), "-"]
    read = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert [text for text in sheet.pages[0].texts if bare(text) not in bare(read)] == []


def test_an_arabic_name_with_vowels_reads_back_in_its_letters(site_in: Making) -> None:
    """Between which letters a vowel is put, readers do not agree: all letters in order, all vowels somewhere."""
    content = site_in("ar", issuer="هَيْئَةُ النَّزَاهَةِ، لا للفسادِ")
    sheet = sheets.poster(content)
    (read,) = read_pages(draw_pdf(sheet, content.day))
    assert _letters(bare(content.issuer)) in _letters(bare(read))
    assert Counter(bare(read)) == Counter("".join(map(bare, sheet.pages[0].texts)))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_printed_code_leads_to_an_address_of_the_site_and_nowhere_else(language: str, site_in: Making) -> None:
    for address in ("https://report.example.org", "https://integrity-and-ethics.ministry-of-justice.example.org:8443"):
        content = site_in(language, address=address, short=address.removeprefix("https://"))
        codes = {}
        for draw in PRINTED.values():
            sheet = draw(content)
            pictures = rendered(draw_pdf(sheet, content.day))
            for page, picture in zip(sheet.pages, pictures, strict=True):
                codes[page.name] = scanned(picture)
                assert scanned(picture.convert("1", dither=Image.Dither.NONE)) == codes[page.name], "in black and white"
        assert codes == {
            "poster": sorted([address, f"http://{ONION}"]),
            "outside": sorted([address, f"http://{ONION}"]),
            "inside": [],
            "front": [address],
            "back": [],
            "sticker": [address],
        }


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_code_of_the_onion_address_is_the_smaller_one_and_says_what_it_is_for(
    language: str, site_in: Making
) -> None:
    for draw in (sheets.poster, sheets.leaflet):
        page = draw(site_in(language)).pages[0]
        first, onion = sorted(codes_of(page), key=lambda code: code.says)[::-1]
        assert (first.says, onion.says) == ("https://report.example.org", f"http://{ONION}")
        assert onion.box.w < first.box.w * 0.75
        assert onion.modules[0].h > 0.5, "millimetres: what a telephone reads from a hand's breadth"
        (caption,) = [line for line in lines_of(page) if line.line.text == "Tor Browser"]
        assert 0 < onion.box.y - caption.y < 5
        without = draw(site_in(language, onion="")).pages[0]
        assert [code.says for code in codes_of(without)] == ["https://report.example.org"]
        assert "Tor Browser" not in without.texts


@pytest.mark.parametrize("language", ["zh", "ar"])
def test_a_code_on_a_screen_leads_to_the_address(language: str, site_in: Making) -> None:
    for name, draw in SHOWN.items():
        picture = Image.open(BytesIO(draw_png(draw(site_in(language)).pages[0])))
        assert picture.size == {"banner": (970, 250), "social": (1200, 630)}[name]
        assert scanned(picture) == ["https://report.example.org"]


def test_a_code_in_svg_leads_to_the_address(site_in: Making) -> None:
    for draw in (sheets.poster, sheets.sticker, sheets.social):
        sheet = draw(site_in("en"))
        text = draw_svg(sheet, sheet.pages[0]).decode()
        path, *_onion = re.findall(r'shape-rendering="crispEdges" d="([^"]+)"', text)
        assert scanned(picture_of(path, sheet.pages[0])) == ["https://report.example.org"]


def test_svg_needs_nothing_and_says_in_words_what_it_shows(site_in: Making) -> None:
    sheet = sheets.poster(site_in("ru"))
    text = draw_svg(sheet, sheet.pages[0]).decode()
    assert '<title id="title">Сообщите о коррупции: report.example.org</title>' in text
    for words in sheet.pages[0].texts:
        assert words.split("\n")[0] in text
    assert not re.search(r"<(text|script|style|image|use|foreignObject)|href|url\(", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_leaves_its_page_or_meets_another(language: str, site_in: Making) -> None:
    for draw in (*PRINTED.values(), *SHOWN.values()):
        for page in draw(site_in(language)).pages:
            assert list(troubles(page)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_names_become_small_or_are_refused(language: str, site_in: Making) -> None:
    word = {"ar": "المسؤولية ", "zh": "反腐败监督管理委员会"}.get(language, "Verantwortungsstelle ")
    long = "https://" + "a" * 60 + ".ministry-of-finance-and-administration.example.org"
    extremes = (
        {"issuer": (word * 40)[:80].strip()},
        {"issuer": (word * 40)[:200].strip()},
        {"address": long, "short": long.removeprefix("https://")},
        {"contacts": "\n".join([(word * 9)[:60].strip()] * 5), "advisers": (("N" * 60, "w" * 40),) * 2},
        {"law": "L" * 60, "onion": "", "languages": LANGUAGES * 2, "sample": True},
    )
    refused = 0
    for otherwise in extremes:
        for draw in (*PRINTED.values(), *SHOWN.values()):
            try:
                sheet = draw(site_in(language, **otherwise))
            except errors.Unprocessable:
                refused += 1
                continue
            assert [trouble for page in sheet.pages for trouble in troubles(page)] == []
    assert refused < len(extremes) * 6 / 2


def test_a_character_that_no_font_has_is_named_and_never_a_box(site_in: Making) -> None:
    for character in ("🚫", "ก", "\u202e"):
        with pytest.raises(errors.Unprocessable) as raised:
            sheets.poster(site_in("en", issuer=f"Office {character}"))
        assert raised.value.values == {"character": character, "code": f"U+{ord(character):04X}"}
    for faces in (Faces("举报腐败").of(700), Faces("Łódź Œuvre Ђ قرار").of(400)):
        assert all(face.weight in (400, 700) for face in faces.values())


def test_a_character_that_no_font_has_matters_to_those_sheets_alone_that_show_it(site_in: Making) -> None:
    content = site_in("en", contacts="📞 +49 30 1234")
    with pytest.raises(errors.Unprocessable):
        sheets.leaflet(content)
    for draw in (sheets.poster, sheets.card, sheets.sticker, sheets.banner, sheets.social):
        assert draw(content).pages


def test_a_name_in_another_script_than_the_page_is_drawn(site_in: Making) -> None:
    content = site_in("en", issuer="廉政署 · هيئة النزاهة · Агентство · Ştiință")
    sheet = sheets.poster(content)
    (read,) = read_pages(draw_pdf(sheet, content.day))
    assert {"廉政署", "هيئة", "النزاهة", "Агентство", "Ştiință"} <= set(read.split())
    assert not [
        glyph for line in lines_of(sheet.pages[0]) for run in line.line.runs for glyph in run.glyphs if not glyph.id
    ]


def test_arabic_is_mirrored_and_addresses_are_not(site_in: Making) -> None:
    left, right = (sheets.poster(site_in(language)).pages[0] for language in ("en", "ar"))
    for code, mirrored in zip(codes_of(left), codes_of(right), strict=True):
        assert mirrored.box.x == pytest.approx(left.width - code.box.x - code.box.w)
        assert mirrored.modules[0].y == code.modules[0].y
    for page in (left, right):
        (address,) = [one for one in lines_of(page) if one.line.text == "report.example.org"]
        assert "".join(glyph.text for run in address.line.runs for glyph in run.glyphs) == "report.example.org"


def test_a_latin_name_keeps_its_order_on_an_arabic_sheet(site_in: Making) -> None:
    page = sheets.poster(site_in("ar", advisers=(("Advice, Inc.", "advice.example.org"),))).pages[0]
    (name,) = [one for one in lines_of(page) if one.line.text == "Advice, Inc."]
    assert "".join(glyph.text for run in name.line.runs for glyph in run.glyphs) == "Advice, Inc."


def test_a3_is_a4_enlarged(site_in: Making) -> None:
    small, large = (sheets.poster(site_in("fr"), size).pages[0] for size in (sheets.A4, sheets.A3))
    assert (large.width, large.height) == (297, 420)
    assert small.texts == large.texts
    scale = 297 / 210
    for one, other in zip(lines_of(small), lines_of(large), strict=True):
        assert (other.size, other.y) == pytest.approx((one.size * scale, one.y * scale))


def test_the_same_sheet_is_the_same_bytes(site_in: Making) -> None:
    content = site_in("zh")
    first = draw_pdf(sheets.card(content), content.day)
    assert draw_pdf(sheets.card(content), content.day) == first
    assert b"20261127000000" in first


def test_what_the_law_does_not_say_is_not_claimed(site_in: Making) -> None:
    lawful = " ".join(sheets.poster(site_in("en")).pages[0].texts)
    assert "Retaliation is forbidden by law. Directive (EU) 2019/1937, article 19" in lawful
    other = " ".join(sheets.poster(site_in("en", law="", forbidden=False)).pages[0].texts)
    assert "law" not in other
    assert "If somebody makes you suffer for it, tell us that too." in other


def test_a_sample_says_so_on_every_sheet(site_in: Making) -> None:
    for draw in (sheets.poster, sheets.leaflet, sheets.card, sheets.banner, sheets.social, sheets.sticker):
        texts = [text for page in draw(site_in("en", sample=True)).pages for text in page.texts]
        assert any(text.startswith("Sample: this address works on one computer only.") for text in texts), draw


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_site_for_practice_says_so_on_every_sheet(site_in: Making, language: str) -> None:
    content = site_in(language, sample=True, practice=True)
    words = bare(words_of(content).sample)
    assert words != bare(words_of(site_in(language, sample=True)).sample)
    for draw in (sheets.poster, sheets.leaflet, sheets.card, sheets.banner, sheets.social, sheets.sticker):
        assert words in bare("".join(text for page in draw(content).pages for text in page.texts)), draw


def _letters(text: str) -> str:
    return "".join(one for one in text if not unicodedata.combining(one))


def bare(text: str) -> str:
    """Without spaces and line ends, which a reader puts where lines are broken."""
    return re.sub(r"\s|[\u200e\u200f\u202a-\u202e\u2066-\u2069]|\x00", "", text)


def read_pages(body: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(body)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def rendered(body: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(body)
    try:
        return [page.render(scale=150 / 72).to_pil() for page in document]
    finally:
        document.close()


def scanned(picture: Image.Image) -> list[str]:
    return sorted(one.text for one in zxingcpp.read_barcodes(picture))


def picture_of(path: str, page: Page) -> Image.Image:
    """The rectangles of an SVG path as a picture."""
    scale = 1000 / page.width
    picture = Image.new("L", (1000, round(page.height * scale)), 255)
    for match in re.finditer(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z", path):
        x, y, w, h = (float(number) * scale for number in match.groups())
        ImageDraw.Draw(picture).rectangle((x, y, x + w, y + h), 0)
    return picture


def codes_of(page: Page) -> list[Code]:
    return [one for one in page.elements if isinstance(one, Code)]


def lines_of(page: Page) -> list[PlacedLine]:
    return [one for one in page.elements if isinstance(one, PlacedLine)]


def ink(placed: PlacedLine) -> Rectangle | None:
    """What is black of a line, in millimetres."""
    found = []
    for run in placed.line.runs:
        for glyph in run.glyphs:
            extents = run.face.font.get_glyph_extents(glyph.id)
            if extents is None or not extents.width:
                continue
            scale = placed.size / UNITS
            left = placed.x + glyph.x * placed.size + extents.x_bearing * scale
            top = placed.y - glyph.y * placed.size - extents.y_bearing * scale
            found.append((left, top, left + extents.width * scale, top - extents.height * scale))
    if not found:
        return None
    return (min(f[0] for f in found), min(f[1] for f in found), max(f[2] for f in found), max(f[3] for f in found))


def troubles(page: Page) -> Iterator[str]:
    """Lines whose ink leaves box or page, or meets that of another or a code."""
    boxes = [one.box for one in page.elements if isinstance(one, Code)]
    known: list[tuple[str, Rectangle]] = [("code", (box.x, box.y, box.x + box.w, box.y + box.h)) for box in boxes]
    for line in lines_of(page):
        black = ink(line)
        if black is None:
            continue
        box, slack = line.box, line.size * 0.12
        if black[0] < box.x - slack or black[2] > box.x + box.w + slack:
            yield f"{line.line.text} is wider than its box"
        if black[1] < box.y - slack or black[3] > box.y + box.h + slack:
            yield f"{line.line.text} is higher than its box"
        if black[0] < 3 or black[1] < 3 or black[2] > page.width - 3 or black[3] > page.height - 3:
            yield f"{line.line.text} is too near to the edge"
        for other, place in known:
            if black[0] < place[2] and place[0] < black[2] and black[1] < place[3] and place[1] < black[3]:
                yield f"{line.line.text} meets {other}"
        known.append((line.line.text, black))
