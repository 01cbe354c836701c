"""Campaign material over HTTP and by command: what is served, that it is drawn once, and who hears what went wrong."""

from __future__ import annotations

import dataclasses
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from click.testing import CliRunner
from PIL import Image

from reporting.app import INTAKE, create_app
from reporting.awareness.campaign import keeping, kit
from reporting.awareness.campaign.content import Content
from reporting.awareness.campaign.formats import FILES, FORMATS
from reporting.cli.main import main
from reporting.db.alone import only_one
from reporting.directory import rules as directories
from reporting.directory.site import Site
from tests.unit.campaign.conftest import ONION
from tests.web.administration import Office, text_of
from tests.web.test_info import MOST, weight
from tests.web.test_pages import elements
from tests.web.world import SITE, World, publish

Tell = Callable[[Site], None]


@pytest.fixture
def tell(lite: World) -> Tell:
    """Publish another document of the site."""

    def told(document: Site) -> None:
        with lite.service.database.write() as session:
            directories.set_site(session, document.encode())
        publish(lite.service, lite.root)

    return told


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_leads_to_every_file_and_nowhere_else(lite: World, language: str) -> None:
    answer = lite.intake.test_client().get(f"/{language}/campaign")
    assert answer.status_code == 200
    found = elements(answer)
    links = {attributes["href"] for tag, attributes in found if tag == "a" and "download" in attributes}
    assert links == {f"/{language}/campaign/{file}" for file in (*FILES, "kit.zip")}
    assert not [tag for tag, _attributes in found if tag in ("script", "form", "input")]
    text = answer.get_data(as_text=True)
    assert "https://reports.example" in text
    assert "&lt;a href=" in text, "the badge is shown to be copied"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_one_sees_what_one_loads_and_all_of_it_together_stays_light(lite: World, language: str) -> None:
    tell_onion = dataclasses.replace(SITE, onion=f"http://{ONION}")
    with lite.service.database.write() as session:
        directories.set_site(session, tell_onion.encode())
    publish(lite.service, lite.root)
    client = lite.intake.test_client()
    answer = client.get(f"/{language}/campaign")
    shown: dict[str, set[str]] = {name: set() for name in FORMATS}
    bytes_of: dict[str, int] = {}
    here = ""
    for tag, attributes in elements(answer):
        here = attributes.get("id", here) if tag == "li" else here
        if tag == "img":
            picture = client.get(attributes["src"])
            assert (picture.status_code, picture.content_type) == (200, "image/png")
            size = Image.open(BytesIO(picture.data)).size
            assert (attributes["width"], attributes["height"]) == tuple(map(str, size))
            assert attributes["loading"] == "lazy"
            assert attributes["alt"] == "", "the words beside it say what it is"
            shown[here].add(attributes["src"])
            bytes_of[attributes["src"]] = len(picture.data)
    counted = {name: len(pictures) for name, pictures in shown.items()}
    assert counted == dict.fromkeys(FORMATS, 1) | {"leaflet": 2, "card": 2, "signature": 0, "badge": 0}
    assert shown["poster-a3"] == shown["poster-a4"], "loaded once"
    # Without scripts browsers load all of them at once, "lazy" or not.
    assert weight(answer) + sum(bytes_of.values()) <= MOST


def test_a_preview_is_of_a_sheet_that_there_is(lite: World) -> None:
    client = lite.intake.test_client()
    for path in ("en/campaign/preview/nothing.png", "fr/campaign/preview/poster.png", "en/campaign/preview/poster"):
        assert client.get(f"/{path}").status_code == 404, path


def test_the_page_is_the_same_whether_or_not_previews_can_be_kept(lite: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with only_one(lite.service.database, keeping.FOLDER):
        busy = lite.intake.test_client().get("/en/campaign").data
    monkeypatch.setattr(keeping, "is_low", lambda _service: True)
    assert (
        create_app(lite.service.settings, (INTAKE,), service=lite.service).test_client().get("/en/campaign").data
        == busy
    )
    monkeypatch.undo()
    assert (
        create_app(lite.service.settings, (INTAKE,), service=lite.service).test_client().get("/en/campaign").data
        == busy
    )
    assert "<img" in busy.decode()


def test_what_cannot_be_drawn_is_said_in_words_and_not_offered(lite: World, tell: Tell) -> None:
    tell(dataclasses.replace(SITE, contacts={"en": "📞 +49 30 1234"}))
    client = lite.intake.test_client()
    answer = client.get("/en/campaign")
    links = {attributes["href"] for tag, attributes in elements(answer) if tag == "a" and "download" in attributes}
    drawn = [file for name, one in FORMATS.items() if name != "leaflet" for file in one.files]
    assert links == {f"/en/campaign/{file}" for file in (*drawn, "kit.zip")}
    words = text_of(answer)
    assert "Leaflet, A4 folded once: It cannot be drawn." in words
    assert "The fonts of posters do not have the character “📞” (U+1F4DE)." in words
    assert {client.get(link).status_code for link in links} == {200}
    assert client.get("/en/campaign/leaflet.pdf").status_code == 422
    with zipfile.ZipFile(BytesIO(client.get("/en/campaign/kit.zip").data)) as archive:
        assert set(archive.namelist()) == {"README.txt", *(f"en/{file}" for file in drawn)}
    assert "It cannot be drawn" not in text_of(client.get("/ar/campaign")), "these contacts are in English"


def test_who_enters_a_contact_hears_at_once_which_sheets_cannot_be_drawn_with_it(lite: World) -> None:
    office = Office.open(lite)
    assert "cannot be drawn" not in text_of(office.get("/site"))
    fields = {
        "names-en": "Example",
        "names-ar": "مثال",
        "languages": "en, ar",
        "addresses": "https://reports.example",
        "exit": "https://www.example.org/",
        "profile": "generic",
    }
    answer = office.post("/site", fields | {"contacts-en": "📞 +49 30 1234"})
    assert answer.headers["Location"].endswith("done=site")
    words = text_of(office.get("/site?done=site"))
    assert "Leaflet, A4 folded once ( English ): The fonts of posters do not have the character “📞”" in words
    assert office.post("/site", fields | {"contacts-en": "+49 30 1234"}).status_code == 303
    assert "cannot be drawn" not in text_of(office.get("/site"))


def test_each_file_is_handed_out_to_be_saved(lite: World) -> None:
    client = lite.intake.test_client()
    for file in FILES:
        answer = client.get(f"/en/campaign/{file}")
        assert answer.status_code == 200, file
        stem, _, ending = file.rpartition(".")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{stem}-en.{ending}"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.content_type.startswith("text/html") is False, "never a page of this site"
        assert "Set-Cookie" not in answer.headers
    picture = Image.open(BytesIO(client.get("/en/campaign/social.png").data))
    assert [one.text for one in zxingcpp.read_barcodes(picture)] == ["https://reports.example"]


def test_a_kit_holds_all_of_a_language(lite: World) -> None:
    answer = lite.intake.test_client().get("/ar/campaign/kit.zip")
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        assert set(archive.namelist()) == {"README.txt", *(f"ar/{file}" for file in FILES)}
    assert answer.content_type == "application/zip"


def test_what_there_is_not_is_not_found(lite: World) -> None:
    client = lite.intake.test_client()
    for path in (
        "/fr/campaign",
        "/en/campaign/",
        "/en/campaign/other.pdf",
        "/fr/campaign/card.pdf",
        "/en/campaign/..%2f",
    ):
        assert client.get(path).status_code == 404, path


def test_a_file_is_drawn_once_for_each_version_of_the_list(
    lite: World, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []

    def draw(content: Content) -> bytes:
        drawn.append(content.version)
        return b"badge"

    monkeypatch.setitem(kit.MAKERS, "badge.html", draw)
    client = lite.intake.test_client()
    assert [client.get("/en/campaign/badge.html").data for _time in range(3)] == [b"badge"] * 3
    folder = lite.service.settings.data / keeping.FOLDER
    assert len(drawn) == len(list(folder.iterdir())) == 1
    tell(dataclasses.replace(SITE, onion="http://abc.onion"))
    client.get("/en/campaign/badge.html")
    assert len(drawn) == 2
    assert len(list(folder.iterdir())) == 1, "what was made of an earlier list is gone"


def test_nobody_waits_while_something_is_drawn(lite: World) -> None:
    client = lite.intake.test_client()
    with only_one(lite.service.database, keeping.FOLDER):
        answer = client.get("/en/campaign/card.pdf")
        assert client.get("/en/campaign").status_code == 200
    assert answer.status_code == 503
    assert client.get("/en/campaign/card.pdf").status_code == 200


def test_where_room_is_low_it_is_left_to_reports(lite: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = lite.intake.test_client()
    kept = client.get("/en/campaign/badge.html").data
    monkeypatch.setattr(keeping, "is_low", lambda _service: True)
    assert client.get("/en/campaign/badge.html").data == kept
    assert client.get("/en/campaign/signature.txt").status_code == 503


def test_a_site_without_an_address_says_so(lite: World, tell: Tell) -> None:
    tell(dataclasses.replace(SITE, addresses=()))
    client = lite.intake.test_client()
    assert "names no address" in client.get("/en/campaign").get_data(as_text=True)
    assert client.get("/en/campaign/poster-a4.pdf").status_code == 422
    assert not (lite.service.settings.data / keeping.FOLDER).exists()


def test_an_address_of_this_machine_is_said_to_be_one(lite: World, tell: Tell) -> None:
    tell(dataclasses.replace(SITE, addresses=("http://127.0.0.1:8000",)))
    client = lite.intake.test_client()
    for path in ("", "/badge.html", "/signature.txt"):
        assert "Sample: this address works on one computer only." in client.get(f"/en/campaign{path}").text


def run(lite: World, *arguments: str) -> tuple[int, str]:
    """``reporting posters`` on the site's data."""
    command = ["posters", "--data", str(lite.service.settings.data), *arguments]
    answer = CliRunner().invoke(main, command)
    return answer.exit_code, answer.output


def test_the_command_writes_what_was_asked_for(lite: World, tmp_path: Path) -> None:
    status, said = run(lite, "--language", "ar", "--format", "card", "--format", "badge", "--out", str(tmp_path / "p"))
    assert status == 0, said
    made = {str(path.relative_to(tmp_path / "p")) for path in (tmp_path / "p").rglob("*") if path.is_file()}
    assert made == {f"ar/{file}" for name in ("card", "badge") for file in FORMATS[name].files}
    served = lite.intake.test_client().get("/ar/campaign/card.pdf").data
    assert (tmp_path / "p" / "ar" / "card.pdf").read_bytes() == served, "as the site serves it"


def test_the_command_makes_the_same_archive_each_time(lite: World, tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip", "two.zip"):
        status, said = run(lite, "--format", "sticker", "--kit", str(tmp_path / name))
        assert status == 0, said
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        names = [f"{language}/sticker.{ending}" for language in ("ar", "en") for ending in ("pdf", "svg")]
        assert archive.namelist() == ["README.txt", *names]


def test_the_command_says_what_it_cannot_do(lite: World, tell: Tell, tmp_path: Path) -> None:
    assert run(lite)[0] == 2
    assert run(lite, "--out", str(tmp_path), "--kit", str(tmp_path / "kit.zip"))[0] == 2
    status, said = run(lite, "--language", "fr", "--out", str(tmp_path))
    assert (status, "en, ar" in said) == (1, True)
    tell(dataclasses.replace(SITE, addresses=()))
    status, said = run(lite, "--out", str(tmp_path))
    assert status != 0
    assert "names no address" in said
    assert list(tmp_path.glob("e*")) == []


def test_administrators_find_the_way_there(lite: World) -> None:
    page = Office.open(lite).get("/site").get_data(as_text=True)
    assert 'href="https://reports.example/en/campaign" rel="noreferrer"' in page
