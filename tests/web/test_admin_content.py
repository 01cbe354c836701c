"""The public site's texts, written by administrators: shown at once, every step kept, told to the audit trail."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select

from reporting.log.models import AuditEvent
from tests.web.administration import Office, hidden_fields, text_of
from tests.web.world import World

PAGE = "/content/en/your-rights"
SECTION = f"{PAGE}/sections/protected"
OURS = {"title": "Protected here", "text": "Our office\nkeeps **every** [promise](protection#how) within {ack}."}


def public(world: World, path: str = "en/info/your-rights") -> str:
    """What everybody reads."""
    return world.get(f"/{path}").get_data(as_text=True)


def acts(world: World) -> list[tuple[str, str, dict[str, Any]]]:
    """What the audit trail has of texts."""
    with world.service.database.read() as session:
        query = select(AuditEvent.act, AuditEvent.member_id, AuditEvent.details)
        rows = session.execute(query.where(AuditEvent.act.startswith("content:")).order_by(AuditEvent.position))
        return [(str(act), str(member), json.loads(str(details))) for act, member, details in rows]


def test_a_section_is_looked_at_stored_and_shown_at_once(world: World) -> None:
    office = Office.open(world)
    before = public(world)
    preview = office.post(SECTION, {**OURS, "preview": "y"})
    assert preview.status_code == 200
    assert "<strong>every</strong>" in preview.get_data(as_text=True)
    assert 'href="https://reports.example/en/info/protection#how"' in preview.get_data(as_text=True)
    assert public(world) == before
    assert acts(world) == []
    assert office.post(SECTION, OURS).headers["Location"] == f"/admin{PAGE}?done=content"
    page = public(world)
    assert '<h2 id="protected-title">Protected here</h2>' in page
    assert '<a href="/en/info/protection#how">promise</a> within 7 days.' in page
    assert "Protected here" in public(world, "en/info/article-13"), "it answers what the shipped section answered"
    assert office.post(SECTION, OURS).headers["Location"].endswith("done=unchanged")
    text = f"{OURS['title']}\n{OURS['text']}".encode()
    where = {"page": "your-rights", "language": "en", "section": "protected", "version": 1}
    assert acts(world) == [("content:edit", "ada", {**where, "sha256": sha256(text).hexdigest()})]
    assert "Member ada wrote the section “protected” of “your-rights” (en)." in text_of(office.get())


def test_what_the_organisation_says_in_english_is_shown_where_nobody_translated_it(world: World) -> None:
    office = Office.open(world)
    office.post(SECTION, OURS)
    page = public(world, "ar/info/your-rights")
    section = page[page.index('<section id="protected"') :]
    assert '<div lang="en" dir="ltr">\n<h2 id="protected-title">Protected here' in section
    office.post("/content/ar/your-rights/sections/protected", {"title": "محمي هنا", "text": "نص قصير."})
    page = public(world, "ar/info/your-rights")
    section = page[page.index('<section id="protected"') :]
    assert '<div>\n<h2 id="protected-title">محمي هنا' in section[: section.index("</section>")]
    assert "Protected here" in public(world)
    assert "needs translation" not in _row(office, "ar", "protected")
    world.clock.move(minutes=1)
    office.post(SECTION, {**OURS, "text": "Something else holds now."})
    assert "older than the English" in text_of(office.get("/content/ar/your-rights"))


def _row(office: Office, language: str, anchor: str) -> str:
    page = office.get(f"/content/{language}/your-rights").get_data(as_text=True)
    row = page[page.index(f"#{anchor}</span>") :]
    return row[: row.index("</li>")]


def test_a_section_is_added_answers_items_and_is_taken_out_again(world: World) -> None:
    office = Office.open(world)
    new = {"anchor": "our-desk", "title": "Our desk", "text": "Room 1.", "art13": ["b", "h"]}
    assert office.post(f"{PAGE}/add", new).status_code == 303
    assert 'href="/en/info/your-rights#our-desk"' in public(world, "en/info/article-13")
    assert 'id="our-desk"' in public(world)
    assert office.post(f"{PAGE}/add", new).status_code == 409
    at = f"{PAGE}/sections/our-desk"
    assert office.post(at, {"title": "Our desk", "text": "Room 2."}).status_code == 303
    assert public(world, "en/info/article-13").count("#our-desk") == 2, "it keeps its items"
    assert office.post(f"{at}/drop", {}).status_code == 422
    assert office.post(f"{at}/drop", {"agreed": "y"}).headers["Location"].endswith("done=content-out")
    assert "our-desk" not in public(world)
    assert "#our-desk" in text_of(office.get(PAGE)), "its history stays"
    assert office.get(f"{at}/history").status_code == 200
    answer = office.post(f"{at}/history/1", {})
    assert answer.headers["Location"].endswith("done=content-back")
    assert "Room 1." in public(world)
    assert [act for act, _member, _details in acts(world)] == [
        f"content:{act}" for act in ("edit", "edit", "drop", "restore")
    ]


def test_a_section_may_be_in_one_language_alone_and_stays_editable(lite: World) -> None:
    office = Office.open(lite)
    new = {"anchor": "our-desk", "title": "مكتبنا", "text": "الغرفة 1."}
    assert office.post("/content/ar/your-rights/add", new).status_code == 303
    assert "our-desk" in public(lite, "ar/info/your-rights")
    assert "our-desk" not in public(lite)
    at = "/content/ar/your-rights/sections/our-desk"
    assert office.get(at).status_code == 200
    assert office.post(at, {"title": "مكتبنا", "text": "الغرفة 2."}).status_code == 303
    assert office.post("/content/en/your-rights/add", {**new, "title": "Our desk"}).status_code == 303
    assert "The English text" in text_of(office.get(at))


def test_an_older_text_is_looked_at_and_put_back(world: World) -> None:
    office = Office.open(world)
    office.post(SECTION, OURS)
    world.clock.move(minutes=1)
    office.post(SECTION, {**OURS, "title": "Second"})
    listed = text_of(office.get(f"{SECTION}/history"))
    assert listed.index("Second") < listed.index("Protected here")
    assert "written · Member ada" in listed
    assert "Our office" in text_of(office.get(f"{SECTION}/history/1"))
    assert office.post(f"{SECTION}/history/1", {}).status_code == 303
    assert "Protected here" in public(world)
    assert office.post(f"{SECTION}/drop", {"agreed": "y"}).status_code == 303
    assert "When am I protected?" in public(world)
    for path in (f"{SECTION}/history/9", f"{PAGE}/sections/nothing/history", f"{PAGE}/sections/others/history"):
        assert office.get(path).status_code == 404, path
    assert office.post(f"{SECTION}/history/4", {}, shown=office.fields(SECTION)).status_code == 404, (
        "that version took the text out"
    )
    assert office.post(f"{SECTION}/drop", {"agreed": "y"}, shown=office.fields(f"{SECTION}/drop")).status_code == 404


def test_a_section_is_hidden_in_every_language_and_links_to_it_lead_to_its_page(world: World) -> None:
    office = Office.open(world)
    at = "/content/en/what-happens-next/sections/follow-up"
    asked = text_of(office.get(f"{at}/hide"))
    assert "Nothing else answers these items of Article 13: e." in asked
    assert office.post(f"{at}/hide", {}).status_code == 422
    assert office.post(f"{at}/hide", {"agreed": "y"}).headers["Location"].endswith("done=content-hidden")
    for language in ("en", "ar"):
        assert 'id="follow-up"' not in public(world, f"{language}/info/what-happens-next")
        assert "#follow-up" not in public(world, f"{language}/info/article-13")
    assert "hidden" in text_of(office.get("/content/ar/what-happens-next"))
    answer = office.post(f"{at}/show", {}, shown=office.fields(PAGE))
    assert answer.headers["Location"].endswith("done=content-shown")
    assert 'id="follow-up"' in public(world, "en/info/what-happens-next")
    assert [act for act, _member, _details in acts(world)] == ["content:hide", "content:show"]


WRONG: list[tuple[dict[str, str], str]] = [
    ({"title": ""}, "Please fill this in."),
    ({"title": "x" * 121}, "Line 1: a heading has 1 to 120 characters."),
    ({"title": "a\u2028b"}, "Line 1: character 2 is U+2028 LINE SEPARATOR"),
    ({"title": "a\nb"}, "a heading has 1 to 120 characters"),
    ({"title": "pay \u202eelbat"}, "Line 1: character 5 is U+202E RIGHT-TO-LEFT OVERRIDE"),
    ({"text": "fine\n\nso \u202d**fine**\u202c"}, "Line 3: character 4 is U+202D LEFT-TO-RIGHT OVERRIDE"),
    ({"text": "fine\n- so &#x202e;fine"}, "Line 2: character 4 is U+202E RIGHT-TO-LEFT OVERRIDE"),
    (
        {"text": "a \u2067b **c**\nd\u2069"},
        "Line 1: character 3 is U+2067 RIGHT-TO-LEFT ISOLATE, without its other half",
    ),
    ({"text": "a\u2069"}, "Line 1: character 2 is U+2069 POP DIRECTIONAL ISOLATE, without its other half"),
    ({"text": "fine\x0bfine"}, "is U+000B"),
    ({"text": "fine\U000e0041"}, "is U+E0041 TAG LATIN CAPITAL LETTER A"),
    ({"text": " "}, "Please fill this in."),
    ({"text": "x" * 8_001}, "A section has at most 8000 characters."),
    ({"text": "fine\n\n<b>bold</b>"}, "Line 3: HTML may not stand in a text."),
    ({"text": "fine\n<!-- hidden -->"}, "Line 2: HTML may not stand in a text."),
    ({"text": "![a](https://thief.example/x.png)"}, "Line 1: a picture may not stand in a text."),
    ({"text": "## A heading"}, "Line 1: a section has one heading"),
    ({"text": "# A heading"}, "Line 1: a heading begins with ## or ###"),
    ({"text": "```\ncode\n```"}, "Line 1: a text has paragraphs, lists"),
    ({"text": "a\n\nb [c](javascript:alert(1))"}, "Line 3: “javascript:alert(1)” may not be led to"),
    ({"text": "[c](http://plain.example/)"}, "outside links begin with https://"),
    ({"text": "[c](https://user@plain.example/)"}, "outside links begin with https://"),
    ({"text": "[c](//thief.example/)"}, "“//thief.example/” leads to no topic"),
    ({"text": "[c](nowhere)"}, "“nowhere” leads to no topic"),
    ({"text": "[c](protection#nowhere)"}, "Line 1: “protection#nowhere” leads to no section."),
    ({"text": "[c](page:nowhere)"}, "is no page of the site"),
    ({"text": "within {soon}"}, "nothing is filled in for “{soon}”"),
    ({"text": "[x]: https://ok.example/"}, "A section has a text."),
]


def test_what_cannot_stand_there_is_refused_with_its_line_and_what_was_typed_stays(lite: World) -> None:
    office = Office.open(lite)
    shown = office.fields(SECTION)
    for change, words in WRONG:
        answer = office.post(SECTION, {**OURS, **change}, shown=shown)
        assert answer.status_code == 422, change
        assert words in text_of(answer), change
        if "text" not in change:
            assert "keeps **every**" in answer.get_data(as_text=True)
    assert "Protected here" not in public(lite)
    assert acts(lite) == []


def test_marks_that_languages_need_stay(lite: World) -> None:
    office = Office.open(lite)
    words = {"title": "چه می\u200cشود\u00a0؟", "text": "می\u200cخواهم \u2066**2026**-11-27\u2069,\t&zwj;a\u200f."}
    assert office.post(SECTION, {**OURS, **words}).status_code == 303
    assert "\u2066<strong>2026</strong>-11-27\u2069" in public(lite)
    assert words["title"] in public(lite)


def test_an_anchor_is_no_other_than_an_id_can_be(lite: World) -> None:
    office = Office.open(lite)
    for anchor in ("", "Our Desk", "main", "contents", "protected-title", "x" * 65, "../x"):
        answer = office.post(f"{PAGE}/add", {"anchor": anchor, "title": "T", "text": "t"})
        assert answer.status_code == 422, anchor
        assert "an anchor has small letters" in text_of(answer), anchor


def test_who_checked_a_page_is_noted_until_it_says_anything_else(world: World) -> None:
    office = Office.open(world)
    assert "not reviewed" in text_of(office.get(PAGE))
    wanted = {"reviewed_by": "Dr. Ada Example, lawyer", "reviewed": "2026-11-20"}
    for change in ({"reviewed": "soon"}, {"reviewed": "2031-01-01"}, {"reviewed_by": ""}, {"reviewed_by": "x" * 121}):
        assert office.post(f"{PAGE}/review", {**wanted, **change}).status_code == 422, change
    shown = office.fields(f"{PAGE}/review")
    assert office.post(f"{PAGE}/review", {**wanted, "digest": "0" * 64}).status_code == 409
    assert office.post(f"{PAGE}/review", wanted, shown=shown).headers["Location"].endswith("done=content-review")
    assert "Checked by Dr. Ada Example, lawyer on 2026-11-20." in text_of(office.get(PAGE))
    assert "Dr. Ada" not in public(world), "readers do not see it"
    office.post(SECTION, OURS)
    assert "not reviewed" in text_of(office.get(PAGE))
    assert [act for act, _member, _details in acts(world)] == ["content:review", "content:edit"]


def test_two_at_one_page_see_each_other(world: World) -> None:
    first, second = Office.open(world), Office.open(world, "eva")
    shown = second.fields(SECTION)
    first.post(SECTION, OURS)
    answer = second.post(SECTION, {**OURS, "title": "Mine"}, shown=shown)
    assert answer.status_code == 409
    assert "Member ada wrote the section “protected”" in text_of(answer)
    assert 'value="Mine"' in answer.get_data(as_text=True)
    assert second.post(SECTION, {**OURS, "title": "Mine"}, shown=hidden_fields(answer)).status_code == 303
    assert "Mine" in public(world)


def test_what_is_not_there_is_not_found(lite: World) -> None:
    office = Office.open(lite)
    for path in (
        "/content/en/nothing",
        "/content/fr/your-rights",
        "/content/en/your-rights/sections/nothing",
        "/content/en/nothing/add",
        "/content/xx/your-rights/review",
        "/content/en/your-rights/sections/nothing/hide",
    ):
        assert office.get(path).status_code == 404, path
    assert office.post(f"{PAGE}/sections/nothing/show", {}, shown=office.fields(PAGE)).status_code == 404


def test_the_list_marks_what_is_to_be_done(lite: World) -> None:
    office = Office.open(lite)
    page = text_of(office.get("/content"))
    assert "Your rights English : Your rights not reviewed" in page
    assert "needs translation" not in page
    assert "changed here" not in page
    office.post(SECTION, OURS)
    page = text_of(office.get("/content"))
    assert page.count("changed here") == page.count("needs translation") == 1


def test_versions_and_sections_are_not_without_end(lite: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from reporting.administration import contents

    office = Office.open(lite)
    monkeypatch.setattr(contents, "MAX_VERSIONS", 1)
    office.post(SECTION, OURS)
    assert "has 1 versions already" in text_of(office.post(SECTION, {**OURS, "title": "Two"}))
    monkeypatch.setattr(contents, "MAX_SECTIONS", 1)
    new = {"anchor": "more", "title": "More", "text": "more"}
    assert "at most 1 sections" in text_of(office.post(f"{PAGE}/add", new))


HEAD = f"{PAGE}/sections/main"
HEADS = {
    "title": "Rights here",
    "text": "What our office owes you.\n\nAn **introduction** of [ours](protection).\n\nIt goes on.",
}


def test_title_summary_and_introduction_are_written_as_a_section_is(world: World) -> None:
    office = Office.open(world)
    shown = office.get(HEAD).get_data(as_text=True)
    assert 'value="Your rights"' in shown
    assert "The first paragraph is the summary" in shown
    before = public(world)
    assert office.post(HEAD, {**HEADS, "preview": "y"}).status_code == 200
    assert public(world) == before
    assert office.post(HEAD, HEADS).headers["Location"] == f"/admin{PAGE}?done=content"
    page = public(world)
    assert "<h1>Rights here</h1>" in page
    assert "<p>An <strong>introduction</strong> of" in page
    assert "What our office owes you." not in page[page.index("<h1>") :], "lists show the summary"
    listed = public(world, "en/info/")
    assert "Rights here" in listed
    assert "What our office owes you." in listed
    assert "When am I protected?" in page, "sections stay"
    arabic = public(world, "ar/info/your-rights")
    assert "Rights here" in arabic, "what holds is shown in English until somebody translates it"
    assert "changed here" in text_of(office.get("/content"))
    assert "not reviewed" in text_of(office.get(PAGE))
    assert office.post(HEAD, HEADS).headers["Location"].endswith("done=unchanged")
    assert [act for act, _member, _details in acts(world)] == ["content:edit"]


def test_a_head_is_translated_taken_out_and_put_back(world: World) -> None:
    office = Office.open(world)
    office.post(HEAD, HEADS)
    arabic = "/content/ar/your-rights"
    assert "needs translation" in text_of(office.get(arabic))
    assert "The English text" in text_of(office.get(f"{arabic}/sections/main"))
    office.post(f"{arabic}/sections/main", {"title": "حقوقكم هنا", "text": "ملخص.\n\nمقدمة."})
    assert "<h1>حقوقكم هنا</h1>" in public(world, "ar/info/your-rights")
    assert "shown in English, or is older" not in text_of(office.get(arabic))
    world.clock.move(minutes=1)
    office.post(HEAD, {**HEADS, "title": "Rights"})
    assert "older than the English" in text_of(office.get(arabic))
    assert office.post(f"{HEAD}/drop", {"agreed": "y"}).headers["Location"].endswith("done=content-out")
    assert "<h1>Your rights</h1>" in public(world)
    assert "#main" not in text_of(office.get(PAGE)), "it is no section that is gone"
    assert "Rights here" in text_of(office.get(f"{HEAD}/history"))
    assert office.post(f"{HEAD}/history/1", {}).headers["Location"].endswith("done=content-back")
    assert "<h1>Rights here</h1>" in public(world)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": "x" * 121}, "a heading has 1 to 120 characters"),
        ({"text": "x" * 161}, "Line 1: the first paragraph is the summary: words alone, at most 160 characters"),
        ({"text": "A **summary**.\n\nMore."}, "Line 1: the first paragraph is the summary"),
        ({"text": "Two\nlines.\n\nMore."}, "Line 1: the first paragraph is the summary"),
        ({"text": "- a list\n\nMore."}, "Line 1: the first paragraph is the summary"),
        ({"text": "Fine.\n\n<b>bold</b>"}, "Line 3: HTML may not stand in a text"),
        ({"text": "Fine.\n\n## Section"}, "Line 3: a section has one heading"),
        ({"text": "Fine.\n\n[x](protection#nowhere)"}, "Line 3: “protection#nowhere” leads to no section"),
        ({"text": "Fine \u202e."}, "Line 1: character 6 is U+202E"),
        ({"text": "Within {soon}."}, "nothing is filled in for “{soon}”"),
    ],
)
def test_a_head_that_cannot_stand_there_is_refused(lite: World, change: dict[str, str], words: str) -> None:
    answer = Office.open(lite).post(HEAD, {**HEADS, **change})
    assert answer.status_code == 422
    assert words in text_of(answer)


def test_a_head_is_not_hidden_nor_added_as_a_section(lite: World) -> None:
    office = Office.open(lite)
    shown = office.fields(HEAD)
    assert office.post(f"{HEAD}/hide", {"agreed": "y"}, shown=shown).status_code == 404
    assert office.post(f"{HEAD}/show", {}, shown=shown).status_code == 404
    assert office.post(f"{PAGE}/add", {**HEADS, "anchor": "main"}).status_code == 422
    assert acts(lite) == []


def test_an_older_text_is_put_back_only_where_there_is_room(lite: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from reporting.administration import contents

    office = Office.open(lite)
    at = f"{PAGE}/sections/more"
    office.post(f"{PAGE}/add", {"anchor": "more", "title": "More", "text": "more"})
    office.post(f"{at}/drop", {"agreed": "y"})
    with monkeypatch.context() as patched:
        patched.setattr(contents, "MAX_SECTIONS", 1)
        answer = office.post(f"{at}/history/1", {})
    assert answer.status_code == 409
    assert "at most 1 sections" in text_of(answer)
    assert 'id="more"' not in public(lite)
    assert office.post(f"{at}/history/1", {}).status_code == 303
