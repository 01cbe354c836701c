"""Pages: the same bytes for everybody where keys or plaintext live, and nothing in them that a policy forbids."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import brotli
import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.test import TestResponse

from reporting import profiles
from reporting.cli.main import main
from reporting.i18n import available_languages
from reporting.web import assets
from reporting.web.manifest import Scope, deterministic_paths
from reporting.web.shape import SHAPED
from tests.web.world import World, publish

SCOPE = Scope(("en", "ar"), ("procurement", "protection"))
DIFFERENT = (
    {"Cookie": "__Host-session=abc; language=ar", "Accept-Language": "ar", "User-Agent": "One/1.0"},
    {"Referer": "https://thief.example/", "Accept-Language": "fr", "DNT": "1", "Accept": "text/html"},
    {"X-Forwarded-For": "192.0.2.1", "Origin": "null", "Sec-GPC": "1", "If-None-Match": '"x"'},
)


def pages(world: World) -> Iterator[tuple[Flask, str]]:
    for app in (world.intake, world.desk):
        for path, _language in deterministic_paths(app, SCOPE):
            yield app, path


def test_every_page_that_issue_and_protocol_name_is_deterministic(lite: World) -> None:
    paths = {path for _app, path in pages(lite)}
    for language in SCOPE.languages:
        named = {
            f"/{language}/{rest}"
            for rest in ("", "how", "elsewhere", "report", "mailbox", "news", "verify", "campaign")
        }
        assert named | {f"/{language}/report/{channel}" for channel in SCOPE.channels} <= paths
    assert {"/desk", "/desk/viewer", "/enroll"} <= paths


def test_the_way_out_is_read_once_where_there_are_no_styles(lite: World) -> None:
    """Text browsers show what stands in the page; the short words of narrow screens come from the style sheet."""
    for language, words in (("en", "Leave this site quickly"), ("ar", "مغادرة الموقع بسرعة")):
        page = lite.get(f"/{language}/report").get_data(as_text=True)
        (link,) = re.findall(r'<a class="exit"[^>]*>(.*?)</a>', page)
        assert re.sub(r"<[^>]*>", "", link) == words


def test_a_deterministic_page_is_the_same_whoever_asks(lite: World) -> None:
    for app, path in pages(lite):
        # A client each, so that a cookie handed out would come back.
        answers = [app.test_client().get(path, headers=headers) for headers in ({}, *DIFFERENT)]
        assert {answer.status_code for answer in answers} == {200}, path
        assert len({answer.data for answer in answers}) == 1, path
        assert not any("Set-Cookie" in answer.headers for answer in answers), path


def test_a_page_says_its_language_direction_and_what_it_was_built_for(lite: World) -> None:
    for app, path in pages(lite):
        (root,) = [attributes for tag, attributes in elements(app.test_client().get(path)) if tag == "html"]
        first = path.split("/")[1]
        language = first if first in available_languages() else "en"
        assert (root["lang"], root["dir"]) == (language, "rtl" if language == "ar" else "ltr")
        assert root["data-root"] == lite.service.root.encode()
        assert root["data-directory"] == "1"
        if "/report/" in path:
            assert root["data-channel"] == path.rpartition("/")[2]


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.inline = ""
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        self._within = tag

    def handle_data(self, data: str) -> None:
        if self._within in ("script", "style"):
            self.inline += data.strip()

    def handle_endtag(self, tag: str) -> None:
        self._within = ""


def elements(answer: TestResponse) -> list[tuple[str, dict[str, str]]]:
    parser = _Elements()
    parser.feed(answer.get_data(as_text=True))
    assert parser.inline == ""
    return parser.found


def test_pages_hold_nothing_inline_and_load_nothing_from_elsewhere(lite: World) -> None:
    exit_address = "https://www.example.org/"
    # The one page whose purpose is to lead elsewhere; each address on it was signed for.
    signed = {exit_address, *(place["url"] for place in profiles.load("eu").published()["bodies"])}
    signed |= {place["url"] for kind in ("advice", "legal_aid") for place in profiles.load("eu").published()[kind]}
    for app, path in pages(lite):
        for tag, attributes in elements(app.test_client().get(path)):
            assert tag != "style", path
            assert not [name for name in attributes if name.startswith("on") or name in ("style", "srcdoc")], path
            for name in ("src", "href", "action"):
                address = attributes.get(name, "")
                assert not re.match(r"(?i)javascript:|data:|//", address), path
                if "://" in address:
                    assert (tag, name, attributes.get("rel")) == ("a", "href", "noreferrer"), path
                    assert address in (signed if path.endswith("/elsewhere") else {exit_address}), path
            if tag == "script" or attributes.get("rel") == "stylesheet":
                assert attributes["integrity"].startswith("sha384-"), path


def test_what_pages_load_is_there_and_fits_its_integrity(lite: World) -> None:
    for app, path in pages(lite):
        client = app.test_client()
        for tag, attributes in elements(client.get(path)):
            address = attributes.get("src" if tag == "script" else "href", "")
            if not address.startswith("/assets/"):
                continue
            answer = client.get(address)
            assert answer.status_code == 200
            if "integrity" in attributes:
                digest = hashlib.sha384(answer.data).digest()
                assert attributes["integrity"] == f"sha384-{base64.b64encode(digest).decode()}"


def test_reporters_pages_load_no_code_of_the_desk_and_no_other_word_list(lite: World) -> None:
    for _app, path in pages(lite):
        if path.startswith("/desk"):
            continue
        loaded = [attributes.get("src", "") for tag, attributes in elements(lite.intake.test_client().get(path))]
        assert not [address for address in loaded if "desk" in address or "words" in address]
    for name in ("report-worker-en.js", "report-worker-ar.js", "mailbox-worker-en.js", "mailbox-worker-ar.js"):
        worker = lite.intake.test_client().get(assets.asset(name).address).get_data(as_text=True)
        assert "argon2" not in worker.lower()


@pytest.mark.parametrize(("accepted", "coding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("identity", "")])
def test_pages_documents_and_assets_come_as_small_as_the_browser_takes_them(
    lite: World, accepted: str, coding: str
) -> None:
    client = lite.intake.test_client()
    documents = ("directory", "recipients/procurement", "questionnaires/corruption-1", "site")
    known = [f"/.well-known/reporting/{name}" for name in documents]
    for path in ("/en/report", *known, assets.asset("site.css").address):
        plain = client.get(path, headers={"Accept-Encoding": "identity"}).data
        answer = client.get(path, headers={"Accept-Encoding": accepted})
        assert answer.headers.get("Content-Encoding", "") == coding, path
        assert "Accept-Encoding" in answer.headers["Vary"]
        unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[coding](answer.data)
        assert unpacked == plain, path


def test_assets_are_kept_for_a_year_and_only_workers_that_compile_may(lite: World) -> None:
    client = lite.intake.test_client()
    for name, found in assets.manifest().items():
        answer = client.get(found.address)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        allowed = "'wasm-unsafe-eval'" in answer.headers["Content-Security-Policy"]
        assert allowed is (name in ("desk-worker.js", "seal-worker.js"))
        assert "'unsafe-eval'" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/assets/manifest.json", "/assets/site.css", "/assets/..%2Fmanifest.json", "/assets/x"]
)
def test_nothing_but_the_bundle_is_an_asset(lite: World, path: str) -> None:
    assert lite.intake.test_client().get(path).status_code == 404


@pytest.mark.parametrize("path", ["/it/report", "/en/report/nowhere", "/xx/", "/en/nothing", "/en/report/%00"])
def test_a_page_that_is_not_there_says_so_as_a_page(lite: World, path: str) -> None:
    answer = lite.intake.test_client().get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 404
    assert answer.content_type == "text/html; charset=utf-8"
    assert "There is nothing here." in answer.get_data(as_text=True)


def test_the_first_address_leads_to_the_language_asked_for(lite: World) -> None:
    for asked, found in (("ar-EG,en;q=0.5", "ar"), ("AR-eg", "ar"), ("fr", "en"), ("", "en"), ("*", "en")):
        answer = lite.intake.test_client().get("/", headers={"Accept-Language": asked})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/{found}/")
    assert lite.desk.test_client().get("/").headers["Location"] == "/desk"


@pytest.mark.parametrize("path", ["/en", "//en/", "/en//report", "/desk/", "//desk", "/fr", "/EN/"])
def test_no_address_leads_to_a_host_or_scheme_that_the_request_names(lite: World, path: str) -> None:
    for app in (lite.intake, lite.desk):
        headers = {"Host": "thief.example", "Accept": "text/html"}
        # As a server passes it on: the client of the tests takes // for a host.
        answer = app.test_client().get("/", headers=headers, environ_overrides={"PATH_INFO": path})
        assert answer.headers.get("Location", "/").startswith("/"), path
        assert "thief" not in f"{answer.headers}{answer.get_data(as_text=True)}"
        assert answer.status_code < 500
    assert lite.intake.test_client().get("/en").headers["Location"] == "/en/"


def test_an_error_page_is_in_a_language_of_the_product_as_it_is_written(lite: World) -> None:
    for path, accepted in (("/AR/nothing", ""), ("/nothing", "AR-EG")):
        answer = lite.intake.test_client().get(path, headers={"Accept": "text/html", "Accept-Language": accepted})
        assert (answer.status_code, answer.headers["Content-Language"]) == (404, "ar"), path


def test_every_address_of_the_desk_is_the_same_document(lite: World) -> None:
    client = lite.desk.test_client()
    documents = {client.get(path).data for path in ("/desk", "/desk/overview", f"/desk/cases/{'0' * 32}")}
    assert len(documents) == 1
    assert "lit-html" in client.get("/desk").headers["Content-Security-Policy"]
    assert "lit-html" not in lite.intake.test_client().get("/en/report").headers["Content-Security-Policy"]


def test_the_release_manifest_lists_what_is_served(lite: World) -> None:
    run = CliRunner().invoke(main, ["release", "manifest", "--data", str(lite.service.settings.data)])
    assert run.exit_code == 0, run.output
    listed: dict[str, Any] = json.loads(run.output)
    surfaces = {"intake": lite.intake, "desk": lite.desk}
    assert {(row["surface"], row["path"]) for row in listed["pages"]} == {
        (name, path) for name, app in surfaces.items() for path, _language in deterministic_paths(app, SCOPE)
    }
    for row in [*listed["pages"], *({"surface": "intake", **row} for row in listed["assets"])]:
        answer = surfaces[row["surface"]].test_client().get(row["path"])
        assert hashlib.sha256(answer.data).hexdigest() == row["sha256"]
        assert answer.headers["Content-Security-Policy"] == row["csp"]
    assert [row for row in listed["assets"] if "worker" in row["path"]]


def test_a_new_directory_makes_new_pages(lite: World) -> None:
    before = lite.intake.test_client().get("/en/report/procurement").data
    publish(lite.service, lite.root)
    after = lite.intake.test_client().get("/en/report/procurement").data
    assert b'data-directory="1"' in before
    assert b'data-directory="2"' in after


def test_no_page_stands_in_the_way_of_the_api(lite: World) -> None:
    client = lite.intake.test_client()
    for path in sorted(SHAPED):
        answer = client.get(path, headers={"Accept": "text/html"})
        assert (answer.status_code, len(answer.data)) == (405, 65_536)
