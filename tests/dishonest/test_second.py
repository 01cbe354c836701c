"""The second person's signature under what two sign for: invented, borrowed, by somebody who may not (protocol 8.7)."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from reporting.protocol.encoding import JSON, JSONObject
from reporting.protocol.second import FALSE, REFUSED, Proposed, parse_second, sign_second
from reporting.protocol.thread_types import CaseView
from tests.dishonest.scene import Scene, State, assert_in_order, seen

WORDS = "She wrote the invoice herself."
FOUND: JSONObject = {"status": "closed", "reason": WORDS, "clocks": [], "finding": "knowingly-false"}
REFUSAL: JSONObject = {"status": "decided", "reason": WORDS, "clocks": [], "outcome": "refused", "appeal": "Write."}


def told(scene: Scene, body: JSONObject, member: str = "ada") -> list[tuple[str, ...]]:
    """What the reporter and Ada are told of a status by a member: what one person alone signed for."""
    scene.desk(member).write(scene.case, "status", "reporter", body)
    return alone(scene)


def alone(scene: Scene) -> list[tuple[str, ...]]:
    return [_alone(view) for view in scene.views()]


def _alone(view: CaseView) -> tuple[str, ...]:
    assert view.status is not None
    assert view.warnings == ()
    return view.signed_alone(view.status)


NOBODY = [("finding",), ("finding",)]
BOTH: list[tuple[str, ...]] = [(), ()]


def proposed(scene: Scene, member: str = "bea") -> JSONObject:
    return scene.desk(member).propose(scene.case, "finding-1", WORDS)


def forged(scene: Scene, member: str, key: str, **changes: object) -> JSONObject:
    """A second signature by the key of one person in the name of another, over ``changes``."""
    said = replace(Proposed(scene.case, "", FALSE, WORDS, ""), **changes)  # type: ignore[arg-type]  # fields by name
    site = scene.site
    second = sign_second(said, member, site.people[key].key, site.directory.version, site.today)
    return {"proposal": "a" * 32, "second": second.body()}


def test_the_signature_of_a_colleague_for_these_words_is_a_second_one() -> None:
    scene = Scene()
    assert told(scene, FOUND | proposed(scene)) == BOTH
    assert all(one.standing in ("member", "reporter") for view in scene.views() for one in view.entries)


@pytest.mark.parametrize("second", [None, "", [], {}, {"member": "bea"}, {"member": "reporter"}])
def test_a_status_without_one_as_before_is_shown_as_signed_by_one(second: JSON) -> None:
    scene = Scene()
    said = proposed(scene)
    assert told(scene, FOUND | said | {"second": second}) == NOBODY


@pytest.mark.parametrize(
    "change",
    [{"signature": "AAAA"}, {"signature": None}, {"date": "2026-13-01"}, {"date": None}, {"directory": 0},
     {"directory": 1.0}, {"directory": True}, {"directory": 2}, {"directory": 99}, {"member": "ivo"},
     {"date": "2026-01-04"}],
)  # fmt: skip
def test_an_altered_one_is_none(change: JSONObject) -> None:
    scene = Scene()
    said = proposed(scene)
    assert told(scene, FOUND | said | {"second": {**said["second"], **change}}) == NOBODY


def test_one_in_a_colleagues_name_by_ones_own_key_is_none() -> None:
    scene = Scene()
    assert told(scene, FOUND | forged(scene, "bea", "ada")) == NOBODY


def test_ones_own_signature_twice_is_one() -> None:
    scene = Scene()
    assert told(scene, FOUND | forged(scene, "ada", "ada")) == NOBODY
    # Nor where the directory lists one key under two names.
    scene = Scene()
    scene.site.people["bea"].key = scene.ada.person.key
    scene.site.people["bea"].since = 2
    scene.site.publish()
    assert told(scene, FOUND | forged(scene, "bea", "bea")) == NOBODY


@pytest.mark.parametrize(
    "change",
    [{"case": "b" * 32}, {"status": "c" * 32}, {"what": REFUSED}, {"what": "mistaken"}, {"reason": WORDS + " "},
     {"reason": ""}, {"appeal": "Write."}],
)  # fmt: skip
def test_a_signature_for_something_else_is_none(change: JSONObject) -> None:
    """For another case, status, finding, or in other words."""
    scene = Scene()
    # The signature alone holds to the reporter; the team sees as well that nobody proposed it.
    assert told(scene, FOUND | forged(scene, "bea", "bea")) == [(), ("finding",)]
    scene = Scene()
    assert told(scene, FOUND | forged(scene, "bea", "bea", **change)) == NOBODY


def test_who_confirms_changes_neither_reasons_nor_the_way_to_contest() -> None:
    for change in ({"reason": "Because."}, {"appeal": "Write to nobody."}, {"reason": None}, {"appeal": None}):
        scene = with_officers()
        said = scene.desk("bea").propose(scene.case, "refusal-1", WORDS, "Write.")
        assert told(scene, REFUSAL | said | change) == [("refusal",), ("refusal",)]
    scene = with_officers()
    assert told(scene, REFUSAL | scene.desk("bea").propose(scene.case, "refusal-1", WORDS, "Write.")) == BOTH


def test_it_is_no_second_one_after_another_status_or_for_another_case() -> None:
    scene = Scene()
    said = proposed(scene)
    scene.ada.status(scene.case, "acknowledged")
    assert told(scene, FOUND | said) == NOBODY
    assert told(scene, FOUND | said) == NOBODY  # nor once more
    scene = Scene()
    other = scene.reporter.report()
    said = scene.desk("bea").propose(other, "finding-1", WORDS)
    assert told(scene, FOUND | said) == NOBODY


def test_an_excluded_member_is_no_second_person() -> None:
    scene = Scene(excluded=("bea",))
    assert told(scene, FOUND | forged(scene, "bea", "bea")) == NOBODY


@pytest.mark.parametrize("member", ["cem", "safe", "pia", "pam"])
def test_whose_role_is_another_is_no_second_person(member: str) -> None:
    """A custodian, the key in the safe, and people of other channels deal with no report."""
    scene = Scene()
    assert told(scene, FOUND | forged(scene, member, member)) == NOBODY


def test_whose_role_is_another_does_not_confirm() -> None:
    scene = Scene()
    assert told(scene, FOUND | proposed(scene), member="safe") == NOBODY


def with_officers() -> Scene:
    """A report whose people protect as well."""
    scene = Scene()
    for member in ("ada", "bea"):
        scene.site.give_role(member, "procurement", "protection")
    scene.site.publish()
    return scene


def test_a_refusal_takes_two_officers() -> None:
    scene = with_officers()
    scene.ada.give(scene.case, "ivo")
    said = scene.desk("ivo").propose(scene.case, "refusal-1", WORDS, "Write.")
    assert told(scene, REFUSAL | said) == [("refusal",), ("refusal",)]
    said = scene.desk("bea").propose(scene.case, "refusal-1", WORDS, "Write.")
    assert told(scene, REFUSAL | said, member="ivo") == [("refusal",), ("refusal",)]


def test_a_key_that_ended_before_the_status_that_stood_signs_nothing_for_it() -> None:
    scene = Scene()
    site = scene.site
    leaver, version = site.people["bea"], site.directory.version
    site.leave("bea")
    site.publish()
    scene.ada.status(scene.case, "acknowledged")
    stood = scene.ada.read(scene.case).status
    assert stood is not None
    second = sign_second(Proposed(scene.case, stood.id, FALSE, WORDS, ""), "bea", leaver.key, version, site.today)
    assert told(scene, FOUND | {"proposal": "a" * 32, "second": second.body()}) == NOBODY


def test_a_member_past_their_last_day_signs_nothing() -> None:
    scene = Scene()
    scene.site.people["bea"].valid_until = scene.site.today
    scene.site.publish()
    scene.site.pass_days(1)
    assert told(scene, FOUND | forged(scene, "bea", "bea")) == NOBODY


def test_what_an_honest_pair_signed_stands_when_one_has_new_keys_or_left() -> None:
    scene = Scene()
    said = proposed(scene)
    scene.site.replace_keys("bea")
    scene.site.publish()
    assert told(scene, FOUND | said) == BOTH
    scene.site.leave("bea")
    scene.site.publish()
    assert alone(scene) == BOTH
    # Who never held it and left, a reporter cannot tell from a custodian: rather once too often.
    scene = Scene()
    scene.ada.give(scene.case, "ivo")
    assert told(scene, FOUND | proposed(scene, "ivo")) == BOTH
    scene.site.leave("ivo")
    scene.site.publish()
    assert alone(scene) == [("finding",), ()]


def test_it_reads_as_it_was_written() -> None:
    second = sign_second(Proposed("a" * 32, "", REFUSED, "Ja.", "ß"), "bea", Scene().ada.person.key, 3, DAY)
    assert parse_second(second.body()) == second


DAY = datetime.date(2026, 11, 27)
MEASURE: JSONObject = {
    "measure": "a" * 32, "what": "other", "text": "Another desk.", "state": "planned", "owner": "ada", "start": None,
    "review": None, "end": None, "consent": "given", "effect": "", "reason": "",
}  # fmt: skip
RISK: JSONObject = {
    "factors": [], "likelihood": "unlikely", "severity": "minor", "level": "low", "reasons": "Few know.", "plan": "",
    "trigger": "first", "silence": "nothing",
}  # fmt: skip


def claim() -> Scene:
    """A claim on the protection channel, that Ada reads too as its second officer."""
    scene = Scene()
    scene.site.give_role("ada", "care", "protection")
    scene.site.publish()
    scene.case = scene.reporter.report(channel="care")
    return scene


@pytest.mark.parametrize(("form", "answers"), [("measure-1", MEASURE), ("assessment-1", RISK), ("refusal-1", {})])
def test_what_officers_write_is_marked_where_somebody_else_did(form: str, answers: JSONObject) -> None:
    """It stays readable: an honest officer may have another role now. That it is no officer's is told."""
    scene = claim()
    body: JSONObject = {"form": form, "answers": answers}
    by_officer = scene.ada.write(scene.case, "protection", "team", body)
    by_safe = scene.desk("safe").write(scene.case, "protection", "team", body)
    view = scene.ada.read(scene.case)
    assert_in_order(view)
    assert [seen(view, one).standing for one in (by_officer, by_safe)] == ["member", "other-role"]
    scene.site.take_role("ada", "care", "protection")
    scene.site.give_role("ada", "care", "custodian")
    scene.site.publish()
    view = scene.desk("pam").read(scene.case)
    assert_in_order(view)
    assert [seen(view, one).standing for one in (by_officer, by_safe)] == ["other-role", "other-role"]


def test_a_reporter_is_told_that_a_measure_is_no_officers() -> None:
    scene = claim()
    told = scene.desk("safe").write(scene.case, "protection", "reporter", {"form": "measure-1", "answers": MEASURE})
    assert seen(scene.reporter.read(scene.case), told).standing == "other-role"
    left = scene.desk("pam").write(scene.case, "protection", "reporter", {"form": "measure-1", "answers": MEASURE})
    scene.site.leave("pam")
    scene.site.publish()
    assert seen(scene.reporter.read(scene.case), left).standing == "former-member"


def test_in_a_report_whoever_writes_may_assess_and_who_deals_with_it_finds() -> None:
    scene = Scene()
    safe = scene.desk("safe")
    found = safe.write(scene.case, "protection", "team", {"form": "finding-1", "answers": {}})
    assessed = safe.write(scene.case, "protection", "team", {"form": "assessment-1", "answers": RISK})
    dealt = scene.ada.write(scene.case, "protection", "team", {"form": "finding-1", "answers": {}})
    view = scene.ada.read(scene.case)
    assert [seen(view, one).standing for one in (found, assessed, dealt)] == ["other-role", "member", "member"]
    assert all(seen(view, one).state is State.AUTHENTIC for one in (found, assessed, dealt))
