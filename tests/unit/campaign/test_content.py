"""What posters take of a site's signed document, and what they refuse."""

from __future__ import annotations

import dataclasses
import datetime
import re
import zipfile
from io import BytesIO
from typing import Any

import pytest

from reporting import errors
from reporting.awareness.campaign import snippets
from reporting.awareness.campaign.content import content_of, spoken_languages
from reporting.awareness.campaign.formats import FILES, FORMATS
from reporting.awareness.campaign.kit import MAKERS, make_files, pack
from reporting.directory.facts import SiteFacts
from reporting.directory.places import OwnPlaces
from reporting.directory.site import Site
from reporting.profiles.places import ADVICE, Place
from tests.factories.site import Site as Published
from tests.unit.campaign.conftest import LANGUAGES, ONION

DOCUMENT = Site(
    {"en": "Integrity Office", "ar": "مكتب النزاهة"},
    LANGUAGES[2:] + LANGUAGES[:2],
    ("https://report.example.org", "https://other.example.org"),
    "https://www.example.org/",
    onion=f"http://{ONION}",
)


def facts(**otherwise: Any) -> SiteFacts:
    """A published site whose document says something else."""
    site = Published.usual()
    return SiteFacts(site.directory, dataclasses.replace(DOCUMENT, **otherwise), site.root_verifier.encode(), "1" * 30)


def test_everything_comes_from_the_signed_document() -> None:
    content = content_of(facts(), "ar")
    assert (content.address, content.short) == ("https://report.example.org", "report.example.org")
    assert content.onion == ONION
    assert content.issuer == "مكتب النزاهة"
    assert content.day == datetime.date(2026, 1, 5)
    assert content.law == "Directive (EU) 2019/1937, article 19"
    assert content.right_to_left
    assert content.spoken == ["English", "français", "русский", "español", "العربية", "中文"]
    assert content_of(facts(onion=None), "en").onion == ""


def test_a_site_without_an_address_has_no_posters() -> None:
    with pytest.raises(errors.Unprocessable) as raised:
        content_of(facts(addresses=()), "en")
    assert raised.value.pointer == "/addresses"


@pytest.mark.parametrize(
    "address", ["report.example.org", "https://a@b.example", "https://a.example/?from=poster", "x:"]
)
def test_an_address_that_is_none_or_tells_where_one_comes_from_is_not_printed(address: str) -> None:
    with pytest.raises(errors.Unprocessable):
        content_of(facts(addresses=(address,)), "en")


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"])
def test_an_address_of_this_machine_makes_a_sample(address: str) -> None:
    content = content_of(facts(addresses=(address,)), "en")
    assert content.sample
    assert content.short == address, "what cannot be left out is typed too"
    assert not content_of(facts(), "en").sample


def test_only_languages_with_texts_have_posters() -> None:
    names = {"de": "Amt", **DOCUMENT.names}
    found = facts(languages=("de", "en", "ar"), names=names)
    assert spoken_languages(found) == ["en", "ar"]
    for language in ("de", "fr"):
        with pytest.raises(errors.NotFound):
            content_of(found, language)


def test_law_is_cited_only_where_it_holds_on_every_channel() -> None:
    published = facts(profiles={"eu": {"deadlines": {}, "retaliation": ""}})
    assert not content_of(published, "en").forbidden
    own = facts(profiles={"eu": {"deadlines": {}, "retaliation": "Act 7 of 2020"}})
    assert content_of(own, "en").law == "Act 7 of 2020"


def test_an_own_adviser_comes_first_and_examples_never() -> None:
    def place(name: str, **more: Any) -> Place:
        return Place(ADVICE, name, "https://advice.example.org/", "", ("advice",), "https://example.org", None, **more)

    found = facts(places=OwnPlaces((place("Own advice", number="+1 555 0100"), place("Shown", example=True)), ()))
    advisers = content_of(found, "en").advisers
    assert advisers[0] == ("Own advice", "+1 555 0100")
    assert "Shown" not in dict(advisers)


def test_what_is_too_long_to_be_read_in_passing_is_left_out() -> None:
    assert content_of(facts(contacts={"en": "Room 12\n\nMore"}), "en").contacts == "Room 12"
    assert content_of(facts(contacts={"en": "x" * 400}), "en").contacts == ""


def test_what_is_pasted_loads_nothing_runs_nothing_and_names_one_address() -> None:
    content = content_of(facts(), "ar")
    for made in (snippets.badge(content), snippets.signature_html(content)):
        text = made.decode()
        assert re.findall(r'(?:href|src|action|data|srcset|url)\s*[=(]\s*"?([^">]*)', text) == [
            "https://report.example.org"
        ]
        assert not re.search(r"<(script|img|iframe|object|link|style|form)|\son\w+=|javascript:", text)
        assert 'dir="rtl"' in text
        assert 'lang="ar"' in text
        assert '<bdi dir="ltr">' in text
    assert b"https://report.example.org" in snippets.signature_text(content)


def test_a_name_cannot_break_out_of_what_is_pasted() -> None:
    content = dataclasses.replace(content_of(facts(), "en"), short='"><script>alert(1)</script>')
    assert b"<script>" not in snippets.badge(content) + snippets.signature_html(content)


def test_a_kit_has_every_file_once_and_the_same_bytes_each_time() -> None:
    found = facts()
    kits = [pack(found, make_files(found, ["en"], ["card", "badge", "signature"])) for _time in range(2)]
    assert kits[0] == kits[1]
    with zipfile.ZipFile(BytesIO(kits[0])) as archive:
        names = ["badge.html", "card-back.svg", "card-front.svg", "card.pdf", "signature.html", "signature.txt"]
        assert archive.namelist() == ["README.txt", *(f"en/{name}" for name in names)]
        assert {one.date_time for one in archive.infolist()} == {(2026, 1, 5, 0, 0, 0)}
        note = archive.read("README.txt").decode()
    assert "Address: https://report.example.org" in note
    assert "Fingerprint: " + "1" * 30 in note


def test_the_command_knows_every_format() -> None:
    assert len(FILES) == sum(len(one.files) for one in FORMATS.values())
    assert set(MAKERS) == FILES
