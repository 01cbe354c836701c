"""Counting classifications: who may, what is refused, that neither order nor id nor audit trail leads to a case."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import literal_column, select, text

from reporting.cli.tick import keep_house
from reporting.log.models import AuditEvent
from reporting.protocol.classes import SECTORS
from reporting.statistics import bag
from reporting.statistics.models import BagRecord, Statistic
from tests.web.world import START, Desk, World

CASES: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "unit" / "protocol" / "classes.json").read_text(encoding="utf-8")
)
RECORD: dict[str, Any] = CASES["record"]
PATH = "/api/statistics/records"
PROTECTION = {"channel_kind": "protection"}


def put(desk: Desk, **changes: Any) -> None:
    """Have a record counted."""
    answer = desk.post(PATH, RECORD | changes)
    assert (answer.status_code, json.loads(answer.data)) == (201, {}), answer.data


def rows(world: World, order: str) -> list[tuple[str, str]]:
    """Ids and contents of the bag in the order of a column: ``ctid`` is that of PostgreSQL's disk."""
    query = select(BagRecord.id, BagRecord.content).order_by(literal_column(order))
    with world.service.database.read() as session:
        return [(id_, content) for id_, content in session.execute(query)]


def test_who_deals_with_cases_of_a_kind_has_them_counted_and_nobody_else(world: World) -> None:
    for member, change in (("m1", {}), ("m2", {}), ("m3", {}), ("m4", PROTECTION)):
        put(world.sign_in(member), **change)
    for member, change in (("m1", PROTECTION), ("m4", {}), ("m5", {}), ("m9", {}), ("a1", {})):
        assert world.sign_in(member).post(PATH, RECORD | change).status_code == 403, member
    with world.service.database.read() as session:
        kept = [json.loads(content) for content in session.scalars(select(BagRecord.content))]
        months = set(session.scalars(select(BagRecord.month)))
    assert Counter(one["channel_kind"] for one in kept) == {"report": 3, "protection": 1}
    assert all(one == RECORD | {"channel_kind": one["channel_kind"]} for one in kept)
    assert months == {"2026-11"}


@pytest.mark.parametrize(("pointer", "change"), CASES["record_refused"], ids=lambda _case: "")
def test_what_is_no_record_is_refused_at_its_field(lite: World, pointer: str, change: dict[str, Any]) -> None:
    answer = lite.sign_in("m1").post(PATH, RECORD | change)
    assert answer.status_code == 422
    assert json.loads(answer.data).get("pointer", "") == pointer
    assert rows(lite, "id") == []


def test_what_is_too_long_or_no_json_is_refused(lite: World) -> None:
    desk = lite.sign_in("m1")
    assert desk.post(PATH, RECORD | {"region": "F" * bag.MAX_RECORD}).status_code == 413
    assert desk.post(PATH, [RECORD]).status_code == 400
    assert rows(lite, "id") == []


def test_a_month_has_so_many_records_and_no_more(lite: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bag, "MAX_MONTH", 2)
    desk = lite.sign_in("m1")
    put(desk)
    put(desk)
    assert desk.post(PATH, RECORD).status_code == 409
    lite.clock.move(days=10)
    put(lite.sign_in("m1"))


def test_the_audit_trail_tells_that_a_record_was_put_in_and_nothing_of_it(world: World) -> None:
    put(world.sign_in("m1"), region="FR-75")
    with world.service.database.read() as session:
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.act == "statistics:record"))
    assert (event.member_id, event.case_id, event.details) == ("m1", None, "{}")


def test_every_write_gives_all_records_of_the_month_new_ids_in_one_transaction(world: World) -> None:
    desk, known = world.sign_in("m1"), set[str]()
    order = "id" if world.service.database.sqlite else "ctid"
    places = list[int]()
    for sector in list(SECTORS) * 2:
        put(desk, sector=sector, region="DE-BE")
        found = rows(world, order)
        ids = {one for one, _ in found}
        assert len(ids) == len(found)
        assert not ids & known
        known |= ids
        places.append(
            next(place for place, (_, content) in enumerate(found) if json.loads(content)["sector"] == sector)
        )
    assert places != sorted(places)
    if not world.service.database.sqlite:
        with world.service.database.read() as session:
            assert session.scalar(text("SELECT count(DISTINCT xmin::text) FROM bag_record")) == 1


def test_records_that_come_at_once_are_all_kept_and_once_each(world: World) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda place: bag.put(
                    world.service, "m1", frozenset({"intake"}), RECORD | {"region": f"FR-{place:02}"}
                ),
                range(8),
            )
        )
    found = sorted(json.loads(content)["region"] for _, content in rows(world, "id"))
    assert found == [f"FR-{place:02}" for place in range(8)]


def test_the_newest_record_lies_anywhere(lite: World) -> None:
    """In 400 bags of four, the last one put in is in each place about as often, and so is the first one."""
    newest, oldest = Counter[int](), Counter[int]()
    with lite.service.database.write() as session:
        for _ in range(400):
            present = list[str]()
            for content in "abcd":
                bag._rewrite_month(session, "2026-11", [*present, content])
                present = list(session.scalars(text("SELECT content FROM bag_record")))
            newest[present.index("d")] += 1
            oldest[present.index("a")] += 1
        # As PostgreSQL lays them down: in the order of the insert.
        inserted = Counter([row["content"] for row in bag._shuffled("abcd")].index("d") for _ in range(400))
    for counted in (newest, oldest, inserted):
        assert set(counted) == {0, 1, 2, 3}
        assert max(abs(number - 100) for number in counted.values()) < 60, counted  # seven standard deviations


def test_ended_months_are_emptied_into_their_quarters(world: World) -> None:
    world.clock.at = START.replace(month=9).timestamp()
    put(world.sign_in("m1"), sector="tax")
    for month, sector in ((10, "health"), (11, "police")):
        world.clock.at = START.replace(month=month).timestamp()
        put(world.sign_in("m1"), sector=sector)
    assert bag.empty(world.service) == 2
    with world.service.database.read() as session:
        first = {one.id: (one.quarter, json.loads(one.content)["sector"]) for one in session.scalars(select(Statistic))}
        assert [json.loads(one)["sector"] for one in session.scalars(select(BagRecord.content))] == ["police"]
    assert sorted(first.values()) == [("2026-Q3", "tax"), ("2026-Q4", "health")]

    world.clock.move(days=31)
    assert keep_house(world.service) is not None
    assert bag.empty(world.service) == 0
    with world.service.database.read() as session:
        then = {one.id: (one.quarter, json.loads(one.content)["sector"]) for one in session.scalars(select(Statistic))}
        assert list(session.scalars(select(BagRecord.id))) == []
    assert sorted(then.values()) == [("2026-Q3", "tax"), ("2026-Q4", "health"), ("2026-Q4", "police")]
    assert {one for one in then if then[one][0] == "2026-Q4"}.isdisjoint(first), "its quarter was written anew"


def test_quarters_follow_from_months() -> None:
    months = {f"2026-{number:02}": bag.quarter_of(f"2026-{number:02}") for number in range(1, 13)}
    assert list(months.values()) == [f"2026-Q{1 + number // 3}" for number in range(12)]
    for month, quarter in months.items():
        day = datetime.date.fromisoformat(f"{month}-01")
        assert quarter == f"{day.year}-Q{(day.month + 2) // 3}"


def test_nothing_of_the_bag_is_left_on_the_disk_once_it_is_emptied(lite: World) -> None:
    desk = lite.sign_in("m1")
    for place in range(12):
        put(desk, region=f"ZW-Q{place:02}")
    lite.clock.move(days=31)
    keep_house(lite.service)
    file = Path(str(lite.service.database.url.database))
    left = b"".join(part.read_bytes() for part in (file, Path(f"{file}-wal")) if part.exists())
    assert [left.count(f"ZW-Q{place:02}".encode()) for place in range(12)] == [1] * 12
