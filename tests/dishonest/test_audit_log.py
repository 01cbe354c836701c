"""The dishonest administrator, database and log key in hand: what ``verify`` says, and what an auditor sees.

Every test ends in a log that its server states, with a good signature: only ``verify`` on a careless forgery,
and a checkpoint or an export kept elsewhere on a careful one, tell.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from reporting.errors import Unprocessable
from reporting.log import checking, rules, trail
from reporting.log.erasing import KEPT, erase
from reporting.log.models import AuditEvent, AuditHead, AuditTile
from reporting.log.rules import Act, record_each
from reporting.protocol import audit
from reporting.protocol.audit import Checkpoint, Event, Frontier
from reporting.protocol.encoding import JSONObject
from reporting.protocol.errors import NotAuthentic
from tests.web.auditing import Auditor, check_item
from tests.web.conftest import copy_site
from tests.web.world import Site, TestClock, World, set_up

ACTS = 300
VICTIM = 150


@pytest.fixture(scope="session")
def audited_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return set_up(tmp_path_factory.mktemp("site") / "data")


@pytest.fixture
def world(audited_site: Site, tmp_path: Path) -> Iterator[World]:
    """A site whose log has grown past a tile."""
    found = copy_site(audited_site, tmp_path, "")
    with found.service.database.write() as session:
        acts = [Act("m1", "case:grant", f"{number:032x}", {"member": "m2"}) for number in range(ACTS)]
        record_each(found.service, session, acts)
    yield found
    found.service.database.close()


@pytest.fixture
def auditor(world: World) -> Auditor:
    """Somebody who has looked once, before anything was done to the log."""
    found = Auditor.of(world)
    found.look()
    return found


# --- the administrator's tools


def tamper(world: World, work: Callable[[Session], object]) -> None:
    with world.service.database.write() as session:
        work(session)


def every_event(session: Session) -> list[Event]:
    return [event for row in trail.walk(session) if (event := trail.event_of(row))]


def write_anew(session: Session, events: Iterable[Event]) -> None:
    """The whole log again, with new positions, hashes, tiles and head: nothing within it disagrees."""
    for table in (AuditEvent, AuditTile, AuditHead):
        session.execute(delete(table))
    session.add(AuditHead(log="audit", size=0, frontier=b""))
    session.flush()
    placed = [
        audit.parse_event({**event.to_json(), "position": position, "id": event.id})
        for position, event in enumerate(events)
    ]
    rules.append(session, Frontier(), placed)


def forge(world: World, change: Callable[[list[Event]], Iterable[Event]]) -> None:
    """What ``change`` makes of the events, written as the log."""
    tamper(world, lambda session: write_anew(session, change(every_event(session))))


# --- what everybody else has


def verified(world: World, *kept: Checkpoint, exported: Iterable[JSONObject] = ()) -> list[str]:
    """What ``reporting audit verify`` finds."""
    with world.service.database.read() as session:
        report = checking.check(world.service, session, kept, list(exported))
    return [one.message.format(**one.values) for one in report.findings]


def exported(world: World) -> list[JSONObject]:
    """The whole log as an auditor keeps it."""
    with world.service.database.read() as session:
        return [json.loads(json.dumps(trail.item(row))) for row in trail.walk(session)]


def kept(auditor: Auditor) -> Checkpoint:
    assert auditor.kept is not None
    return auditor.kept


def test_an_honest_log_is_found_whole(world: World, auditor: Auditor) -> None:
    export = exported(world)
    assert verified(world, kept(auditor), exported=export) == []
    auditor.look()
    assert verified(world, kept(auditor), exported=export) == []


# --- careless: a row, and nothing else


@pytest.mark.parametrize(
    "values",
    [
        {"member_id": "m3"},
        {"act": "case:view"},
        {"at": 5},
        {"case_id": "0" * 32},
        {"case_id": None},
        {"details": '{"member":"m3"}'},
        {"details": "nonsense"},
        {"salt": bytes(16)},
        {"id": "0" * 32},
    ],
)
def test_a_changed_row_is_named(world: World, auditor: Auditor, values: dict[str, object]) -> None:
    tamper(
        world, lambda session: session.execute(update(AuditEvent).where(AuditEvent.position == VICTIM).values(values))
    )
    assert verified(world, kept(auditor)) == [f"Event {VICTIM} was changed."]


@pytest.mark.parametrize("subject", ["m3", None])
def test_a_row_filed_under_another_member_is_named(world: World, subject: str | None) -> None:
    """Nothing that is hashed changes, but whoever follows the member does not find it any more."""
    place = AuditEvent.position == VICTIM
    tamper(world, lambda session: session.execute(update(AuditEvent).where(place).values(subject=subject)))
    assert verified(world) == [f"Event {VICTIM} is filed under another member than it names."]


def test_a_removed_row_is_named(world: World, auditor: Auditor) -> None:
    tamper(world, lambda session: session.execute(delete(AuditEvent).where(AuditEvent.position == VICTIM)))
    found = verified(world)
    assert found == [f"Event {VICTIM} was removed."]
    assert f"Event {VICTIM} was removed." in verified(world, kept(auditor))


def test_a_removed_end_is_told(world: World, auditor: Auditor) -> None:
    tamper(
        world, lambda session: session.execute(delete(AuditEvent).where(AuditEvent.position >= kept(auditor).size - 2))
    )
    first, second = verified(world, kept(auditor))
    assert "the last ones were removed or added" in first
    assert "events were removed" in second


def test_rows_in_each_other_s_places_are_named(world: World) -> None:
    def swap(session: Session) -> None:
        one, other = session.get_one(AuditEvent, VICTIM), session.get_one(AuditEvent, VICTIM + 7)
        names = [column.key for column in AuditEvent.__table__.columns if column.key != "position"]
        first = {name: getattr(one, name) for name in names}
        for name in names:
            setattr(one, name, getattr(other, name))
            setattr(other, name, first[name])

    tamper(world, swap)
    assert verified(world) == [
        f"Event {VICTIM} was moved: it was written as event {VICTIM + 7}.",
        f"Event {VICTIM + 7} was moved: it was written as event {VICTIM}.",
    ]


def test_a_row_replaced_with_its_hash_does_not_give_the_root(world: World, auditor: Auditor) -> None:
    def replace(session: Session) -> None:
        row = session.get_one(AuditEvent, VICTIM)
        row.member_id = "m3"
        event = trail.event_of(row)
        assert event is not None
        row.leaf = event.leaf

    export = exported(world)
    tamper(world, replace)
    assert "do not give the root" in verified(world)[0]
    assert f"Event {VICTIM} is not as it was exported: it was changed." in verified(world, exported=export)
    item = next(one for one in auditor.read("events", after=VICTIM + 1, limit=1)["events"])
    with pytest.raises(NotAuthentic):
        check_item(item, kept(auditor))


def test_an_event_emptied_without_a_tombstone_is_named(world: World) -> None:
    nothing = dict.fromkeys(("salt", "id", "at", "member_id", "act", "case_id", "details"))
    tamper(
        world, lambda session: session.execute(update(AuditEvent).where(AuditEvent.position == VICTIM).values(nothing))
    )
    assert verified(world) == [f"Event {VICTIM} was erased without a tombstone."]


# --- careful: the whole log written anew and signed


def changed(events: list[Event]) -> list[Event]:
    victim = events[VICTIM]
    events[VICTIM] = Event(**{**vars(victim), "member": "m3"})
    return events


def removed(events: list[Event]) -> list[Event]:
    return events[:VICTIM] + events[VICTIM + 1 :]


def moved(events: list[Event]) -> list[Event]:
    events[VICTIM], events[VICTIM + 1] = events[VICTIM + 1], events[VICTIM]
    return events


def inserted(events: list[Event]) -> list[Event]:
    made_up = Event(**{**vars(events[VICTIM]), "id": "f" * 32, "member": "m3"})
    return [*events[:VICTIM], made_up, *events[VICTIM:]]


def shortened(events: list[Event]) -> list[Event]:
    return events[:-1]


FORGERIES = [changed, removed, moved, inserted, shortened]


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_log_written_anew_satisfies_itself_but_no_kept_checkpoint(
    world: World, auditor: Auditor, forgery: Callable[[list[Event]], list[Event]]
) -> None:
    before = kept(auditor)
    forge(world, forgery)
    assert verified(world) == []
    (found,) = verified(world, before)
    assert "events were removed" in found if forgery in (removed, shortened) else "not those of the checkpoint" in found
    with pytest.raises(NotAuthentic):
        auditor.look()
    assert auditor.kept == before


@pytest.mark.parametrize("forgery", FORGERIES)
def test_it_is_not_hidden_by_letting_the_log_grow(
    world: World, auditor: Auditor, forgery: Callable[[list[Event]], list[Event]]
) -> None:
    before = kept(auditor)
    forge(world, forgery)
    tamper(world, lambda session: record_each(world.service, session, [Act("m1", "test:act")] * 400))
    assert "not those of the checkpoint" in verified(world, before)[0]
    with pytest.raises(NotAuthentic):
        auditor.look()


@pytest.mark.parametrize(
    ("forgery", "first"),
    [
        (changed, "Event {0} is not as it was exported: it was changed."),
        (removed, "Event {0} of the export is gone: it was removed or replaced."),
        (moved, "Event {0} of the export was moved: it is event {1} now."),
        (inserted, "Event {0} of the export was moved: it is event {1} now."),
    ],
)
def test_an_export_kept_elsewhere_names_the_event(
    world: World, forgery: Callable[[list[Event]], list[Event]], first: str
) -> None:
    export = exported(world)
    forge(world, forgery)
    assert verified(world, exported=export)[0] == first.format(VICTIM, VICTIM + 1)


def test_an_auditor_who_kept_nothing_sees_nothing(world: World) -> None:
    """The limit, said plainly in docs/audit.md."""
    forge(world, removed)
    assert verified(world) == []
    Auditor.of(world).look()


def test_a_checkpoint_signed_by_another_key_is_refused(world: World, auditor: Auditor) -> None:
    signed = kept(auditor).sign(world.service.signing_key)
    with world.service.database.read() as session:
        keys = checking.verifiers(world.service, session)
    with pytest.raises(NotAuthentic):
        checking.read_checkpoint(signed.encode(), keys)
    with pytest.raises(NotAuthentic):
        audit.parse_checkpoint(signed, keys[0])


def test_events_left_out_of_the_middle_of_a_list_leave_a_gap(world: World, auditor: Auditor) -> None:
    positions = [item["position"] for item in auditor.items()]
    assert positions == list(range(kept(auditor).size))[::-1]


# --- erasing as it should be, and as it should not


def erased(world: World) -> int:
    assert isinstance(world.clock, TestClock)
    world.clock.move(days=KEPT.days + 1)
    with world.service.database.write() as session:
        record_each(world.service, session, [Act("m1", "case:view", "e" * 32)])
        done = erase(world.service, session, world.today - KEPT)
    return done.size


def test_erasing_leaves_hashes_a_tombstone_and_an_event(world: World, auditor: Auditor) -> None:
    before = kept(auditor)
    size = erased(world)
    assert size == before.size
    auditor.desk = world.sign_in("a1")
    state = auditor.look()
    items = auditor.items()
    assert [item["position"] for item in items if item["event"] is None] == list(range(size))[::-1]
    (event,) = auditor.events(act="audit:erase")
    assert event.details["events"] == size
    (signed,) = auditor.read("tombstones")["tombstones"]
    with world.service.database.read() as session:
        stone = audit.parse_tombstone(signed, checking.verifiers(world.service, session)[0])
        report = checking.check(world.service, session, [before, state])
    assert (stone.size, stone.root) == (before.size, before.root)
    assert (report.erased, report.findings) == (size, [])


def test_what_was_erased_is_nowhere_in_the_tables(world: World) -> None:
    with world.service.database.read() as session:
        (victim,) = [event for event in every_event(session) if event.case == f"{VICTIM:032x}"]
    erased(world)
    with world.service.database.read() as session:
        row = session.get_one(AuditEvent, victim.position)
        assert [
            getattr(row, name) for name in ("salt", "id", "at", "member_id", "act", "case_id", "details", "subject")
        ] == [None] * 8
        assert row.leaf == victim.leaf


def test_erasing_again_goes_on_from_there(world: World, auditor: Auditor) -> None:
    first = erased(world)
    second = erased(world)
    assert second > first
    assert verified(world, kept(auditor)) == []
    with world.service.database.write() as session:
        assert erase(world.service, session, world.today - KEPT).now == 0


def test_nothing_of_the_last_ninety_days_is_erased(world: World) -> None:
    """Else whoever sits at the terminal had the product itself empty what they did last week."""
    assert isinstance(world.clock, TestClock)
    assert KEPT.days == 90
    with world.service.database.read() as session:
        before = len(every_event(session))
    world.clock.move(days=89)
    for days in (-1, 0, 1, 89):
        with world.service.database.write() as session, pytest.raises(Unprocessable):
            erase(world.service, session, world.today - datetime.timedelta(days=days))
    with world.service.database.write() as session:
        assert erase(world.service, session, world.today - KEPT).now == 0
    with world.service.database.read() as session:
        assert len(every_event(session)) == before


def test_a_tombstone_that_the_log_does_not_record_counts_for_nothing(world: World) -> None:
    size = erased(world)

    def forget(session: Session) -> None:
        events = session.scalars(trail.Filter(act="audit:erase").apply(select(AuditEvent)))
        for row in events:
            row.details = "{}"

    tamper(world, forget)
    found = verified(world)
    assert "Event 0 was erased without a tombstone." in found
    assert f"Event {size - 1} was erased without a tombstone." in found


def test_content_put_back_into_an_erased_event_is_named(world: World) -> None:
    erased(world)

    def invent(session: Session) -> None:
        row = session.get_one(AuditEvent, VICTIM)
        row.id, row.salt, row.at, row.member_id, row.act, row.details = "a" * 32, bytes(16), 1, "m3", "case:view", "{}"

    tamper(world, invent)
    assert verified(world) == [f"Event {VICTIM} was changed."]
