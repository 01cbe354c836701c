"""What is found of a report: the server learns of it only what two persons sign for. Both databases."""

from __future__ import annotations

import json
from typing import Any

from reporting.directory import rules as directories
from reporting.protocol.encoding import JSONObject
from reporting.protocol.receipt import ReceiptCode
from tests.web.casework import CaseAtDesk, at_desk
from tests.web.protection import claim, officer
from tests.web.test_mailbox import read
from tests.web.test_protection import acts
from tests.web.world import World, problem, publish

SAFE = "m9"


def request(at: CaseAtDesk) -> JSONObject:
    """The request that proposes the finding."""
    answers = {"finding": "knowingly-false", "reason": "She wrote the invoice herself.", "status": ""}
    sealed = at.seal("protection", "team", {"form": "finding-1", "answers": answers})
    return {"epoch": sealed["epoch"], "entry": sealed["entry"]}


def propose(at: CaseAtDesk) -> str:
    answer = at.desk.post(f"{at.path}/findings", request(at))
    assert answer.status_code == 201, answer.data
    return str(json.loads(answer.data)["id"])


def close(at: CaseAtDesk, finding: str | None) -> Any:
    body = {"status": "closed", "reason": "Because.", "clocks": [], "finding": "knowingly-false", "proposal": "a" * 32}
    sealed = at.seal("status", "reporter", body)
    move = {"status": "closed"} | ({} if finding is None else {"finding": finding})
    return at.desk.post(f"{at.path}/entries", {**sealed, "status": move})


def pair(world: World, receipt: ReceiptCode | None = None) -> tuple[CaseAtDesk, CaseAtDesk]:
    """A report, open to two members who deal with it."""
    case = world.report(receipt or ReceiptCode.generate()).case
    return at_desk(world, "m1", case), at_desk(world, "m3", case)


def test_a_finding_that_needs_two_is_confirmed_by_another(world: World) -> None:
    receipt = ReceiptCode.generate()
    first, second = pair(world, receipt)
    sealed = request(first)
    answer = first.desk.post(f"{first.path}/findings", sealed)
    again = first.desk.post(f"{first.path}/findings", sealed)
    assert (answer.status_code, again.status_code, again.data) == (201, 200, answer.data)
    proposal = json.loads(answer.data)["id"]
    assert problem(first.desk.post(f"{first.path}/findings", request(first)))[:2] == (409, "conflict")
    assert problem(close(first, proposal)) == (409, "conflict", "/status")
    assert close(second, proposal).status_code == 201
    (told,) = second.shown()["findings"]
    assert (told["state"], told["proposed_by"], told["confirmed_by"]) == ("confirmed", "m1", "m3")
    assert "finding:propose" in acts(world, first.case)
    answer = world.check(receipt)
    assert b"finding" not in answer.data
    view = read(world, receipt, first.case)
    assert view.status is not None
    assert not view.status_differs
    # Nobody signed for the proposal that it names: everybody sees that.
    assert (view.signed_alone(view.status), second.view().signed_alone(view.status)) == (("finding",), ("finding",))


def test_another_status_ends_a_proposal_and_so_does_its_author_leaving(world: World) -> None:
    first, second = pair(world)
    proposal = propose(first)
    assert second.status("acknowledged").status_code == 201
    assert problem(close(second, proposal))[:2] == (409, "conflict")
    proposal = propose(second)
    with world.service.database.write() as session:
        directories.take_role(session, "procurement", "investigator", "m3")
        directories.take_role(session, "procurement", "intake", "m3")
    publish(world.service, world.root)
    assert problem(close(first, proposal))[:2] == (409, "conflict")
    assert [one["state"] for one in first.shown()["findings"]].count("lapsed") == 1


def test_without_a_proposal_the_server_asks_for_none_and_learns_nothing(world: World) -> None:
    first, _second = pair(world)
    assert close(first, None).status_code == 201
    assert first.shown()["findings"] == []
    assert problem(first.desk.post(f"{first.path}/findings", request(first)))[:2] == (409, "conflict")


def test_a_finding_is_about_a_report_and_told_when_it_closes(world: World) -> None:
    at = officer(world, "m4", claim(world))
    assert problem(at.desk.post(f"{at.path}/findings", request(at)))[:2] == (409, "conflict")
    assert problem(close(at, "a" * 32)) == (422, "invalid", "/status/finding")
    assert at.shown()["findings"] == []
    first = at_desk(world, "m1")
    sealed = first.seal("status", "reporter", {"status": "acknowledged", "reason": "", "clocks": []})
    move = {"status": "acknowledged", "finding": "a" * 32}
    assert problem(first.desk.post(f"{first.path}/entries", {**sealed, "status": move}))[2] == "/status/finding"


def test_the_key_in_the_safe_neither_proposes_nor_confirms(world: World) -> None:
    first, _second = pair(world)
    safe = at_desk(world, SAFE, first.case)
    assert problem(safe.desk.post(f"{safe.path}/findings", request(safe)))[0] == 403
    assert problem(close(safe, propose(first)))[0] == 403
    assert [one["state"] for one in first.shown()["findings"]] == ["proposed"]


def test_only_who_has_the_case_proposes(world: World) -> None:
    first, _second = pair(world)
    stranger = at_desk(world, "m4", first.case)
    sealed = request(first)
    assert problem(stranger.desk.post(f"{first.path}/findings", sealed))[0] in (403, 404)
