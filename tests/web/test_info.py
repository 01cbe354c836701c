"""The public site's texts as everybody gets them: each address, each language, every link followed."""

from __future__ import annotations

import dataclasses
import gzip
import re
from urllib.parse import urldefrag, urljoin

import pytest
from click.testing import CliRunner
from werkzeug.test import TestResponse

from reporting import profiles
from reporting.administration import conformance
from reporting.app import create_app
from reporting.awareness.library import SHIPPED, load, own_folder, shelf
from reporting.awareness.topics import ARTICLE_13, GUIDE, TOPICS
from reporting.cli.main import main
from reporting.directory import rules as directories
from reporting.directory.rules import NewChannel
from reporting.paths import BUNDLE
from reporting.permissions import Permission, permission_of
from reporting.web import assets
from tests.unit.awareness.test_reading import lay, page
from tests.web.test_pages import DIFFERENT, elements
from tests.web.test_profiles import told
from tests.web.world import SITE, World, publish

SIX = ("en", "ar", "zh", "fr", "ru", "es")
#: The most that a first visit to a page for reading may bring, packed as Tor Browser takes it over http.
MOST = 40_000
EASY = ("should-i-report", "your-rights", "protection", "what-happens-next")


def speak(world: World, *languages: str) -> None:
    """Let the site speak these languages."""
    site = dataclasses.replace(SITE, languages=languages, names={one: f"Example {one}" for one in languages})
    with world.service.database.write() as session:
        directories.set_site(session, site.encode())
    publish(world.service, world.root)


def keep(world: World, profile: str) -> None:
    """Let the channel for reports keep a jurisdiction's law."""
    channel = NewChannel("procurement", "report", {"en": "Procurement"}, "corruption-1", profile=profile)
    with world.service.database.write() as session:
        directories.change_channel(session, channel)


def get(world: World, path: str) -> str:
    """A page that is there."""
    answer = world.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_every_topic_has_a_page_with_contents_time_and_ways_on(lite: World) -> None:
    for topic in TOPICS:
        text = get(lite, f"/en/info/{topic}")
        found = elements(lite.get(f"/en/info/{topic}"))
        assert [tag for tag, _attributes in found].count("h1") == 1
        assert re.search(r"Read in \d minutes?\.", text), topic
        assert 'rel="next"' in text or topic == TOPICS[-1]
        assert 'rel="prev"' in text or topic == TOPICS[0]
        inner = [attributes["href"][1:] for tag, attributes in found if attributes.get("href", "").startswith("#")]
        sections = [attributes["id"] for tag, attributes in found if tag == "section"]
        assert inner[0] == "main"
        assert [one for one in inner if one in sections][: len(sections)] == sections
        assert not [tag for tag, _attributes in found if tag in ("script", "form", "input")]
        assert ("/easy" in text) == (topic in EASY)


def test_the_list_leads_to_every_topic_and_to_easy_words(lite: World) -> None:
    text = get(lite, "/en/info/")
    for topic in TOPICS:
        assert f'href="/en/info/{topic}"' in text
    for topic in EASY:
        assert f'href="/en/info/{topic}/easy"' in text
        assert "In easy words." in get(lite, f"/en/info/{topic}/easy")
    for path in ("", "how", "elsewhere"):
        assert 'href="/en/info/"' in get(lite, f"/en/{path}"), path
    assert "/info/" not in get(lite, "/en/report/procurement"), "that page does not grow"


def test_the_guide_asks_and_leads_on_the_page_itself_and_sends_nothing(lite: World) -> None:
    found = elements(lite.get("/en/guide"))
    assert not [tag for tag, _attributes in found if tag in ("script", "form", "input", "button")]
    sections = [attributes for tag, attributes in found if tag == "section"]
    assert [one["id"] for one in sections][:3] == ["start", "why", "saw"]
    assert {one["tabindex"] for one in sections} == {"-1"}, "whoever follows a link reads on where it leads"
    hrefs = [attributes["href"] for tag, attributes in found if tag == "a"]
    assert hrefs.count("#start") == len(sections) - 1
    for href in (
        "#danger",
        "/en/report",
        "/en/mailbox",
        "/en/elsewhere",
        "/en/info/advice",
        "/en/info/retaliation#today",
    ):
        assert href in hrefs
    assert not [href for href in hrefs if "?" in href]


def test_the_guide_comes_first_and_is_no_topic(lite: World) -> None:
    for path in ("/en/", "/en/info/"):
        main = get(lite, path).partition("<main")[2]
        hrefs = re.findall(r'href="(/en/[^"]+)"', main)
        assert hrefs[0] == "/en/guide", path
    assert 'href="/en/guide"' in get(lite, "/en/info/should-i-report")
    for path in ("info/guide", "info/guide/easy", "guide/"):
        assert lite.get(f"/en/{path}").status_code == 404, path
    assert 'rel="next"' not in get(lite, "/en/guide")


def test_the_guide_is_content_like_the_others(lite: World) -> None:
    own, here = own_folder(lite.service.settings), shelf(lite.service.settings)
    speak(lite, "en", "fr")
    lay(own, "en/guide.md", page("Ours.\n\n## Whom? {#whom}\n\nSee [the guide](page:guide) of {site}.\n"))
    here._next = 0.0
    assert 'See <a href="/en/guide">the guide</a> of Example en.' in get(lite, "/en/guide")
    assert re.search(r'<section id="whom"[^>]*>\s*<div lang="en"', get(lite, "/fr/guide"))
    noted = told(lite, conformance.UNKNOWN)
    assert re.search(r"Public texts in “en” that nobody .*: guide, ", noted)


def test_each_item_of_article_13_has_an_address_that_leads_to_its_sections(lite: World) -> None:
    for language in ("en", "ar"):
        text = get(lite, f"/{language}/info/article-13")
        for item in ARTICLE_13:
            section = text[text.index(f'<section id="{item}"') :]
            leads = re.findall(r'href="(/[^"]+/info/[^"]+#[^"]+)"', section[: section.index("</section>")])
            assert leads, item
            for lead in leads:
                path, anchor = urldefrag(lead)
                assert f'id="{anchor}"' in get(lite, path)


def test_what_is_not_there_is_not_found_and_no_redirect_names_a_host(lite: World) -> None:
    for path in ("nothing", "easy-your-rights", "safety/easy", "your-rights/", "nothing/easy", "article-13/easy"):
        assert lite.get(f"/en/info/{path}").status_code == 404, path
    assert lite.get("/xx/info/").status_code == 404
    assert lite.get("/xx/info/your-rights").status_code == 404
    answer = lite.get("/en/info")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/info/")


def test_everybody_may_read_them_on_the_reporters_side_alone(lite: World) -> None:
    views = {rule.rule: lite.intake.view_functions[rule.endpoint] for rule in lite.intake.url_map.iter_rules()}
    mine = [view for rule, view in views.items() if "/info" in rule]
    mine.append(views[f"/<lang:language>/{GUIDE}"])
    assert len(mine) == 6
    assert {permission_of(view) for view in mine} == {Permission.PAGE_READ}
    assert not [rule for rule in lite.desk.url_map.iter_rules() if "/info" in rule.rule]


def test_a_page_is_the_same_whoever_asks_and_sets_nothing(lite: World) -> None:
    for path in ("/en/info/", "/en/guide", "/ar/info/your-rights", "/en/info/your-rights/easy", "/en/info/article-13"):
        answers = [lite.intake.test_client().get(path, headers=headers) for headers in ({}, *DIFFERENT)]
        assert len({answer.data for answer in answers}) == 1, path
        assert not any("Set-Cookie" in answer.headers for answer in answers)


def test_the_law_of_the_channel_and_its_figures_are_told(lite: World) -> None:
    text = get(lite, "/en/info/your-rights")
    assert "Directive (EU) 2019/1937" in text
    assert "7 days" in get(lite, "/en/info/what-happens-next")
    keep(lite, "fr")
    publish(lite.service, lite.root)
    assert "7 working days" in get(lite, "/en/info/what-happens-next")
    assert not [gap for topic in TOPICS for gap in ("{ack}", "{site}") if gap in get(lite, f"/en/info/{topic}")]


def test_an_operator_s_file_counts_at_once_and_a_faulty_one_changes_nothing(lite: World) -> None:
    own, here = own_folder(lite.service.settings), shelf(lite.service.settings)
    assert "of your own" not in told(lite, conformance.UNMET)
    lay(own, "en/results.md", page("Our own adviser.\n"))
    here._next = 0.0
    assert "Our own adviser." in get(lite, "/en/info/results")
    assert "Your own files of public texts are used." in told(lite, conformance.MET)
    lay(own, "en/results.md", page("Our <b>bold</b> adviser.\n"))
    here._next = 0.0
    assert "Our own adviser." in get(lite, "/en/info/results")
    assert "en/results.md, line 7: HTML may not stand in a text." in told(lite, conformance.UNMET)
    answer = CliRunner().invoke(main, ["content", "check", "--data", str(lite.service.settings.data)])
    assert (answer.exit_code, answer.output.strip()) == (1, "en/results.md, line 7: HTML may not stand in a text.")
    lay(own, "en/results.md", page("Fine.\n"))
    answer = CliRunner().invoke(main, ["content", "check", str(own)])
    assert answer.exit_code == 0
    assert "1 file of your own." in answer.output
    answer = CliRunner().invoke(main, ["content", "check", str(own / "nothing")])
    assert (answer.exit_code, "There is no folder" in answer.output) == (1, True)


def test_conformance_counts_and_names_what_nobody_checked_and_each_item_of_article_13(lite: World) -> None:
    noted = told(lite, conformance.UNKNOWN)
    found = re.search(r"Public texts in “en” that nobody .* checked, (\d+) of (\d+): ([a-z, -]+)\.", noted)
    assert found
    assert int(found[1]) == len(found[3].split(", ")) <= int(found[2]) == len(load(SHIPPED).names)
    met = told(lite, conformance.MET)
    for item in ARTICLE_13:
        assert f"Article 13({item}) is published" in met


def weight(answer: TestResponse) -> int:
    """What a page and all that it loads bring, packed."""
    found = elements(answer)
    loaded = {attributes["href"] for tag, attributes in found if tag == "link" and "hreflang" not in attributes}
    known = {one.address: one.file for one in assets.manifest().values()}
    files = [(BUNDLE / known[address]).read_bytes() for address in loaded]
    return sum(len(gzip.compress(one)) for one in [answer.data, *files])


def problems_of(path: str, answer: TestResponse) -> list[str]:
    """What is wrong with one page by itself."""
    found = elements(answer)
    (root,) = [attributes for tag, attributes in found if tag == "html"]
    language = path.split("/")[1]
    wrong = [] if (root["lang"], root["dir"]) == (language, "rtl" if language == "ar" else "ltr") else ["lang or dir"]
    ids = [attributes["id"] for _tag, attributes in found if "id" in attributes]
    wrong += [f"id {one} twice" for one in set(ids) if ids.count(one) > 1]
    for tag, attributes in found:
        for name in ("aria-labelledby", "aria-describedby"):
            wrong += [f"{name} {one}" for one in attributes.get(name, "").split() if one not in ids]
        address = attributes.get("src") or (attributes.get("href", "") if tag == "link" else "")
        if address and not address.startswith("/"):
            wrong.append(f"loads {address}")
        if tag == "a" and "://" in attributes.get("href", "") and attributes.get("rel") != "noreferrer":
            wrong.append(f"tells {attributes['href']} where one came from")
        if "style" in attributes or any(one.startswith("on") for one in attributes):
            wrong.append(f"inline in {tag}")
    if not [tag for tag, _attributes in found if tag == "script"] and weight(answer) > MOST:
        wrong.append(f"weighs {weight(answer)}")
    return [f"{path}: {one}" for one in wrong]


def is_page(path: str) -> bool:
    """Whether an address is a page's, not that of a file which pages load or offer to be saved."""
    return not path.startswith(("/assets/", "/.well-known/"))


def crawl(world: World, starts: list[str]) -> tuple[dict[str, TestResponse], list[str]]:
    """Every page that can be reached by links, and every link that leads to nothing."""
    pages: dict[str, TestResponse] = {}
    links: list[tuple[str, str]] = [("", start) for start in starts]
    wrong, seen = [], 0
    while seen < len(links):
        source, address = links[seen]
        seen += 1
        path, _anchor = urldefrag(address)
        if path in pages:
            continue
        pages[path] = world.get(path)
        if pages[path].status_code != 200:
            wrong.append(f"{source} leads to {path}: {pages[path].status_code}")
            continue
        for _tag, attributes in elements(pages[path]) if is_page(path) else ():
            href = attributes.get("href", "")
            # Posters are drawn when they are asked for, which tests/web/test_campaign.py does once for each.
            if href and "://" not in href and "/campaign/" not in href:
                links.append((path, urljoin(path, href)))
    ids = {
        path: {attributes["id"] for _tag, attributes in elements(answer) if "id" in attributes}
        for path, answer in pages.items()
        if is_page(path) and answer.status_code == 200
    }
    for source, address in links:
        path, anchor = urldefrag(address)
        if anchor and path in ids and anchor not in ids[path]:
            wrong.append(f"{source} leads to {address}: there is no such place")
    return pages, wrong


@pytest.mark.parametrize("profile", ["generic", *(name for name in profiles.names() if name != "generic")])
def test_every_page_in_every_language_is_reached_and_no_link_is_broken(lite: World, profile: str) -> None:
    # Every jurisdiction in English and one more language; the first one in all six.
    languages = SIX if profile == "generic" else ("en", "ar")
    keep(lite, profile)
    speak(lite, *languages)
    pages, wrong = crawl(lite, [f"/{language}/" for language in languages])
    assert wrong == []
    for language in languages:
        named = {f"/{language}/info/{rest}" for rest in ("", "article-13", *TOPICS, *(f"{one}/easy" for one in EASY))}
        named.add(f"/{language}/{GUIDE}")
        assert named <= set(pages)
    assert [one for path, answer in pages.items() if is_page(path) for one in problems_of(path, answer)] == []


def test_the_list_leads_to_a_site_for_practice_where_there_is_one(lite: World) -> None:
    assert "/practice" not in get(lite, "/en/info/")
    settings = dataclasses.replace(lite.service.settings, practice_url="https://practice.example.org")
    client = create_app(
        settings, ("intake",), service=dataclasses.replace(lite.service, settings=settings)
    ).test_client()
    assert 'href="https://practice.example.org/practice"' in client.get("/ar/info/").get_data(as_text=True)
