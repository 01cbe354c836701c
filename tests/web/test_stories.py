"""Stories of the yearly report: one writes, two others approve, then everybody reads them. Both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from reporting.log.models import AuditEvent
from reporting.statistics.models import Story
from tests.web.administration import Office, text_of
from tests.web.test_figures import YEAR, to_release
from tests.web.world import World

SAID, DID = "Tenders went to the same firm each time.", "Two people now open the offers together."
STORY = {"year": YEAR, "language": "en", "said": SAID, "did": DID}


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
    [{"year": "2031"}, {"year": "x"}, {"language": "xx"}, {"said": ""}, {"did": "x" * 1001}],
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


def test_investigators_and_custodians_have_no_part_in_it(lite: World) -> None:
    for member in ("m2", "m5"):
        assert seat(lite, member).get("/stories").status_code == 403
    assert "/admin/members" not in seat(lite, "m1").get("/stories").get_data(as_text=True)
    assert "/admin/members" in Office.open(lite).get("/stories").get_data(as_text=True)
    assert Office.open(lite).post(f"/stories/{'0' * 32}/approve", {}, shown={}).status_code in (403, 404)
