"""Stories of the yearly report: one writes, two others approve, then everybody reads them. Both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from reporting import errors
from reporting.db.migrate import downgrade, upgrade
from reporting.directory import rules as directories
from reporting.log.models import AuditEvent
from reporting.members import rules as members
from reporting.members.models import SiteRole
from reporting.statistics import stories
from reporting.statistics.models import Story
from tests.web.administration import Office, text_of
from tests.web.test_figures import YEAR, to_release
from tests.web.world import World, enroll, publish

SAID, DID = "Tenders went to the same firm each time.", "Two people now open the offers together."
STORY = {"year": YEAR, "language": "en", "said": SAID, "did": DID, "consent": "agreed"}


def seat(world: World, member: str) -> Office:
    """A member at the page of stories."""
    return Office(world, world.sign_in(member))


def only(world: World) -> str:
    """The id of the one story that there is."""
    with world.service.database.read() as session:
        return session.scalars(select(Story.id)).one()


def press(office: Office, act: str) -> int:
    """The status of approving the one story, or of taking it out."""
    return office.post(f"/stories/{only(office.world)}/{act}", {}, shown=office.fields("/stories")).status_code


def public(world: World) -> str:
    """The page of the year."""
    return world.get(f"/en/figures/{YEAR}").get_data(as_text=True)


def test_a_story_is_public_once_two_others_approved_it_and_its_year_is_published(world: World) -> None:
    author, second, third = seat(world, "m1"), seat(world, "a1"), seat(world, "m4")
    assert author.post("/stories", STORY).status_code == 303
    assert press(author, "approve") == 403
    assert press(second, "approve") == 303
    assert press(second, "approve") == 303  # once is what counts
    to_release(world)
    assert SAID not in public(world)
    third = seat(world, "m4")
    assert "approved by 1 of 2" in text_of(third.get("/stories"))
    assert press(third, "approve") == 303
    assert SAID in public(world)
    assert "You said, we did" in public(world)
    arabic = world.get(f"/ar/figures/{YEAR}").get_data(as_text=True)
    assert arabic.count('<dd lang="en" dir="ltr">') == 2
    assert SAID not in world.get(f"/en/figures/{YEAR}-Q4").get_data(as_text=True)
    assert press(seat(world, "a1"), "take-out") == 303
    assert SAID not in public(world)
    with world.service.database.read() as session:
        acts = session.scalars(select(AuditEvent.act).where(AuditEvent.act.startswith("story:"))).all()
    assert sorted(str(act) for act in acts) == ["story:approve", "story:approve", "story:take-back", "story:write"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"year": "2031"},
        {"year": "x"},
        {"language": "xx"},
        {"said": ""},
        {"did": "x" * 1001},
        {"consent": ""},
        {"consent": "surely"},
    ],
)
def test_what_cannot_be_right_is_named_and_nothing_is_stored(lite: World, wrong: dict[str, str]) -> None:
    answer = seat(lite, "m1").post("/stories", {**STORY, **wrong})
    assert answer.status_code == 422
    assert f'id="{next(iter(wrong))}-error"' in answer.get_data(as_text=True)
    with lite.service.database.read() as session:
        assert session.scalars(select(Story)).all() == []


def test_words_of_a_story_run_nothing(lite: World) -> None:
    assert seat(lite, "m1").post("/stories", {**STORY, "said": "<script>alert(1)</script>"}).status_code == 303
    assert "<script>alert" not in seat(lite, "m1").get("/stories").get_data(as_text=True)
    assert [press(seat(lite, one), "approve") for one in ("a1", "m4")] == [303, 303]
    to_release(lite)
    assert "&lt;script&gt;" in public(lite)
    assert "<script" not in public(lite)


def test_the_desk_leads_to_the_stories_in_its_own_language(lite: World) -> None:
    office = seat(lite, "a1")
    answer = office.get("/language/fr/stories")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/stories")
    assert 'lang="fr"' in office.get("/stories").get_data(as_text=True)


def test_investigators_and_custodians_have_no_part_in_it(lite: World) -> None:
    for member in ("m2", "m5"):
        assert seat(lite, member).get("/stories").status_code == 403
    assert "/admin/members" not in seat(lite, "m1").get("/stories").get_data(as_text=True)
    assert "/admin/members" in Office.open(lite).get("/stories").get_data(as_text=True)
    assert Office.open(lite).post(f"/stories/{'0' * 32}/approve", {}, shown={}).status_code in (403, 404)


@pytest.mark.parametrize(
    ("consent", "words"),
    [("agreed", "The reporter was asked, and agreed."), ("several", "nobody who reported can be recognized in it")],
)
def test_those_who_approve_read_whether_the_reporter_agreed(lite: World, consent: str, words: str) -> None:
    assert seat(lite, "m1").post("/stories", {**STORY, "consent": consent}).status_code == 303
    shown = text_of(seat(lite, "a1").get("/stories"))
    assert words in shown[: shown.index("Write one")]
    with lite.service.database.read() as session:
        written = session.scalars(select(AuditEvent.details).where(AuditEvent.act == "story:write")).one()
    assert f'"consent":"{consent}"' in str(written).replace(" ", "")


def test_a_story_from_before_that_was_asked_is_not_public_and_cannot_be_approved(world: World) -> None:
    assert seat(world, "m1").post("/stories", STORY).status_code == 303
    assert [press(seat(world, one), "approve") for one in ("a1", "m4")] == [303, 303]
    to_release(world)
    assert SAID in public(world)
    url = world.service.settings.database_url
    world.service.database.close()
    downgrade(url, "0021")
    upgrade(url)
    assert SAID not in public(world)
    shown = text_of(seat(world, "a1").get("/stories"))
    assert "It is not recorded whether the reporter agreed." in shown
    assert "Approve" not in shown
    with pytest.raises(errors.Conflict):
        stories.approve(world.service, "a1", only(world))
    assert press(seat(world, "a1"), "take-out") == 303


def approved_by_two(world: World) -> None:
    """A story of m1's that is public, approved by a1 and m4."""
    assert seat(world, "m1").post("/stories", STORY).status_code == 303
    assert [press(seat(world, one), "approve") for one in ("a1", "m4")] == [303, 303]
    to_release(world)
    assert SAID in public(world)


def test_who_was_removed_approves_no_more(world: World) -> None:
    approved_by_two(world)
    with world.service.database.write() as session:
        members.remove_member(world.service, session, "a1")
    assert SAID not in public(world), "at once, not with the next list"
    shown = text_of(seat(world, "m4").get("/stories"))
    assert "approved by 1 of 2" in shown
    assert "no longer counted: Member a1" in shown
    assert press(Office.open(world), "approve") == 303
    assert SAID in public(world)


def test_who_lost_the_role_approves_no_more(world: World) -> None:
    approved_by_two(world)
    with world.service.database.write() as session:
        session.execute(delete(SiteRole).where(SiteRole.member_id == "a1"))
    assert SAID not in public(world)
    with world.service.database.write() as session:
        session.add(SiteRole(member_id="a1", role="auditor"))
    assert SAID in public(world)
    enroll(world.service, "m7", ())
    with world.service.database.write() as session:
        directories.give_role(session, "protection", "protection", "m7")
        directories.take_role(session, "protection", "protection", "m4")
    assert SAID in public(world), "roles on channels are in force with the list that says so"
    publish(world.service, world.root)
    assert SAID not in public(world)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("One\n\nof \u202eus", "Line 3: character 4 is U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u202aa\u202c", "Line 1: character 1 is U+202A LEFT-TO-RIGHT EMBEDDING"),
        ("a\u2068b", "Line 1: character 2 is U+2068 FIRST STRONG ISOLATE"),
        ("ab\x07", "Line 1: character 3 is U+0007"),
    ],
)
def test_a_character_that_nobody_sees_is_refused_by_name(lite: World, words: str, name: str) -> None:
    for field in ("said", "did"):
        answer = seat(lite, "m1").post("/stories", {**STORY, field: words})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.get_data(as_text=True)
        assert name in text_of(answer)
    with lite.service.database.read() as session:
        assert session.scalars(select(Story)).all() == []


def test_marks_that_languages_need_stay(lite: World) -> None:
    words = "می\u200cخواهم \u20662026-11-27\u2069\r\nक्\u200dष"
    assert seat(lite, "m1").post("/stories", {**STORY, "said": words}).status_code == 303
    with lite.service.database.read() as session:
        assert session.scalars(select(Story.said)).one() == words.replace("\r\n", "\n")
