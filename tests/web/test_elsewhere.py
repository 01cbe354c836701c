"""Where else to go: the page that everybody can read, and what reporters find in their mailbox."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reporting import profiles
from tests.web.test_pages import elements
from tests.web.test_profiles import EU, lay
from tests.web.world import World, publish

LANGUAGES = ("en", "ar")


def page(lite: World, language: str = "en") -> str:
    """What everybody can read."""
    answer = lite.intake.test_client().get(f"/{language}/elsewhere")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_place_has_source_day_and_a_link_that_tells_nothing(lite: World, language: str) -> None:
    found = elements(lite.intake.test_client().get(f"/{language}/elsewhere"))
    links = {attributes["href"]: attributes for tag, attributes in found if tag == "a" and "://" in attributes["href"]}
    text = page(lite, language)
    for place in profiles.load("eu").places():
        assert place.called in text.replace("&#39;", "'")
        if place.url and not place.example:
            assert links[place.url]["rel"] == "noreferrer"
            assert "target" not in links[place.url]
            assert place.source in text
    assert not [tag for tag, _attributes in found if tag in ("script", "form", "input", "img")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_within_the_page_leads_to_one_place(lite: World, language: str) -> None:
    found = elements(lite.intake.test_client().get(f"/{language}/elsewhere"))
    ids = [attributes["id"] for _tag, attributes in found if "id" in attributes]
    inner = {attributes["href"][1:] for _tag, attributes in found if attributes.get("href", "").startswith("#")}
    assert len(ids) == len(set(ids))
    assert inner <= set(ids)
    assert {"emergency", "bodies", "advice", "legal_aid", "topics"} <= inner


def test_danger_comes_first_and_an_example_is_marked_and_leads_nowhere(lite: World) -> None:
    text = page(lite)
    assert text.index(">112</strong>") < text.index("We do not run any of these.") < text.index("OLAF")
    assert "<dt>corruption</dt>" not in text, "nothing but an example is for it"
    example = text[text.index("Example: your country") :]
    assert '<span class="example">Example</span>' in example[: example.index("</li>")]
    assert "Do not go by it." in example[: example.index("</li>")]
    assert 'href="https://example.org/"' not in text
    assert text.count("Example: your country") == 1, "not among what there is by topic"


def test_it_says_what_it_is_not(lite: World) -> None:
    text = page(lite)
    for words in ("We do not run any of these.", "is your decision", "stays here, and work on it goes on"):
        assert words in text


def test_what_was_checked_long_ago_says_so(lite: World) -> None:
    assert "over a year ago" not in page(lite)
    lay(lite, EU.replace("checked = 2026-11-26", "checked = 2025-11-20"))
    publish(lite.service, lite.root)
    assert "over a year ago" in page(lite)
    assert "Checked on November 20, 2025." in page(lite)


def test_without_an_emergency_number_none_is_made_up(lite: World) -> None:
    lay(lite, EU.partition("[emergency]")[0])
    publish(lite.service, lite.root)
    text = page(lite)
    assert "This list has no emergency number." in text
    assert 'id="emergency"' not in text
    assert "112" not in re.sub(r"(?s)<head>.*</head>|<html[^>]*>", "", text)


def test_protection_and_reading_pages_lead_here_and_the_report_page_grows_by_nothing(lite: World) -> None:
    client = lite.intake.test_client()
    for path in ("", "how", "mailbox", "report/protection"):
        assert 'href="/en/elsewhere"' in client.get(f"/en/{path}").get_data(as_text=True), path
    assert "/elsewhere" not in client.get("/en/report/procurement").get_data(as_text=True)


def test_no_style_of_this_page_hides_where_a_link_leads() -> None:
    template = Path(__file__).parents[2] / "templates/awareness/elsewhere.html"
    assert "{{ place.url }}</a>" in template.read_text(encoding="utf-8")
