"""What a reader makes of honest cases; the dishonest ones stand in tests/dishonest."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.protocol.encoding import b64encode
from reporting.protocol.errors import Refused
from reporting.protocol.thread import read_as_member, read_as_reporter
from reporting.protocol.thread_order import last_statuses, ordered
from reporting.protocol.thread_types import CaseView, CaseWarning, SealedCase, SealedEntry, State
from tests.dishonest.scene import Scene, assert_in_order
from tests.factories import Reporter


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene()


def test_both_sides_see_the_same_thread_in_the_same_order(scene: Scene) -> None:
    for view in scene.views():
        assert_in_order(view)
        assert [entry.kind for entry in view.authentic("reporter")] == ["report", "message", "message"]
        assert [entry.author for entry in view.authentic("reporter")] == ["reporter", "ada", "reporter"]
        assert view.first == view.entries[0].entry
        assert view.channel == "procurement"


def test_only_the_team_sees_its_notes(scene: Scene) -> None:
    reporter, ada = scene.views()
    assert reporter.authentic("team") == []
    assert [entry.kind for entry in ada.authentic("team")] == ["note"]


def test_authors_are_shown_with_their_standing(scene: Scene) -> None:
    standings = {found.entry.author: found.standing for found in scene.ada.read(scene.case).entries if found.entry}
    assert standings == {"reporter": "reporter", "ada": "member"}


def test_the_order_does_not_depend_on_the_servers(scene: Scene) -> None:
    served = scene.post.mailbox(scene.case)
    expected = [found.entry for found in scene.reporter.read(scene.case).entries]
    for entries in (served.entries[::-1], served.entries[1:] + served.entries[:1]):
        renamed = tuple(
            SealedEntry(f"{9 - place:032x}", entry.day, entry.audience, entry.sealed, entry.sha256)
            for place, entry in enumerate(entries)
        )
        case = dataclasses.replace(served, entries=renamed)
        view = read_as_reporter(case, scene.reporter.receipt, scene.site.directory)
        assert [found.entry for found in view.entries] == expected


def test_another_persons_code_sees_a_case_that_is_not_theirs(scene: Scene) -> None:
    stranger = Reporter(scene.site, scene.post)
    view = stranger.read(scene.case)
    assert view.warnings == (CaseWarning.NOT_YOURS,)
    assert view.entries == ()
    assert view.server_status == "received"


def test_a_member_without_a_grant_sees_nothing(scene: Scene) -> None:
    ivo = scene.site.people["ivo"].identity
    view = read_as_member(scene.post.desk(scene.case), [], ivo, scene.site.directory)
    assert view.warnings == (CaseWarning.GRANT_DAMAGED,)
    assert view.entries == ()
    with pytest.raises(Refused):
        view.check_may_seal(scene.post.recipient(scene.case))


def test_what_may_be_sealed_is_to_the_newest_recipient(scene: Scene) -> None:
    for view in scene.views():
        view.check_may_seal(scene.post.recipient(scene.case))


def test_an_empty_case_view_allows_nothing() -> None:
    view = CaseView("0" * 32, "procurement")
    assert view.status_differs
    assert view.heads("reporter") == view.heads_for_status() == ()
    assert view.highest_directory("team") == 0


def test_the_receipt_and_identities_are_in_no_repr(scene: Scene) -> None:
    view = scene.ada.read(scene.case)
    assert "SECRET" not in repr(view)
    assert repr(scene.reporter.receipt.entropy) not in repr(scene.reporter.read(scene.case))


def test_the_hash_of_an_entry_is_never_taken_from_the_server(scene: Scene) -> None:
    assert scene.reply.sealed is not None
    served = SealedEntry.of("0" * 32, scene.site.today, scene.reply.sealed)
    assert served.sha256 == scene.reply.sha256


def test_members_write_next_to_what_they_saw_even_where_something_could_not_be_read() -> None:
    scene = Scene()
    before = scene.ada.read(scene.case).heads("reporter")
    scene.post.put(scene.case, "reporter", b"garbage")
    view = scene.ada.read(scene.case)
    assert view.heads("reporter") == before
    assert [found.state for found in view.entries].count(State.CANNOT_BE_OPENED) == 1
    scene.ada.reply(scene.case)


def test_heads_are_sorted_as_section_5_asks() -> None:
    scene = Scene()
    sealed = [scene.reporter.prepare_message(scene.case, str(n))[1] for n in range(5)]
    for one in sealed:
        scene.post.put(scene.case, "reporter", one)
    heads = [b64encode(digest) for digest in scene.ada.read(scene.case).heads("reporter")]
    assert len(heads) == 5
    assert heads == sorted(heads)


def test_no_entries_at_all_are_a_missing_first_one() -> None:
    scene = Scene()
    served = SealedCase(scene.case, "procurement", tuple(scene.stored.epochs), "received", ())
    view = read_as_reporter(served, scene.reporter.receipt, scene.site.directory)
    assert view.warnings == (CaseWarning.FIRST_ENTRY_MISSING,)


# --- order

graphs = st.integers(1, 12).flatmap(
    lambda count: st.tuples(
        st.just(count),
        st.permutations(range(count)),
        st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=20),
    )
)


@given(graphs)
def test_whatever_is_named_stands_before_what_names_it(graph: tuple[int, list[int], list[tuple[int, int]]]) -> None:
    count, rank, pairs = graph
    before: dict[int, list[int]] = {}
    for one, other in pairs:
        earlier, later = sorted((one, other), key=lambda place: rank[place])
        if earlier != later:
            before.setdefault(later, []).append(earlier)
    order = ordered(count, before)
    assert sorted(order) == list(range(count))
    for later, all_earlier in before.items():
        assert all(order.index(earlier) < order.index(later) for earlier in all_earlier)


@given(st.integers(0, 20))
def test_what_names_nothing_keeps_its_order(count: int) -> None:
    assert ordered(count, {}) == list(range(count))


def test_a_long_chain_is_ordered_without_recursion() -> None:
    count = 5_000
    assert ordered(count, {place: [place + 1] for place in range(count - 1)}) == list(reversed(range(count)))


def test_no_entries_have_no_status() -> None:
    assert last_statuses([]) == []
