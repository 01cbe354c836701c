"""Standing in for somebody: until the day, and not a day longer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reporting.protocol.age import HybridIdentity
from reporting.protocol.encoding import JSONObject, b64encode
from reporting.protocol.grant import Grant, seal_grant
from tests.web.casework import CaseAtDesk
from tests.web.world import Desk, World, problem

UNTIL = "2026-11-26"  # three days after the world begins


def cover(desk: Desk, *cases: str, to: str = "m2", until: str = UNTIL) -> Any:
    """Ask that ``to`` stands in."""
    return desk.post("/api/covers", {"to": to, "until": until, "cases": list(cases)})


def covers(desk: Desk) -> list[JSONObject]:
    found: list[JSONObject] = json.loads(desk.get("/api/covers").data)["covers"]
    return found


def covered(world: World) -> CaseAtDesk:
    """A case in which ``m2`` stands in for ``m1``, and deals with it."""
    opened = CaseAtDesk(world.sign_in("m1"), world.report().case)
    assert opened.desk.post("/api/cases/assignments", {"cases": [opened.case], "member": "m1"}).status_code == 200
    assert cover(opened.desk, opened.case).status_code == 201
    assert opened.desk.post(f"{opened.path}/grants", opened.access("m2")).status_code == 201
    assert opened.desk.post("/api/cases/assignments", {"cases": [opened.case], "member": "m2"}).status_code == 200
    return opened


def sees(world: World, member: str, case: str) -> bool:
    return world.sign_in(member).get(f"/api/cases/{case}").status_code == 200


def test_only_whoever_leads_a_case_arranges_a_cover_in_it(world: World) -> None:
    """Readers let nobody in, so they arrange nothing either."""
    opened = CaseAtDesk(world.sign_in("m1"), world.report().case)
    assert opened.desk.post(f"{opened.path}/grants", opened.access("m2")).status_code == 201
    reader = world.sign_in("m2")
    assert sees(world, "m2", opened.case)
    assert problem(cover(reader, opened.case, to="m3"))[:2] == (403, "not-allowed")
    assert covers(reader) == []


def test_whoever_stands_in_works_until_the_day_is_over_and_sees_nothing_from_then_on(world: World) -> None:
    opened = covered(world)
    other = CaseAtDesk(world.sign_in("m2"), opened.case)
    assert other.desk.post(f"{other.path}/entries", other.seal("note", "team", {"text": "Done."})).status_code == 201
    world.clock.move(days=3)
    assert sees(world, "m2", opened.case), "the last day is theirs"
    world.clock.move(days=1)
    assert not sees(world, "m2", opened.case)
    assert json.loads(world.sign_in("m2").get("/api/cases").data)["cases"] == []
    back = CaseAtDesk(world.sign_in("m1"), opened.case)
    assert back.shown()["assignee"] == "m1"
    (ended,) = covers(back.desk)
    assert (ended["to"], ended["ended"], ended["cases"]) == ("m2", True, [{"case": opened.case, "given": True}])
    acts = [event["act"] for event in json.loads(back.desk.get(f"{back.path}/history").data)["events"]]
    assert acts[0] == "case:cover-end"
    assert "case:cover" in acts


def test_a_new_epoch_after_it_lets_nobody_back_in(world: World) -> None:
    opened = covered(world)
    world.clock.move(days=4)
    back = CaseAtDesk(world.sign_in("m1"), opened.case)
    request = back.pass_to("m1", "m3", "m9")
    stale = world.people["m2"].identity.recipient
    # A device that goes by the entries alone gives the reader of earlier the new epoch too.
    key = back.grants()[0].reporter_key
    extra = b64encode(seal_grant(Grant(opened.case, 1, key, HybridIdentity.generate()), stale))
    request["grants"] = [*request["grants"], {"member": "m2", "epoch": 1, "sealed": extra}]
    assert back.desk.post(f"{back.path}/epochs", request).status_code == 201
    assert not sees(world, "m2", opened.case)
    (ended,) = covers(back.desk)
    assert back.desk.send("DELETE", f"/api/covers/{ended['id']}").status_code == 204
    assert covers(back.desk) == []
    assert back.desk.post(f"{back.path}/grants", back.access("m2")).status_code == 201, "given anew"
    assert sees(world, "m2", opened.case)


def test_it_ends_at_once_where_that_is_wanted(world: World) -> None:
    opened = covered(world)
    (running,) = covers(opened.desk)
    assert problem(world.sign_in("m3").send("DELETE", f"/api/covers/{running['id']}"))[:2] == (404, "not-found")
    assert opened.desk.send("DELETE", f"/api/covers/{running['id']}").status_code == 204
    assert not sees(world, "m2", opened.case)
    assert covers(opened.desk)[0]["ended"] is True


def test_access_of_before_and_leading_do_not_end_with_a_cover(world: World) -> None:
    opened = CaseAtDesk(world.sign_in("m1"), world.report().case)
    led = CaseAtDesk(opened.desk, world.report().case)
    assert opened.desk.post(f"{opened.path}/grants", opened.access("m2")).status_code == 201
    assert cover(opened.desk, opened.case, led.case).status_code == 201
    assert led.desk.post(f"{led.path}/epochs", led.pass_to("m1", "m2", "m3", "m9")).status_code == 201
    world.clock.move(days=4)
    assert sees(world, "m2", opened.case)
    assert sees(world, "m2", led.case)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"until": "2026-11-22"}, "/until"),
        ({"until": "2028-01-01"}, "/until"),
        ({"until": "soon"}, "/until"),
        ({"to": "m1"}, "/to"),
        ({"to": "nobody"}, "/to"),
        ({"cases": []}, "/cases"),
        ({"cases": ["x"]}, "/cases/0"),
    ],
)
def test_what_cannot_be_a_cover_is_refused(lite: World, change: JSONObject, pointer: str) -> None:
    opened = CaseAtDesk(lite.sign_in("m1"), lite.report().case)
    asked = {"to": "m2", "until": UNTIL, "cases": [opened.case], **change}
    assert problem(opened.desk.post("/api/covers", asked)) == (422, "invalid", pointer)
    assert covers(opened.desk) == []


def test_nobody_covers_a_case_that_is_not_theirs(lite: World) -> None:
    case = lite.report().case
    assert problem(cover(lite.sign_in("m2"), case, to="m3"))[:2] == (404, "not-found")
