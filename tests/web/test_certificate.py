"""``POST /api/certify``: for a case of one's own mailbox, exactly as asked, and nothing kept of it."""

from __future__ import annotations

import base64
import contextlib
import json
import os
from collections.abc import Iterator

from sqlalchemy import func, select

from reporting.db import Base
from reporting.protocol import certificate
from reporting.protocol.certificate import Certificate
from reporting.protocol.encoding import JSONObject, b64encode, sha256
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.submission import Prepared
from tests.web.casework import CaseAtDesk
from tests.web.test_mailbox import page
from tests.web.world import ORIGIN, World, problem

COMMITMENT = bytes(range(32))
OPENING = bytes(range(32, 64))


def asked(receipt: ReceiptCode, prepared: Prepared, **changes: object) -> JSONObject:
    token = b64encode(receipt.mailbox_token(ORIGIN))
    return {
        "token": token,
        "case": prepared.case,
        "opening": b64encode(OPENING),
        "commitment": b64encode(COMMITMENT),
        "name_channel": False,
    } | changes


def certified(world: World, request: JSONObject) -> str:
    """The note that the service signs."""
    answer = world.post("/api/certify", request | {"challenge": world.solved()})
    assert answer.status_code == 200, answer.data
    note: str = json.loads(answer.data)["certificate"]
    return note


def test_no_hash_of_what_a_member_is_served_stands_in_it(world: World) -> None:
    """Whoever deals with the case holds its acknowledgement: they cannot find the certificate that goes with it."""
    receipt = ReceiptCode.generate()
    prepared = world.report(receipt)
    opened = CaseAtDesk(world.sign_in("m1"), prepared.case)
    note = certified(world, asked(receipt, prepared))
    served = [*opened.served(), opened.shown()]
    assert any(isinstance(one.get("acknowledgement"), str) for one in served)
    for found in texts(served):
        candidates = [found.encode()]
        with contextlib.suppress(ValueError):
            candidates.append(base64.b64decode(found, validate=True))
        for data in candidates:
            assert b64encode(sha256(data)) not in note


def texts(value: object) -> Iterator[str]:
    """Every text in what was served."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)


def test_it_opens_for_whoever_has_the_opening(world: World) -> None:
    """Another opening gives another line, and the same one the same: the reporter can show later which report it is."""
    receipt = ReceiptCode.generate()
    prepared = world.report(receipt)
    (entry,) = page(world, receipt)["entries"]
    first, again = (certified(world, asked(receipt, prepared)) for _ in range(2))
    assert first == again
    assert first.split("\n")[2] == b64encode(certificate.commit_report(entry["acknowledgement"], OPENING))
    other = certified(world, asked(receipt, prepared, opening=b64encode(COMMITMENT)))
    assert other.split("\n")[2] not in first


def test_a_certificate_says_what_was_asked_for(world: World) -> None:
    receipt = ReceiptCode.generate()
    prepared = world.report(receipt)
    received = world.today
    (entry,) = page(world, receipt)["entries"]
    world.clock.move(hours=50)
    for named in (False, True):
        answer = world.post(
            "/api/certify", asked(receipt, prepared, name_channel=named) | {"challenge": world.solved()}
        )
        assert answer.status_code == 200, answer.data
        content = json.loads(answer.data)
        assert list(content) == ["certificate"]
        assert certificate.parse(content["certificate"], world.directory()) == Certificate(
            origin=ORIGIN,
            report=certificate.commit_report(entry["acknowledgement"], OPENING),
            received=received,
            channel="procurement" if named else None,
            directory=1,
            issued=world.today,
            commitment=COMMITMENT,
        )


def counted(world: World) -> dict[str, int]:
    with world.service.database.read() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def test_nothing_is_kept_of_it_but_the_spent_challenge(world: World) -> None:
    receipt = ReceiptCode.generate()
    prepared = world.report(receipt)
    before = counted(world)
    assert world.post("/api/certify", asked(receipt, prepared) | {"challenge": world.solved()}).status_code == 200
    after = counted(world)
    assert {name for name in after if after[name] != before[name]} == {"spent_challenge"}


def test_it_is_for_a_case_of_this_mailbox_alone(world: World) -> None:
    receipt, other = ReceiptCode.generate(), ReceiptCode.generate()
    prepared = world.report(receipt)
    world.report(other)
    for request in (
        asked(other, prepared),
        asked(receipt, prepared, token=b64encode(os.urandom(32))),
        asked(receipt, prepared, case="0" * 32),
    ):
        answer = world.post("/api/certify", request | {"challenge": world.solved()})
        assert problem(answer) == (404, "not-found", "/case")


def test_what_is_malformed_is_named_and_spends_nothing(world: World) -> None:
    receipt = ReceiptCode.generate()
    prepared = world.report(receipt)
    challenge = world.solved()
    for name, value in (
        ("token", "AAAA"),
        ("case", "x"),
        ("opening", b64encode(bytes(31))),
        ("opening", None),
        ("commitment", b64encode(bytes(31))),
        ("commitment", None),
        ("name_channel", 1),
        ("name_channel", None),
    ):
        answer = world.post("/api/certify", asked(receipt, prepared, **{name: value}) | {"challenge": challenge})
        assert problem(answer) == (422, "invalid", f"/{name}")
    request = asked(receipt, prepared) | {"challenge": challenge}
    assert world.post("/api/certify", request).status_code == 200
    assert problem(world.post("/api/certify", request)) == (409, "challenge-spent", "/challenge")
