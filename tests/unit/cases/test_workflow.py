"""The tables of statuses: no dead end, no way around a decision, deadlines that never run backwards."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting import errors, profiles
from reporting.cases import clocks, workflow
from reporting.cases.clocks import ClockState
from reporting.cases.workflow import Move, State, advance, allowed_from, start

EU = profiles.load("eu")
RECEIVED = datetime.date(2026, 11, 23)
TABLES = {"report": workflow.REPORTS, "protection": workflow.PROTECTION}
PAIRS = [
    (kind, before, after) for kind, table in TABLES.items() for before in table.statuses for after in table.statuses
]


def days(found: clocks.Clocks) -> dict[str, tuple[str, str | None]]:
    """Each clock's last day and the day on which it was met."""
    return {one.name: (one.due.isoformat(), one.done.isoformat() if one.done else None) for one in found}


def moved(state: State, *moves: str, day: datetime.date = RECEIVED) -> State:
    """A protection case moved on; a decision is written ``decided:outcome``."""
    for move in moves:
        status, _, outcome = move.partition(":")
        state = advance("protection", state, Move(status, outcome or None), EU, day)
    return state


@pytest.mark.parametrize("kind", TABLES)
def test_every_status_is_reached_and_only_the_last_leads_nowhere(kind: str) -> None:
    table = TABLES[kind]
    assert {after for _, after in table.steps} | {workflow.RECEIVED} == set(table.statuses)
    # What was decided on protection can be contested once it is closed, too.
    last = {workflow.CLOSED} if kind == "report" else set()
    assert {before for before, _ in table.steps} == set(table.statuses) - last


@pytest.mark.parametrize(("kind", "before", "after"), PAIRS)
def test_only_what_the_table_says_may_follow(kind: str, before: str, after: str) -> None:
    started = start(kind, EU, RECEIVED)
    for outcome in (*workflow.OUTCOMES, None):
        state = State(before, started.clocks, outcome, "triage")
        if after in allowed_from(kind, state):
            assert (before, after) in TABLES[kind].steps
            assert advance(kind, state, Move(after, "granted"), EU, RECEIVED).status == after
            continue
        with pytest.raises(errors.WrongTransition) as raised:
            advance(kind, state, Move(after, "granted"), EU, RECEIVED)
        assert raised.value.members == {"current": before, "allowed": allowed_from(kind, state)}


def test_closing_a_report_ends_every_clock_and_keeps_what_was_met() -> None:
    acknowledged = State(
        workflow.ACKNOWLEDGED, (ClockState("acknowledge", RECEIVED, RECEIVED), ClockState("feedback", RECEIVED))
    )
    closed = advance("report", acknowledged, Move("closed"), EU, datetime.date(2027, 1, 1))
    assert [clock.done for clock in closed.clocks] == [RECEIVED, datetime.date(2027, 1, 1)]


def test_a_protection_case_begins_with_its_own_deadlines() -> None:
    begun = start("protection", EU, RECEIVED)
    assert days(begun.clocks) == {"acknowledge": ("2026-11-30", None), "decision": ("2026-12-23", None)}


def test_a_protection_case_that_is_granted_and_ends() -> None:
    state = moved(start("protection", EU, RECEIVED), "triage", "assessing", "decided:granted", "active")
    assert days(state.clocks) == {
        "acknowledge": ("2026-11-30", "2026-11-23"),
        "decision": ("2026-12-23", "2026-11-23"),
        "review": ("2027-02-21", None),
    }
    looked_at = moved(state, "review", "active", day=datetime.date(2027, 2, 20))
    assert days(looked_at.clocks)["review"] == ("2027-05-21", None)
    closed = moved(looked_at, "ended", "closed", day=datetime.date(2027, 3, 1))
    assert (closed.status, closed.outcome) == ("closed", "granted")
    assert clocks.next_due(closed.clocks) == clocks.NO_DUE_DAY


def test_a_contested_decision_is_decided_anew_in_its_own_time() -> None:
    refused = moved(start("protection", EU, RECEIVED), "triage", "assessing", "decided:refused")
    assert allowed_from("protection", refused) == ["appealed", "closed"]
    appealed = moved(refused, "appealed", day=datetime.date(2026, 12, 1))
    assert days(appealed.clocks)["decision"] == ("2026-12-31", None)
    assert allowed_from("protection", appealed) == ["assessing"]


@pytest.mark.parametrize("outcome", workflow.OUTCOMES)
def test_a_decision_is_contested_whatever_followed_it(outcome: str) -> None:
    state = moved(start("protection", EU, RECEIVED), "triage", "assessing", f"decided:{outcome}")
    granted = outcome in (workflow.GRANTED, workflow.PARTLY)
    ways = ["active", "review", "on_hold", "review", "ended", "closed"] if granted else ["closed"]
    for way in ways:
        assert "appealed" in allowed_from("protection", state)
        assert "withdrawn" not in allowed_from("protection", state)
        state = moved(state, way)
    assert allowed_from("protection", state) == ["appealed"]
    again = moved(state, "appealed", "assessing")
    assert allowed_from("protection", again) == ["decided", "on_hold"]
    assert clocks.is_running(again.clocks, clocks.DECISION)


def test_what_was_withdrawn_is_taken_up_again_though_it_was_closed() -> None:
    for path in (("withdrawn",), ("withdrawn", "closed")):
        state = moved(start("protection", EU, RECEIVED), *path)
        again = moved(state, "triage", day=datetime.date(2026, 12, 1))
        assert days(again.clocks)["decision"] == ("2026-12-31", None)
    closed = moved(start("protection", EU, RECEIVED), "withdrawn", "closed")
    assert allowed_from("protection", closed) == ["triage"]


@pytest.mark.parametrize("outcome", ["refused", "referred"])
def test_what_was_not_granted_is_never_active(outcome: str) -> None:
    decided = moved(start("protection", EU, RECEIVED), "triage", "assessing", f"decided:{outcome}")
    with pytest.raises(errors.WrongTransition):
        moved(decided, "active")


def test_a_case_on_hold_goes_back_to_where_it_was_and_stops_no_clock() -> None:
    triage = moved(start("protection", EU, RECEIVED), "triage")
    held = moved(triage, "on_hold")
    assert allowed_from("protection", held) == ["triage", "withdrawn"]
    assert held.clocks == triage.clocks
    for other in ("assessing", "active", "review", "closed"):
        with pytest.raises(errors.WrongTransition):
            moved(held, other)
    assert moved(held, "triage").resumes is None


def test_a_case_from_before_the_table_begins_at_the_beginning() -> None:
    old = State(workflow.INVESTIGATING, clocks.start_clocks(EU, RECEIVED))
    assert allowed_from("protection", old) == ["triage", "withdrawn"]
    assert workflow.permission_for("protection", old.status, "triage") is not None
    assert days(moved(old, "triage").clocks)["decision"] == ("2026-12-23", None)


@st.composite
def courses(draw: st.DrawFn) -> tuple[str, list[tuple[State, datetime.date]]]:
    """A case that goes any way its table allows, some days between the steps: its states."""
    kind = draw(st.sampled_from(sorted(TABLES)))
    day = draw(st.dates(datetime.date(2020, 1, 1), datetime.date(2090, 1, 1)))
    states = [(start(kind, EU, day), day)]
    for _ in range(draw(st.integers(0, 25))):
        allowed = allowed_from(kind, states[-1][0])
        if not allowed:
            break
        day += datetime.timedelta(days=draw(st.integers(0, 120)))
        status = draw(st.sampled_from(allowed))
        outcome = draw(st.sampled_from(workflow.OUTCOMES)) if status == workflow.DECIDED else None
        states.append((advance(kind, states[-1][0], Move(status, outcome), EU, day), day))
    return kind, states


@given(courses())
def test_whatever_happens_a_case_can_be_closed(course: tuple[str, list[tuple[State, datetime.date]]]) -> None:
    kind, states = course
    state, day = states[-1]
    seen = {state.status}
    waiting = [state]
    while waiting:
        now = waiting.pop()
        for status in allowed_from(kind, now):
            after = advance(kind, now, Move(status, "granted" if status == "decided" else None), EU, day)
            if status not in seen:
                seen.add(status)
                waiting.append(after)
    assert workflow.CLOSED in seen


@given(courses())
def test_deadlines_never_run_backwards(course: tuple[str, list[tuple[State, datetime.date]]]) -> None:
    _, states = course
    first = states[0][1]
    for state, day in states:
        names = [clock.name for clock in state.clocks]
        assert len(set(names)) == len(names)
        for clock in state.clocks:
            assert first <= clock.due
            assert clock.done is None or first <= clock.done <= day
        if state.status in (workflow.CLOSED, workflow.WITHDRAWN):
            assert clocks.next_due(state.clocks) == clocks.NO_DUE_DAY


@given(courses())
def test_protection_is_never_active_without_a_decision_that_grants_it(
    course: tuple[str, list[tuple[State, datetime.date]]],
) -> None:
    kind, states = course
    path = [state.status for state, _ in states]
    for place, (state, _) in enumerate(states):
        if kind == "protection" and state.status in (workflow.ACTIVE, workflow.REVIEW, workflow.ENDED):
            assert workflow.DECIDED in path[:place]
            assert state.outcome in (workflow.GRANTED, workflow.PARTLY)
        if kind == "protection" and state.status == workflow.CLOSED:
            assert {workflow.DECIDED, workflow.WITHDRAWN} & set(path[:place])
        if kind == "protection" and state.status == workflow.WITHDRAWN:
            assert workflow.DECIDED not in path[:place]


@given(courses())
def test_whatever_follows_a_decision_it_can_be_contested(course: tuple[str, list[tuple[State, datetime.date]]]) -> None:
    kind, states = course
    looked_at = (workflow.APPEALED, workflow.ASSESSING)
    for state, _ in states:
        if kind == "protection" and state.outcome is not None and state.status not in looked_at:
            resting = state.status == workflow.ON_HOLD and state.resumes == workflow.ASSESSING
            assert resting or workflow.APPEALED in allowed_from(kind, state)
