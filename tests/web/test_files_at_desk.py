"""Files at the desk: members send, open and load those of cases they were granted, and of no others."""

from __future__ import annotations

import dataclasses
import json
import os
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from reporting.cases.models import Case, Holding
from reporting.cases.writing import let_custodian_see
from reporting.evidence.models import Upload
from reporting.log.models import AuditEvent
from reporting.protocol.encoding import b64encode
from reporting.protocol.receipt import ReceiptCode
from tests.web import files
from tests.web.casework import CaseAtDesk, at_desk
from tests.web.files import PART, SMALL, Sending
from tests.web.world import Desk, World, problem


def start(opened: CaseAtDesk, sealed: bytes) -> Sending:
    """Begin a member's upload."""
    answer = opened.desk.post(f"{opened.path}/uploads", {"size": len(sealed)})
    assert answer.status_code == 201, answer.data
    content = json.loads(answer.data)
    return Sending(content["upload"], content["key"], sealed)


def send(opened: CaseAtDesk, sealed: bytes) -> Sending:
    """Send a member's file."""
    sending = start(opened, sealed)
    for number in sending.numbers:
        assert files.put_at_desk(opened.desk, opened.case, sending, number).status_code == 204
    return sending


def write(opened: CaseAtDesk, audience: str, *uploads: str) -> TestResponse:
    """Add an entry that names uploads."""
    kind = "message" if audience == "reporter" else "note"
    request = opened.seal(kind, audience, {"text": os.urandom(8).hex()})
    return opened.desk.post(f"{opened.path}/entries", {**request, "uploads": list(uploads)})


def test_a_member_is_told_how_large_files_may_be_where_they_hold_the_case(opened: CaseAtDesk) -> None:
    answer = opened.desk.get(f"{opened.path}/uploads")
    assert json.loads(answer.data) == {"file_limit": 2048 << 20, "entry_limit": 5120 << 20, "part_size": PART}
    assert opened.desk.get(f"/api/cases/{'0' * 32}/uploads").status_code == 404


def open_file(desk: Desk, case: str, upload: str, act: str = "view") -> TestResponse:
    """Open a file."""
    return desk.post(f"/api/cases/{case}/files/{upload}/openings", {"act": act})


def load(desk: Desk, case: str, upload: str, part: int = 0) -> TestResponse:
    """Load a part."""
    return desk.get(f"/api/cases/{case}/files/{upload}/{part}")


def acts(world: World, case: str) -> list[tuple[str, str, Any]]:
    """What the audit trail tells of files."""
    with world.service.database.read() as session:
        query = select(AuditEvent).where(AuditEvent.case_id == case).order_by(AuditEvent.position)
        return [
            (str(event.member_id), str(event.act), json.loads(event.details or "{}"))
            for event in session.scalars(query)
            if str(event.act).startswith("file:")
        ]


def with_file(world: World, size: int = 1) -> tuple[str, Sending]:
    """A report with a file: its case, and what was sent."""
    sending = files.send_file(world, files.some_file(size))
    return files.report_with(world, ReceiptCode.generate(), sending).case, sending


def test_a_member_opens_a_file_and_loads_it_and_the_trail_tells(world: World) -> None:
    case, sending = with_file(world, PART)
    desk = world.sign_in("m1")
    assert problem(load(desk, case, sending.upload))[:2] == (409, "file-not-opened")
    answer = open_file(desk, case, sending.upload)
    assert json.loads(answer.data) == {"size": len(sending.sealed), "parts": 2, "part_size": PART}
    loaded = [load(desk, case, sending.upload, number) for number in sending.numbers]
    assert b"".join(answer.data for answer in loaded) == sending.sealed
    assert loaded[0].headers["Content-Disposition"] == "attachment"
    assert open_file(desk, case, sending.upload, "download").status_code == 200
    assert acts(world, case) == [
        ("m1", "file:view", {"upload": sending.upload}),
        ("m1", "file:download", {"upload": sending.upload}),
    ]


def test_an_opening_is_ones_own_and_ends(world: World) -> None:
    case, sending = with_file(world)
    desk = world.sign_in("m1")
    open_file(desk, case, sending.upload)
    assert problem(load(world.sign_in("m3"), case, sending.upload))[:2] == (409, "file-not-opened")
    world.clock.move(hours=12, seconds=1)
    again = world.sign_in("m1")
    assert problem(load(again, case, sending.upload))[:2] == (409, "file-not-opened")


def test_who_was_not_granted_the_case_gets_nothing(world: World) -> None:
    case, sending = with_file(world)
    open_file(world.sign_in("m1"), case, sending.upload)
    with world.service.database.write() as session:
        let_custodian_see(session, session.get_one(Case, case), "m5")
    for member in ("m2", "m5", "m4"):  # an investigator without a grant, a custodian who was asked, another channel
        desk = world.sign_in(member)
        assert problem(open_file(desk, case, sending.upload))[:2] == (404, "not-found"), member
        assert problem(load(desk, case, sending.upload))[:2] == (404, "not-found"), member
        assert desk.post(f"/api/cases/{case}/uploads", {"size": SMALL}).status_code in (403, 404), member
    auditor = world.sign_in("a1")
    assert problem(open_file(auditor, case, sending.upload))[:2] == (403, "not-allowed")
    assert [member for member, *_ in acts(world, case)] == ["m1"]


def test_who_lost_access_loads_nothing_more(world: World) -> None:
    case, sending = with_file(world)
    opened = at_desk(world, "m1", case)
    other = world.sign_in("m3")
    open_file(other, case, sending.upload)
    assert load(other, case, sending.upload).status_code == 200
    with world.service.database.write() as session:
        held = session.get(Holding, (case, "m3"))
        assert held is not None
        held.granted = False
    assert problem(load(other, case, sending.upload))[:2] == (404, "not-found")
    assert opened.shown()["granted"]


def test_a_file_is_opened_in_its_own_case_and_only_once_claimed(world: World) -> None:
    case, _ = with_file(world)
    _, elsewhere = with_file(world)
    unclaimed = files.send_file(world, files.some_file(1))
    desk = world.sign_in("m1")
    for upload in (elsewhere.upload, unclaimed.upload, os.urandom(16).hex(), "x"):
        assert problem(open_file(desk, case, upload))[:2] == (404, "not-found")
        assert problem(load(desk, case, upload))[:2] == (404, "not-found")
    assert problem(open_file(desk, case, unclaimed.upload, "print")) == (422, "invalid", "/act")


def test_a_part_that_is_not_there_is_not_found(lite: World) -> None:
    case, sending = with_file(lite)
    desk = lite.sign_in("m1")
    open_file(desk, case, sending.upload)
    assert problem(load(desk, case, sending.upload, 1))[:2] == (404, "not-found")


@pytest.mark.parametrize(("audience", "reads"), [("reporter", 200), ("team", 404)])
def test_a_reply_and_a_note_carry_files_and_the_reporter_reads_those_of_replies(
    world: World, audience: str, reads: int
) -> None:
    receipt = ReceiptCode.generate()
    opened = at_desk(world, "m1", world.report(receipt).case)
    sending = send(opened, files.some_file(PART, 2 if audience == "reporter" else 1))
    assert write(opened, audience, sending.upload).status_code == 201
    answer = files.load(world, receipt, opened.case, sending.upload, 0)
    assert answer.status_code == reads
    assert reads != 200 or answer.data == sending.part(0)
    colleague = world.sign_in("m3")
    assert open_file(colleague, opened.case, sending.upload).status_code == 200
    assert load(colleague, opened.case, sending.upload, 1).data == sending.part(1)


def test_an_entry_without_uploads_may_leave_them_out(lite: World) -> None:
    opened = at_desk(lite, "m1")
    request = opened.seal("note", "team", {"text": "none"})
    assert opened.desk.post(f"{opened.path}/entries", request).status_code == 201


def test_a_retry_of_an_entry_is_answered_as_before(lite: World) -> None:
    opened = at_desk(lite, "m1")
    sending = send(opened, files.some_file(1))
    request = {**opened.seal("message", "reporter", {"text": "once"}), "uploads": [sending.upload]}
    answers = [opened.desk.post(f"{opened.path}/entries", request) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]


def test_only_ones_own_files_for_this_case_are_claimed(world: World) -> None:
    opened = at_desk(world, "m1")
    colleague = CaseAtDesk(world.sign_in("m3"), opened.case)
    elsewhere = at_desk(world, "m1")
    reporters = files.send_file(world, files.some_file(1))
    other = [send(colleague, files.some_file(1)), send(elsewhere, files.some_file(1)), reporters]
    for sending in other:
        answer = write(opened, "reporter", sending.upload)
        assert problem(answer) == (409, "upload-unusable", "/uploads/0")
    members = send(opened, files.some_file(1))
    answer = files.send_report(world, world.prepare(), members.upload)
    assert problem(answer) == (409, "upload-unusable", "/uploads/0")
    unfinished = start(opened, files.some_file(1))
    assert problem(write(opened, "reporter", unfinished.upload)) == (409, "upload-unfinished", "/uploads/0")


def test_parts_go_into_ones_own_upload_alone(world: World) -> None:
    opened = at_desk(world, "m1")
    elsewhere = at_desk(world, "m1")
    colleague = world.sign_in("m3")
    sending = start(opened, files.some_file(1))
    wrong_key = dataclasses.replace(sending, key=b64encode(os.urandom(32)))
    answers = [
        files.put_at_desk(colleague, opened.case, sending, 0),
        files.put_at_desk(opened.desk, elsewhere.case, sending, 0),
        files.put_at_desk(opened.desk, opened.case, wrong_key, 0),
        files.put(world, sending, 0),  # as a reporter
        files.put_at_desk(opened.desk, opened.case, files.start(world, files.some_file(1)), 0),  # a reporter's
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert files.blobs(world) == set()


def test_which_parts_of_a_members_file_arrived(lite: World) -> None:
    opened = at_desk(lite, "m1")
    sending = start(opened, files.some_file(PART))
    files.put_at_desk(opened.desk, opened.case, sending, 1)
    path = f"{opened.path}/uploads/{sending.upload}"
    answer = opened.desk.client.get(path, base_url="https://desk.example", headers={"Upload-Key": sending.key})
    assert json.loads(answer.data) == {"parts": [1]}
    assert problem(opened.desk.get(path))[:2] == (404, "not-found")


def test_a_members_upload_is_bound_to_them_and_the_case_from_the_start(lite: World) -> None:
    opened = at_desk(lite, "m1")
    sending = start(opened, files.some_file(1))
    with lite.service.database.read() as session:
        row = session.get(Upload, sending.upload)
        assert row is not None
        assert (row.author, row.case_id, row.entry_id) == ("m1", opened.case, None)


@pytest.mark.parametrize("uploads", [None, "x", [1], ["a", "a"], ["u"] * 17])
def test_the_form_of_uploads_is_checked(lite: World, uploads: Any) -> None:
    opened = at_desk(lite, "m1")
    request = {**opened.seal("note", "team", {"text": "x"}), "uploads": uploads}
    answer = opened.desk.post(f"{opened.path}/entries", request)
    assert answer.status_code == 422
    assert problem(answer)[2].startswith("/uploads")
