"""``POST /api/mailbox`` and ``POST /api/entries``: what a receipt code opens, and what can be added."""

from __future__ import annotations

import json
import os
from typing import Any

from reporting.cases.models import Entry
from reporting.protocol import acknowledgement
from reporting.protocol.age import HybridRecipient
from reporting.protocol.encoding import JSONObject, b64decode, b64encode, parse_day, sha256
from reporting.protocol.entry import Entry as PlainEntry
from reporting.protocol.entry import new_id, seal_entry
from reporting.protocol.epoch import case_hash, verify_first
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.submission import Prepared
from reporting.protocol.thread import read_as_reporter
from reporting.protocol.thread_types import SealedCase, SealedEntry
from tests.web.world import ORIGIN, World, problem


def page(world: World, receipt: ReceiptCode, after: str | None = None) -> JSONObject:
    """One page of a mailbox."""
    answer = world.check(receipt, after)
    assert answer.status_code == 200, answer.data
    content: JSONObject = json.loads(answer.data)
    return content


def follow_up(
    world: World, receipt: ReceiptCode, prepared: Prepared, text: str = "More.", **changes: Any
) -> JSONObject:
    """The request that adds a message to a case."""
    case = case_hash(prepared.request["recipient"])
    entry = PlainEntry(
        id=new_id(),
        case=prepared.case,
        epoch=0,
        directory=1,
        audience="reporter",
        kind="message",
        author="reporter",
        date=world.today,
        prev=(),
        body={"text": text},
    )
    recipients = [
        HybridRecipient.parse(prepared.request["recipient"]),
        receipt.case_identity(ORIGIN, case).recipient,
    ]
    sealed = seal_entry(entry, receipt.case_signing_key(ORIGIN, case), recipients)
    request = {
        "token": b64encode(receipt.mailbox_token(ORIGIN)),
        "case": prepared.case,
        "epoch": 0,
        "entry": b64encode(sealed),
        "uploads": [],
    }
    return {**request, **changes}


def read(world: World, receipt: ReceiptCode, case: str) -> Any:
    """A case as its reporter's device reads it."""
    content = page(world, receipt)
    described = next(one for one in content["cases"] if one["case"] == case)
    served = [
        SealedEntry.of(one["id"], parse_day(one["date"]), b64decode(one["sealed"]))
        for one in content["entries"]
        if one["case"] == case
    ]
    notes, status = tuple(described["epochs"]), described["status"]
    sealed = SealedCase(case, described["channel"], notes, status, tuple(served), described["outcome"])
    return read_as_reporter(sealed, receipt, world.directory())


def test_a_reporter_finds_their_report_and_its_acknowledgement(world: World) -> None:
    receipt = ReceiptCode.generate()
    prepared = world.report(receipt)
    content = page(world, receipt)
    (case,), (entry,) = content["cases"], content["entries"]
    assert content["more"] is False
    assert (case["case"], case["channel"], case["status"]) == (prepared.case, "procurement", "received")
    assert (case["sealed_by"], case["received"]) == ("device", "2026-11-23")
    assert case["recipient"] == prepared.request["recipient"]
    assert case["clocks"] == [
        {"name": "acknowledge", "due": "2026-11-30", "done": None},
        {"name": "feedback", "due": "2027-02-28", "done": None},
    ]
    key = receipt.case_signing_key(ORIGIN, case_hash(case["recipient"]))
    assert verify_first(case["epochs"][0], prepared.case, key.public, ORIGIN).holders == ("m1", "m3", "m9")
    assert entry["sealed"] == prepared.request["entry"]
    assert entry["proof"] is None
    acknowledgement.verify_report(entry["acknowledgement"], world.directory().verifier("service"), prepared.expected)
    assert read(world, receipt, prepared.case).first.body["answers"] == {"account": "A bridge of sand."}


def test_nobody_s_token_opens_an_empty_mailbox_of_the_same_shape(world: World) -> None:
    world.report()
    answer = world.check(ReceiptCode.generate())
    assert json.loads(answer.data) == {"cases": [], "entries": [], "more": False}
    assert len(answer.data) == 65_536


def test_a_follow_up_is_stored_acknowledged_and_read_back(world: World) -> None:
    receipt = ReceiptCode.generate()
    prepared = world.report(receipt)
    request = follow_up(world, receipt, prepared)
    answer = world.post("/api/entries", {**request, "challenge": world.solved()})
    assert answer.status_code == 201
    content = json.loads(answer.data)
    acknowledgement.verify_entry(
        content["acknowledgement"],
        world.directory().verifier("service"),
        ORIGIN,
        prepared.case,
        sha256(b64decode(request["entry"])),
    )
    again = world.post("/api/entries", {**request, "challenge": world.solved()})
    assert (again.status_code, json.loads(again.data)) == (200, content)
    found = page(world, receipt)
    assert {entry["id"] for entry in found["entries"]} >= {content["id"]}
    assert len(found["entries"]) == 2


def test_pages_are_newest_first_and_complete(world: World) -> None:
    receipt = ReceiptCode.generate()
    cases = [world.report(receipt) for _ in range(2)]
    for number in range(12):
        world.clock.move(hours=9)
        request = follow_up(world, receipt, cases[number % 2], "long " * 1_000)
        assert world.post("/api/entries", {**request, "challenge": world.solved()}).status_code == 201
    seen: list[JSONObject] = []
    after, pages = None, 0
    while True:
        content = page(world, receipt, after)
        assert {entry["case"] for entry in content["entries"]} == {case["case"] for case in content["cases"]}
        seen += content["entries"]
        pages += 1
        if not content["more"]:
            break
        after = seen[-1]["id"]
    assert pages > 1
    order = [(entry["date"], entry["id"]) for entry in seen]
    assert order == sorted(order, reverse=True)
    assert len({entry["id"] for entry in seen}) == len(seen) == 14


def test_an_unknown_position_begins_again(world: World) -> None:
    receipt, other = ReceiptCode.generate(), ReceiptCode.generate()
    world.report(receipt)
    world.report(other)
    foreign = page(world, other)["entries"][0]["id"]
    for after in ("0" * 32, foreign):
        assert problem(world.check(receipt, after)) == (409, "unknown-position", "/after")
    assert problem(world.check(receipt, "x")) == (422, "invalid", "/after")


def test_a_deleted_entry_leaves_its_hash(world: World) -> None:
    receipt = ReceiptCode.generate()
    prepared = world.report(receipt)
    with world.service.database.write() as session:
        entry = session.query(Entry).one()
        entry.sealed = None
    (entry,) = page(world, receipt)["entries"]
    assert entry["sealed"] is None
    assert entry["sha256"] == b64encode(sha256(b64decode(prepared.request["entry"])))


def test_a_follow_up_needs_the_case_s_own_code(world: World) -> None:
    receipt = ReceiptCode.generate()
    prepared = world.report(receipt)
    request = follow_up(world, receipt, prepared, token=b64encode(os.urandom(32)))
    answer = world.post("/api/entries", {**request, "challenge": world.solved()})
    assert problem(answer) == (404, "not-found", "/case")


def test_a_stale_epoch_is_told_with_the_chain(world: World) -> None:
    receipt = ReceiptCode.generate()
    prepared = world.report(receipt)
    request = follow_up(world, receipt, prepared, epoch=1)
    answer = world.post("/api/entries", {**request, "challenge": world.solved()})
    assert problem(answer) == (409, "epoch-stale", "/epoch")
    content = json.loads(answer.data)
    assert content["epochs"] == [prepared.request["epoch"]]
    assert content["recipient"] == prepared.request["recipient"]


def test_a_challenge_opens_one_mailbox_once(world: World) -> None:
    token = b64encode(ReceiptCode.generate().mailbox_token(ORIGIN))
    check = {"token": token, "after": None, "challenge": world.solved()}
    assert world.post("/api/mailbox", check).status_code == 200
    assert problem(world.post("/api/mailbox", check)) == (409, "challenge-spent", "/challenge")
    late = {**check, "challenge": world.solved()}
    world.clock.move(minutes=11)
    assert problem(world.post("/api/mailbox", late)) == (409, "challenge-expired", "/challenge")


def test_a_token_of_wrong_length_is_named(lite: World) -> None:
    answer = lite.post("/api/mailbox", {"token": "AAAA", "after": None, "challenge": lite.solved()})
    assert problem(answer) == (422, "invalid", "/token")
