"""Sending files from a reporter's device: parts in any order, each kept once, and what is refused."""

from __future__ import annotations

import dataclasses
import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from reporting.evidence.models import Upload, UploadPart
from reporting.intake.models import SpentChallenge
from reporting.protocol.age import sealed_size
from reporting.protocol.encoding import b64encode
from reporting.protocol.padding import padded_file_size
from reporting.protocol.receipt import ReceiptCode
from tests.web import files
from tests.web.files import PART, SMALL
from tests.web.test_mailbox import follow_up
from tests.web.world import World, problem


def counted(world: World, table: Any) -> int:
    """How many rows a table has."""
    with world.service.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def with_settings(world: World, **changes: Any) -> World:
    """The same site, set otherwise."""
    settings = dataclasses.replace(world.service.settings, **changes)
    return World(dataclasses.replace(world.service, settings=settings), world.clock, world.root, world.people)


def test_what_may_be_sent_is_told_before_any_work(lite: World) -> None:
    expected = {"file_limit": 2 << 30, "entry_limit": 5 << 30, "part_size": PART}
    assert json.loads(lite.get("/api/uploads").data) == expected
    assert json.loads(lite.sign_in("m1").get("/api/uploads").data) == expected


def test_a_file_is_kept_part_by_part_in_any_order(world: World) -> None:
    sealed = files.some_file(5 * PART // 2)
    sending = files.start(world, sealed)
    assert list(sending.numbers) == [0, 1, 2]
    assert json.loads(files.arrived(world, sending).data) == {"parts": []}

    for number in (2, 0):
        answer = files.put(world, sending, number)
        assert (answer.status_code, answer.data) == (204, b"")
    assert json.loads(files.arrived(world, sending).data) == {"parts": [0, 2]}
    files.put(world, sending, 1)

    receipt = ReceiptCode.generate()
    prepared = files.report_with(world, receipt, sending)
    loaded = [files.load(world, receipt, prepared.case, sending.upload, number) for number in sending.numbers]
    assert [answer.content_type for answer in loaded] == ["application/octet-stream"] * 3
    assert b"".join(answer.data for answer in loaded) == sealed


def test_parts_lie_durably_under_random_names_that_tell_nothing(lite: World) -> None:
    files.send_file(lite, files.some_file(PART))
    folder = lite.service.settings.data / "blobs"
    found = [path for path in folder.rglob("*") if path.is_file()]
    with lite.service.database.read() as session:
        assert sorted(path.name for path in found) == sorted(session.scalars(select(UploadPart.blob)))
    for path in found:
        assert path.parent.name == path.name[:2]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.stat().st_mtime % (24 * 60 * 60) == 0  # the day it came, no more


def test_a_part_may_come_again_but_not_changed(world: World) -> None:
    sending = files.send_file(world, files.some_file(PART))
    before = files.blobs(world)
    assert files.put(world, sending, 0).status_code == 204
    changed = bytes([sending.sealed[0] ^ 1]) + sending.part(0)[1:]
    assert problem(files.put(world, sending, 0, changed))[:2] == (409, "part-differs")
    assert files.blobs(world) == before
    assert counted(world, UploadPart) == len(sending.numbers)


@pytest.mark.parametrize(
    ("number", "size", "status"), [(0, PART - 1, 422), (0, PART + 1, 413), (1, 1, 422), (0, 0, 422)]
)
def test_a_part_of_another_length_is_refused(lite: World, number: int, size: int, status: int) -> None:
    sending = files.start(lite, files.some_file(PART))
    answer = files.put(lite, sending, number, bytes(size))
    assert answer.status_code == status
    assert files.blobs(lite) == set()
    assert files.put(lite, sending, 1).status_code == 204, "nothing that was sent is lost by it"


def test_a_part_beyond_the_last_is_refused(lite: World) -> None:
    sending = files.start(lite, files.some_file(1))
    assert problem(files.put(lite, sending, 1, b"x"))[:2] == (422, "invalid")
    assert problem(files.put(lite, sending, 2**40, b"x"))[:2] == (422, "invalid")


def test_a_part_is_bytes(lite: World) -> None:
    sending = files.start(lite, files.some_file(1))
    answer = lite.intake.test_client().put(
        f"/api/uploads/{sending.upload}/0", json={}, headers={"Upload-Key": sending.key}
    )
    assert problem(answer)[:2] == (415, "wrong-media-type")


def test_an_unknown_upload_and_a_wrong_key_look_alike(world: World) -> None:
    sending = files.start(world, files.some_file(1))
    unknown = dataclasses.replace(sending, upload=os.urandom(16).hex())
    strange = dataclasses.replace(sending, upload="no-such-thing")
    answers = [
        files.put(world, sending, 0, key=b64encode(os.urandom(32))),
        files.put(world, sending, 0, key=""),
        files.put(world, sending, 0, key="é"),
        files.put(world, unknown, 0),
        files.put(world, strange, 0),
        files.arrived(world, sending, b64encode(os.urandom(32))),
        files.arrived(world, unknown),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert files.blobs(world) == set()


@pytest.mark.parametrize(
    "size",
    [1, SMALL - 1, SMALL + 1, sealed_size(70_001, 2), sealed_size(padded_file_size(70_001), 3), sealed_size(0, 2)],
)
def test_a_size_that_no_padded_file_has_is_refused(lite: World, size: int) -> None:
    assert problem(files.begin(lite, size)) == (422, "invalid", "/size")
    assert counted(lite, Upload) == counted(lite, SpentChallenge) == 0


@pytest.mark.parametrize("size", [None, "65536", 1.5, True, -1, 0, 2**51, []])
def test_a_size_is_a_number(lite: World, size: Any) -> None:
    assert problem(files.begin(lite, size)) == (422, "invalid", "/size")


@pytest.mark.parametrize("stanzas", [1, 2])
@pytest.mark.parametrize("size", [0, 1, 65_537, 1_000_000, 1 << 30, 2 << 30])
def test_every_padded_size_is_taken(lite: World, size: int, stanzas: int) -> None:
    world = with_settings(lite, upload_share=100, free_space_floor=0)
    answer = files.begin(world, sealed_size(padded_file_size(size), stanzas))
    assert answer.status_code in (201, 503), answer.data  # 503: the disk of this machine is smaller than that


def test_a_file_above_the_limit_is_refused(lite: World) -> None:
    world = with_settings(lite, file_limit=1)
    assert files.begin(world, sealed_size(padded_file_size(PART), 2)).status_code == 201
    answer = files.begin(world, sealed_size(padded_file_size(PART + 1), 2))
    assert problem(answer) == (413, "too-large", "/size")
    assert "1 MiB" in json.loads(answer.data)["detail"]


def test_beginning_costs_a_challenge_once(world: World) -> None:
    solved = world.solved()
    assert files.begin(world, SMALL, challenge=solved).status_code == 201
    assert problem(files.begin(world, SMALL, challenge=solved))[:2] == (409, "challenge-spent")
    unsolved = {**world.solved(), "nonce": "1"}
    assert problem(files.begin(world, SMALL, challenge=unsolved))[:2] == (400, "challenge-unsolved")
    assert counted(world, Upload) == 1


def test_what_nobody_has_claimed_may_take_a_share_of_the_free_space_and_no_more(lite: World) -> None:
    """Reports without files are never refused for that."""
    world = with_settings(lite, upload_share=0)
    answer = files.begin(world, SMALL)
    assert problem(answer)[:2] == (503, "room-low")
    assert int(answer.headers["Retry-After"]) > 0
    assert counted(world, SpentChallenge) == 0
    assert world.report().case


def test_the_share_counts_what_was_announced_and_not_what_was_claimed(
    lite: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporting.evidence.store.Folder.free", lambda _self: 25 * SMALL)  # 10 %: two and a half
    world = with_settings(lite, free_space_floor=0)
    sending = files.send_file(world, files.some_file(1))
    files.start(world, files.some_file(1))
    assert problem(files.begin(world, SMALL))[:2] == (503, "room-low")
    files.report_with(world, ReceiptCode.generate(), sending)
    assert files.begin(world, SMALL).status_code == 201


def test_where_the_disk_is_low_files_are_refused_first(lite: World) -> None:
    world = with_settings(lite, free_space_floor=1 << 30, workers=1)
    assert problem(files.begin(world, SMALL))[:2] == (503, "room-low")
    assert world.report().case


def test_a_claimed_file_takes_no_more_parts(world: World) -> None:
    sending = files.send_file(world, files.some_file(PART))
    files.report_with(world, ReceiptCode.generate(), sending)
    assert problem(files.put(world, sending, 0))[:2] == (409, "upload-claimed")
    assert problem(files.put(world, sending, 0, bytes(PART)))[:2] == (409, "upload-claimed")


def test_an_unfinished_upload_is_not_claimed_and_can_be_finished(world: World) -> None:
    sending = files.send_file(world, files.some_file(PART), [1])
    prepared = world.prepare()
    answer = files.send_report(world, prepared, sending.upload)
    assert problem(answer) == (409, "upload-unfinished", "/uploads/0")
    assert len(answer.data) == 65_536
    files.put(world, sending, 0)
    assert files.send_report(world, prepared, sending.upload).status_code == 201


def test_foreign_unknown_and_claimed_uploads_look_alike(world: World) -> None:
    claimed = files.send_file(world, files.some_file(1))
    files.report_with(world, ReceiptCode.generate(), claimed)
    good = files.send_file(world, files.some_file(1))
    for bad in (claimed.upload, os.urandom(16).hex(), "x", "é" * 32):
        answer = files.send_report(world, world.prepare(), good.upload, bad)
        assert problem(answer) == (409, "upload-unusable", "/uploads/1")
    assert files.send_report(world, world.prepare(), good.upload).status_code == 201


def test_a_retry_of_a_stored_report_is_answered_as_before(world: World) -> None:
    sending = files.send_file(world, files.some_file(1))
    prepared = world.prepare()
    answers = [files.send_report(world, prepared, sending.upload) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert json.loads(answers[0].data) == json.loads(answers[1].data)


def test_all_files_of_one_entry_together_have_a_limit(lite: World) -> None:
    world = with_settings(lite, file_limit=1, entry_limit=1)
    sendings = [files.send_file(world, files.some_file(PART)) for _ in range(3)]
    answer = files.send_report(world, world.prepare(), *(one.upload for one in sendings))
    assert problem(answer) == (409, "upload-unusable", "/uploads")
    assert files.send_report(world, world.prepare(), sendings[0].upload).status_code == 201


def test_a_follow_up_claims_files_too(world: World) -> None:
    receipt = ReceiptCode.generate()
    prepared = world.report(receipt)
    sending = files.send_file(world, files.some_file(1))
    request = {**follow_up(world, receipt, prepared), "uploads": [sending.upload]}
    answers = [world.post("/api/entries", {**request, "challenge": world.solved()}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    other = {**follow_up(world, receipt, prepared), "uploads": [sending.upload], "challenge": world.solved()}
    assert problem(world.post("/api/entries", other)) == (409, "upload-unusable", "/uploads/0")
    assert files.load(world, receipt, prepared.case, sending.upload, 0).data == sending.sealed


def test_a_report_without_files_asks_nothing_about_files(lite: World) -> None:
    from sqlalchemy import event

    asked: list[str] = []
    for use in ("read", "write", "relaxed"):
        engine = lite.service.database.engine(use)
        event.listen(engine, "connect", lambda connection, _: connection.set_trace_callback(asked.append))
        engine.dispose()
    lite.report()
    assert any("INSERT INTO entry" in text for text in asked)
    assert [text for text in asked if "upload" in text] == []


class TestLoading:
    """``POST /api/mailbox/blob``."""

    def test_one_challenge_pays_for_all_parts_of_one_file_until_it_expires(self, world: World) -> None:
        receipt = ReceiptCode.generate()
        sendings = [files.send_file(world, files.some_file(PART)) for _ in range(2)]
        case = files.report_with(world, receipt, *sendings).case
        solved = world.solved()
        for number in (0, 1, 0):
            answer = files.load(world, receipt, case, sendings[0].upload, number, challenge=solved)
            assert answer.data == sendings[0].part(number)
        other = files.load(world, receipt, case, sendings[1].upload, 0, challenge=solved)
        assert problem(other)[:2] == (409, "challenge-spent")
        look = {"token": b64encode(os.urandom(32)), "after": None, "challenge": solved}
        assert problem(world.post("/api/mailbox", look))[:2] == (409, "challenge-spent")
        world.clock.move(minutes=11)
        late = files.load(world, receipt, case, sendings[0].upload, 1, challenge=solved)
        assert problem(late)[:2] == (409, "challenge-expired")
        assert files.load(world, receipt, case, sendings[0].upload, 1).status_code == 200

    def test_a_challenge_that_was_spent_otherwise_pays_for_nothing(self, world: World) -> None:
        receipt = ReceiptCode.generate()
        sending = files.send_file(world, files.some_file(1))
        case = files.report_with(world, receipt, sending).case
        solved = world.solved()
        look = {"token": b64encode(os.urandom(32)), "after": None, "challenge": solved}
        assert world.post("/api/mailbox", look).status_code == 200
        answer = files.load(world, receipt, case, sending.upload, 0, challenge=solved)
        assert problem(answer)[:2] == (409, "challenge-spent")

    def test_what_is_not_in_the_mailbox_is_not_there(self, world: World) -> None:
        receipt, other = ReceiptCode.generate(), ReceiptCode.generate()
        sending, unclaimed = (files.send_file(world, files.some_file(1)) for _ in range(2))
        case = files.report_with(world, receipt, sending).case
        second = world.report(receipt).case
        answers = [
            files.load(world, other, case, sending.upload, 0),
            files.load(world, receipt, second, sending.upload, 0),
            files.load(world, receipt, case, unclaimed.upload, 0),
            files.load(world, receipt, case, os.urandom(16).hex(), 0),
            files.load(world, receipt, case, sending.upload, 1),
        ]
        assert [problem(answer)[:2] for answer in answers] == [(404, "not-found")] * 5
        assert len({answer.data for answer in answers}) == 1

    @pytest.mark.parametrize(
        ("field", "value"),
        [("case", "x"), ("upload", None), ("part", -1), ("part", "0"), ("part", 2**31), ("token", "x")],
    )
    def test_the_form_is_checked(self, lite: World, field: str, value: Any) -> None:
        receipt = ReceiptCode.generate()
        request = {"case": "0" * 32, "upload": "0" * 32, "part": 0, field: value}
        token = {"token": request.pop("token")} if "token" in request else {}
        answer = files.load(lite, receipt, request["case"], request["upload"], request["part"], **token)
        assert problem(answer) == (422, "invalid", f"/{field}")

    def test_what_the_store_altered_is_not_handed_out(self, lite: World) -> None:
        receipt = ReceiptCode.generate()
        sending = files.send_file(lite, files.some_file(1))
        case = files.report_with(lite, receipt, sending).case
        (path,) = [one for one in (lite.service.settings.data / "blobs").rglob("*") if one.is_file()]
        for damaged in (sending.sealed[:-1], sending.sealed[:-1] + b"x"):
            path.write_bytes(damaged)
            answer = files.load(lite, receipt, case, sending.upload, 0)
            assert problem(answer)[:2] == (503, "store-unavailable")
        path.unlink()
        assert files.load(lite, receipt, case, sending.upload, 0).status_code == 503


class TestAtOnce:
    """Many requests for the same thing at the same time."""

    def test_the_same_part_many_times_is_kept_once(self, world: World) -> None:
        sending = files.start(world, files.some_file(1))
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _: files.put(world, sending, 0).status_code, range(6)))
        assert answers == [204] * 6
        assert counted(world, UploadPart) == len(files.blobs(world)) == 1

    def test_of_different_parts_under_one_number_the_first_counts(self, world: World) -> None:
        sending = files.start(world, files.some_file(1))
        others = [bytes([number]) * len(sending.sealed) for number in range(6)]
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda other: files.put(world, sending, 0, other).status_code, others))
        assert sorted(answers) == [204] + [409] * 5
        assert counted(world, UploadPart) == len(files.blobs(world)) == 1

    def test_one_upload_joins_one_report(self, world: World) -> None:
        upload = files.send_file(world, files.some_file(1)).upload
        prepared = [world.prepare().request for _ in range(4)]
        requests = [{**one, "uploads": [upload], "challenge": world.solved()} for one in prepared]
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda one: world.intake.test_client().post("/api/reports", json=one), requests))
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 3

    def test_many_beginnings_share_one_room(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("reporting.evidence.store.Folder.free", lambda _self: 25 * SMALL)
        roomy = with_settings(world, free_space_floor=0)
        requests = [{"size": SMALL, "challenge": roomy.solved()} for _ in range(6)]
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda one: roomy.intake.test_client().post("/api/uploads", json=one), requests))
        assert sorted(answer.status_code for answer in answers) == [201] * 2 + [503] * 4
