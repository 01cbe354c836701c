"""Protection cases at the server: their statuses, hours of staff, refusals by two persons, danger. Both databases."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from reporting.directory import rules as directories
from reporting.log.models import AuditEvent
from reporting.protection.models import Refusal, StaffClock
from reporting.protocol.receipt import ReceiptCode
from tests.web.casework import CaseAtDesk, at_desk
from tests.web.protection import assessed, claim, decide, officer, proposal, propose, with_officers
from tests.web.test_custody_at_once import at_once
from tests.web.test_mailbox import read
from tests.web.world import World, problem, publish

_LOOKS = ("case:view", "entry:add", "request:refuse")


def acts(world: World, case: str) -> list[str]:
    """What the trail tells of a case, looks left out."""
    query = select(AuditEvent.act).where(AuditEvent.case_id == case).order_by(AuditEvent.position)
    with world.service.database.read() as session:
        return [act for act in session.scalars(query) if act is not None and act not in _LOOKS]


def hours(at: CaseAtDesk) -> dict[str, tuple[str, bool]]:
    """The hours of staff: when each runs out, and whether it was met."""
    return {one["name"]: (one["due"], one["done"] is not None) for one in at.shown()["protection"]["clocks"]}


def test_a_protection_case_has_its_own_statuses_and_deadlines(world: World) -> None:
    receipt = ReceiptCode.generate()
    case = world.report(receipt, channel="protection").case
    at = officer(world, "m4", case)
    shown = at.shown()
    assert (shown["status"], shown["allowed"]) == ("received", ["triage", "withdrawn"])
    assert [(one["name"], one["due"]) for one in shown["clocks"]] == [
        ("acknowledge", "2026-11-30"),
        ("decision", "2026-12-23"),
    ]
    answer = at.status("acknowledged")
    assert problem(answer)[1] == "wrong-transition"
    assert json.loads(answer.data)["allowed"] == ["triage", "withdrawn"]
    for status in ("triage", "assessing"):
        assert at.status(status).status_code == 201
    assert decide(at, "granted").status_code == 201
    for status in ("active", "review", "active", "ended", "closed"):
        assert at.status(status).status_code == 201, status
    (told,) = json.loads(world.check(receipt).data)["cases"]
    assert (told["status"], told["outcome"], [one["name"] for one in told["clocks"]]) == (
        "closed",
        "granted",
        ["acknowledge", "decision", "review"],
    )
    assert at.shown()["outcome"] == "granted"


def test_a_report_keeps_the_statuses_of_reports(world: World) -> None:
    at = at_desk(world, "m1")
    assert at.shown()["protection"] is None
    answer = at.status("triage")
    assert problem(answer)[1] == "wrong-transition"
    assert json.loads(answer.data)["allowed"] == ["acknowledged", "closed"]
    assert acts(world, at.case) == []


def test_the_hours_begin_with_the_first_look_and_reporters_see_none_of_it(world: World) -> None:
    receipt = ReceiptCode.generate()
    case = world.report(receipt, channel="protection").case
    with world.service.database.read() as session:
        assert session.scalars(select(StaffClock)).all() == []
    world.clock.move(hours=30)
    at = officer(world, "m4", case)
    begun = hours(at)
    assert begun["triage"] == ("2026-11-25T18:00:00+00:00", False)
    assert begun["assessment"] == ("2026-11-26T23:59:59+00:00", False)
    assert begun["interim"] == ("2026-11-30T23:59:59+00:00", False)
    world.clock.move(minutes=10)
    assert hours(at) == begun
    (line,) = json.loads(at.desk.get("/api/cases").data)["cases"]
    assert (line["danger"], line["urgent"]) == (False, "2026-11-25T18:00:00+00:00")
    at.status("triage")
    assert hours(at)["triage"][1]
    answer = world.check(receipt)
    (told,) = json.loads(answer.data)["cases"]
    assert {one["name"] for one in told["clocks"]} == {"acknowledge", "decision"}
    assert b"T18:00" not in answer.data
    assert b"assessment" not in answer.data


def test_what_a_deadline_waits_for_is_told_by_hand(world: World) -> None:
    at = officer(world, "m4", claim(world))
    at.shown()
    answer = at.desk.post(f"{at.path}/deadlines", {"done": "interim"})
    assert json.loads(answer.data) == {"met": ["interim"]}
    assert json.loads(at.desk.post(f"{at.path}/deadlines", {"done": "interim"}).data) == {"met": []}
    for name in ("triage", "assessment"):
        assert problem(at.desk.post(f"{at.path}/deadlines", {"done": name}))[0] == 422
    assert acts(world, at.case) == ["deadline:meet"]


def test_danger_puts_a_case_first_for_four_hours(world: World) -> None:
    at = officer(world, "m4", claim(world))
    assert at.desk.post(f"{at.path}/danger", {}).status_code == 201
    assert at.desk.post(f"{at.path}/danger", {}).status_code == 200
    (line,) = json.loads(at.desk.get("/api/cases").data)["cases"]
    assert (line["danger"], line["urgent"]) == (True, "2026-11-23T16:00:00+00:00")
    at.desk.post(f"{at.path}/deadlines", {"done": "danger"})
    assert not json.loads(at.desk.get("/api/cases").data)["cases"][0]["danger"]
    world.clock.move(days=1)
    at = officer(world, "m4", at.case)
    assert at.desk.post(f"{at.path}/danger", {}).status_code == 201
    assert hours(at)["danger"] == ("2026-11-24T16:00:00+00:00", False)
    assert acts(world, at.case) == ["danger:raise", "deadline:meet", "danger:raise"]


def test_only_a_decision_has_an_outcome(world: World) -> None:
    at = assessed(world)
    assert problem(at.status("decided")) == (422, "invalid", "/status/outcome")
    assert problem(decide(at, "perhaps")) == (422, "invalid", "/status/outcome")
    assert problem(decide(at, "granted", "0" * 32)) == (422, "invalid", "/status/refusal")
    request = at.seal("status", "reporter", {"status": "on_hold", "reason": "", "clocks": []})
    held = at.desk.post(f"{at.path}/entries", {**request, "status": {"status": "on_hold", "outcome": "granted"}})
    assert problem(held) == (422, "invalid", "/status/outcome")


def test_a_refusal_needs_two_officers(world: World) -> None:
    first = assessed(with_officers(world))
    assert problem(decide(first, "refused"))[:2] == (409, "conflict")
    request = proposal(first)
    answer = first.desk.post(f"{first.path}/refusals", request)
    assert answer.status_code == 201
    again = first.desk.post(f"{first.path}/refusals", request)
    assert (again.status_code, again.data) == (200, answer.data)
    refusal = json.loads(answer.data)["id"]
    assert problem(first.desk.post(f"{first.path}/refusals", proposal(first)))[:2] == (409, "conflict")
    assert problem(decide(first, "refused", refusal)) == (409, "conflict", "/status")
    second = officer(world, "m7", first.case)
    assert problem(decide(second, "refused"))[0] == 409
    assert problem(decide(second, "refused", "0" * 32))[0] == 409
    entries = len(second.served())
    assert decide(second, "refused", refusal).status_code == 201
    assert len(second.served()) == entries + 1
    shown = second.shown()
    assert (shown["status"], shown["allowed"]) == ("decided", ["appealed", "closed"])
    (told,) = shown["protection"]["refusals"]
    assert (told["state"], told["proposed_by"], told["confirmed_by"]) == ("confirmed", "m4", "m7")
    assert acts(world, first.case).count("refusal:propose") == 1


def test_what_one_officer_refuses_is_not_what_the_server_says(world: World) -> None:
    """The server cannot read a decision: the reporter's device holds it against the server's own word."""
    receipt = ReceiptCode.generate()
    at = officer(world, "m4", world.report(receipt, channel="protection").case)
    for status in ("triage", "assessing"):
        at.status(status)
    sealed = {"status": "decided", "reason": "No.", "clocks": [], "outcome": "refused", "appeal": "Write."}
    request = at.seal("status", "reporter", sealed)
    moved = at.desk.post(f"{at.path}/entries", {**request, "status": {"status": "decided", "outcome": "granted"}})
    assert moved.status_code == 201
    for view in (read(world, receipt, at.case), at.view()):
        assert (view.outcome_differs, view.status_differs, view.server_outcome) == (True, True, "granted")
        assert view.decision is not None
        assert view.signed_alone(view.decision) == ("refusal",)
    at.status("active")
    assert read(world, receipt, at.case).outcome_differs


def test_a_proposal_by_somebody_who_protects_no_more_is_none(world: World) -> None:
    first = assessed(with_officers(world))
    refusal = propose(first)
    with world.service.database.write() as session:
        directories.take_role(session, "protection", "protection", "m4")
        directories.give_role(session, "protection", "protection", "m8")
    publish(world.service, world.root)
    second = officer(world, "m7", first.case)
    assert problem(decide(second, "refused", refusal))[:2] == (409, "conflict")
    again = propose(second)
    assert decide(officer(world, "m8", first.case), "refused", again).status_code == 201
    assert sorted(one["state"] for one in second.shown()["protection"]["refusals"]) == ["confirmed", "lapsed"]


def test_an_entry_that_is_stored_already_proposes_nothing(world: World) -> None:
    at = assessed(with_officers(world))
    request = proposal(at)
    assert at.desk.post(f"{at.path}/entries", {"audience": "team", **request}).status_code == 201
    assert problem(at.desk.post(f"{at.path}/refusals", request))[0] == 409
    assert at.shown()["protection"]["refusals"] == []


def test_a_decision_of_another_kind_ends_a_proposal_and_so_does_holding(world: World) -> None:
    first = assessed(with_officers(world))
    refusal = propose(first)
    assert first.status("on_hold").status_code == 201
    assert first.shown()["allowed"] == ["assessing", "withdrawn"]
    assert first.status("assessing").status_code == 201
    second = officer(world, "m7", first.case)
    assert problem(decide(second, "refused", refusal))[:2] == (409, "conflict")
    propose(second)
    assert decide(second, "partly").status_code == 201
    assert [one["state"] for one in second.shown()["protection"]["refusals"]] == ["lapsed", "lapsed"]
    assert problem(second.desk.post(f"{second.path}/refusals", proposal(second)))[:2] == (409, "conflict")


def test_a_contest_leads_back_to_assessing(world: World) -> None:
    at = assessed(world)
    assert decide(at, "referred").status_code == 201
    assert at.status("appealed").status_code == 201
    assert at.status("assessing").status_code == 201
    assert problem(at.status("withdrawn"))[1] == "wrong-transition"
    assert decide(at, "granted").status_code == 201
    assert at.shown()["outcome"] == "granted"


def test_who_only_keeps_the_key_in_the_safe_decides_nothing(world: World) -> None:
    at = assessed(with_officers(world))
    safe = officer(world, "m8", at.case)
    assert safe.shown()["allowed"] == []
    assert problem(safe.status("withdrawn"))[:2] == (403, "not-allowed")
    assert problem(safe.status("on_hold"))[:2] == (403, "not-allowed")
    assert problem(decide(safe, "granted"))[:2] == (403, "not-allowed")
    for path, content in (("refusals", proposal(safe)), ("danger", {}), ("deadlines", {"done": "interim"})):
        assert problem(safe.desk.post(f"{safe.path}/{path}", content))[:2] == (403, "not-allowed")


def test_an_officer_without_the_case_learns_nothing_of_it(world: World) -> None:
    case = world.report().case
    at = officer(world, "m4", case)
    for path, content in (("danger", {}), ("deadlines", {"done": "interim"})):
        assert problem(at.desk.post(f"/api/cases/{case}/{path}", content))[:2] == (404, "not-found")


def test_an_officer_of_this_channel_alone_decides(world: World) -> None:
    """Who was an officer when the claim came and is none now decides nothing, though the key is theirs still."""
    at = assessed(with_officers(world))
    with world.service.database.write() as session:
        directories.take_role(session, "protection", "protection", "m4")
        directories.give_role(session, "procurement", "protection", "m4")
    publish(world.service, world.root)
    gone = officer(world, "m4", at.case)
    assert problem(gone.desk.post(f"{gone.path}/danger", {}))[:2] == (403, "not-allowed")


@pytest.mark.parametrize("_round", range(2))
def test_two_confirmations_at_once_are_one(world: World, _round: int) -> None:
    first = assessed(with_officers(world))
    refusal = propose(first)
    desks = [officer(world, member, first.case) for member in ("m7", "m7")]
    body = {"status": "decided", "reason": "Because.", "clocks": [], "outcome": "refused", "appeal": "Write."}
    move = {"status": "decided", "outcome": "refused", "refusal": refusal}
    requests = [{**at.seal("status", "reporter", body), "status": move} for at in desks]
    (one, first_request), (other, second_request) = zip(desks, requests, strict=True)
    statuses = at_once(
        lambda: one.desk.post(f"{one.path}/entries", first_request),
        lambda: other.desk.post(f"{other.path}/entries", second_request),
    )
    assert sorted(statuses) == [201, 409]
    with world.service.database.read() as session:
        (stored,) = session.scalars(select(Refusal))
    assert (stored.state, stored.confirmed_by) == ("confirmed", "m7")


@pytest.mark.parametrize("_round", range(2))
def test_a_grant_and_a_refusal_at_once_are_one_decision(world: World, _round: int) -> None:
    first = assessed(with_officers(world))
    refusal = propose(first)
    second = officer(world, "m7", first.case)
    statuses = at_once(lambda: decide(first, "granted"), lambda: decide(second, "refused", refusal))
    assert sorted(statuses) == [201, 409]
    shown = first.shown()
    (told,) = shown["protection"]["refusals"]
    assert (shown["outcome"], told["state"]) in [("granted", "lapsed"), ("refused", "confirmed")]


@pytest.mark.parametrize("_round", range(2))
def test_two_proposals_at_once_are_one(world: World, _round: int) -> None:
    first = assessed(with_officers(world))
    second = officer(world, "m7", first.case)
    statuses = at_once(
        lambda: first.desk.post(f"{first.path}/refusals", proposal(first)),
        lambda: second.desk.post(f"{second.path}/refusals", proposal(second)),
    )
    assert sorted(statuses) == [201, 409]
