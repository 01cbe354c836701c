"""Channels, questionnaires, the site's texts, and what is said of an installation."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from reporting.administration import channels as drafted
from reporting.administration import conformance
from reporting.log.models import AuditEvent
from reporting.questionnaires import rules as questionnaires
from tests.web.administration import Office, hidden_fields, text_of
from tests.web.world import DESK_ORIGIN, World

COURTS = {
    "id": "courts",
    "kind": "report",
    "title-en": "Courts",
    "title-ar": "المحاكم",
    "questionnaire": "corruption-1",
    "anonymous": "may",
    "profile": "eu",
}


def test_a_channel_is_drafted_changed_and_closed(world: World) -> None:
    office = Office.open(world)
    assert office.post("/channels/add", COURTS).headers["Location"] == "/admin/channels?done=channel"
    assert "New channel “courts” of kind report" in text_of(office.get("/directory"))
    changed = {**COURTS, "title-en": "Courts of law", "scriptless": "y"}
    assert office.post("/channels/courts", changed).headers["Location"].endswith("done=channel")
    assert office.post("/channels/courts", changed).headers["Location"].endswith("done=unchanged")
    with world.service.database.read() as session:
        channel = drafted.drafted(session, "courts")
    assert (channel.titles["en"], channel.scriptless, channel.anonymous) == ("Courts of law", True, "may")
    office.post("/members/m1", {"roles": ["procurement:intake", "courts:intake"], "site_roles": []})
    office.publish(office.signed())
    assert world.directory().channel("courts").roles == {"intake": ("m1",)}
    answer = office.post("/channels/courts/close", {"agreed": "y"})
    assert answer.headers["Location"] == "/admin/channels?done=closed"
    assert "Channel “courts” closes." in text_of(office.get("/directory"))


def test_closing_says_how_many_cases_are_open(lite: World) -> None:
    office = Office.open(lite)
    lite.report()
    lite.report()
    assert "Cases of this channel are open." in text_of(office.get("/channels/procurement/close"))
    # How many there are is not said: whoever looks again and again would see each report come in.
    assert " open" not in text_of(office.get("/channels"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": "Not An Id"}, "not a valid id"),
        ({"id": "procurement"}, "exists already"),
        ({"title-en": "", "title-ar": ""}, "title in one language"),
        ({"title-en": "x" * 3000}, ""),
        ({"questionnaire": "none"}, "no such questionnaire"),
        ({"anonymous": "never"}, "may be anonymous"),
        ({"profile": "moon"}, "no such profile"),
        ({"kind": "rumors"}, "kind report or protection"),
    ],
)
def test_a_channel_that_cannot_be_right_is_not_stored(lite: World, change: dict[str, str], words: str) -> None:
    office = Office.open(lite)
    answer = office.post("/channels/add", {**COURTS, **change})
    assert answer.status_code in (409, 422)
    assert words in text_of(answer)
    assert "courts" not in text_of(office.get("/channels"))


def test_two_at_one_channel(world: World) -> None:
    first, second = Office.open(world), Office.open(world, "eva")
    first.post("/channels/add", COURTS)
    shown = second.fields("/channels/courts")
    first.post("/channels/courts", {**COURTS, "title-en": "Tribunals"})
    answer = second.post("/channels/courts", {**COURTS, "title-en": "Judges"}, shown=shown)
    assert answer.status_code == 409
    assert "Member ada changed the channel “courts”." in text_of(answer)
    assert 'value="Judges"' in answer.get_data(as_text=True)
    again = second.post("/channels/courts", {**COURTS, "title-en": "Judges"}, shown=hidden_fields(answer))
    assert again.status_code == 303


@pytest.mark.parametrize("name", questionnaires.shipped())
def test_a_questionnaire_is_the_same_after_it_was_edited_as_text(name: str) -> None:
    found = questionnaires.load(name)
    assert drafted.read_text(name, drafted.as_text(found)) == found


def test_a_questionnaire_is_looked_at_before_it_is_stored(world: World) -> None:
    office = Office.open(world)
    text = drafted.as_text(questionnaires.load("corruption-1")).replace("What happened? Tell", "What went on? Tell")
    looked = office.post("/questionnaires/corruption-1", {"text": text, "preview": "y"})
    assert looked.status_code == 200
    assert "What went on? Tell it in your own words." in text_of(looked)
    assert "Nothing but its dates." in text_of(office.get("/directory"))
    stored = office.post("/questionnaires/corruption-1", {"text": text}, shown=hidden_fields(looked))
    assert stored.headers["Location"] == "/admin/questionnaires?done=questionnaire"
    assert "The questionnaire of “procurement” changes" in text_of(office.get("/directory"))
    old = world.get("/.well-known/reporting/questionnaires/corruption-1").data
    office.publish(office.signed())
    assert world.get("/.well-known/reporting/questionnaires/corruption-1").data != old
    page = text_of(office.get("/questionnaires/corruption-1"))
    assert "since version 3 of the list" in page
    assert "since version 1 of the list" in page


def test_a_faulty_questionnaire_is_refused_by_question_and_what_was_typed_stays(lite: World) -> None:
    office = Office.open(lite)
    for text, words in (
        ("not = [toml", "Nothing was stored"),
        ('kind = "report"', "corruption-1"),
        (drafted.as_text(questionnaires.load("corruption-1")).replace("long_text", "essay", 1), "account"),
    ):
        answer = office.post("/questionnaires/corruption-1", {"text": text})
        assert answer.status_code == 422
        assert words in text_of(answer)
        assert text.split("\n")[0].split('"')[0] in text_of(answer)


def test_a_new_questionnaire_is_asked_by_a_channel(lite: World) -> None:
    office = Office.open(lite)
    text = drafted.as_text(questionnaires.load("corruption-1"))
    assert office.post("/questionnaires/add", {"id": "short", "text": text}).status_code == 303
    assert office.post("/channels/add", {**COURTS, "questionnaire": "short"}).status_code == 303
    assert "asked on courts" in text_of(office.get("/questionnaires"))
    assert office.post("/questionnaires/add", {"id": "No Id", "text": text}).status_code == 422


SITE = {
    "languages": "en, ar",
    "names-en": "Tell us",
    "names-ar": "أخبرنا",
    "welcome-en": "We are <the> office.\r\n\r\nWe deal with bridges.",
    "contacts-en": "Telephone 1\r\nMondays",
    "contacts-ar": "هاتف",
    "addresses": "https://reports.example\nhttps://other.example",
    "onion": "",
    "exit": "https://www.example.org/",
    "profile": "eu",
}


def test_the_site_s_texts_are_drafted_and_shown_with_the_next_list(world: World) -> None:
    office = Office.open(world)
    assert office.post("/site", SITE).headers["Location"] == "/admin/site?done=site"
    assert "The texts of the site change." in text_of(office.get("/directory"))
    assert "Tell us" not in world.get("/en/").get_data(as_text=True)
    office.publish(office.signed())
    page = world.get("/en/").get_data(as_text=True)
    assert "Tell us" in page
    assert "<p>We are &lt;the&gt; office.</p>" in page
    assert '<p class="lines">Telephone 1\nMondays</p>' in page
    assert "هاتف" in world.get("/ar/").get_data(as_text=True)
    with world.service.database.read() as session:
        assert session.scalar(select(AuditEvent.member_id).where(AuditEvent.act == "site:change")) == "ada"


@pytest.mark.parametrize(
    "change",
    [
        {"languages": "english!"},
        {"names-en": ""},
        {"exit": "javascript:alert(1)"},
        {"profile": "moon"},
        {"exit": ""},
        {"welcome-fr": "Bonjour"},
    ],
)
def test_texts_that_no_page_can_show_are_not_stored(lite: World, change: dict[str, str]) -> None:
    office = Office.open(lite)
    answer = office.post("/site", {**SITE, **change})
    assert answer.status_code == 422
    assert "Nothing but its dates." in text_of(office.get("/directory"))


def test_a_language_that_nobody_knows_closes_no_page(lite: World) -> None:
    office = Office.open(lite)
    assert (
        office.post("/site", {**SITE, "languages": "en, zz, xx-yy1", "names-ar": "", "contacts-ar": ""}).status_code
        == 303
    )
    office.publish(office.signed())
    for path in ("/en/", "/zz/", "/en/report/procurement", "/zz/report/procurement"):
        assert lite.get(path).status_code == 200, path
    assert office.get("/channels/procurement").status_code == 200


def test_the_security_page_says_what_is_met_and_keeps_secrets(lite: World) -> None:
    office = Office.open(lite)
    page = text_of(office.get("/security"))
    assert "A second factor is offered, not required" in page
    assert "There are fewer than two administrators." in page
    assert str(lite.service.settings.database_url) not in page


def test_an_office_of_one_person_and_a_root_key_nearby_are_found(lite: World) -> None:
    settings = dataclasses.replace(lite.service.settings, one_person_office=True, second_factor="required")
    folder = Path(settings.data).parent / "root"
    folder.mkdir()
    (folder / "root.key").write_text("{}")
    with lite.service.database.read() as session:
        found = conformance.findings(replace(lite.service, settings=settings), session)
    unmet = [one.sentence for one in found if one.state == conformance.UNMET]
    assert any("one-person office" in sentence for sentence in unmet)
    assert any("root key lies on this machine" in sentence for sentence in unmet)
    assert not any("offered" in sentence for sentence in unmet)
    assert json.dumps(unmet)


def test_the_administrators_pages_speak_the_language_that_was_chosen(lite: World) -> None:
    desk = Office.open(lite).desk

    def page(path: str) -> TestResponse:
        asked = {"Accept-Language": "fr", "Accept": "text/html"}
        return desk.client.get(path, headers=asked, base_url=DESK_ORIGIN)

    assert '<html lang="fr"' in page("/admin").text
    answer = page("/admin/language/ar")
    assert answer.headers["Location"] == "/admin"
    told = set(answer.headers["Set-Cookie"].split("; "))
    assert {"__Secure-language=ar", "Secure", "HttpOnly", "Path=/admin"} <= told, "no page of reporters gets it"
    for path in ("/admin", "/admin/channels", "/admin/channels/nowhere"):
        assert '<html lang="ar" dir="rtl"' in page(path).text, path
    assert page("/admin/language/xx").status_code == 404
