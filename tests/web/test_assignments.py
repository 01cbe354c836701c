"""Who deals with a case: all of a request or nothing, only among those who have access, written down."""

from __future__ import annotations

import json
from threading import Thread
from typing import Any

import pytest

from reporting.protocol.age import HybridRecipient
from reporting.protocol.encoding import JSONObject
from tests.web.casework import CaseAtDesk, sealed_bytes
from tests.web.world import Desk, World, problem

PATH = "/api/cases/assignments"


def assigned(desk: Desk) -> dict[str, str | None]:
    """Who deals with each case of a member's list."""
    return {line["case"]: line["assignee"] for line in json.loads(desk.get("/api/cases").data)["cases"]}


def changed(desk: Desk, cases: list[str], member: str | None) -> list[str]:
    """The cases for which the member's request was a change."""
    answer = desk.post(PATH, {"cases": cases, "member": member})
    assert answer.status_code == 200, answer.data
    found: list[str] = json.loads(answer.data)["changed"]
    return found


def acts(desk: Desk, case: str) -> list[JSONObject]:
    """What the history says of assignments, in no order: the clock of tests stands still."""
    events = json.loads(desk.get(f"/api/cases/{case}/history").data)["events"]
    return [event for event in events if event["act"] == "case:assign"]


def test_cases_are_given_to_somebody_and_taken_back(world: World) -> None:
    cases = [world.report().case for _ in range(3)]
    desk, other = world.sign_in("m1"), world.sign_in("m3")
    assert assigned(desk) == dict.fromkeys(cases)
    assert changed(desk, cases, "m3") == cases
    assert changed(desk, cases, "m3") == []
    assert assigned(desk) == assigned(other) == dict.fromkeys(cases, "m3")
    assert changed(other, [cases[2], cases[0]], "m1") == [cases[2], cases[0]]
    assert changed(other, cases, None) == cases
    assert changed(other, cases, None) == []
    assert CaseAtDesk(desk, cases[0]).shown()["assignee"] is None


def test_every_change_is_in_the_history(world: World) -> None:
    case = world.report().case
    desk = world.sign_in("m1")
    for member in ("m3", "m3", "m1", None):
        changed(desk, [case], member)
        world.clock.move(seconds=1)
    assert [(event["member"], event["details"]) for event in acts(desk, case)] == [
        ("m1", {"from": "m1", "to": None}),
        ("m1", {"from": "m3", "to": "m1"}),
        ("m1", {"from": None, "to": "m3"}),
    ]


def test_one_case_out_of_reach_leaves_all_as_they_were(world: World) -> None:
    held = CaseAtDesk(world.sign_in("m1"), world.report().case)
    held.desk.post(f"{held.path}/grants", held.access("m2"))
    foreign = world.report().case
    desk = world.sign_in("m2")
    answers = [desk.post(PATH, {"cases": [held.case, other], "member": "m2"}) for other in (foreign, "f" * 32)]
    assert [problem(answer) for answer in answers] == [(404, "not-found", "")] * 2
    assert answers[0].data == answers[1].data, "nobody learns here that a case exists"
    assert set(assigned(held.desk).values()) == {None}
    assert acts(held.desk, held.case) == []


@pytest.mark.parametrize("member", ["m2", "m4", "m5", "a1", "nobody"])
def test_only_whoever_has_access_to_every_case_is_named(world: World, member: str) -> None:
    cases = [world.report().case for _ in range(2)]
    desk = world.sign_in("m1")
    if member == "m2":
        opened = CaseAtDesk(desk, cases[0])
        desk.post(f"{opened.path}/grants", opened.access("m2"))
    answer = desk.post(PATH, {"cases": cases, "member": member})
    assert problem(answer) == (422, "invalid", f"/cases/{1 if member == 'm2' else 0}")
    assert "give them access first" in json.loads(answer.data)["detail"]
    assert assigned(desk) == dict.fromkeys(cases)


def test_a_custodian_deals_with_no_case_and_does_not_see_who_does(world: World) -> None:
    opened = CaseAtDesk(world.sign_in("m1"), world.report(identity_answers={"name": "Nobody"}, excluded=["m6"]).case)
    recipients = [world.people["m5"].identity.recipient, HybridRecipient.parse(opened.shown()["recipient"])]
    entry = {"epoch": 0, "entry": sealed_bytes(4096, recipients), "custodians": ["m5"]}
    assert opened.desk.post(f"{opened.path}/disclosures", entry).status_code == 201
    changed(opened.desk, [opened.case], "m1")
    custodian = world.sign_in("m5")
    assert assigned(custodian) == {opened.case: None}
    assert CaseAtDesk(custodian, opened.case).shown()["assignee"] is None
    request = {"cases": [opened.case], "member": None}
    assert problem(custodian.post(PATH, request)) == (403, "not-allowed", "")
    assert problem(opened.desk.post(PATH, {**request, "member": "m5"})) == (422, "invalid", "/cases/0")


def test_whoever_loses_access_deals_with_the_case_no_longer(world: World) -> None:
    opened = CaseAtDesk(world.sign_in("m1"), world.report().case)
    changed(opened.desk, [opened.case], "m3")
    world.clock.move(seconds=1)
    for members, assignee in ((("m1", "m3", "m9"), "m3"), (("m1", "m9"), None)):
        assert opened.desk.post(f"{opened.path}/epochs", opened.pass_to(*members)).status_code == 201
        assert assigned(opened.desk) == {opened.case: assignee}
    latest = acts(opened.desk, opened.case)[0]
    assert (latest["member"], latest["details"]) == ("m1", {"from": "m3", "to": None})
    assert len(acts(opened.desk, opened.case)) == 2


def test_two_who_assign_the_same_cases_at_once_both_get_an_answer(world: World) -> None:
    cases = [world.report().case for _ in range(6)]
    desks = [world.sign_in(member) for member in ("m1", "m3")]
    answers: list[int] = []

    def send(desk: Desk, order: list[str]) -> None:
        for turn in range(6):
            member = desk.person.id if turn % 2 else None
            answers.append(desk.post(PATH, {"cases": order, "member": member}).status_code)

    threads = [Thread(target=send, args=(desks[0], cases)), Thread(target=send, args=(desks[1], cases[::-1]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 12
    assert len(set(assigned(desks[0]).values())) == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"cases": []}, "/cases"),
        ({"cases": ["0" * 32] * 2}, "/cases"),
        ({"cases": [f"{number:032x}" for number in range(501)]}, "/cases"),
        ({"cases": "x"}, "/cases"),
        ({"cases": ["0" * 32, "\x00"]}, "/cases/1"),
        ({"member": 5}, "/member"),
        ({"member": ""}, "/member"),
    ],
)
def test_a_malformed_request_is_named(lite: World, change: dict[str, Any], pointer: str) -> None:
    desk = lite.sign_in("m1")
    request = {"cases": ["0" * 32], "member": None, **change}
    assert problem(desk.post(PATH, request)) == (422, "invalid", pointer)
    assert problem(desk.post(PATH, {"cases": ["0" * 32]})) == (422, "invalid", "/member")


def test_five_hundred_cases_are_one_request(lite: World) -> None:
    unknown = [f"{number:032x}" for number in range(500)]
    assert problem(lite.sign_in("m1").post(PATH, {"cases": unknown, "member": "m1"})) == (404, "not-found", "")
