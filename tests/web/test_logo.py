"""The site's logo: what is taken, what is left out of it, and where it shows."""

from __future__ import annotations

import pytest

from reporting.directory.logo import MAX_LOGO, read_logo
from reporting.errors import Unprocessable
from tests.factories.pictures import SIGNATURE, chunk, header, pixels, png
from tests.web.administration import Office, text_of
from tests.web.test_admin_channels import SITE
from tests.web.world import World

LOGO = "/.well-known/reporting/logo"
END = chunk(b"IEND", b"")


def choose(office: Office, content: bytes, **fields: str) -> int:
    """Send the site's form with a file."""
    sent = {**office.fields("/site"), **SITE, **fields}
    return office.upload(content, sent, name="logo.png", path="/site", field="logo").status_code


def test_a_logo_shows_on_pages_for_reading_once_the_list_is_signed(world: World) -> None:
    office = Office.open(world)
    secret = chunk(b"tEXt", b"Author\0Maria Petrova") + chunk(b"tIME", b"\x07\xea\x0b\x1a\x0c\0\0")
    assert choose(office, png(extra=secret)) == 303
    assert office.get("/site/logo").data == png()
    assert world.get(LOGO).status_code == 404
    assert "The texts of the site change." in text_of(office.get("/directory"))
    office.publish(office.signed())
    served = world.get(LOGO)
    assert (served.data, served.content_type) == (png(), "image/png")
    shown = f'<img class="site-logo" src="{LOGO}" alt="" width="120" height="40">'
    for path, shows in (("/en/", True), ("/en/how", True), ("/en/report/procurement", False), ("/en/mailbox", False)):
        assert (shown in world.get(path).get_data(as_text=True)) is shows, path


def test_a_logo_stays_when_texts_change_and_goes_when_that_is_asked(lite: World) -> None:
    office = Office.open(lite)
    assert office.get("/site/logo").status_code == 404
    choose(office, png())
    assert office.post("/site", {**SITE, "names-en": "Another name"}).status_code == 303
    assert office.get("/site/logo").status_code == 200
    assert office.post("/site", {**SITE, "no_logo": "y"}).status_code == 303
    assert office.get("/site/logo").status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg onload='alert(1)'/>", "must be a PNG"),
        (png()[:-20], "damaged"),
        (png().replace(b"IDAT", b"IDAX"), "damaged"),
        (SIGNATURE + END, "damaged"),
        (SIGNATURE + header(120, 40) + END, "damaged"),
        (SIGNATURE + header(120, 41) + pixels(120, 40) + END, "damaged"),
        (SIGNATURE + header(120, 40) + pixels(1_000, 1_000) + END, "damaged"),
        (SIGNATURE + header(0, 40) + pixels(1, 40) + END, "pixels"),
        (SIGNATURE + header(60_000, 60_000) + pixels(10, 10) + END, "pixels"),
        (SIGNATURE + header(120, 40, interlace=1) + pixels(120, 40) + END, "interlacing"),
        (png(300, 300, noise=True), "Make it smaller"),
        (b"", "must be a PNG"),
    ],
)
def test_what_is_no_small_png_is_refused_and_nothing_stored(lite: World, content: bytes, words: str) -> None:
    office = Office.open(lite)
    sent = {**office.fields("/site"), **SITE}
    answer = office.upload(content, sent, name="logo.png", path="/site", field="logo")
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "Nothing but its dates." in text_of(office.get("/directory"))


def test_what_follows_the_end_is_left_out() -> None:
    assert read_logo(png() + b"PK\x03\x04 a whole archive").png == png()


def test_a_logo_is_at_most_as_large_as_a_visit_may_carry() -> None:
    with pytest.raises(Unprocessable):
        read_logo(png(130, 130, noise=True))
    assert len(read_logo(png(120, 120, noise=True)).png) <= MAX_LOGO
