"""What is said of a case's state: signed statuses as fact, the server's field as its word (section 5)."""

from __future__ import annotations

import datetime

import pytest

from reporting.protocol.encoding import JSON, JSONObject, b64encode
from reporting.protocol.signing import SigningKey
from reporting.protocol.thread_types import CaseView
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
    for proposal in ("", "not an id", "a" * 32):
        scene.ada.write(scene.case, "status", "reporter", body | ({"proposal": proposal} if proposal else {}))
        scene.stored.status, scene.stored.outcome = "decided", "refused"
        for view in scene.views():
            assert not view.status_differs
            assert view.decision is not None
            assert view.signed_alone(view.decision) == ("refusal",)
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


def test_what_followed_two_statuses_can_be_removed_and_two_who_signed_are_two() -> None:
    """The proposal was made under the later of two: that both came before its confirmation stays plain."""
    scene = Scene()
    scene.forge(scene.site.people["bea"].key, scene.both, author="bea", id="b" * 32, kind="status", body=CLOSED)
    scene.forge(scene.ada.person.key, scene.both, id="a" * 32, kind="status", body=CLOSED)
    between = scene.ada.reply(scene.case)
    assert seen_by_ada(scene, FOUND, proposed(scene, "bea")) == ()
    scene.ada.remove(scene.case, between)
    reporter, ada = scene.views()
    assert (alone(reporter), alone(ada)) == ((), ())


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


FOUND: JSONObject = CLOSED | {"finding": "knowingly-false"}
REFUSED: JSONObject = {"status": "decided", "reason": "No.", "clocks": [], "outcome": "refused", "appeal": "Write."}


def officers(*members: str) -> Scene:
    """A report whose people protect as well, so that they may refuse and find."""
    scene = Scene()
    for member in members or ("ada", "bea"):
        scene.site.give_role(member, "procurement", "protection")
    scene.site.publish()
    return scene


def proposed(scene: Scene, member: str, form: str = "finding-1", **answers: JSON) -> JSONObject:
    """A proposal by a member, under the status that stands: what the status that confirms it repeats."""
    body = REFUSED if form == "refusal-1" else FOUND
    return scene.desk(member).propose(scene.case, form, body["reason"], body.get("appeal", ""), **answers)


def alone(view: CaseView) -> tuple[str, ...]:
    assert view.status is not None
    return view.signed_alone(view.status)


def seen_by_ada(scene: Scene, body: JSONObject, proposal: JSONObject) -> tuple[str, ...]:
    """What Ada is told of a status of hers that repeats the proposal; its reporter is told the same."""
    scene.ada.write(scene.case, "status", "reporter", body | proposal)
    reporter, ada = scene.views()
    assert alone(reporter) == alone(ada)
    return alone(ada)


def test_a_report_that_one_person_alone_calls_false_is_shown_so() -> None:
    for proposal in (None, "", "not an id", 7):
        scene = Scene()
        scene.ada.write(scene.case, "status", "reporter", FOUND | ({} if proposal is None else {"proposal": proposal}))
        for view in scene.views():
            assert alone(view) == ("finding",)


def test_a_second_person_that_is_made_up_is_none() -> None:
    """To nobody: neither with an invented id, nor with one of an entry that proposes nothing, nor by oneself."""
    scene = Scene()
    assert seen_by_ada(scene, FOUND, {"proposal": "a" * 32}) == ("finding",)
    scene = Scene()
    note = str(json_of(scene.note, scene.ada.case_identity(scene.case))["id"])
    assert seen_by_ada(scene, FOUND, {"proposal": note}) == ("finding",)
    scene = Scene()
    assert seen_by_ada(scene, FOUND, proposed(scene, "ada")) == ("finding",)


def test_two_who_sign_under_the_status_that_stands_are_two() -> None:
    scene = Scene()
    assert seen_by_ada(scene, FOUND, proposed(scene, "bea")) == ()
    scene = officers()
    scene.ada.status(scene.case, "acknowledged")
    scene.reporter.write(scene.case, "Thank you.")
    assert seen_by_ada(scene, FOUND, proposed(scene, "bea")) == ()
    assert seen_by_ada(scene, REFUSED, proposed(scene, "bea", "refusal-1")) == ()


def test_a_proposal_that_lapsed_is_no_second_signature() -> None:
    """Another status was signed after it: nobody may take it up again, neither after that status nor beside it."""
    scene = Scene()
    lapsed = proposed(scene, "bea")
    before = [b64encode(digest) for digest in scene.ada.read(scene.case).heads_for_status()]
    scene.desk("bea").status(scene.case, "acknowledged")
    assert seen_by_ada(scene, FOUND, lapsed) == ("finding",)
    beside = scene.forge(scene.ada.person.key, scene.both, kind="status", body=FOUND | lapsed, prev=before, id="e" * 32)
    view = scene.ada.read(scene.case)
    entry = next(one.entry for one in view.entries if one.served.id == beside.id)
    assert entry is not None
    assert view.signed_alone(entry) == ("finding",)


def test_a_status_with_the_id_of_another_ones_revives_no_proposal() -> None:
    """A status's JSON id is its author's to choose: where two have one, nobody can tell which a proposal names."""
    scene = Scene()
    scene.desk("bea").status(scene.case, "acknowledged")
    stood = scene.ada.read(scene.case).status
    assert stood is not None
    lapsed = proposed(scene, "bea")
    scene.ada.status(scene.case, "assessing")
    before = [b64encode(digest) for digest in scene.ada.read(scene.case).heads_for_status()]
    said = {"status": "investigating", "reason": "", "clocks": []}
    scene.forge(scene.ada.person.key, scene.both, id=stood.id, kind="status", body=said, prev=before)
    assert seen_by_ada(scene, FOUND, lapsed) == ("finding",)


def test_a_proposal_that_names_no_status_is_none_where_nobody_can_tell_which_stood() -> None:
    scene = Scene()
    found = FOUND | proposed(scene, "bea", status=None)
    scene.forge(scene.site.people["bea"].key, scene.both, author="bea", id="b" * 32, kind="status", body=CLOSED)
    beside = scene.forge(scene.ada.person.key, scene.both, id="a" * 32, kind="status", body=found)
    view = scene.ada.read(scene.case)
    entry = next(one.entry for one in view.entries if one.served.id == beside.id)
    assert entry is not None
    assert view.signed_alone(entry) == ("finding",)


def test_a_proposal_is_confirmed_once() -> None:
    scene = officers()
    proposal = proposed(scene, "bea", "refusal-1")
    assert seen_by_ada(scene, REFUSED, proposal) == ()
    scene.ada.status(scene.case, "appealed")
    assert seen_by_ada(scene, REFUSED, proposal) == ("refusal",)
    for view in scene.views():
        first = next(entry for entry in view.authentic("reporter") if "proposal" in entry.body)
        assert view.signed_alone(first) == ()


@pytest.mark.parametrize(
    "answers",
    [{}, [], None, {"status": ""}, {"finding": "mistaken", "status": ""}, {"finding": "knowingly-false"},
     {"finding": "knowingly-false", "status": None}, {"finding": "knowingly-false", "status": "a" * 32}],
)  # fmt: skip
def test_a_proposal_that_says_something_else_is_none(answers: JSON) -> None:
    """The signature holds; the proposal that the team reads is another, and whoever reads that is told so."""
    scene = Scene()
    bea = scene.desk("bea")
    second = bea.second(scene.case, "finding-1", str(FOUND["reason"]))
    if isinstance(answers, dict):
        answers = {**answers, "second": second}
    entry, sealed = bea.prepare(scene.case, "protection", "team", {"form": "finding-1", "answers": answers})
    scene.post.put(scene.case, "team", sealed)
    scene.ada.write(scene.case, "status", "reporter", FOUND | {"proposal": entry.id, "second": second})
    assert [alone(view) for view in scene.views()] == [(), ("finding",)]


def test_a_refusal_and_a_finding_need_a_second_person_each() -> None:
    """One proposal is for one of them."""
    both = REFUSED | {"finding": "knowingly-false"}
    for form, missing in (("finding-1", "refusal"), ("refusal-1", "finding")):
        scene = officers()
        proposal = scene.desk("bea").propose(scene.case, form, "No.", "Write.")
        assert seen_by_ada(scene, both, proposal) == (missing,)


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
