"""What is said of a case's state: signed statuses as fact, the server's field as its word (section 5)."""

from __future__ import annotations

import datetime

from reporting.protocol.encoding import b64encode
from reporting.protocol.signing import SigningKey
from reporting.protocol.thread_types import CaseView, is_found_alone, is_refused_alone
from tests.dishonest.scene import Scene, assert_in_order, assert_withheld, json_of

CLOSED = {"status": "closed", "reason": "Nothing to it.", "clocks": []}


def shown(view: CaseView) -> str | None:
    return None if view.status is None else str(view.status.body["status"])


def test_before_the_first_signed_status_there_is_only_the_servers_word() -> None:
    scene = Scene()
    for view in scene.views():
        assert view.status is None
        assert view.server_status == "received"
        assert view.status_differs


def test_a_signed_status_that_the_server_agrees_with_is_shown_alone() -> None:
    scene = Scene()
    scene.ada.status(scene.case, "acknowledged")
    for view in scene.views():
        assert_in_order(view)
        assert shown(view) == "acknowledged"
        assert not view.status_differs
        assert view.other_statuses == ()


def test_a_status_forged_in_the_servers_field_is_shown_as_the_servers_word() -> None:
    scene = Scene()
    scene.ada.status(scene.case, "acknowledged")
    scene.stored.status = "closed"
    for view in scene.views():
        assert shown(view) == "acknowledged"
        assert view.status_differs
        assert view.server_status == "closed"


def test_an_outcome_that_the_server_does_not_know_is_shown_as_its_word() -> None:
    scene = Scene()
    body = {"status": "decided", "reason": "No.", "clocks": [], "outcome": "refused", "appeal": "Write."}
    for proposal, alone in (("", True), ("not an id", True), ("a" * 32, False)):
        scene.ada.write(scene.case, "status", "reporter", body | ({"proposal": proposal} if proposal else {}))
        scene.stored.status, scene.stored.outcome = "decided", "refused"
        for view in scene.views():
            assert not view.status_differs
            assert view.decision is not None
            assert is_refused_alone(view.decision.body) is alone
        for other in ("granted", None):
            scene.stored.outcome = other
            for view in scene.views():
                assert (view.status_differs, view.outcome_differs) == (True, True)
    scene.ada.status(scene.case, "closed")
    scene.stored.outcome = "granted"
    assert all(view.outcome_differs for view in scene.views())


def test_a_status_by_a_stranger_is_not_authentic_and_changes_nothing() -> None:
    scene = Scene()
    scene.ada.status(scene.case, "acknowledged")
    forged = scene.forge(SigningKey.generate(), scene.both, kind="status", body=CLOSED)
    for view in scene.views():
        assert_withheld(view, forged)
        assert shown(view) == "acknowledged"


def test_a_status_by_the_reporter_is_not_authentic() -> None:
    scene = Scene()
    key = scene.reporter.signing_key(scene.case)
    forged = scene.forge(key, scene.both, author="reporter", kind="status", body=CLOSED)
    for view in scene.views():
        assert_withheld(view, forged)
        assert view.status is None


def test_the_status_that_no_other_follows_is_shown_whatever_the_days_say() -> None:
    scene = Scene()
    scene.ada.status(scene.case, "acknowledged")
    scene.site.pass_days(-1)  # a clock that is behind
    scene.desk("bea").status(scene.case, "assessing")
    for view in scene.views():
        assert shown(view) == "assessing"
        assert view.other_statuses == ()


def test_a_status_follows_another_through_what_lies_between() -> None:
    scene = Scene()
    scene.ada.status(scene.case, "acknowledged")
    scene.reporter.write(scene.case, "Thank you.")
    scene.ada.reply(scene.case)
    scene.desk("bea").status(scene.case, "assessing")
    for view in scene.views():
        assert shown(view) == "assessing"
        assert view.other_statuses == ()


def test_of_two_concurrent_statuses_the_later_is_shown_and_the_other_too() -> None:
    scene = Scene()
    before = [b64encode(digest) for digest in scene.ada.read(scene.case).heads_for_status()]
    today = scene.site.today
    later = (today + datetime.timedelta(days=1)).isoformat()
    ada, bea = scene.ada.person.key, scene.site.people["bea"].key
    body = {"status": "assessing", "reason": "", "clocks": []}
    scene.forge(ada, scene.both, id="a" * 32, kind="status", body=body, prev=before, date=later)
    scene.forge(bea, scene.both, id="b" * 32, author="bea", kind="status", body=CLOSED, prev=before)
    for view in scene.views():
        assert shown(view) == "assessing"
        assert [entry.body["status"] for entry in view.other_statuses] == ["closed"]


def test_of_two_concurrent_statuses_of_one_day_the_greater_id_is_shown() -> None:
    scene = Scene()
    ada, bea = scene.ada.person.key, scene.site.people["bea"].key
    body = {"status": "assessing", "reason": "", "clocks": []}
    scene.forge(bea, scene.both, id="b" * 32, author="bea", kind="status", body=body)
    scene.forge(ada, scene.both, id="a" * 32, kind="status", body=CLOSED)
    for view in scene.views():
        assert shown(view) == "assessing"
        assert [entry.body["status"] for entry in view.other_statuses] == ["closed"]


def test_the_next_status_follows_both_of_two_concurrent_ones() -> None:
    scene = Scene()
    ada, bea = scene.ada.person.key, scene.site.people["bea"].key
    scene.forge(bea, scene.both, id="b" * 32, author="bea", kind="status", body=CLOSED)
    scene.forge(ada, scene.both, id="a" * 32, kind="status", body=CLOSED)
    scene.ada.status(scene.case, "investigating")
    for view in scene.views():
        assert shown(view) == "investigating"
        assert view.other_statuses == ()


def test_a_status_is_followed_even_where_seventeen_entries_wait_to_be_named() -> None:
    scene = Scene()
    messages = [scene.reporter.prepare_message(scene.case, str(number))[1] for number in range(20)]
    scene.ada.status(scene.case, "acknowledged")
    for sealed in messages:
        scene.post.put(scene.case, "reporter", sealed)
    scene.ada.status(scene.case, "assessing")
    for view in scene.views():
        assert_in_order(view)
        assert shown(view) == "assessing"
        assert view.other_statuses == ()


def test_an_old_status_sealed_again_does_not_become_the_newest() -> None:
    scene = Scene()
    old = scene.ada.status(scene.case, "acknowledged")
    scene.ada.status(scene.case, "assessing")
    scene.reseal(old, scene.ada.case_identity(scene.case), scene.both, "reporter")
    # also where the server shows the copy first
    scene.stored.entries.insert(0, scene.stored.entries.pop())
    for view in scene.views():
        assert_in_order(view)
        assert shown(view) == "assessing"
        assert view.other_statuses == ()


def test_a_status_without_its_word_has_no_effect() -> None:
    scene = Scene()
    for place, body in enumerate(({}, {"status": 7}, {"status": None})):
        scene.forge(scene.ada.person.key, scene.both, id=f"{place:032x}", kind="status", body=body)
    for view in scene.views():
        assert_in_order(view)
        assert view.status is None


FOUND = CLOSED | {"finding": "knowingly-false"}


def proposed(scene: Scene, member: str, form: str = "finding-1") -> str:
    """A proposal by a member, for the team: its JSON id."""
    answers = {"finding": "knowingly-false", "reason": "She wrote the invoice herself.", "status": ""}
    stored = scene.desk(member).write(scene.case, "protection", "team", {"form": form, "answers": answers})
    return str(json_of(stored, scene.ada.case_identity(scene.case))["id"])


def alone(view: CaseView) -> bool:
    assert view.status is not None
    return view.is_signed_alone(view.status)


def test_a_report_that_one_person_alone_calls_false_is_shown_so() -> None:
    for proposal in (None, "", "not an id", 7):
        scene = Scene()
        scene.ada.write(scene.case, "status", "reporter", FOUND | ({} if proposal is None else {"proposal": proposal}))
        for view in scene.views():
            assert alone(view)
            assert view.status is not None
            assert is_found_alone(view.status.body)


def test_whoever_reads_what_the_team_writes_finds_that_the_second_person_is_made_up() -> None:
    scene = Scene()
    own = proposed(scene, "ada")
    other = proposed(scene, "bea", "refusal-1")
    note = str(json_of(scene.note, scene.ada.case_identity(scene.case))["id"])
    for proposal in (own, other, note, "a" * 32):
        scene.ada.write(scene.case, "status", "reporter", FOUND | {"proposal": proposal})
        reporter, ada = scene.views()
        assert (alone(reporter), alone(ada)) == (False, True), proposal
    by_another = proposed(scene, "bea")
    scene.ada.write(scene.case, "status", "reporter", FOUND | {"proposal": by_another})
    assert [alone(view) for view in scene.views()] == [False, False]


def test_what_one_may_sign_needs_no_second() -> None:
    for finding in ("substantiated", "partly-substantiated", "not-substantiated", "mistaken", "perhaps", 7):
        scene = Scene()
        scene.ada.write(scene.case, "status", "reporter", CLOSED | {"finding": finding})
        assert not any(alone(view) for view in scene.views())


def test_a_proposal_to_find_something_is_a_members_for_the_team() -> None:
    scene = Scene()
    body = {"form": "finding-1", "answers": {}}
    both = scene.forge(scene.ada.person.key, scene.both, kind="protection", body=body)
    key = scene.reporter.signing_key(scene.case)
    own = scene.forge(key, scene.both, author="reporter", kind="protection", body=body)
    for view in scene.views():
        assert_withheld(view, both)
        assert_withheld(view, own)
