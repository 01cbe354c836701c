"""Where else to go, edited by administrators: drafted, shown to whoever signs, and shown to reporters after that."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from reporting.administration import conformance
from reporting.administration import places as drafted
from reporting.log.models import AuditEvent
from reporting.profiles.places import Place
from tests.web.administration import Office, hidden_fields, text_of
from tests.web.test_admin_channels import SITE
from tests.web.test_profiles import EU, lay, told
from tests.web.world import World

OMBUDSMAN = {
    "kind": "bodies",
    "name": "Ombudsman of Example",
    "url": "https://ombud.example/",
    "number": "",
    "country": "de",
    "topics": ["work", "corruption"],
    "source": "https://ombud.example/about",
    "checked": "2026-11-01",
}
KEY = Place("bodies", "Ombudsman of Example", "", "", (), "", None).key
OLAF = Place("bodies", "European Anti-Fraud Office (OLAF)", "", "", (), "", None).key


def elsewhere(world: World) -> str:
    """What everybody reads."""
    return world.get("/en/elsewhere").get_data(as_text=True)


def acts(world: World) -> list[tuple[str, str, dict[str, Any]]]:
    """What the audit trail has of places."""
    with world.service.database.read() as session:
        rows = session.execute(
            select(AuditEvent.act, AuditEvent.member_id, AuditEvent.details).where(AuditEvent.act.startswith("place:"))
        )
        return [(str(act), str(member), json.loads(str(details))) for act, member, details in rows]


def test_a_place_is_added_changed_and_taken_out(world: World) -> None:
    office = Office.open(world)
    assert office.post("/places/add", OMBUDSMAN).headers["Location"] == "/admin/places?done=place"
    assert "new place, Ombudsman of Example <https://ombud.example/>" in text_of(office.get("/directory"))
    assert "Ombudsman of Example" not in elsewhere(world)
    office.publish(office.signed())
    page = elsewhere(world)
    assert "Ombudsman of Example" in page
    assert 'id="bodies-DE">Germany</h3>' in page
    assert "Ombudsman of Example" in world.get("/en/mailbox").get_data(as_text=True)
    changed = {**OMBUDSMAN, "number": "0301 234"}
    assert office.post(f"/places/{KEY}", changed).headers["Location"].endswith("done=place")
    assert office.post(f"/places/{KEY}", changed).headers["Location"].endswith("done=unchanged")
    assert "0301 234" in text_of(office.get("/directory"))
    office.publish(office.signed())
    assert "0301 234" in elsewhere(world)
    assert office.post(f"/places/{KEY}/remove", {}).status_code == 422
    assert office.post(f"/places/{KEY}/remove", {"agreed": "y"}).headers["Location"].endswith("done=place-out")
    assert "a place is gone, Ombudsman of Example" in text_of(office.get("/directory"))
    office.publish(office.signed())
    assert "Ombudsman of Example" not in elsewhere(world)
    name = {"place": "Ombudsman of Example"}
    assert acts(world) == [(f"place:{act}", "ada", name) for act in ("add", "change", "remove")]


def test_a_place_of_a_profile_is_hidden_with_a_reason_and_shown_again(world: World) -> None:
    office = Office.open(world)
    assert office.post(f"/places/{OLAF}/hide", {"reason": " "}).status_code == 422
    answer = office.post(f"/places/{OLAF}/hide", {"reason": "We take no money of the Union."})
    assert answer.headers["Location"].endswith("done=place-hidden")
    assert "hidden because: We take no money of the Union." in text_of(office.get("/places"))
    assert "Hidden from reporters" in text_of(office.get("/directory"))
    assert "We take no money of the Union." in text_of(office.get("/directory"))
    office.publish(office.signed())
    assert "OLAF" not in elsewhere(world)
    assert "OLAF" not in world.get("/en/mailbox").get_data(as_text=True)
    answer = office.post(f"/places/{OLAF}/show", {}, shown=office.fields("/places"))
    assert answer.headers["Location"].endswith("done=place-shown")
    assert "No longer hidden from reporters" in text_of(office.get("/directory"))
    office.publish(office.signed())
    assert "OLAF" in elsewhere(world)
    assert [act for act, _member, _details in acts(world)] == ["place:hide", "place:show"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "bank"}, "no such kind"),
        ({"name": ""}, "Please fill this in."),
        ({"name": "x" * 201}, "1 to 200 characters"),
        ({"name": "Ombud\u202esman"}, "one line"),
        ({"url": ""}, "begins with https://"),
        ({"url": "http://ombud.example/"}, "begins with https://"),
        ({"url": "javascript:alert(1)"}, "begins with https://"),
        ({"url": "https://user@ombud.example/"}, "begins with https://"),
        ({"url": "https://ombud.example/" + "x" * 300}, "begins with https://"),
        ({"kind": "emergency"}, "needs its number"),
        ({"number": "call us"}, "digits and spaces"),
        ({"country": "Germany"}, "two capital letters"),
        ({"topics": []}, "what people can turn there for"),
        ({"topics": ["gossip"]}, "what people can turn there for"),
        ({"source": ""}, "Please fill this in."),
        ({"source": "a friend"}, "where this can be checked"),
        ({"checked": ""}, "Please fill this in."),
        ({"checked": "yesterday"}, "the day on which"),
        ({"checked": "2031-01-01"}, "today or earlier"),
    ],
)
def test_what_nobody_could_go_by_is_not_stored_and_what_was_typed_stays(
    lite: World, change: dict[str, Any], words: str
) -> None:
    office = Office.open(lite)
    answer = office.post("/places/add", {**OMBUDSMAN, **change})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert 'value="2026-11-01"' in answer.get_data(as_text=True) or "checked" in change
    assert "Nothing but its dates." in text_of(office.get("/directory"))
    assert acts(lite) == []


def test_a_document_longer_than_any_client_reads_is_not_drafted(lite: World, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office.open(lite)
    monkeypatch.setattr(drafted, "MAX_SITE", 1_000)
    answer = office.post("/places/add", OMBUDSMAN)
    assert answer.status_code == 422
    assert "longer than 1000 bytes" in text_of(answer)
    assert "Ombudsman" not in text_of(office.get("/directory"))


def test_an_emergency_line_needs_no_address_and_is_shown_first(lite: World) -> None:
    office = Office.open(lite)
    line = {**OMBUDSMAN, "kind": "emergency", "name": "Police", "url": "", "number": "110", "topics": ["danger"]}
    assert office.post("/places/add", line).status_code == 303
    office.publish(office.signed())
    page = elsewhere(lite)
    assert page.index("Police") < page.index("OLAF")
    assert "110" in page
    assert "In danger, call 110." in lite.get("/en/mailbox").get_data(as_text=True)


def test_two_of_a_name_too_many_and_what_is_not_there_are_refused(lite: World, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office.open(lite)
    assert office.post("/places/add", OMBUDSMAN).status_code == 303
    answer = office.post("/places/add", OMBUDSMAN)
    assert answer.status_code == 409
    monkeypatch.setattr(drafted, "MAX_PLACES", 1)
    assert "There are 1 places already." in text_of(office.post("/places/add", {**OMBUDSMAN, "name": "Another"}))
    none = "0" * 16
    for path in (f"/places/{none}", f"/places/{none}/remove", f"/places/{none}/hide", f"/places/{OLAF}"):
        assert office.get(path).status_code == 404, path
    assert office.post(f"/places/{OLAF}/show", {}, shown=office.fields("/places")).status_code == 404


def test_two_at_one_place_see_each_other_and_the_site_s_texts_keep_the_places(world: World) -> None:
    first, second = Office.open(world), Office.open(world, "eva")
    first.post("/places/add", OMBUDSMAN)
    shown = second.fields(f"/places/{KEY}")
    first.post(f"/places/{KEY}", {**OMBUDSMAN, "number": "0301 234"})
    answer = second.post(f"/places/{KEY}", {**OMBUDSMAN, "number": "0900 666"}, shown=shown)
    assert answer.status_code == 409
    assert "Member ada changed “Ombudsman of Example” in where else to go." in text_of(answer)
    assert (
        second.post(f"/places/{KEY}", {**OMBUDSMAN, "number": "0900"}, shown=hidden_fields(answer)).status_code == 303
    )
    assert second.post("/site", SITE).status_code == 303
    with world.service.database.read() as session:
        assert [one.number for one in drafted.own(session)] == ["0900"]


def test_an_onion_address_and_a_telephone_number_in_texts_are_lines_of_their_own(lite: World) -> None:
    office = Office.open(lite)
    office.post("/site", SITE)
    office.publish(office.signed())
    onion = f"http://{'a' * 56}.onion"
    office.post("/site", {**SITE, "onion": onion, "contacts-en": "Telephone 0900 666\r\nMondays"})
    page = text_of(office.get("/directory"))
    assert f"“onion” of the site is now {onion}." in page
    assert "“contacts” (en), gone: Telephone 1" in page
    assert "“contacts” (en), new: Telephone 0900 666" in page


def test_conformance_names_what_is_old_what_is_an_example_and_a_missing_number(lite: World) -> None:
    assert "was checked within a year" in told(lite, conformance.MET)
    assert "has a number for danger" in told(lite, conformance.MET)
    assert "anti-corruption authority" in told(lite, conformance.UNKNOWN)
    office = Office.open(lite)
    lay(lite, EU.partition("[emergency]")[0].replace("checked = 2026-11-26", "checked = 2025-01-01"))
    example = Place("bodies", "Example: your country's anti-corruption authority", "", "", (), "", None).key
    office.post(f"/places/{example}/hide", {"reason": "an example"})
    office.publish(office.signed())
    unmet = told(lite, conformance.UNMET)
    assert "checked over a year ago: European Anti-Fraud Office (OLAF)" in unmet
    assert "no number for danger" in unmet
    assert "anti-corruption authority" not in told(lite, conformance.UNKNOWN)
