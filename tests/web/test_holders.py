"""Who holds a case: never fewer than two unasked, and nobody who was shut out reads what came after."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting.cases.models import Case, Entry, Grant, Holding
from reporting.cases.rules import epoch_notes, sole_holdings
from reporting.db import Base
from reporting.directory.models import ChannelRole
from reporting.log.models import AuditEvent
from reporting.members.models import Member
from reporting.protocol import age
from reporting.protocol.encoding import parse_day
from reporting.protocol.errors import ProtocolError
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.thread import read_as_member
from reporting.protocol.thread_types import SealedCase, SealedEntry
from tests.web.casework import CaseAtDesk
from tests.web.world import World, problem


def at_desk(world: World, member: str, case: str | None = None) -> CaseAtDesk:
    """A member with a case open, by default a fresh one."""
    return CaseAtDesk(world.sign_in(member), case or world.report().case)


def test_fewer_than_two_holders_have_to_be_confirmed(world: World) -> None:
    opened = at_desk(world, "m1")
    alone = opened.pass_to("m1")
    answer = opened.desk.post(f"{opened.path}/epochs", alone)
    assert problem(answer) == (409, "few-holders", "/confirmed")
    assert json.loads(answer.data)["holders"] == ["m1"]
    assert len(opened.shown()["epochs"]) == 1, "nothing was changed"
    for unclear in ("yes", 1, None):
        assert opened.desk.post(f"{opened.path}/epochs", {**alone, "confirmed": unclear}).status_code == 409
    assert opened.desk.post(f"{opened.path}/epochs", {**alone, "confirmed": True}).status_code == 201
    with world.service.database.read() as session:
        (details,) = session.scalars(select(AuditEvent.details).where(AuditEvent.act == "case:epoch"))
    assert json.loads(details or "")["confirmed"] is True


def test_the_break_glass_key_counts_as_a_holder(world: World) -> None:
    opened = at_desk(world, "m1")
    assert opened.desk.post(f"{opened.path}/epochs", opened.pass_to("m1", "m9")).status_code == 201


def held_alone(world: World, member: str) -> list[str]:
    with world.service.database.read() as session:
        return sole_holdings(session, member)


def test_who_holds_a_case_alone_among_those_at_work_is_known(world: World) -> None:
    shared, alone, read = (at_desk(world, "m1") for _ in range(3))
    assert held_alone(world, "m1") == []
    assert alone.desk.post(f"{alone.path}/epochs", alone.pass_to("m1", "m9")).status_code == 201
    assert read.desk.post(f"{read.path}/epochs", read.pass_to("m1", "m9")).status_code == 201
    assert read.desk.post(f"{read.path}/grants", read.access("m2")).status_code == 201
    assert held_alone(world, "m1") == sorted([alone.case, read.case]), (
        "who reads lets nobody in; the safe works on nothing"
    )
    assert held_alone(world, "m9") == [], "whatever the safe holds, somebody at work holds too"
    assert held_alone(world, "m3") == []
    with world.service.database.write() as session:
        session.get_one(Member, "m3").listed = False
    assert shared.case in held_alone(world, "m1"), "who is to leave the directory will not hold it"


def test_who_has_lost_every_role_on_the_channel_does_not_count(world: World) -> None:
    opened = at_desk(world, "m1")
    with world.service.database.write() as session:
        for role in session.scalars(select(ChannelRole).where(ChannelRole.member_id == "m3")):
            session.delete(role)
    assert held_alone(world, "m1") == [opened.case]


class Revoked:
    """A member with all their keys, and a copy of the whole database."""

    def __init__(self, world: World, member: str, case: str) -> None:
        self.world, self.member, self.case = world, member, case
        self.keys = [world.people[member].identity]

    def every_sealed_value(self) -> Iterator[bytes]:
        """Whatever bytes stand anywhere in the database, text included."""
        with self.world.service.database.read() as session:
            for name in Base.metadata.tables:
                yield from self._of(session, name)

    def _of(self, session: Session, name: str) -> Iterator[bytes]:
        for row in session.execute(select(Base.metadata.tables[name])):
            found = [value.encode() if isinstance(value, str) else value for value in row]
            yield from (value for value in found if isinstance(value, bytes))

    def open_everything(self) -> set[bytes]:
        """Every plaintext that any key of theirs opens; a key found on the way is tried on everything as well."""
        opened: set[bytes] = set()
        known = 0
        while known != len(self.keys):
            known = len(self.keys)
            for value in self.every_sealed_value():
                if (plain := self._opened(value)) is None or plain in opened:
                    continue
                opened.add(plain)
                self.keys += [
                    age.HybridIdentity.parse(line.decode())
                    for line in plain.split(b"\n")
                    if line.startswith(b"AGE-SECRET-KEY-PQ-1")
                ]
        return opened

    def _opened(self, value: bytes) -> bytes | None:
        try:
            return age.decrypt(value, self.keys)
        except ProtocolError:
            return None


def test_a_revoked_member_with_old_keys_and_a_copy_of_the_database_opens_nothing_that_came_after(world: World) -> None:
    receipt = ReceiptCode.generate()
    case = world.report(receipt).case
    holder, revoked = at_desk(world, "m1", case), Revoked(world, "m3", case)
    before = holder.seal("note", "team", {"text": "Before they left."})
    assert holder.desk.post(f"{holder.path}/entries", before).status_code == 201
    assert len(at_desk(world, "m3", case).view().entries) == 2
    assert holder.desk.post(f"{holder.path}/epochs", holder.pass_to("m1", "m9")).status_code == 201
    for kind, audience in (("note", "team"), ("message", "reporter")):
        after = holder.seal(kind, audience, {"text": "After they left."})
        assert holder.desk.post(f"{holder.path}/entries", after).status_code == 201
    assert holder.desk.post(f"{holder.path}/grants", holder.access("m2")).status_code == 201

    plain = b"\n".join(revoked.open_everything())
    assert b"Before they left." in plain, "the test looks where it should"
    assert b"A bridge of sand." in plain
    assert b"After they left." not in plain
    assert b'"kind":"access"' not in plain
    assert len(revoked.keys) == 2, "their own, and the case's of epoch 0; the new epoch's is not among them"


def test_a_dishonest_administrator_who_lists_the_revoked_member_again_shows_them_nothing_new(world: World) -> None:
    """Rows can be written; a grant of the new epoch cannot be made without its key."""
    case = world.report().case
    holder = at_desk(world, "m1", case)
    assert holder.desk.post(f"{holder.path}/epochs", holder.pass_to("m1", "m9")).status_code == 201
    after = holder.seal("note", "team", {"text": "After they left."})
    assert holder.desk.post(f"{holder.path}/entries", after).status_code == 201
    old = world.people["m3"].identity
    with world.service.database.write() as session:
        row = session.get_one(Case, case)
        session.add(
            Holding(case_id=case, member_id="m3", next_due=parse_day("2026-11-30"), granted=True, custodian=False)
        )
        # The grant of epoch 0 once more, as if it were that of epoch 1.
        stolen = session.get_one(Grant, (case, "m3", 0)).sealed
        session.add(Grant(case_id=case, member_id="m3", epoch=1, sealed=stolen))
        notes = tuple(epoch_notes(session, case))
        entries = tuple(
            SealedEntry.of(entry.id, entry.day, entry.sealed or b"", entry.audience)
            for entry in session.scalars(select(Entry).where(Entry.case_id == case))
        )
        sealed = SealedCase(case, row.channel_id, notes, row.status, entries)
    view = read_as_member(sealed, [(0, stolen), (1, stolen)], old, world.directory())
    assert "After they left." not in str([entry.entry and entry.entry.body for entry in view.entries])
    assert [entry.kind for entry in view.authentic("team")] == []
    shown = CaseAtDesk(world.sign_in("m3"), case).shown()
    assert [grant["epoch"] for grant in shown["grants"]] == [0, 1], "the server is lied to, and lies"
