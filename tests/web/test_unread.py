"""What a reporter wrote stands out in the inbox until a member opens it, in closed cases too. Both databases."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reporting.protocol.encoding import JSONObject
from reporting.protocol.receipt import ReceiptCode
from tests.web.casework import CaseAtDesk
from tests.web.measures import closed, write
from tests.web.test_mailbox import follow_up
from tests.web.world import Desk, World, problem


def line(desk: Desk, case: str) -> JSONObject:
    """The case in the member's inbox."""
    found: list[JSONObject] = json.loads(desk.get("/api/cases").data)["cases"]
    return next(one for one in found if one["case"] == case)


def unread(desk: Desk, case: str) -> tuple[str | None, str | None]:
    """What is unread, and since when; the inbox and the case say the same."""
    listed, shown = line(desk, case), json.loads(desk.get(f"/api/cases/{case}").data)
    assert (listed["unread"], listed["unread_since"]) == (shown["unread"], shown["unread_since"])
    return shown["unread"], shown["unread_since"]


def mark_read(desk: Desk, case: str, entry: Any) -> Any:
    """Say that the member was shown all up to an entry."""
    return desk.post(f"/api/cases/{case}/read", {"entry": entry})


def reported(world: World) -> tuple[str, ReceiptCode, Any]:
    """A report that was closed."""
    receipt = ReceiptCode.generate()
    prepared = world.report(receipt)
    at = CaseAtDesk(world.sign_in("m1"), prepared.case)
    for status in ("acknowledged", "assessing", "closed"):
        assert at.status(status).status_code == 201
    return prepared.case, receipt, prepared


@pytest.mark.parametrize("protection", [False, True])
def test_what_is_written_in_a_closed_case_is_unread_until_each_holder_opens_it(
    world: World, *, protection: bool
) -> None:
    if protection:
        at, receipt, prepared = closed(world)
        case, first, second = at.case, "m4", "m7"
    else:
        case, receipt, prepared = reported(world)
        first, second = "m1", "m9"
    assert unread(world.sign_in(first), case) == (None, None)
    world.clock.move(days=3)
    entry = json.loads(write(world, receipt, prepared).data)["id"]
    desks = [world.sign_in(member) for member in (first, second)]
    assert [unread(desk, case) for desk in desks] == [(entry, "2026-11-26")] * 2
    assert desks[0].get(f"/api/cases/{case}/entries").status_code == 200  # loading it is not reading it
    assert unread(desks[0], case) == (entry, "2026-11-26")
    assert mark_read(desks[0], case, entry).status_code == 204
    assert [unread(desk, case) for desk in desks] == [(None, None), (entry, "2026-11-26")]
    assert line(desks[0], case)["next_due"] is None


def test_what_came_after_the_look_stays_unread_since_the_first_day(world: World) -> None:
    case, receipt, prepared = reported(world)
    seen = json.loads(write(world, receipt, prepared).data)["id"]
    world.clock.move(days=1)
    later = json.loads(write(world, receipt, prepared, "And this.").data)["id"]
    desk = world.sign_in("m1")
    assert mark_read(desk, case, seen).status_code == 204
    assert unread(desk, case) == (later, "2026-11-23")
    assert mark_read(desk, case, later).status_code == 204
    assert mark_read(desk, case, later).status_code == 204  # a retry
    assert unread(desk, case) == (None, None)


def test_a_retry_of_the_reporter_is_nothing_new(world: World) -> None:
    case, receipt, prepared = reported(world)
    request = follow_up(world, receipt, prepared, "More.")
    entry = json.loads(world.post("/api/entries", request | {"challenge": world.solved()}).data)["id"]
    desk = world.sign_in("m1")
    assert mark_read(desk, case, entry).status_code == 204
    again = world.post("/api/entries", request | {"challenge": world.solved()})
    assert (again.status_code, json.loads(again.data)["id"]) == (200, entry)
    assert unread(desk, case) == (None, None)


def test_what_staff_write_is_unread_by_nobody(world: World) -> None:
    case, _, _ = reported(world)
    at = CaseAtDesk(world.sign_in("m1"), case)
    assert at.desk.post(f"{at.path}/entries", at.seal("note", "team", {"text": "Ours."})).status_code == 201
    assert unread(world.sign_in("m9"), case) == (None, None)


def test_only_those_who_were_granted_a_case_read_it(world: World) -> None:
    case, receipt, prepared = reported(world)
    entry = json.loads(write(world, receipt, prepared).data)["id"]
    assert problem(mark_read(world.sign_in("m4"), case, entry))[:2] == (404, "not-found")
    assert problem(mark_read(world.sign_in("m1"), "ab" * 16, entry))[:2] == (404, "not-found")
    assert problem(mark_read(world.sign_in("m1"), case, "x")) == (422, "invalid", "/entry")
    assert problem(mark_read(world.sign_in("m1"), case, None)) == (422, "invalid", "/entry")
    assert unread(world.sign_in("m1"), case)[0] == entry
