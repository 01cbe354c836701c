"""Custody of identities over HTTP, on both databases: nothing is handed out before enough custodians approve."""

from __future__ import annotations

import dataclasses
import json

import pytest
from sqlalchemy import select

from reporting.custody.models import Disclosure
from reporting.directory import rules as directories
from reporting.log.models import AuditEvent
from reporting.permissions import needs_recent_proof
from reporting.protocol.custody import REFUSE, asked_in
from tests.web.casework import CaseAtDesk, sealed_bytes
from tests.web.custody import NAME, ask, custodian, identified, listed, request
from tests.web.world import World, problem, publish


def test_two_custodians_approve_and_one_opens_and_seals_it_to_the_case(world: World) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    first, second = custodian(opened, "m5"), custodian(opened, "m6")
    assert problem(first.fetch(disclosure))[:2] == (409, "conflict")
    assert json.loads(first.decide(disclosure).data) == {"state": "requested"}
    assert problem(first.fetch(disclosure))[:2] == (409, "conflict")
    assert json.loads(second.decide(disclosure).data) == {"state": "approved"}
    assert first.open(disclosure).body == {"answers": NAME, "channel": "procurement", "excluded": []}
    content = first.opened()
    answer = first.at.desk.post(f"{opened.path}/disclosures/{disclosure}/opened", content)
    assert answer.status_code == 201, answer.data
    again = first.at.desk.post(f"{opened.path}/disclosures/{disclosure}/opened", content)
    assert (again.status_code, again.data) == (200, answer.data)
    (shown,) = listed(opened)
    assert (shown["state"], shown["opened_by"], shown["needed"]) == ("opened", "m5", 2)
    assert [one["decision"] for one in shown["custodians"]] == ["approve", "approve"]
    assert {one["audience"] for one in opened.served()} == {"reporter", "team", "custodian"}
    (asked,) = asked_in(opened.view())
    assert asked.approvals == {"m5", "m6"}
    for late in (first, second):
        assert problem(late.fetch(disclosure))[:2] == (409, "conflict")


def test_the_identity_is_in_no_list(world: World) -> None:
    prepared = world.report(identity_answers=NAME)
    opened = CaseAtDesk(world.sign_in("m1"), prepared.case)
    disclosure = ask(opened)
    people = [opened, custodian(opened, "m5").at]
    for member in ("m5", "m6"):
        custodian(opened, member).decide(disclosure)
    for at in people:
        assert prepared.request["identity"] not in [one["sealed"] for one in at.served()]
        assert prepared.request["identity"] not in json.dumps(at.shown())
    assert opened.shown()["custody"] == {"identity": True, "disclosures": 3}
    assert opened.view().warnings == ()


def test_a_custodian_decides_once(world: World) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    one = custodian(opened, "m5")
    content = one.decision()
    path = f"{opened.path}/disclosures/{disclosure}/decisions"
    assert one.at.desk.post(path, content).status_code == 201
    again = one.at.desk.post(path, content)
    assert (again.status_code, json.loads(again.data)) == (200, {"state": "requested"})
    other = {**content, "entry": sealed_bytes(2048, [world.people["m5"].identity.recipient] * 2)}
    for decision in ("approve", "refuse"):
        assert problem(one.at.desk.post(path, {**other, "decision": decision}))[:2] == (409, "already-there")
    assert listed(opened)[0]["state"] == "requested"
    assert problem(one.fetch(disclosure))[:2] == (409, "conflict")


def test_refusals_are_kept(world: World) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    assert json.loads(custodian(opened, "m5").decide(disclosure, REFUSE).data) == {"state": "refused"}
    late = custodian(opened, "m6")
    assert problem(late.decide(disclosure))[:2] == (409, "conflict")
    assert problem(late.fetch(disclosure))[:2] == (409, "conflict")
    assert [(one["member"], one["decision"]) for one in listed(opened)[0]["custodians"]] == [
        ("m5", "refuse"),
        ("m6", None),
    ]
    assert json.loads(late.at.desk.get("/api/disclosures").data)["disclosures"] == listed(opened)
    (asked,) = asked_in(opened.view())
    assert [one.decision.reason for one in asked.decided] == ["It is needed."]


def with_setting(world: World, approvals: int) -> World:
    """The same world where so many custodians must approve."""
    settings = dataclasses.replace(world.service.settings, custodian_approvals=approvals)
    return World(dataclasses.replace(world.service, settings=settings), world.clock, world.root, world.people)


@pytest.mark.parametrize(("setting", "asked", "needed"), [(3, 2, 2), (2, 2, 2), (16, 1, 1)])
def test_never_more_approvals_are_needed_than_custodians_have_the_identity(
    lite: World, setting: int, asked: int, needed: int
) -> None:
    opened = identified(with_setting(lite, setting), excluded=("m6",) if asked == 1 else ())
    ask(opened, ("m5", "m6")[:asked])
    assert listed(opened)[0]["needed"] == needed
    assert json.loads(opened.desk.get(f"{opened.path}/disclosures").data)["needed"] == setting


@pytest.mark.parametrize("setting", [2, 3])
def test_whoever_asks_does_not_choose_how_few_decide(world: World, setting: int) -> None:
    """A holder with one custodian on their side names that one alone: nobody else would ever be asked."""
    opened = identified(with_setting(world, setting))
    answer = opened.desk.post(f"{opened.path}/disclosures", request(opened, ("m5",)))
    assert problem(answer) == (422, "invalid", "/custodians")
    assert listed(opened) == []


def test_only_a_holder_of_the_case_asks(world: World) -> None:
    opened = identified(world)
    content = request(opened)
    path = f"{opened.path}/disclosures"
    assert problem(world.sign_in("m2").post(path, content))[:2] == (404, "not-found")
    opened.desk.post(f"{opened.path}/grants", opened.access("m2"))
    reader = world.sign_in("m2")
    assert problem(reader.post(path, content))[:2] == (403, "not-allowed")
    assert problem(world.sign_in("m5").post(path, content))[:2] == (403, "not-allowed")
    assert problem(world.sign_in("a1").post(path, content))[:2] == (403, "not-allowed")
    assert listed(opened) == []


def test_a_request_is_stored_once_and_names_what_is_so(world: World) -> None:
    opened = identified(world)
    path = f"{opened.path}/disclosures"
    content = request(opened)
    reporters = next(one["id"] for one in opened.served() if one["author"] == "reporter")
    stranger = [world.people["m2"].identity.recipient] * 3
    wrong = [
        ({"notice": "0" * 32}, "/notice"),
        ({"notice": reporters}, "/notice"),
        ({"notice": 5}, "/notice"),
        ({"custodians": ["m5"]}, "/entry"),
        ({"custodians": ["m5", "m2"]}, "/custodians"),
        ({"custodians": []}, "/custodians"),
        ({"entry": sealed_bytes(100, stranger)}, "/entry"),
        ({"epoch": "0"}, "/epoch"),
    ]
    for change, pointer in wrong:
        status, _, found = problem(opened.desk.post(path, {**content, **change}))
        assert (status, found) == (422, pointer), change
    assert problem(opened.desk.post(path, {**content, "epoch": 1}))[:2] == (409, "epoch-stale")
    answer = opened.desk.post(path, content)
    again = opened.desk.post(path, content)
    assert (answer.status_code, again.status_code, again.data) == (201, 200, answer.data)
    assert opened.desk.post(path, request(opened, told=False)).status_code == 201
    assert [one["notice"] is None for one in listed(opened)].count(True) == 1


def test_a_notice_that_was_removed_tells_the_reporter_nothing(world: World) -> None:
    opened = identified(world)
    content = request(opened)
    notice = next(one for one in opened.served() if one["id"] == content["notice"])
    sealed = opened.seal("removal", "reporter", {"sha256": notice["sha256"], "reason": "A slip."})
    assert opened.desk.post(f"{opened.path}/removals", {**sealed, "target": notice["id"]}).status_code == 201
    refused = opened.desk.post(f"{opened.path}/disclosures", content)
    assert problem(refused) == (422, "invalid", "/notice")
    assert listed(opened) == []


def test_where_the_reporter_has_not_said_who_they_are_nothing_can_be_asked(world: World) -> None:
    opened = CaseAtDesk(world.sign_in("m1"), world.report().case)
    assert problem(opened.desk.post(f"{opened.path}/disclosures", request(opened)))[:2] == (409, "conflict")


def test_who_was_not_asked_has_no_say(world: World) -> None:
    opened = identified(world, excluded=("m6",))
    disclosure = ask(opened, ("m5",))
    other = world.sign_in("m6")
    path = f"{opened.path}/disclosures"
    recipients = [world.people["m5"].identity.recipient] * 2
    content = {"epoch": 0, "entry": sealed_bytes(2048, recipients), "decision": "approve"}
    opening = {"epoch": 0, "entry": content["entry"], "note": sealed_bytes(2048, recipients[:1])}
    for desk, expected in ((other, 404), (opened.desk, 403), (world.sign_in("m3"), 403)):
        assert problem(desk.post(f"{path}/{disclosure}/decisions", content))[0] == expected
        assert problem(desk.post(f"{path}/{disclosure}/opening", {}))[0] == expected
        assert problem(desk.post(f"{path}/{disclosure}/opened", opening))[0] == expected
    assert problem(other.get(path))[0] == 404
    assert json.loads(other.get("/api/disclosures").data) == {"disclosures": []}
    asked = world.sign_in("m5")
    for wrong in ("0" * 32, "x"):
        assert problem(asked.post(f"{path}/{wrong}/opening", {}))[0] == 404
    elsewhere = identified(world)
    ask(elsewhere)
    assert problem(asked.post(f"{elsewhere.path}/disclosures/{disclosure}/opening", {}))[0] == 404


def test_who_is_custodian_no_more_has_no_say(world: World) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    one = custodian(opened, "m5")
    content = one.decision()
    with world.service.database.write() as session:
        directories.take_role(session, "procurement", "custodian", "m5")
        directories.give_role(session, "protection", "custodian", "m5")
    publish(world.service, world.root)
    path = f"{opened.path}/disclosures/{disclosure}"
    desk = world.sign_in("m5")
    assert problem(desk.post(f"{path}/decisions", content))[:2] == (403, "not-allowed")
    assert problem(desk.post(f"{path}/opening", {}))[:2] == (403, "not-allowed")


def test_whoever_holds_the_case_no_more_has_asked_in_vain(world: World) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    first, second = (custodian(opened, member) for member in ("m5", "m6"))
    first.decide(disclosure)
    content = second.decision()
    assert opened.desk.post(f"{opened.path}/epochs", opened.pass_to("m3", "m9")).status_code == 201
    path = f"{opened.path}/disclosures/{disclosure}"
    assert problem(second.at.desk.post(f"{path}/decisions", {**content, "epoch": 1}))[:2] == (409, "conflict")
    with world.service.database.write() as session:
        session.get_one(Disclosure, disclosure).state = "approved"
    assert problem(second.fetch(disclosure))[:2] == (409, "conflict")


def test_decisions_are_made_under_the_newest_epoch(world: World) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    content = custodian(opened, "m5").decision()
    assert opened.desk.post(f"{opened.path}/epochs", opened.pass_to("m1", "m9")).status_code == 201
    one = custodian(opened, "m5")
    assert problem(one.at.desk.post(f"{opened.path}/disclosures/{disclosure}/decisions", content))[1] == "epoch-stale"
    assert one.decide(disclosure).status_code == 201


@pytest.mark.parametrize(
    ("change", "pointer"),
    [({"decision": "opened"}, "/decision"), ({"entry": "?"}, "/entry"), ({"epoch": -1}, "/epoch")],
)
def test_a_malformed_decision_is_named(lite: World, change: dict[str, object], pointer: str) -> None:
    opened = identified(lite)
    disclosure = ask(opened)
    one = custodian(opened, "m5")
    path = f"{opened.path}/disclosures/{disclosure}/decisions"
    assert problem(one.at.desk.post(path, {**one.decision(), **change})) == (422, "invalid", pointer)


def test_every_act_is_recorded_and_none_says_what_is_sealed(world: World) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    for member in ("m5", "m6"):
        custodian(opened, member).decide(disclosure)
    one = custodian(opened, "m6")
    one.open(disclosure)
    one.at.desk.post(f"{opened.path}/disclosures/{disclosure}/opened", one.opened())
    with world.service.database.read() as session:
        rows = list(session.scalars(select(AuditEvent).where(AuditEvent.act.startswith("identity:"))))
    acts = sorted((row.act, row.member_id) for row in rows)
    assert acts == [
        ("identity:decide", "m5"),
        ("identity:decide", "m6"),
        ("identity:fetch", "m6"),
        ("identity:open", "m6"),
        ("identity:request", "m1"),
    ]
    assert all(row.case_id == opened.case for row in rows)
    assert "court" not in "".join(row.details or "" for row in rows)


def test_a_custodian_proves_again_who_they_are_before_deciding(lite: World) -> None:
    opened = identified(lite)
    disclosure = ask(opened)
    one = custodian(opened, "m5")
    lite.clock.move(seconds=lite.service.settings.step_up + 1)
    assert problem(one.decide(disclosure))[:2] == (403, "step-up-needed")
    assert problem(one.fetch(disclosure))[:2] == (403, "step-up-needed")
    assert listed(opened)[0]["state"] == "requested"


def test_deciding_and_opening_need_a_lately_proved_member(lite: World) -> None:
    views = {name: view for name, view in lite.desk.view_functions.items() if name.startswith("custody.")}
    assert {name for name, view in views.items() if needs_recent_proof(view)} == {
        "custody.decide",
        "custody.open_identity",
        "custody.store_opened",
        "custody.withdraw",
    }
