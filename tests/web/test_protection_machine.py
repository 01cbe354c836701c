"""Whatever officers do to a protection case, in whatever order: no refusal without two of them, no clock that lies.

The rules below the HTTP views, over the real tables: each example is a case of its own in one database.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from reporting import errors
from reporting.cases import clocks, workflow
from reporting.cases import rules as cases
from reporting.cases.models import Case, Holding
from reporting.cases.workflow import Move
from reporting.directory import rules as directories
from reporting.log.models import AuditEvent
from reporting.protection import acting
from reporting.protection import rules as protection
from reporting.protection.models import Refusal, StaffClock
from tests.web.conftest import copy_site
from tests.web.protection import claim, with_officers
from tests.web.world import Site, World, enroll, publish

#: Three who protect on the channel at first, and the key in the safe, whose holder never does.
OFFICERS = ("m4", "m7", "m10")
EVERYBODY = (*OFFICERS, "m8")
#: What a step that is not allowed is answered with; anything else is a fault of ours.
REFUSED_ACTS = (errors.Conflict, errors.NotAllowed, errors.NotFound, errors.Unprocessable)
_serial = itertools.count(1)


def with_three_officers(world: World) -> World:
    """The world with two officers, one more, and a break-glass member."""
    world.people["m10"] = enroll(world.service, "m10", ())
    with world.service.database.write() as session:
        directories.give_role(session, "protection", "protection", "m10")
    return with_officers(world)


def sealed() -> bytes:
    """An entry as the server sees it: bytes that it cannot read, never the same."""
    return next(_serial).to_bytes(8, "big") * 8


@dataclass(frozen=True)
class Decision:
    """A decision to refuse that the server took."""

    entry: str
    member: str
    refusal: str | None


class OfficersActing(RuleBasedStateMachine):
    """One case, three officers who may lose their role, one holder of the safe's key."""

    world: ClassVar[World]

    @initialize()
    def a_claim_arrives(self) -> None:
        for member in OFFICERS:
            self._role(member, has_it=True)
        self.case = claim(self.world)
        self.began = self.world.clock.now()
        self.refusals: list[Decision] = []
        self.proposals: dict[str, str] = {}  # id to who proposed it
        self.before: dict[str, tuple[int, int | None]] = {}
        self.restarted: set[str] = set()
        self.status = workflow.RECEIVED

    # --- what is known from outside

    def _officers(self) -> set[str]:
        channel = self.world.directory().channel("protection")
        return set(channel.roles["protection"])

    def _role(self, member: str, *, has_it: bool) -> None:
        if (member in self._officers()) == has_it:
            return
        change = directories.give_role if has_it else directories.take_role
        with self.world.service.database.write() as session:
            change(session, "protection", "protection", member)
        publish(self.world.service, self.world.root)

    def _tried(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except REFUSED_ACTS:
            return False
        return True

    def _open_proposal(self) -> Refusal | None:
        with self.world.service.database.read() as session:
            query = select(Refusal).where(Refusal.case_id == self.case, Refusal.state == protection.PROPOSED)
            return session.scalars(query).one_or_none()

    def _move(self, member: str, move: Move) -> bool:
        new = cases.NewEntry("reporter", 0, sealed(), move)
        actor = cases.Actor(member, frozenset({"protection"} if member in self._officers() else {"break_glass"}))
        found: list[str] = []

        def act() -> None:
            entry, is_new = cases.add_entry(self.world.service, actor, self.case, new)
            assert is_new
            assert cases.add_entry(self.world.service, actor, self.case, new) == (entry, False)
            found.append(entry)

        if not self._tried(act):
            return False
        self.status = move.status
        if move.outcome == workflow.REFUSED:
            self.refusals.append(Decision(found[0], member, move.refusal))
        return True

    # --- what people do

    @rule(member=st.sampled_from(EVERYBODY), data=st.data())
    def somebody_takes_a_step_that_the_table_has(self, member: str, data: st.DataObject) -> None:
        with self.world.service.database.read() as session:
            case = session.get_one(Case, self.case)
            state = cases.state_of(session, "protection", self.case, case.status, case.clocks)
        allowed = workflow.allowed_from("protection", state)
        status = data.draw(st.sampled_from(allowed), label="status")
        outcome = data.draw(st.sampled_from(workflow.OUTCOMES[:2] + workflow.OUTCOMES[3:]), label="outcome")
        done = self._move(member, Move(status, outcome if status == workflow.DECIDED else None))
        assert done == (member in self._officers())

    @rule(
        member=st.sampled_from(EVERYBODY),
        status=st.sampled_from(workflow.PROTECTION.statuses),
        outcome=st.sampled_from(workflow.OUTCOMES),
    )
    def somebody_tries_any_step(self, member: str, status: str, outcome: str) -> None:
        self._move(member, Move(status, outcome if status == workflow.DECIDED else None))

    @rule(member=st.sampled_from(OFFICERS))
    def the_case_comes_to_be_assessed(self, member: str) -> None:
        """So that most examples have something to refuse."""
        for status in (workflow.TRIAGE, workflow.APPEALED, workflow.ASSESSING):
            self._move(member, Move(status))

    @rule(member=st.sampled_from(EVERYBODY), also_open=st.booleans())
    def somebody_proposes_to_refuse(self, member: str, *, also_open: bool) -> None:
        was_open = self._open_proposal()
        may = member in self._officers() and self.status == workflow.ASSESSING
        new = cases.NewEntry("team", 0, sealed(), None)
        found: list[str] = []
        done = self._tried(lambda: found.append(acting.propose_refusal(self.world.service, member, self.case, new)[0]))
        assert done == (may and (was_open is None or was_open.proposed_by not in self._officers()))
        if done:
            self.proposals[found[0]] = member
            again = acting.propose_refusal(self.world.service, member, self.case, new) if also_open else None
            assert again in (None, (found[0], False))

    def _refuse(self, member: str, refusal: str | None) -> None:
        standing, officers = self._open_proposal(), self._officers()
        may = (
            self.status == workflow.ASSESSING
            and standing is not None
            and refusal == standing.id
            and {member, standing.proposed_by} <= officers
            and member != standing.proposed_by
        )
        assert self._move(member, Move(workflow.DECIDED, workflow.REFUSED, refusal)) == may

    @rule(member=st.sampled_from(EVERYBODY), data=st.data())
    def somebody_decides_to_refuse(self, member: str, data: st.DataObject) -> None:
        self._refuse(member, data.draw(st.sampled_from([None, "0" * 32, *self.proposals]), label="refusal"))

    @rule(proposer=st.sampled_from(OFFICERS), order=st.permutations(EVERYBODY), loses=st.booleans())
    def all_try_to_confirm_what_one_proposed(self, proposer: str, order: list[str], *, loses: bool) -> None:
        """In any order; at times once who proposed it protects no more."""
        self._role(proposer, has_it=True)
        self.the_case_comes_to_be_assessed(proposer)
        self.somebody_proposes_to_refuse(proposer, also_open=False)
        standing = self._open_proposal()
        if loses:
            self.a_role_is_given_or_taken(proposer, has_it=False)
        for member in order:
            self._refuse(member, standing.id if standing else None)

    @rule(member=st.sampled_from(EVERYBODY))
    def somebody_looks(self, member: str) -> None:
        with self.world.service.database.write() as session:
            cases.begin_hours(self.world.service, session, cases.granted(session, member, self.case, lock=True))

    @rule(member=st.sampled_from(EVERYBODY), name=st.sampled_from(protection.CLOCKS))
    def somebody_says_that_it_is_done(self, member: str, name: str) -> None:
        self._tried(lambda: acting.tell_done(self.world.service, member, self.case, {"done": name}))

    @rule(member=st.sampled_from(EVERYBODY))
    def somebody_tells_of_danger(self, member: str) -> None:
        if self._tried(lambda: acting.raise_danger(self.world.service, member, self.case)):
            self.restarted.add(protection.DANGER)

    @rule(member=st.sampled_from(OFFICERS), has_it=st.booleans())
    def a_role_is_given_or_taken(self, member: str, *, has_it: bool) -> None:
        if has_it or len(self._officers()) > 1:
            self._role(member, has_it=has_it)

    @rule(hours=st.integers(1, 9))
    def time_passes(self, hours: int) -> None:
        self.world.clock.move(hours=hours)

    # --- what must hold

    @invariant()
    def nothing_is_refused_without_two(self) -> None:
        if not hasattr(self, "case"):
            return
        with self.world.service.database.read() as session:
            rows = list(session.scalars(select(Refusal).where(Refusal.case_id == self.case)))
            acts = select(AuditEvent.details).where(AuditEvent.case_id == self.case, AuditEvent.act == "case:status")
            told = [details for details in session.scalars(acts) if '"outcome":"refused"' in str(details)]
        confirmed = {row.decision: row for row in rows if row.state == protection.CONFIRMED}
        assert set(confirmed) == {one.entry for one in self.refusals}
        assert len(told) == len(self.refusals)
        for one in self.refusals:
            row = confirmed[one.entry]
            assert (row.id, row.confirmed_by) == (one.refusal, one.member)
            assert row.proposed_by == self.proposals[row.id] != row.confirmed_by
        waiting = [row for row in rows if row.state == protection.PROPOSED]
        assert len(waiting) <= (self.status == workflow.ASSESSING)

    @invariant()
    def the_hours_of_staff_begin_before_they_end(self) -> None:
        if not hasattr(self, "case"):
            return
        with self.world.service.database.read() as session:
            rows = session.scalars(select(StaffClock).where(StaffClock.case_id == self.case))
            found = {row.name: (row.started, row.done) for row in rows}
        for name, (started, done) in found.items():
            assert self.began <= started <= self.world.clock.now()
            assert done is None or started <= done <= self.world.clock.now()
            if name in self.before and name not in self.restarted:
                began, met = self.before[name]
                assert started == began
                assert done == met or met is None
        assert set(found) >= set(self.before)
        self.before, self.restarted = found, set()

    @invariant()
    def the_deadlines_that_everybody_sees_are_those_of_the_case(self) -> None:
        if not hasattr(self, "case"):
            return
        with self.world.service.database.read() as session:
            case = session.get_one(Case, self.case)
            dues = set(session.scalars(select(Holding.next_due).where(Holding.case_id == self.case)))
            found = clocks.decode(case.clocks)
            received = case.received
            assert case.status == self.status
        assert dues == {clocks.next_due(found)}
        for clock in found:
            assert clock.due > received
            assert clock.done is None or received <= clock.done <= self.world.today


OfficersActing.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module", autouse=True)
def officers(sqlite_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One database for every example: what an act costs is the rules, not the setting up."""
    OfficersActing.world = with_three_officers(copy_site(sqlite_site, tmp_path_factory.mktemp("officers"), ""))
    yield
    OfficersActing.world.service.database.close()


TestOfficersActing = OfficersActing.TestCase


def test_the_machine_would_see_a_refusal_by_one() -> None:
    """The invariant itself is judged: where one officer confirms their own proposal, it fails."""
    machine = OfficersActing()
    machine.a_claim_arrives()
    machine.the_case_comes_to_be_assessed("m4")
    machine.somebody_proposes_to_refuse("m4", also_open=True)
    standing = machine._open_proposal()
    assert standing is not None
    with machine.world.service.database.write() as session:
        row = session.get_one(Refusal, standing.id)
        row.state, row.confirmed_by, row.decision = protection.CONFIRMED, "m4", "0" * 32
    machine.refusals.append(Decision("0" * 32, "m4", standing.id))
    with pytest.raises(AssertionError):
        machine.nothing_is_refused_without_two()
