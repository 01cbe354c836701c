"""Both tables of statuses, walked to the end: every state that a case can come to, not only some ways there."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given

from reporting import profiles
from reporting.cases import clocks, workflow
from reporting.cases.workflow import Move, State, advance, allowed_from, start
from tests.unit.cases.test_workflow import courses

EU = profiles.load("eu")
DAY = datetime.date(2026, 11, 23)
KINDS = ("report", "protection")
GRANTED = (workflow.GRANTED, workflow.PARTLY)
#: What a state is for the work that follows: days aside.
Place = tuple[str, str | None, str | None, tuple[str, ...]]


def place_of(state: State) -> Place:
    running = tuple(one.name for one in state.clocks if one.done is None)
    return state.status, state.outcome, state.resumes, running


def following(kind: str, state: State) -> Iterator[State]:
    """The states that one step leads to, with every outcome that a decision may have."""
    for status in allowed_from(kind, state):
        for outcome in workflow.OUTCOMES if status == workflow.DECIDED else (None,):
            yield advance(kind, state, Move(status, outcome), EU, DAY)


def graph(kind: str) -> tuple[dict[Place, State], dict[Place, set[Place]]]:
    """Every state that a case of that kind can come to, and where each leads at once."""
    begun = start(kind, EU, DAY)
    known = {place_of(begun): begun}
    leads: dict[Place, set[Place]] = {}
    waiting = [begun]
    while waiting:
        state = waiting.pop()
        after = {place_of(one): one for one in following(kind, state)}
        leads[place_of(state)] = set(after)
        waiting += [one for place, one in after.items() if place not in known]
        known |= after
    return known, leads


def leading_to(leads: dict[Place, set[Place]], goals: set[Place]) -> set[Place]:
    """From where one of ``goals`` can be reached."""
    found = set(goals)
    while more := {place for place, after in leads.items() if after & found} - found:
        found |= more
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_from_every_state_the_end_can_be_reached(kind: str) -> None:
    known, leads = graph(kind)
    ends = {place for place in known if place[0] == workflow.CLOSED}
    assert len(known) > len(ends) > 0
    assert leading_to(leads, ends) == set(known)
    assert all(place in ends or after for place, after in leads.items())


def test_a_closed_report_is_closed_for_good() -> None:
    _, leads = graph("report")
    assert [after for place, after in leads.items() if place[0] == workflow.CLOSED] == [set()]


def test_a_closed_protection_case_is_taken_up_again_only_as_the_table_says() -> None:
    known, leads = graph("protection")
    for place in known:
        if place[0] == workflow.CLOSED:
            again = workflow.TRIAGE if place[1] is None else workflow.APPEALED
            assert {after[0] for after in leads[place]} == {again}


@pytest.mark.parametrize("kind", KINDS)
def test_at_the_end_no_clock_runs_and_taken_up_again_one_does(kind: str) -> None:
    known, leads = graph(kind)
    for place in known:
        if place[0] in (workflow.CLOSED, workflow.WITHDRAWN):
            assert place[3] == ()
            assert all(after[3] or after[0] == workflow.CLOSED for after in leads[place])


def test_whoever_waits_for_a_decision_sees_until_when() -> None:
    """From the first step of the work to the decision its deadline runs, on hold too."""
    known, _ = graph("protection")
    waiting = (workflow.RECEIVED, workflow.TRIAGE, workflow.ASSESSING, workflow.APPEALED)
    for status, _, resumes, running in known:
        if status in waiting or resumes in waiting:
            assert clocks.DECISION in running
        if status == workflow.ACTIVE:
            assert clocks.REVIEW in running


def test_what_rests_on_a_grant_is_never_reached_without_one() -> None:
    known, _ = graph("protection")
    for status, outcome, resumes, _ in known:
        if {status, resumes} & {workflow.ACTIVE, workflow.REVIEW, workflow.ENDED}:
            assert outcome in GRANTED


def test_nothing_is_decided_that_nobody_assessed() -> None:
    _, leads = graph("protection")
    before_decisions = {place[0] for place, after in leads.items() if any(one[0] == workflow.DECIDED for one in after)}
    assert before_decisions == {workflow.ASSESSING}


def test_a_decision_can_be_contested_from_wherever_it_stands() -> None:
    known, leads = graph("protection")
    contests = {place for place in known if place[0] == workflow.APPEALED}
    decided = {place for place in known if place[1] is not None}
    # A case that is assessed anew is decided anew first, whose decision can be contested.
    assert decided <= leading_to(leads, contests)


@given(courses())
def test_what_is_done_stays_done_except_where_it_is_begun_anew(
    course: tuple[str, list[tuple[State, datetime.date]]],
) -> None:
    kind, states = course
    anew = {
        (clocks.DECISION, workflow.TRIAGE),
        (clocks.DECISION, workflow.APPEALED),
        (clocks.REVIEW, workflow.ACTIVE),
    }
    for (before, _), (after, day) in pairwise(states):
        then = {clock.name: clock for clock in after.clocks}
        assert set(then) >= {clock.name for clock in before.clocks}
        for clock in before.clocks:
            now = then[clock.name]
            if now == clock:
                continue
            if (clock.name, after.status) in anew and kind == "protection" and now.done is None:
                assert now.due > day
                continue
            # Otherwise a clock changes in two ways: it is met, today; or an acknowledgement brings feedback nearer.
            assert clock.done is None
            assert now.done in (None, day)
            assert now.due == clock.due or (clock.name == clocks.FEEDBACK and day <= now.due < clock.due)
