"""Removing what is irrelevant personal data, item by item: who may, what may go, and that its bytes are gone."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from reporting.cases.models import Entry
from reporting.cases.writing import keep_entry
from reporting.errors import StoreUnavailable
from reporting.evidence import sweeping
from reporting.evidence.store import store_of
from reporting.protocol.encoding import JSONObject, b64decode, b64encode, sha256
from reporting.protocol.thread_types import CaseWarning, State
from reporting.service import Service
from tests.web import files
from tests.web.casework import CaseAtDesk, at_desk
from tests.web.files import PART
from tests.web.protection import claim, officer, with_officers
from tests.web.test_files_at_desk import send
from tests.web.test_protection import acts
from tests.web.world import World, problem

WHY = "A neighbor who has nothing to do with it."


def add(at: CaseAtDesk, audience: str = "reporter", **more: Any) -> JSONObject:
    """An entry of the member as the server shows it."""
    kind = "message" if audience == "reporter" else "note"
    request = {**at.seal(kind, audience, {"text": "Ms N. lives next door."}), **more}
    answer = at.desk.post(f"{at.path}/entries", request)
    assert answer.status_code == 201, answer.data
    found = json.loads(answer.data)["id"]
    return next(one for one in at.served() if one["id"] == found)


def removal(at: CaseAtDesk, digest: str, audience: str = "reporter", **named: str) -> JSONObject:
    """The request that removes something."""
    return {**at.seal("removal", audience, {"sha256": digest, "reason": WHY}), **named}


def remove(at: CaseAtDesk, request: JSONObject) -> Any:
    """Send it."""
    return at.desk.post(f"{at.path}/removals", request)


def shown(at: CaseAtDesk, entry: JSONObject) -> JSONObject:
    """An entry as it is shown now."""
    return next(one for one in at.served() if one["id"] == entry["id"])


@pytest.mark.parametrize("audience", ["reporter", "team"])
def test_an_entry_goes_and_its_hash_stays(world: World, audience: str) -> None:
    at = at_desk(world, "m1")
    entry = add(at, audience)
    request = removal(at, entry["sha256"], audience, target=entry["id"])
    answer = remove(at, request)
    again = remove(at, request)
    told = json.loads(answer.data)
    assert (answer.status_code, told["left"]) == (201, [])
    assert (again.status_code, json.loads(again.data)) == (200, {**told, "left": None})
    now = shown(at, entry)
    assert (now["sealed"], now["sha256"]) == (None, entry["sha256"])
    view = at.view()
    assert CaseWarning.REMOVED_WITHOUT_WORD not in view.warnings
    assert CaseWarning.ENTRIES_MAY_BE_MISSING not in view.warnings
    (gone,) = [one for one in view.entries if one.state is State.REMOVED]
    word = view.removal_of(audience, gone.served.sha256)
    assert word is not None
    assert word.body["reason"] == WHY
    assert acts(world, at.case).count("entry:remove") == 1


def test_nothing_is_removed_twice(world: World) -> None:
    at = at_desk(world, "m1")
    entry = add(at)
    first, second = (removal(at, entry["sha256"], target=entry["id"]) for _ in range(2))
    assert remove(at, first).status_code == 201
    assert problem(remove(at, second)) == (409, "conflict", "/target")


def test_what_stands_for_a_step_stays(world: World) -> None:
    at = at_desk(world, "m1")
    report = at.served()[0]
    assert at.status("acknowledged").status_code == 201
    status = next(one for one in at.served() if one["id"] != report["id"])
    entry = add(at)
    answer = remove(at, removal(at, entry["sha256"], target=entry["id"]))
    word = shown(at, {"id": json.loads(answer.data)["id"]})
    for kept in (report, status, word):
        refused = remove(at, removal(at, kept["sha256"], target=kept["id"]))
        assert problem(refused) == (409, "conflict", "/target")
        assert shown(at, kept)["sealed"] is not None


def test_only_in_its_own_case_and_audience(world: World) -> None:
    at, other = at_desk(world, "m1"), at_desk(world, "m1")
    entry, theirs = add(at), add(other)
    note = add(at, "team")
    for target in (theirs, note, {"id": "0" * 32, "sha256": entry["sha256"]}):
        refused = remove(at, removal(at, target["sha256"], target=target["id"]))
        assert problem(refused) == (422, "invalid", "/target")
    assert shown(other, theirs)["sealed"] is not None
    assert shown(at, note)["sealed"] is not None
    for named, pointer in (({}, "/target"), ({"upload": note["id"]}, "/target"), ({"target": "x"}, "/target")):
        assert problem(remove(at, removal(at, entry["sha256"], **named))) == (422, "invalid", pointer)
    no_file = removal(at, entry["sha256"], target=entry["id"], upload=entry["id"])
    assert problem(remove(at, no_file)) == (422, "invalid", "/upload")
    assert shown(at, entry)["sealed"] is not None


def test_bytes_that_were_stored_as_another_entry_remove_nothing(world: World) -> None:
    at = at_desk(world, "m1")
    entry = add(at)
    request = removal(at, entry["sha256"], target=entry["id"])
    plain = {name: request[name] for name in ("audience", "epoch", "entry")}
    assert at.desk.post(f"{at.path}/entries", plain).status_code == 201
    assert problem(remove(at, request)) == (409, "already-there", "/entry")
    assert problem(remove(at, {**request, "upload": "0" * 32})) == (409, "already-there", "/entry")
    assert shown(at, entry)["sealed"] is not None


def test_a_retry_names_what_was_removed(world: World) -> None:
    at = at_desk(world, "m1")
    entry, other = add(at), add(at)
    request = removal(at, entry["sha256"], target=entry["id"])
    assert remove(at, request).status_code == 201
    for changed in ({"target": other["id"]}, {"upload": "0" * 32}):
        assert problem(remove(at, {**request, **changed})) == (409, "already-there", "/entry")
    assert remove(at, request).status_code == 200


def test_an_old_epoch_removes_nothing(world: World) -> None:
    at = at_desk(world, "m1")
    entry = add(at)
    request = removal(at, entry["sha256"], target=entry["id"])
    assert at.desk.post(f"{at.path}/epochs", at.pass_to("m1", "m3")).status_code == 201
    assert problem(remove(at, request))[:2] == (409, "epoch-stale")


@pytest.mark.parametrize(("member", "status"), [("m3", 201), ("m4", 404), ("m5", 403), ("m9", 403), ("a1", 403)])
def test_only_those_who_deal_with_the_case_remove(world: World, member: str, status: int) -> None:
    """Holders remove; an officer of another channel, a custodian, the key in the safe do not."""
    at = at_desk(world, "m1")
    entry = add(at)
    request = removal(at, entry["sha256"], target=entry["id"])
    assert remove(CaseAtDesk(world.sign_in(member), at.case), request).status_code == status
    assert (shown(at, entry)["sealed"] is None) is (status == 201)


def test_whoever_was_not_given_the_case_removes_nothing_of_it(world: World) -> None:
    at = at_desk(world, "m1")
    entry = add(at)
    request = removal(at, entry["sha256"], target=entry["id"])
    assert at.desk.post(f"{at.path}/epochs", at.pass_to("m1", "m2")).status_code == 201
    assert problem(remove(CaseAtDesk(world.sign_in("m3"), at.case), request))[0] == 404
    assert shown(at, entry)["sealed"] is not None


def test_an_officer_removes_in_a_protection_case(world: World) -> None:
    case = claim(with_officers(world))
    at, safe = officer(world, "m7", case), officer(world, "m8", case)
    entry = add(at)
    request = removal(at, entry["sha256"], target=entry["id"])
    assert remove(safe, removal(safe, entry["sha256"], target=entry["id"])).status_code == 403
    assert remove(at, request).status_code == 201


def test_a_status_follows_another_though_what_was_said_between_them_is_removed(world: World) -> None:
    at = at_desk(world, "m1")
    assert at.status("acknowledged").status_code == 201
    entry = add(at)
    assert at.status("assessing").status_code == 201
    assert remove(at, removal(at, entry["sha256"], target=entry["id"])).status_code == 201
    view = at.view()
    assert view.status is not None
    assert (view.status.body["status"], view.other_statuses) == ("assessing", ())


def test_the_files_of_an_entry_go_with_it(world: World) -> None:
    at = at_desk(world, "m1")
    sending = send(at, files.some_file(2 * PART))
    assert files.blobs(world)
    entry = add(at, uploads=[sending.upload])
    assert remove(at, removal(at, entry["sha256"], target=entry["id"])).status_code == 201
    assert files.blobs(world) == set()
    assert at.desk.post(f"{at.path}/files/{sending.upload}/openings", {"act": "view"}).status_code == 404


def test_one_file_goes_and_its_entry_stays(world: World) -> None:
    at = at_desk(world, "m1")
    goes, stays = (send(at, files.some_file(1)) for _ in range(2))
    entry = add(at, uploads=[goes.upload, stays.upload])
    before = files.blobs(world)
    digest = b64encode(sha256(goes.sealed))
    request = removal(at, digest, target=entry["id"], upload=goes.upload)
    answers = [remove(at, request), remove(at, request)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert len(before - files.blobs(world)) == len(goes.numbers)
    assert shown(at, entry)["sealed"] is not None
    assert at.desk.post(f"{at.path}/files/{goes.upload}/openings", {"act": "view"}).status_code == 404
    assert at.desk.post(f"{at.path}/files/{stays.upload}/openings", {"act": "view"}).status_code == 200
    left = {"target": entry["id"], "upload": stays.upload}
    assert problem(remove(at, removal(at, digest, "team", **left))) == (422, "invalid", "/upload")
    elsewhere = at_desk(world, "m1")
    assert problem(remove(elsewhere, removal(elsewhere, digest, **left))) == (422, "invalid", "/upload")


def test_a_file_goes_only_as_one_of_the_entry_that_has_it(world: World) -> None:
    """Else a message that falsely names somebody else's file would let an honest click remove that one."""
    at = at_desk(world, "m1")
    evidence = send(at, files.some_file(1))
    add(at, uploads=[evidence.upload])
    names_it = add(at)
    request = removal(at, b64encode(sha256(evidence.sealed)), target=names_it["id"], upload=evidence.upload)
    assert problem(remove(at, request)) == (422, "invalid", "/upload")
    assert at.desk.post(f"{at.path}/files/{evidence.upload}/openings", {"act": "view"}).status_code == 200


def test_a_file_of_what_stands_for_a_step_stays(world: World) -> None:
    """Here the message that tells a reporter of a request for their identity, as of all entries that are kept."""
    at = at_desk(world, "m1")
    evidence = send(at, files.some_file(1))
    entry = add(at, uploads=[evidence.upload])
    with world.service.database.write() as session:
        keep_entry(session, entry["id"])
    request = removal(at, b64encode(sha256(evidence.sealed)), target=entry["id"], upload=evidence.upload)
    assert problem(remove(at, request)) == (409, "conflict", "/upload")
    assert at.desk.post(f"{at.path}/files/{evidence.upload}/openings", {"act": "view"}).status_code == 200


def test_what_the_store_kept_is_swept_later(lite: World, monkeypatch: pytest.MonkeyPatch) -> None:
    at = at_desk(lite, "m1")
    sending = send(at, files.some_file(1))
    entry = add(at, uploads=[sending.upload])

    def fails(*_given: Any) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(sweeping, "remove", fails)
        request = removal(at, b64encode(sha256(sending.sealed)), target=entry["id"], upload=sending.upload)
        answer = remove(at, request)
    assert (answer.status_code, json.loads(answer.data)["left"]) == (201, ["files"])
    left = files.blobs(lite)
    assert left
    swept = sweeping._sweep_orphans(lite.service, store_of(lite.service), _in_a_week())
    assert swept == len(left)
    assert files.blobs(lite) == set()


def test_a_log_that_could_not_be_cut_is_told(lite: World, monkeypatch: pytest.MonkeyPatch) -> None:
    at = at_desk(lite, "m1")
    entry = add(at)
    with monkeypatch.context() as patched:
        patched.setattr(lite.service.database, "settle", lambda: False)
        answer = remove(at, removal(at, entry["sha256"], target=entry["id"]))
    assert (answer.status_code, json.loads(answer.data)["left"]) == (201, ["log"])


def _in_a_week() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=7)


def test_the_bytes_are_gone_from_the_files_of_the_database(lite: World) -> None:
    at = at_desk(lite, "m1")
    entry = add(at)
    needle = b64decode(entry["sealed"])[200:264]
    assert _found(lite.service, needle)
    assert remove(at, removal(at, entry["sha256"], target=entry["id"])).status_code == 201
    assert not _found(lite.service, needle)
    with lite.service.database.read() as session:
        assert session.get_one(Entry, entry["id"]).sealed is None


def _found(service: Service, needle: bytes) -> bool:
    database = Path(str(service.database.url.database))
    return any(needle in path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
