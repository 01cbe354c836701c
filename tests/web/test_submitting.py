"""``POST /api/reports``: what is stored, what is refused, in which order, and in which words."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from sqlalchemy import func, select

from reporting.cases.models import Case, Entry, Grant
from reporting.intake.models import SpentChallenge
from reporting.protocol import acknowledgement
from reporting.protocol.age import HybridIdentity, encrypt
from reporting.protocol.encoding import JSONObject, b64decode, b64encode, dump_json
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.submission import Prepared
from tests.web.world import World, problem, publish


def count(world: World) -> tuple[int, ...]:
    """How many cases, entries, grants and spent challenges are stored."""
    with world.service.database.read() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Case, Entry, Grant, SpentChallenge)
        )


def send(world: World, request: JSONObject, **changes: Any) -> Any:
    """Send a prepared request with a fresh challenge, changed as told."""
    return world.post("/api/reports", {**request, "challenge": world.solved(), **changes})


def test_a_report_is_stored_and_acknowledged(world: World) -> None:
    prepared = world.prepare()
    answer = send(world, prepared.request)
    assert answer.status_code == 201
    content = json.loads(answer.data)
    assert content["case"] == prepared.case
    service_key = world.directory().verifier("service")
    day = acknowledgement.verify_report(content["acknowledgement"], service_key, prepared.expected)
    assert day == world.today
    assert count(world) == (1, 1, 3, 1)


def test_an_identity_is_stored_for_the_custodians(world: World) -> None:
    prepared = world.prepare(identity_answers={"name": "Nobody"})
    assert send(world, prepared.request).status_code == 201
    assert count(world) == (1, 2, 3, 1)


def test_a_retry_gets_the_stored_answer_whatever_became_of_challenge_and_directory(world: World) -> None:
    prepared = world.prepare()
    request = {**prepared.request, "challenge": world.solved()}
    first = world.post("/api/reports", request)
    world.clock.move(days=1)
    publish(world.service, world.root)
    again = world.post("/api/reports", request)
    assert (first.status_code, again.status_code) == (201, 200)
    assert json.loads(first.data) == json.loads(again.data)
    assert count(world) == (1, 1, 3, 1)


def test_a_retry_may_name_its_grants_in_another_order(world: World) -> None:
    prepared = world.report()
    grants = list(reversed(prepared.request["grants"]))
    assert send(world, prepared.request, grants=grants).status_code == 200


def test_another_submission_under_the_same_case_is_refused(world: World) -> None:
    prepared = world.report()
    other = world.prepare()
    answer = send(world, prepared.request, entry=other.request["entry"])
    assert problem(answer)[:2] == (409, "case-exists")
    answer = send(world, prepared.request, token=b64encode(os.urandom(32)))
    assert problem(answer)[:2] == (409, "case-exists")
    assert count(world)[0] == 1


def test_an_outdated_directory_is_told_with_the_current_version(world: World) -> None:
    prepared = world.prepare()
    publish(world.service, world.root)
    answer = send(world, prepared.request)
    assert problem(answer) == (409, "directory-outdated", "/directory")
    assert json.loads(answer.data)["version"] == 2
    answer = send(world, prepared.request, directory=2)
    assert problem(answer) == (409, "directory-outdated", "/epoch")
    assert count(world) == (0, 0, 0, 0)


def test_a_mailbox_holds_six_cases(world: World) -> None:
    receipt = ReceiptCode.generate()
    for _ in range(6):
        world.report(receipt)
    answer = send(world, world.prepare(receipt).request)
    assert problem(answer) == (409, "mailbox-full", "/token")
    assert count(world)[0] == 6


def test_a_report_may_go_to_a_protection_channel(world: World) -> None:
    assert world.report(channel="protection").case


def test_a_challenge_is_good_once(world: World) -> None:
    challenge = world.solved()
    first, second = world.prepare(), world.prepare()
    assert send(world, first.request, challenge=challenge).status_code == 201
    assert problem(send(world, second.request, challenge=challenge)) == (409, "challenge-spent", "/challenge")


def test_a_challenge_is_good_for_ten_minutes(world: World) -> None:
    challenge = world.solved()
    prepared = world.prepare()
    world.clock.move(seconds=601)
    answer = send(world, prepared.request, challenge=challenge)
    assert problem(answer) == (409, "challenge-expired", "/challenge")
    assert count(world) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("challenge", "pointer"),
    [
        (None, "/challenge"),
        ({"challenge": "v1.1.14.00.00", "nonce": "1"}, "/challenge/challenge"),
        ({"challenge": 5, "nonce": "1"}, "/challenge/challenge"),
        ({}, "/challenge/challenge"),
    ],
)
def test_an_unsolved_challenge_is_refused_first(lite: World, challenge: Any, pointer: str) -> None:
    answer = lite.post("/api/reports", {"challenge": challenge})
    assert problem(answer) == (400, "challenge-unsolved", pointer)


def test_a_wrong_nonce_is_refused(lite: World) -> None:
    solved = lite.solved()
    answer = lite.post("/api/reports", {"challenge": {**solved, "nonce": "1" + solved["nonce"]}})
    assert problem(answer) == (400, "challenge-unsolved", "/challenge/nonce")


def _change(prepared: Prepared, name: str, lite: World) -> JSONObject:
    """The request with one thing wrong."""
    request = dict(prepared.request)
    entry = b64decode(request["entry"])
    stranger = HybridIdentity.generate().recipient
    changes: dict[str, Any] = {
        "directory": {"directory": "1"},
        "channel": {"channel": "No such"},
        "token": {"token": b64encode(bytes(31))},
        "recipient": {"recipient": str(stranger)},
        "recipient-upper": {"recipient": request["recipient"].upper()},
        "epoch": {"epoch": request["epoch"].replace("\n0\n", "\n1\n", 1)},
        "epoch-signature": {"epoch": request["epoch"] + request["epoch"].split("\n")[-2] + "\n"},
        "reporter": {"reporter_sha256": b64encode(bytes(32))},
        "nobody": {"grants": []},
        "twice": {"grants": [request["grants"][0], *request["grants"]]},
        "fewer": {"grants": request["grants"][1:]},
        "base64": {"entry": request["entry"] + "\n"},
        "truncated": {"entry": b64encode(entry[:-1])},
        "stanza-extra": {"entry": b64encode(encrypt(bytes(2048), [stranger] * 3))},
        "stanza-missing": {"entry": b64encode(encrypt(bytes(2048), [stranger]))},
        "size": {"entry": b64encode(encrypt(bytes(2049), [stranger] * 2))},
        "long": {"entry": b64encode(encrypt(bytes(17_409), [stranger] * 2))},
        "identity": {"identity": b64encode(encrypt(bytes(100), [stranger]))},
        "identity-again": {"identity": request["entry"]},
        "grant-long": {"grants": [{"member": "m1", "sealed": b64encode(encrypt(bytes(600), [stranger]))}]},
    }
    return {**request, **changes[name], "challenge": lite.solved()}


@pytest.mark.parametrize(
    ("name", "pointer"),
    [
        ("directory", "/directory"),
        ("channel", "/channel"),
        ("token", "/token"),
        ("recipient", "/epoch"),
        ("recipient-upper", "/recipient"),
        ("epoch", "/epoch"),
        ("epoch-signature", "/epoch"),
        ("reporter", "/epoch"),
        ("nobody", "/grants"),
        ("twice", "/grants"),
        ("fewer", "/epoch"),
        ("base64", "/entry"),
        ("truncated", "/entry"),
        ("stanza-extra", "/entry"),
        ("stanza-missing", "/entry"),
        ("size", "/entry"),
        ("long", "/entry"),
        ("identity", "/identity"),
        ("identity-again", "/identity"),
        ("grant-long", "/grants/0/sealed"),
    ],
)
def test_what_is_malformed_is_named_and_nothing_is_stored(lite: World, name: str, pointer: str) -> None:
    answer = lite.post("/api/reports", _change(lite.prepare(), name, lite))
    assert problem(answer) == (422, "invalid", pointer)
    assert count(lite) == (0, 0, 0, 0)


def test_grants_go_to_those_who_receive_first_alone(lite: World) -> None:
    directory = lite.directory()
    recipients = lite.recipients()
    for holders, pointer in ((["m1", "m2"], "/grants/1/member"), (["m9"], "/grants")):
        prepared = _granted_to(lite, holders, directory, recipients)
        assert problem(send(lite, prepared)) == (422, "invalid", pointer)
    assert count(lite) == (0, 0, 0, 0)


def _granted_to(world: World, holders: list[str], directory: Any, recipients: Any) -> JSONObject:
    """A report that a dishonest client grants to others than the directory says."""
    from unittest.mock import patch

    with patch.object(type(directory), "initial_holders", lambda *_a, **_k: holders):
        return world.prepare().request


def test_a_channel_that_is_not_there_is_named(lite: World) -> None:
    answer = send(lite, lite.prepare().request, channel="nowhere")
    assert problem(answer) == (422, "invalid", "/channel")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"a": 1, "a": 2}',
        b'{"a": ' + b"[" * 20 + b"]" * 20 + b"}",
        b'{"a": NaN}',
        b'{"a": 9007199254740993}',
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b"{} {}",
    ],
)
def test_what_is_not_one_json_object_is_refused(lite: World, body: bytes) -> None:
    assert problem(lite.post("/api/reports", body))[:2] == (400, "malformed")


def test_a_body_above_the_shape_is_refused(lite: World) -> None:
    assert problem(lite.post("/api/reports", dump_json({"a": "b"}).ljust(65_537)))[:2] == (413, "too-large")


def test_a_seized_database_holds_nothing_readable(lite: World) -> None:
    lite.report()
    lite.service.database.close()
    stored = b"".join(path.read_bytes() for path in lite.service.settings.data.glob("reporting.sqlite*"))
    assert b"bridge of sand" not in stored
