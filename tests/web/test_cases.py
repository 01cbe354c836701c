"""The desk's cases: who sees what, entries, status and clocks, access, epochs, custody, history."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from reporting.cases import reading
from reporting.log.models import AuditEvent
from reporting.log.trail import event_of
from reporting.protocol.age import HybridRecipient
from reporting.protocol.encoding import b64encode
from reporting.protocol.grant import seal_grant
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.vault import seal_card
from tests.web.casework import CaseAtDesk, at_desk, sealed_bytes
from tests.web.world import World, problem, publish


def test_an_intake_member_lists_opens_and_reads_a_case(world: World) -> None:
    opened = at_desk(world, "m1")
    (line,) = json.loads(opened.desk.get("/api/cases").data)["cases"]
    assert (line["case"], line["status"], line["next_due"]) == (opened.case, "received", "2026-11-30")
    assert line["card"] is None
    assert opened.shown()["allowed"] == ["acknowledged", "closed"]
    view = opened.view()
    assert view.first is not None
    assert view.first.body["answers"] == {"account": "A bridge of sand."}
    assert view.warnings == ()


def test_a_member_without_a_grant_sees_nothing(world: World) -> None:
    case = world.report().case
    for member in ("m2", "m4", "m5"):
        desk = world.sign_in(member)
        assert json.loads(desk.get("/api/cases").data)["cases"] == []
        for path in ("", "/entries"):
            assert problem(desk.get(f"/api/cases/{case}{path}"))[:2] == (404, "not-found")
    assert problem(world.sign_in("m2").get(f"/api/cases/{case}/history"))[:2] == (404, "not-found")
    assert problem(world.sign_in("a1").get("/api/cases"))[:2] == (403, "not-allowed")


def test_the_inbox_is_paged_by_nearest_due_day(world: World) -> None:
    cases = []
    for _ in range(5):
        cases.append(world.report().case)
        world.clock.move(days=1)
    desk = world.sign_in("m1")
    CaseAtDesk(desk, cases[0]).status("acknowledged")
    seen, query = [], {"limit": "2"}
    while True:
        content = json.loads(desk.get("/api/cases", **query).data)
        seen += [(line["case"], line["next_due"]) for line in content["cases"]]
        if content["next"] is None:
            break
        query["after"] = content["next"]
    assert [case for case, _ in seen] == [*cases[1:], cases[0]]
    assert [due for _, due in seen] == sorted(due for _, due in seen)
    for bad in ({"after": "x"}, {"after": "2026-01-01.x"}, {"after": "\x00"}):
        assert problem(desk.get("/api/cases", **bad))[:2] == (409, "unknown-position")
    for bad in ({"limit": "0"}, {"limit": "1001"}, {"limit": "x"}, {"limit": "0000000011111111"}, {"limit": "²"}):
        assert problem(desk.get("/api/cases", **bad)) == (422, "invalid", "/limit")


def test_a_page_of_the_inbox_ends_before_its_cards_outgrow_an_answer(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_CARDS", 10_000)
    cases = {lite.report().case for _ in range(4)}
    desk = lite.sign_in("m1")
    for case in cases:
        card = b64encode(b"\x01" + bytes(4_000))
        assert desk.send("PUT", f"/api/cases/{case}/card", {"card": card}).status_code == 204
    first = json.loads(desk.get("/api/cases", limit="4").data)
    second = json.loads(desk.get("/api/cases", limit="4", after=first["next"]).data)
    assert [len(page["cases"]) for page in (first, second)] == [2, 2]
    assert second["next"] is None
    assert {line["case"] for page in (first, second) for line in page["cases"]} == cases


def test_a_reply_reaches_the_reporter_and_a_note_the_team_alone(world: World) -> None:
    receipt = ReceiptCode.generate()
    opened = at_desk(world, "m1", world.report(receipt).case)
    for kind, audience in (("message", "reporter"), ("note", "team")):
        request = opened.seal(kind, audience, {"text": "Thank you."})
        answer = opened.desk.post(f"{opened.path}/entries", request)
        assert answer.status_code == 201
        again = opened.desk.post(f"{opened.path}/entries", request)
        assert (again.status_code, again.data) == (200, answer.data)
    mailbox = json.loads(world.check(receipt).data)
    assert len(mailbox["entries"]) == 2
    assert len(opened.view().entries) == 3
    assert {entry["audience"] for entry in opened.served()} == {"reporter", "team"}


def test_status_follows_the_table_and_moves_the_clocks(world: World) -> None:
    receipt = ReceiptCode.generate()
    case_id = world.report(receipt).case
    world.clock.move(days=3)
    opened = at_desk(world, "m1", case_id)
    for status in ("acknowledged", "assessing", "investigating", "feedback_given", "closed"):
        assert opened.status(status).status_code == 201
        assert opened.shown()["status"] == status
        if status == "acknowledged":
            world.clock.move(days=1)
            opened = at_desk(world, "m1", case_id)
    (case,) = json.loads(world.check(receipt).data)["cases"]
    assert case["status"] == "closed"
    assert case["clocks"] == [
        {"name": "acknowledge", "due": "2026-11-30", "done": "2026-11-26"},
        {"name": "feedback", "due": "2027-02-26", "done": "2026-11-27"},
    ]
    (line,) = json.loads(opened.desk.get("/api/cases").data)["cases"]
    assert line["next_due"] is None


def test_a_status_that_cannot_follow_stores_nothing(world: World) -> None:
    opened = at_desk(world, "m1")
    answer = opened.status("investigating")
    assert problem(answer) == (409, "wrong-transition", "/status")
    assert json.loads(answer.data)["allowed"] == ["acknowledged", "closed"]
    assert len(opened.served()) == 1
    answer = opened.desk.post(
        f"{opened.path}/entries",
        {**opened.seal("note", "team", {"text": "x"}), "status": {"status": "acknowledged"}},
    )
    assert problem(answer) == (422, "invalid", "/audience")


def test_access_is_given_by_a_holder_with_its_entry(world: World) -> None:
    opened = at_desk(world, "m1")
    request = opened.access("m2")
    answer = opened.desk.post(f"{opened.path}/grants", request)
    assert answer.status_code == 201
    again = opened.desk.post(f"{opened.path}/grants", request)
    assert (again.status_code, again.data) == (200, answer.data)
    reader = at_desk(world, "m2", opened.case)
    assert reader.view().first is not None
    assert reader.desk.post(f"{opened.path}/entries", reader.seal("note", "team", {"text": "Read."})).status_code == 201
    assert opened.view().warnings == ()
    # Reading alone: whom no epoch names passes nothing on.
    refused = {**request, "member": "m5", "entry": sealed_bytes(2048, [world.people["m2"].identity.recipient])}
    assert problem(reader.desk.post(f"{opened.path}/grants", refused))[:2] == (403, "not-allowed")
    refused["member"] = "m2"
    assert problem(opened.desk.post(f"{opened.path}/grants", refused)) == (409, "already-there", "/member")


def test_access_goes_to_members_of_the_channel_for_every_epoch(world: World) -> None:
    opened = at_desk(world, "m1")
    request = opened.access("m2")
    for change, pointer in (
        ({"member": "m4"}, "/member"),
        ({"member": "nobody"}, "/member"),
        ({"grants": []}, "/grants"),
    ):
        answer = opened.desk.post(f"{opened.path}/grants", {**request, **change})
        assert problem(answer) == (422, "invalid", pointer)
    twice = {**request, "grants": request["grants"] * 2}
    assert problem(opened.desk.post(f"{opened.path}/grants", twice)) == (422, "invalid", "/grants")


def test_a_position_that_names_nothing_begins_again(world: World) -> None:
    opened = at_desk(world, "m1")
    elsewhere = at_desk(world, "m1").served()[0]["id"]
    for path in ("entries", "history"):
        for after in ("x", "\x00", "0" * 32, elsewhere):
            answer = opened.desk.get(f"{opened.path}/{path}", after=after)
            assert problem(answer) == (409, "unknown-position", "/after"), (path, after)


def test_a_new_epoch_passes_the_case_on_and_withdraws_access(world: World) -> None:
    receipt = ReceiptCode.generate()
    opened = at_desk(world, "m1", world.report(receipt).case)
    request = opened.pass_to("m2", "m9")
    answer = opened.desk.post(f"{opened.path}/epochs", request)
    assert (answer.status_code, json.loads(answer.data)) == (201, {"epoch": 1})
    assert problem(opened.desk.get(opened.path))[0] == 404
    leader = at_desk(world, "m2", opened.case)
    assert leader.view().warnings == ()
    assert leader.view().chain is not None
    assert len(leader.shown()["epochs"]) == 2
    assert leader.desk.post(f"{leader.path}/epochs", request).status_code == 200
    stale = {"audience": "team", "epoch": 0, "entry": sealed_bytes(2048, [world.people["m2"].identity.recipient])}
    answer = leader.desk.post(f"{leader.path}/entries", stale)
    assert problem(answer) == (409, "epoch-stale", "/epoch")
    assert len(json.loads(answer.data)["epochs"]) == 2
    (case,) = json.loads(world.check(receipt).data)["cases"]
    assert case["recipient"] == request["recipient"]


def test_a_holder_cannot_spoil_the_grants_that_others_hold(world: World) -> None:
    """A new epoch brings older grants to those who join; those of whoever has access stay as they are."""
    opened = at_desk(world, "m1")
    other = at_desk(world, "m3", opened.case)
    held = other.shown()["grants"]
    request = opened.pass_to("m1", "m3", "m9")
    useless = seal_grant(opened.grants()[0], world.people["m1"].identity.recipient)
    request["grants"].append({"member": "m3", "epoch": 0, "sealed": b64encode(useless)})
    assert opened.desk.post(f"{opened.path}/epochs", request).status_code == 201
    assert other.shown()["grants"][:1] == held
    assert other.view().warnings == ()


def test_who_comes_back_with_new_grants_gets_them(world: World) -> None:
    opened = at_desk(world, "m1")
    other = at_desk(world, "m3", opened.case)
    held = other.shown()["grants"]
    for members in (("m1", "m9"), ("m1", "m3", "m9")):
        assert opened.desk.post(f"{opened.path}/epochs", opened.pass_to(*members)).status_code == 201
    assert [grant["epoch"] for grant in other.shown()["grants"]] == [0, 1, 2]
    assert other.shown()["grants"][0] != held[0]
    assert other.view().warnings == ()


def test_an_epoch_is_checked_as_far_as_the_server_can(world: World) -> None:
    opened = at_desk(world, "m1")
    request = opened.pass_to("m2", "m9")
    path = f"{opened.path}/epochs"
    other = at_desk(world, "m3", opened.case)
    for desk, change, pointer in (
        (other.desk, {}, "/note"),
        (opened.desk, {"grants": request["grants"][:2]}, "/grants"),
        (opened.desk, {"grants": []}, "/grants"),
        (opened.desk, {"recipient": opened.shown()["recipient"]}, "/recipient"),
        (opened.desk, {"note": request["note"].replace("\n1\n", "\n2\n", 1)}, "/grants"),
    ):
        assert problem(desk.post(path, {**request, **change}))[0] == 422, change
        assert problem(desk.post(path, {**request, **change}))[2] == pointer, change
    publish(world.service, world.root)
    assert problem(opened.desk.post(path, request)) == (409, "directory-outdated", "/note")


def test_a_custodian_sees_what_a_holder_sealed_to_them(world: World) -> None:
    prepared = world.report(identity_answers={"name": "Nobody"}, excluded=["m6"])  # so m5 alone can open it
    opened = at_desk(world, "m1", prepared.case)
    assert opened.shown()["custody"] == {"identity": True, "disclosures": 0}
    recipients = [world.people["m5"].identity.recipient, HybridRecipient.parse(opened.shown()["recipient"])]
    request = {"epoch": 0, "entry": sealed_bytes(4096, recipients), "custodians": ["m5"]}
    wrong: list[list[str]] = [[], ["m5", "m5"], ["m2"]]
    for custodians in wrong:
        assert problem(opened.desk.post(f"{opened.path}/disclosures", {**request, "custodians": custodians}))[0] == 422
    elsewhere = opened.desk.post(f"{opened.path}/entries", {**request, "audience": "custodian"})
    assert problem(elsewhere) == (422, "invalid", "/audience")
    assert opened.desk.post(f"{opened.path}/disclosures", request).status_code == 201
    custodian = at_desk(world, "m5", prepared.case)
    assert {entry["audience"] for entry in custodian.served()} == {"custodian"}
    assert len(custodian.served()) == 1
    assert custodian.shown()["grants"] == []
    assert json.loads(world.sign_in("m6").get("/api/cases").data)["cases"] == []
    assert problem(custodian.desk.post(f"{custodian.path}/entries", request))[:2] == (403, "not-allowed")


def test_a_card_is_kept_for_its_member_alone(world: World) -> None:
    opened = at_desk(world, "m1")
    person = opened.desk.person
    card = b64encode(seal_card(b"{}", person.vault_key, person.id, opened.case))
    assert opened.desk.send("PUT", f"{opened.path}/card", {"card": card}).status_code == 204
    assert opened.shown()["card"] == card
    assert at_desk(world, "m3", opened.case).shown()["card"] is None
    for bad in ("AA==", b64encode(bytes(70_000)), 5):
        assert problem(opened.desk.send("PUT", f"{opened.path}/card", {"card": bad})) == (422, "invalid", "/card")


def test_every_act_is_in_the_history_with_its_leaf(world: World) -> None:
    opened = at_desk(world, "m1")
    opened.status("acknowledged")
    opened.desk.post(f"{opened.path}/grants", opened.access("m2"))
    events = json.loads(opened.desk.get(f"{opened.path}/history").data)["events"]
    assert {event["act"] for event in events} == {"entry:add", "case:status", "case:grant"}
    assert {event["member"] for event in events} == {"m1"}
    with world.service.database.read() as session:
        for row in session.scalars(select(AuditEvent)):
            event = event_of(row)
            assert event is not None
            assert row.leaf == event.leaf


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"audience": "everybody"}, "/audience"),
        ({"epoch": "0"}, "/epoch"),
        ({"entry": "?"}, "/entry"),
        ({"audience": "reporter"}, "/entry"),
        ({"audience": "custodian"}, "/audience"),
        ({"status": {"status": "solved"}}, "/status/status"),
        ({"status": 5}, "/status"),
    ],
)
def test_a_malformed_entry_is_named(lite: World, change: dict[str, object], pointer: str) -> None:
    opened = at_desk(lite, "m1")
    request = {"audience": "team", "epoch": 0, "entry": sealed_bytes(2048, [lite.people["m1"].identity.recipient])}
    assert problem(opened.desk.post(f"{opened.path}/entries", {**request, **change})) == (422, "invalid", pointer)


def test_the_same_bytes_by_another_author_are_refused(world: World) -> None:
    prepared = world.report()
    opened = at_desk(world, "m1", prepared.case)
    request = {"audience": "reporter", "epoch": 0, "entry": prepared.request["entry"]}
    assert problem(opened.desk.post(f"{opened.path}/entries", request)) == (409, "already-there", "/entry")
