"""The first page, *how this works*, and the mailbox page as they are served: what they say, and where it leads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.web.test_pages import elements, pages
from tests.web.world import World

ANCHORS = {
    "sealed",
    "anonymous",
    "exclusion",
    "receipt",
    "fingerprint",
    "draft",
    "leaving",
    "server",
    "network",
    "device",
}
ALGORITHMS = re.compile(r"(?i)\b(age1\w*|ML-KEM\S*|X25519|Ed25519|BIP-?39|AES\S*|HKDF\S*|SHA-\d+|Argon2\w*)\b")
SOURCES = Path(__file__).parents[2]
LANGUAGES = ("en", "ar")


def text(lite: World, path: str) -> str:
    answer = lite.intake.test_client().get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def anchors(lite: World, language: str) -> set[str]:
    found = elements(lite.intake.test_client().get(f"/{language}/how"))
    return {attributes["id"] for _tag, attributes in found if "id" in attributes}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_promise_has_an_address_and_a_limit(lite: World, language: str) -> None:
    assert anchors(lite, language) >= ANCHORS
    page = text(lite, f"/{language}/how")
    for anchor in ANCHORS:
        section = page.partition(f'id="{anchor}"')[2].partition("</section>")[0]
        assert '<div class="limit">' in section, anchor
        assert section.count("<p>") >= 2, anchor


def test_whatever_leads_to_a_promise_finds_it() -> None:
    how = (SOURCES / "templates/awareness/how.html").read_text(encoding="utf-8")
    known = ANCHORS | set(re.findall(r'id="([a-z]+)"', how))
    places = [*SOURCES.glob("templates/**/*.html"), *SOURCES.glob("reporting/browser/src/**/*.ts")]
    led_to = {anchor for place in places for anchor in re.findall(r"/how#([\w-]+)", place.read_text(encoding="utf-8"))}
    assert {"receipt", "leaving", "device"} <= led_to <= known


def test_no_page_but_how_this_works_names_an_algorithm(lite: World) -> None:
    assert ALGORITHMS.search(text(lite, "/en/how"))
    for app, path in pages(lite):
        if app is lite.intake and not path.endswith("/how"):
            page = app.test_client().get(path).get_data(as_text=True)
            # What the page carries for its script is not for reading.
            shown = re.sub(r"<html [^>]*>|integrity=\"[^\"]*\"|<[^>]*>", " ", page)
            assert not ALGORITHMS.search(shown), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_leads_to_everything(lite: World, language: str) -> None:
    found = {attributes.get("href") for _tag, attributes in elements(lite.intake.test_client().get(f"/{language}/"))}
    assert {f"/{language}/{rest}" for rest in ("report", "mailbox", "how", "elsewhere", "report/protection")} <= found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mailbox_page_reads_well_without_scripts(lite: World, language: str) -> None:
    page = text(lite, f"/{language}/mailbox")
    assert page.count("<noscript>") == 1
    found = elements(lite.intake.test_client().get(f"/{language}/mailbox"))
    assert not [tag for tag, _attributes in found if tag in ("input", "textarea", "form")]
    leads = {attributes.get("href") for _tag, attributes in found}
    assert {f"/{language}/report", f"/{language}/report/protection", f"/{language}/how#receipt"} <= leads
