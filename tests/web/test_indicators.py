"""Indicators at the server: counted from days alone, of whom one may count, small numbers hidden. Both databases."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from reporting.administration import trials
from reporting.directory import rules as directories
from reporting.protocol.encoding import JSONObject
from reporting.protocol.receipt import ReceiptCode
from tests.web.casework import at_desk
from tests.web.measures import set_measure
from tests.web.protection import claim, decide, officer, with_officers
from tests.web.test_mailbox import follow_up
from tests.web.world import Desk, World, enroll, problem, publish

QUARTER = {"from": "2026-10-01", "to": "2026-12-31"}
YEAR = {"from": "2026-01-01", "to": "2026-12-31"}


def table(desk: Desk, **period: str) -> JSONObject:
    """The whole answer."""
    answer = desk.get("/api/indicators", **(period or QUARTER))
    assert answer.status_code == 200, answer.data
    found: JSONObject = json.loads(answer.data)
    return found


def channel(desk: Desk, name: str) -> dict[str, Any]:
    """The indicators of a channel by id."""
    (found,) = [one for one in table(desk)["channels"] if one["id"] == name]
    return {one["id"]: one for one in found["indicators"]}


def statistician(world: World) -> Desk:
    """Somebody who counts, and reads no case."""
    world.people["s1"] = enroll(world.service, "s1", ("statistician",))
    publish(world.service, world.root)
    return world.sign_in("s1")


def test_reports_are_counted_by_deadline(world: World) -> None:
    cases = [world.report().case for _ in range(10)]
    for case in cases[:5]:
        assert at_desk(world, "m1", case).status("acknowledged").status_code == 201
    desk = world.sign_in("m1")
    assert channel(desk, "procurement")["received"]["of"] == 10
    assert (
        channel(desk, "procurement")["acknowledged"] | {"of": 5, "percent": 100.0}
        == channel(desk, "procurement")["acknowledged"]
    )
    world.clock.move(days=8)
    desk = world.sign_in("m1")
    found = channel(desk, "procurement")["acknowledged"]
    assert (found["of"], found["count"], found["percent"]) == (10, 5, 50.0)
    assert table(desk, **{"from": "2026-07-01", "to": "2026-09-30"})["channels"] == []
    assert table(desk, **{"from": "2026-01-01", "to": "2026-12-31"})["channels"] != []
    assert table(desk)["sealed"] == ["substantiated"]


def test_small_numbers_are_hidden_everywhere(world: World) -> None:
    for _ in range(4):
        world.report()
    desk = world.sign_in("m1")
    for name, one in channel(desk, "procurement").items():
        assert one["of"] in (None, 0), name
        assert one.get("percent") is None, name
    text = desk.get("/api/indicators/table", **QUARTER)
    assert text.content_type == "text/csv; charset=utf-8"
    assert "attachment" in text.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(text.data.decode())))
    assert {row["of"] for row in rows} == {"fewer than 5", "0"}
    assert {row["channel"] for row in rows} == {"procurement"}


def test_claims_are_counted_by_outcome_and_by_the_day_of_the_first_decision(world: World) -> None:
    with_officers(world)
    cases = [claim(world) for _ in range(6)]
    world.clock.move(days=2)
    for case in cases[:5]:
        at = officer(world, "m4", case)
        for status in ("triage", "assessing"):
            assert at.status(status).status_code == 201
        assert decide(at, "granted").status_code == 201
    world.clock.move(days=9)
    at = officer(world, "m4", cases[0])
    for status in ("appealed", "assessing"):
        assert at.status(status).status_code == 201
    assert decide(at, "partly").status_code == 201
    found = channel(world.sign_in("m4"), "protection")
    assert (found["days-to-decision"]["of"], found["days-to-decision"]["days"]) == (5, 2.0)
    assert found["outcomes"]["of"] == 6
    assert set(found["outcomes"]["parts"].values()) == {None}  # four granted, one partly, one undecided
    assert found["acknowledged"]["of"] == 6


def test_whoever_wrote_again_is_counted_once(world: World) -> None:
    receipts = [ReceiptCode.generate() for _ in range(10)]
    prepared = [world.report(receipt) for receipt in receipts]
    for receipt, one in list(zip(receipts, prepared, strict=True))[:5]:
        for text in ("More.", "And more."):
            request = {**follow_up(world, receipt, one, text), "challenge": world.solved()}
            assert world.post("/api/entries", request).status_code == 201
    found = channel(world.sign_in("m1"), "procurement")["anonymous-follow-up"]
    assert (found["of"], found["count"], found["percent"]) == (10, 5, 50.0)


def test_whoever_counts_all_cases_learns_of_none_of_them_while_the_period_runs(world: World) -> None:
    desk = statistician(world)
    for period in (QUARTER, YEAR):
        for address in ("/api/indicators", "/api/indicators/table"):
            before = desk.get(address, **period)
            assert problem(before) == (422, "invalid", "/to")
            world.report()
            assert desk.get(address, **period).data == before.data
    world.clock.move(days=38)
    assert world.today.isoformat() == QUARTER["to"]
    assert problem(world.sign_in("s1").get("/api/indicators", **QUARTER)) == (422, "invalid", "/to")
    world.clock.move(days=1)
    assert table(world.sign_in("s1"))["channels"] != []


def test_what_happens_after_a_period_changes_nothing_for_whoever_counts_all_cases(world: World) -> None:
    statistician(world)
    with_officers(world)
    receipts = [ReceiptCode.generate() for _ in range(10)]
    prepared = [world.report(one, channel="protection") for one in receipts]
    cases = [officer(world, "m4", one.case) for one in prepared[:6]]
    for at in cases:
        assert [at.status(status).status_code for status in ("triage", "assessing")] == [201, 201]
        assert decide(at, "granted").status_code == 201
        assert set_measure(at).status_code == 201
    reports = [world.report().case for _ in range(10)]
    world.clock.move(days=39)
    before = table(world.sign_in("s1"))
    assert (before["scope"], before["computed"]) == ("all", QUARTER["to"])
    held = table(world.sign_in("m4"))
    assert held["scope"] == "own"
    lines = [
        [line for line in one["channels"][-1]["indicators"] if line["id"] != "risk-assessed"] for one in (before, held)
    ]
    assert lines[0] == lines[1]  # nothing has happened since the last day
    after_it = [follow_up(world, *one) for one in zip(receipts, prepared, strict=True)]
    for request in after_it:
        assert world.post("/api/entries", {**request, "challenge": world.solved()}).status_code == 201
    for at in [officer(world, "m4", one.case) for one in prepared[:6]]:
        assert set_measure(at, state="ended", review=None, end=world.today.isoformat()).status_code == 201
        assert [at.status(status).status_code for status in ("active", "ended", "closed")] == [201, 201, 201]
    for case in reports:
        assert at_desk(world, "m1", case).status("closed").status_code == 201
    assert table(world.sign_in("s1")) == before
    assert table(world.sign_in("m4")) != held
    world.clock.move(days=40)
    assert table(world.sign_in("s1")) == before


def test_whoever_counts_all_and_holds_cases_counts_their_own_while_the_period_runs(world: World) -> None:
    statistician(world)
    with world.service.database.write() as session:
        directories.give_role(session, "procurement", "intake", "s1")
    publish(world.service, world.root)
    for _ in range(5):
        world.report()
        world.report(channel="protection")
    found = table(world.sign_in("s1"))
    assert (found["scope"], [one["id"] for one in found["channels"]]) == ("own", ["procurement"])
    world.clock.move(days=39)
    found = table(world.sign_in("s1"))
    assert (found["scope"], [one["id"] for one in found["channels"]]) == ("all", ["procurement", "protection"])


def test_nobody_learns_of_a_case_that_was_not_granted_to_them(world: World) -> None:
    statistician(world)
    for _ in range(5):
        world.report(excluded=("m3",))
    assert table(world.sign_in("m3"))["channels"] == []
    assert channel(world.sign_in("m1"), "procurement")["received"]["of"] == 5
    assert (table(world.sign_in("m1"))["scope"], table(world.sign_in("m4"))["channels"]) == ("own", [])
    world.clock.move(days=39)
    assert table(world.sign_in("s1"))["scope"] == "all"
    assert channel(world.sign_in("s1"), "procurement")["received"]["of"] == 5


def test_a_statistician_with_a_role_on_a_channel_counts_there_what_was_granted(world: World) -> None:
    statistician(world)
    with world.service.database.write() as session:
        directories.give_role(session, "procurement", "intake", "s1")
    publish(world.service, world.root)
    for _ in range(5):
        world.report(excluded=("s1",))
    assert table(world.sign_in("s1"))["channels"] == []
    world.clock.move(days=39)
    assert (table(world.sign_in("s1"))["scope"], table(world.sign_in("s1"))["channels"]) == ("all", [])


def test_test_reports_are_not_counted(world: World) -> None:
    for _ in range(5):
        world.report()
    trials.make(world.service, "a1", "procurement")
    assert channel(world.sign_in("m1"), "procurement")["received"]["of"] == 5


@pytest.mark.parametrize("member", ["m2", "m5", "m9", "a1"])
def test_it_is_for_those_who_lead_protect_or_count(lite: World, member: str) -> None:
    desk = lite.sign_in(member)
    for address in ("/api/indicators", "/api/indicators/table"):
        assert problem(desk.get(address, **QUARTER)) == (403, "not-allowed", "")
        assert lite.desk.test_client().get(address).status_code == 401


def test_a_period_is_a_quarter_or_a_year(lite: World) -> None:
    desk = lite.sign_in("m1")
    for address in ("/api/indicators", "/api/indicators/table"):
        assert problem(desk.get(address, **{"from": "2026-10-01", "to": "2026-12-30"})) == (422, "invalid", "/from")
        assert problem(desk.get(address)) == (422, "invalid", "/from")
