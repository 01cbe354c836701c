"""How much room files may take: what arrived counts, by share and by budget, and members are not bound by either."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from reporting import errors
from reporting.administration import conformance
from reporting.evidence.models import Upload, UploadPart
from reporting.protocol.age import sealed_size
from reporting.protocol.padding import padded_file_size
from reporting.protocol.receipt import ReceiptCode
from tests.web import files
from tests.web.files import PART, SMALL
from tests.web.test_uploads import counted, with_settings
from tests.web.world import World, problem

LARGE = sealed_size(padded_file_size(2 << 30), 2)
MIB = 1 << 20


def with_free(world: World, monkeypatch: pytest.MonkeyPatch, free: int, **changes: int) -> World:
    """The same site, with so much free in its store, of which a tenth may be unclaimed."""
    monkeypatch.setattr("reporting.evidence.store.Folder.free", lambda _self: free)
    return with_settings(world, **{"free_space_floor": 0, **changes})


def test_beginnings_without_a_byte_keep_nobody_s_files_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five requests of 2 GiB each, never sent, used to use up a tenth of 100 GB for two days."""
    roomy = with_free(world, monkeypatch, 100_000_000_000)
    for _ in range(6):
        assert files.begin(roomy, LARGE).status_code == 201
    files.send_file(roomy, files.some_file(1))


def test_the_share_counts_what_arrived_and_was_not_claimed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    roomy = with_free(world, monkeypatch, 25 * SMALL)  # of which 10 %: two and a half
    first = files.send_file(roomy, files.some_file(1))
    late = files.start(roomy, files.some_file(1))
    files.send_file(roomy, files.some_file(1))
    assert problem(files.begin(roomy, SMALL))[:2] == (503, "room-low")
    kept = files.blobs(roomy)
    refused = files.put(roomy, late, 0)
    assert problem(refused)[:2] == (503, "room-low")
    assert int(refused.headers["Retry-After"]) > 0
    assert files.blobs(roomy) == kept, "what was not recorded is dropped"
    assert (counted(roomy, UploadPart), counted(roomy, Upload)) == (2, 3)

    files.report_with(roomy, ReceiptCode.generate(), first)
    assert files.put(roomy, late, 0).status_code == 204, "the sender waits and goes on"
    assert roomy.report().case


def test_a_file_that_would_not_fit_now_is_refused_before_any_of_it_is_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    roomy = with_free(world, monkeypatch, 10 * LARGE)
    assert files.begin(roomy, LARGE).status_code == 201
    files.send_file(roomy, files.some_file(1))
    assert problem(files.begin(roomy, LARGE))[:2] == (503, "room-low")
    low = with_free(world, monkeypatch, LARGE - 1, upload_share=100)
    assert problem(files.begin(low, LARGE))[:2] == (503, "room-low")


def test_an_upload_under_way_has_room_for_one_more_part(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    roomy = with_free(world, monkeypatch, 10 * (3 * PART + SMALL - 1))
    files.send_file(roomy, files.some_file(4 * PART // 2), [0, 1])
    assert problem(files.begin(roomy, SMALL))[:2] == (503, "room-low")


def test_a_part_that_came_twice_counts_once(world: World) -> None:
    sending = files.send_file(world, files.some_file(PART))
    files.put(world, sending, 0)
    with world.service.database.read() as session:
        upload = session.get(Upload, sending.upload)
        assert upload is not None
        assert upload.received == upload.size == len(sending.sealed)


def test_many_parts_at_once_share_one_room(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    roomy = with_free(world, monkeypatch, 25 * SMALL)
    sendings = [files.start(roomy, files.some_file(1)) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: files.put(roomy, one, 0), sendings))
    stored = sum(answer.status_code == 204 for answer in answers)
    # Where parts are recorded side by side, one for each that does not see the others may come on top.
    assert stored == 2 if roomy.service.database.sqlite else 2 <= stored <= 6
    assert len(files.blobs(roomy)) == counted(roomy, UploadPart) == stored
    assert {answer.status_code for answer in answers} <= {204, 503}
    assert problem(files.begin(roomy, SMALL))[:2] == (503, "room-low")


def test_the_floor_of_the_disk_is_looked_at_for_each_part(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    roomy = with_free(world, monkeypatch, 100 << 30)
    sending = files.start(roomy, files.some_file(1))
    low = with_free(world, monkeypatch, 100 << 20, free_space_floor=101)
    assert problem(files.put(low, sending, 0))[:2] == (503, "room-low")
    assert files.blobs(low) == set()


def test_a_member_is_bound_by_the_floor_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    roomy = with_free(world, monkeypatch, 25 * SMALL, upload_share=0, files_per_day=1, files_in_all=1)
    case = roomy.report().case
    desk = roomy.sign_in("m1")
    sealed = files.some_file(PART)
    answer = desk.post(f"/api/cases/{case}/uploads", {"size": len(sealed)})
    assert answer.status_code == 201, answer.data
    sending = files.Sending(answer.json["upload"], answer.json["key"], sealed)  # type: ignore[index]
    assert files.put_at_desk(desk, case, sending, 0).status_code == 204

    low = with_free(world, monkeypatch, 100 << 20, free_space_floor=101)
    desk = low.sign_in("m1")
    assert problem(files.put_at_desk(desk, case, sending, 1))[:2] == (503, "room-low")
    assert problem(desk.post(f"/api/cases/{case}/uploads", {"size": SMALL}))[:2] == (503, "room-low")


@pytest.mark.parametrize("setting", ["files_per_day", "files_in_all"])
def test_reporters_files_have_a_budget_claimed_or_not(world: World, setting: str) -> None:
    small = with_settings(world, **{setting: 2})
    sending = files.send_file(small, files.some_file(PART))
    files.report_with(small, ReceiptCode.generate(), sending)
    assert problem(files.begin(small, len(sending.sealed)))[:2] == (503, "room-low")
    files.send_file(small, files.some_file(1))
    assert small.report().case, "reports without files are never refused for that"
    small.clock.move(days=1)
    answer = files.begin(small, len(sending.sealed))
    assert answer.status_code == (201 if setting == "files_per_day" else 503)
    assert files.begin(with_settings(world, **{setting: 0}), len(sending.sealed)).status_code == 201


def test_what_was_begun_before_the_day_was_full_waits(world: World) -> None:
    small = with_settings(world, files_per_day=2)
    early = files.start(small, files.some_file(PART))
    files.report_with(small, ReceiptCode.generate(), files.send_file(small, files.some_file(PART)))
    assert problem(files.put(small, early, 0))[:2] == (503, "room-low")
    assert len(files.blobs(small)) == 2


def test_it_is_said_when_little_of_a_budget_is_left(world: World) -> None:
    files.report_with(world, ReceiptCode.generate(), files.send_file(world, files.some_file(4 * MIB)))
    for budget, state in ((5, conformance.UNMET), (50, conformance.MET)):
        small = with_settings(world, files_per_day=budget, files_in_all=budget)
        with small.service.database.read() as session:
            found = conformance.findings(small.service, session)
        about = [one for one in found if "Files of reporters" in one.sentence]
        assert [one.state for one in about] == [state] * 2
        assert all("%" in one.sentence for one in about)
    none = with_settings(world, files_per_day=0, files_in_all=0)
    with none.service.database.read() as session:
        assert not [one for one in conformance.findings(none.service, session) if "Files of" in one.sentence]


def test_it_is_said_when_little_is_left_of_the_share_or_of_the_disk(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.send_file(world, files.some_file(4 * MIB))
    for free, states in ((45 * MIB, [conformance.UNMET] * 2), (1_000 * MIB, [conformance.MET] * 2)):
        found = about(with_free(world, monkeypatch, free, free_space_floor=40), "Files that belong", "Free for files")
        assert [one.state for one in found] == states
    assert not about(with_free(world, monkeypatch, 45 * MIB, upload_share=0), "Files that belong")


def test_it_is_said_when_the_store_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: object) -> int:
        raise errors.StoreUnavailable

    monkeypatch.setattr("reporting.evidence.store.Folder.free", fail)
    (found,) = about(world, "The store for files")
    assert found.state == conformance.UNMET


def about(world: World, *beginnings: str) -> list[conformance.Finding]:
    with world.service.database.read() as session:
        found = list(conformance.about_files(world.service, session))
    return [one for one in found if one.sentence.startswith(beginnings)]
