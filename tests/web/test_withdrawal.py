"""Taking back a request for an identity over HTTP, on both databases: by whoever asked, before it is opened."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from reporting.log.models import AuditEvent
from reporting.protocol.custody import REFUSE, WITHDRAWN, asked_in
from reporting.protocol.errors import Refused
from tests.web.casework import CaseAtDesk, sealed_bytes
from tests.web.custody import ask, custodian, identified, listed, withdrawal
from tests.web.world import World, problem


def test_whoever_asked_takes_it_back_and_nothing_is_decided_or_opened_after_it(world: World) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    first, second = custodian(opened, "m5"), custodian(opened, "m6")
    for one in (first, second):
        assert one.decide(disclosure).status_code == 201
    late, path = first.opened(), f"{opened.path}/disclosures/{disclosure}"
    content = withdrawal(opened)
    answer = opened.desk.post(f"{path}/withdrawal", content)
    assert (answer.status_code, json.loads(answer.data)) == (201, {"state": "withdrawn"})
    again = opened.desk.post(f"{path}/withdrawal", content)
    assert (again.status_code, again.data) == (200, answer.data)
    for one in (first, second):
        assert problem(one.fetch(disclosure))[:2] == (409, "conflict")
        assert json.loads(one.at.desk.get("/api/disclosures").data)["disclosures"][0]["state"] == "withdrawn"
    assert problem(first.at.desk.post(f"{path}/opened", late))[:2] == (409, "conflict")
    with pytest.raises(Refused, match="withdrawn"):
        first.opened()
    (asked,) = asked_in(opened.view())
    assert asked.who(WITHDRAWN) == {"m1"}
    assert opened.view().warnings == ()
    assert listed(opened)[0]["state"] == "withdrawn"


def test_a_request_that_awaits_its_custodians_is_taken_back_and_another_one_made(world: World) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    one = custodian(opened, "m5")
    decision = one.decision()
    assert opened.desk.post(f"{opened.path}/disclosures/{disclosure}/withdrawal", withdrawal(opened)).status_code == 201
    path = f"{opened.path}/disclosures/{disclosure}/decisions"
    assert problem(one.at.desk.post(path, decision))[:2] == (409, "conflict")
    ask(opened)
    assert sorted(str(one["state"]) for one in listed(opened)) == ["requested", "withdrawn"]


def test_nobody_else_takes_it_back(world: World) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    content = withdrawal(opened)
    path = f"{opened.path}/disclosures/{disclosure}/withdrawal"
    assert problem(world.sign_in("m2").post(path, content))[:2] == (404, "not-found")
    assert problem(world.sign_in("m3").post(path, content))[:2] == (403, "not-allowed")  # who holds the case as well
    assert problem(world.sign_in("m5").post(path, content))[:2] == (403, "not-allowed")
    assert problem(world.sign_in("a1").post(path, content))[:2] == (403, "not-allowed")
    for wrong in ("0" * 32, "x"):
        assert problem(opened.desk.post(f"{opened.path}/disclosures/{wrong}/withdrawal", content))[0] == 404
    elsewhere = identified(world)
    ask(elsewhere)
    assert problem(opened.desk.post(f"{elsewhere.path}/disclosures/{disclosure}/withdrawal", content))[0] == 404
    assert listed(opened)[0]["state"] == "requested"


@pytest.mark.parametrize("end", ["refused", "opened"])
def test_what_is_refused_or_opened_is_not_taken_back(world: World, end: str) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    content = withdrawal(opened)
    one = custodian(opened, "m5")
    path = f"{opened.path}/disclosures/{disclosure}"
    if end == "refused":
        one.decide(disclosure, REFUSE)
    else:
        one.decide(disclosure)
        custodian(opened, "m6").decide(disclosure)
        assert one.at.desk.post(f"{path}/opened", one.opened()).status_code == 201
    assert problem(opened.desk.post(f"{path}/withdrawal", content))[:2] == (409, "conflict")
    assert listed(opened)[0]["state"] == end


def test_a_withdrawal_is_sealed_under_the_newest_epoch_and_in_its_form(world: World) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    content = withdrawal(opened)
    path = f"{opened.path}/disclosures/{disclosure}/withdrawal"
    request = next(one for one in opened.served() if one["audience"] == "custodian")
    assert problem(opened.desk.post(path, {**content, "entry": request["sealed"]}))[:2] == (409, "already-there")
    short = sealed_bytes(2048, [world.people["m5"].identity.recipient])
    for change, pointer in (({"epoch": "0"}, "/epoch"), ({"entry": "?"}, "/entry"), ({"entry": short}, "/entry")):
        assert problem(opened.desk.post(path, {**content, **change})) == (422, "invalid", pointer)
    assert opened.desk.post(f"{opened.path}/epochs", opened.pass_to("m1", "m9")).status_code == 201
    assert problem(opened.desk.post(path, content))[:2] == (409, "epoch-stale")
    later = CaseAtDesk(world.sign_in("m1"), opened.case)
    assert later.desk.post(path, withdrawal(later)).status_code == 201


def test_it_is_recorded_without_its_reason(world: World) -> None:
    opened = identified(world)
    disclosure = ask(opened)
    opened.desk.post(f"{opened.path}/disclosures/{disclosure}/withdrawal", withdrawal(opened))
    with world.service.database.read() as session:
        rows = list(session.scalars(select(AuditEvent).where(AuditEvent.act == "identity:withdraw")))
    assert [(row.member_id, row.case_id, json.loads(row.details or "")) for row in rows] == [
        ("m1", opened.case, {"disclosure": disclosure})
    ]
