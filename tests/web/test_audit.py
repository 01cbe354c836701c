"""The audit log over HTTP and in the database: what is written, what auditors get, who else gets nothing."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from reporting.db.migrate import downgrade, upgrade
from reporting.log import checking
from reporting.log import rules as logs
from reporting.log.models import AuditEvent, AuditTile
from reporting.log.rules import Act, record, record_each
from reporting.protocol import log
from reporting.protocol.encoding import b64encode
from tests.web.auditing import Auditor
from tests.web.casework import at_desk
from tests.web.world import Desk, World, problem


def acts_of(world: World, **columns: object) -> list[str]:
    """The acts in the log, in order."""
    with world.service.database.read() as session:
        query = select(AuditEvent.act).filter_by(**columns).order_by(AuditEvent.position)
        return [str(act) for act in session.scalars(query)]


def write(world: World, count: int, act: str = "test:act") -> None:
    """Many events in one step."""
    with world.service.database.write() as session:
        record_each(world.service, session, [Act("m1", act, details={"number": number}) for number in range(count)])


def check(world: World) -> checking.Report:
    """The whole log, checked."""
    with world.service.database.read() as session:
        return checking.check(world.service, session)


# --- what is written


def test_what_staff_do_to_a_case_is_in_the_log(world: World) -> None:
    opened = at_desk(world, "m1")
    opened.shown()
    opened.status("acknowledged")
    opened.desk.post(f"{opened.path}/grants", opened.access("m2"))
    assert opened.desk.post(f"{opened.path}/exports", {"form": "zip"}).status_code == 204
    acts = acts_of(world, case_id=opened.case)
    assert acts == ["case:view", "entry:add", "case:status", "entry:add", "case:grant", "case:export"]
    assert check(world).findings == []


def test_looking_again_within_minutes_is_the_same_look(world: World) -> None:
    opened = at_desk(world, "m1")
    for _ in range(3):
        opened.shown()
        opened.desk.get(f"{opened.path}/entries")
    assert acts_of(world, case_id=opened.case).count("case:view") == 1
    world.clock.move(minutes=6)
    opened.desk.get(f"{opened.path}/entries")
    assert acts_of(world, case_id=opened.case).count("case:view") == 2
    at_desk(world, "m3", opened.case).shown()
    assert acts_of(world, case_id=opened.case, member_id="m3").count("case:view") == 1


def test_reporters_acts_are_never_in_it(world: World) -> None:
    before = len(acts_of(world))
    world.report()
    assert len(acts_of(world)) == before


def test_an_export_is_recorded_before_it_is_made(world: World) -> None:
    opened = at_desk(world, "m1")
    path = f"{opened.path}/exports"
    assert problem(opened.desk.post(path, {"form": "tape"})) == (422, "invalid", "/form")
    assert problem(world.sign_in("m2").post(path, {"form": "zip"}))[:2] == (404, "not-found")
    assert problem(world.sign_in("m5").post(path, {"form": "zip"}))[:2] == (403, "not-allowed")
    assert "case:export" not in acts_of(world)
    opened.desk.post(path, {"form": "print"})
    (event,) = Auditor.of(world).events(act="case:export")
    assert (event.member, event.case, event.details) == ("m1", opened.case, {"form": "print"})


def test_what_a_member_is_refused_is_in_the_log(world: World) -> None:
    case = world.report().case
    stranger, auditor = world.sign_in("m2"), world.sign_in("a1")
    assert stranger.get(f"/api/cases/{case}").status_code == 404
    assert auditor.get(f"/api/cases/{case}").status_code == 403
    assert stranger.get("/api/audit/checkpoint").status_code == 403
    assert stranger.post(f"/api/cases/{case}/grants", {"member": "?"}).status_code == 422
    stranger.csrf = "x"
    assert stranger.post("/api/cases/assignments", {}).status_code == 403
    events = Auditor.of(world).events(act="request:refuse")[::-1]
    assert [(event.member, event.case, event.details["kind"]) for event in events] == [
        ("m2", case, "not-found"),
        ("a1", case, "not-allowed"),
        ("m2", None, "not-allowed"),
        ("m2", case, "invalid"),
        ("m2", None, "wrong-token"),
    ]
    assert events[0].details == {"method": "GET", "route": "/api/cases/<case>", "kind": "not-found"}
    assert [event.position for event in Auditor.of(world).events(case=case, member="m2")] == [
        events[3].position,
        events[0].position,
    ]


def test_what_was_sent_with_a_refused_request_is_not_in_the_log(world: World) -> None:
    desk = world.sign_in("m1")
    desk.get("/api/cases/secret-word-in-the-address")
    desk.get("/api/cases", after="secret-word-in-the-query")
    desk.post("/api/cases/assignments", {"cases": ["secret-word-in-the-body"], "member": None})
    with world.service.database.read() as session:
        assert "secret" not in json.dumps([row.details for row in session.scalars(select(AuditEvent))])


def test_failed_sign_ins_are_told_of_known_members_alone(world: World) -> None:
    before = len(acts_of(world))
    for name in ("m1@example", "nobody"):
        stranger = Desk(world, world.people["m1"], world.desk.test_client())
        stranger.post("/api/session", {"name": name, "auth": b64encode(os.urandom(32))})
    assert acts_of(world)[before:] == ["session:refuse"]
    assert acts_of(world, member_id="m1")[-1] == "session:refuse"


def test_an_act_that_fails_leaves_no_event_and_no_gap(world: World) -> None:
    before = len(acts_of(world))

    def fails() -> None:
        with world.service.database.write() as session:
            record(world.service, session, "m1", "test:act")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    write(world, 1)
    with world.service.database.read() as session:
        assert list(session.scalars(select(AuditEvent.position).order_by(AuditEvent.position)))[-1] == before
    assert check(world).findings == []


def test_of_many_acts_at_once_each_has_a_place_of_its_own(world: World) -> None:
    before = len(acts_of(world))

    def one(number: int) -> None:
        def job(session: object) -> None:
            record(world.service, session, f"m{number % 7}", "test:act", details={"number": number})  # type: ignore[arg-type]  # the database's session

        if number % 2:
            world.service.database.store(job)
        else:
            with world.service.database.write() as session:
                job(session)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(one, range(300)))
    with world.service.database.read() as session:
        rows = session.execute(select(AuditEvent.position, AuditEvent.leaf).order_by(AuditEvent.position)).all()
        state = logs.head(session)
    assert [row.position for row in rows] == list(range(before + 300))
    assert state.root == log.root([row.leaf for row in rows])
    report = check(world)
    assert (report.size, report.findings) == (before + 300, [])


def test_staff_at_once_do_not_wait_for_each_other_in_a_circle(world: World) -> None:
    cases = [world.report().case for _ in range(3)]
    desks = [world.sign_in(member) for member in ("m1", "m3") * 4]

    def work(pair: tuple[int, Desk]) -> list[int]:
        number, desk = pair
        order = cases if number % 2 else cases[::-1]
        member = ("m1", "m3")[number % 2]
        answers = [desk.post("/api/cases/assignments", {"cases": order, "member": member})]
        answers += [desk.get(f"/api/cases/{case}") for case in order]
        answers += [desk.post(f"/api/cases/{case}/exports", {"form": "zip"}) for case in order]
        return [answer.status_code for answer in answers]

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for found in pool.map(work, enumerate(desks)) for status in found]
    assert set(statuses) == {200, 204}
    assert check(world).findings == []


# --- what auditors get


def test_only_auditors_read_it(world: World) -> None:
    for path in ("checkpoint", "events", "leaves", "tombstones"):
        assert world.sign_in("a1").get(f"/api/audit/{path}").status_code == 200
        assert problem(world.sign_in("m3").get(f"/api/audit/{path}"))[:2] == (403, "not-allowed")
        assert problem(world.desk.test_client().get(f"/api/audit/{path}"))[:2] == (401, "not-signed-in")
        assert world.get(f"/api/audit/{path}").status_code == 404


def test_the_root_follows_from_the_leaves(world: World) -> None:
    write(world, 300)
    auditor = Auditor.of(world)
    state = auditor.look()
    leaves = auditor.leaves()
    assert len(leaves) == state.size
    assert log.root(leaves) == state.root


@pytest.mark.parametrize("more", [0, 1, 200, 256, 700])
def test_a_log_that_grew_is_proved_to_continue(world: World, more: int) -> None:
    auditor = Auditor.of(world)
    for _ in range(3):
        auditor.look()
        write(world, more)
    assert auditor.look().size >= more * 3


def test_proofs_of_every_size_are_those_of_the_plain_tree(lite: World) -> None:
    write(lite, 900)
    auditor = Auditor.of(lite)
    state, leaves = auditor.look(), auditor.leaves()
    for size in (1, 2, 255, 256, 257, 511, 512, 700, state.size - 1):
        found = auditor.read("checkpoint", **{"from": size})
        assert found["consistency"] == [b64encode(one) for one in log.consistency_proof(size, leaves)]
        page = auditor.read("events", size=size, limit=3)
        for item in page["events"]:
            assert item["proof"] == [b64encode(one) for one in log.inclusion_proof(item["position"], leaves[:size])]
    for beyond in (0, state.size, state.size + 1, 2**53 - 1):
        assert auditor.read("checkpoint", **{"from": beyond})["consistency"] == []


def test_every_event_comes_once_and_is_proved(world: World) -> None:
    write(world, 100)
    auditor = Auditor.of(world)
    state = auditor.look()
    assert [item["position"] for item in auditor.items()] == list(range(state.size))[::-1]


def test_a_page_stays_one_of_the_log_as_it_was(world: World) -> None:
    auditor = Auditor.of(world)
    state = auditor.look()
    write(world, 5)
    assert [item["position"] for item in auditor.items()] == list(range(state.size))[::-1]
    assert problem(auditor.desk.get("/api/audit/events", size="999"))[:2] == (409, "unknown-position")


def test_a_member_is_followed_in_what_they_do_and_what_is_done_to_them(world: World) -> None:
    opened = at_desk(world, "m1")
    opened.desk.post(f"{opened.path}/grants", opened.access("m2"))
    world.sign_in("m2")
    found = Auditor.of(world).events(member="m2")
    assert {(event.member, event.act) for event in found} == {
        ("server", "member:add"),
        ("m1", "case:grant"),
        ("m2", "session:open"),
    }


def test_a_case_is_followed_by_its_number_or_the_beginning_of_it(world: World) -> None:
    first, second = at_desk(world, "m1"), at_desk(world, "m1")
    for opened in (first, second):
        opened.shown()
    auditor = Auditor.of(world)
    for wanted in (first.case, first.case[:8]):
        assert {event.case for event in auditor.events(case=wanted)} == {first.case}
    assert auditor.events(case="0" * 32) == []


def test_acts_are_found_by_name_or_kind(world: World) -> None:
    at_desk(world, "m1").status("acknowledged")
    auditor = Auditor.of(world)
    assert {event.act for event in auditor.events(act="case:status")} == {"case:status"}
    assert {event.act for event in auditor.events(act="member")} == {"member:add"}


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"case": "123"}, "/case"),
        ({"case": "G" * 32}, "/case"),
        ({"act": "%"}, "/act"),
        ({"act": "a:b:c"}, "/act"),
        ({"member": "m\x00"}, "/member"),
        ({"limit": "0"}, "/limit"),
        ({"after": "-1"}, "/after"),
        ({"size": "many"}, "/size"),
    ],
)
def test_a_filter_that_can_be_none_is_named(lite: World, query: dict[str, str], pointer: str) -> None:
    answer = lite.sign_in("a1").get("/api/audit/events", **query)
    assert problem(answer) == (422, "invalid", pointer)


def test_what_auditors_take_out_is_recorded(world: World) -> None:
    desk = world.sign_in("a1")
    assert problem(desk.post("/api/audit/exports", {"form": "tape"})) == (422, "invalid", "/form")
    assert problem(desk.post("/api/audit/exports", {"form": "csv", "case": "x"})) == (422, "invalid", "/case")
    assert problem(world.sign_in("m1").post("/api/audit/exports", {"form": "csv"}))[:2] == (403, "not-allowed")
    asked = {"form": "csv", "member": "m2", "case": "", "act": ""}
    assert desk.post("/api/audit/exports", asked).status_code == 204
    (event,) = Auditor.of(world).events(act="audit:export")
    assert (event.member, event.details) == ("a1", {"form": "csv", "member": "m2"})


# --- carried over from before


def test_what_there_was_before_is_carried_over_in_its_order(world: World) -> None:
    opened = at_desk(world, "m1")
    opened.status("acknowledged")
    world.clock.move(minutes=3)
    opened.desk.post(f"{opened.path}/grants", opened.access("m2"))
    write(world, 1_200)
    with world.service.database.read() as session:
        before = [(row.at, row.id, row.act) for row in session.scalars(select(AuditEvent))]
    url = world.service.settings.database_url
    world.service.database.close()
    downgrade(url, "0002")
    upgrade(url)
    with world.service.database.read() as session:
        rows = session.scalars(select(AuditEvent).order_by(AuditEvent.position)).all()
        tiles = session.scalars(select(AuditTile.number).order_by(AuditTile.number)).all()
    assert [(row.at, row.id, row.act) for row in rows[:-1]] == sorted(before)
    assert (rows[-1].act, json.loads(rows[-1].details or "")) == ("log:begin", {"carried": len(before)})
    assert list(tiles) == list(range(len(rows) // 256))
    assert len({row.salt for row in rows}) == len(rows)
    assert check(world).findings == []
    auditor = Auditor.of(world)
    assert {event.act for event in auditor.events(case=opened.case)} == {
        "case:view",
        "entry:add",
        "case:status",
        "case:grant",
    }


def test_a_new_site_begins_with_an_empty_log(lite: World) -> None:
    url = lite.service.settings.database_url
    lite.service.database.close()
    downgrade(url, "base")
    upgrade(url)
    with lite.service.database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM audit_event")) == 0
        assert logs.head(session).size == 0
    assert check(lite).findings == []
