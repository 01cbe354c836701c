"""Entries altered, moved, re-sealed, dropped or repeated (protocol section 5)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reporting.protocol import age
from reporting.protocol.encoding import JSON, b64encode, sha256
from reporting.protocol.errors import Refused
from reporting.protocol.padding import padded_size
from reporting.protocol.thread_types import SealedEntry
from tests.dishonest.scene import (
    CaseWarning,
    Scene,
    State,
    assert_in_order,
    assert_withheld,
    json_of,
    plaintext,
    seen,
    state,
)
from tests.factories import StoredEntry

# --- altered


@pytest.mark.parametrize("place", [0, 30, 200, 1_600, 1_650, 3_300, 3_345, -2_000, -1])
def test_an_entry_whose_bytes_the_server_changed_cannot_be_opened(place: int) -> None:
    """Section 5: *an entry that does not open* is shown so, wherever the change is; the rest stays."""
    scene = Scene()
    assert scene.reply.sealed is not None
    changed = bytearray(scene.reply.sealed)
    changed[place] ^= 1
    replaced = scene.replace_bytes(scene.reply, bytes(changed))
    for view in scene.views():
        assert_withheld(view, replaced, State.CANNOT_BE_OPENED)
        assert CaseWarning.ENTRIES_MAY_BE_MISSING in view.warnings  # the follow-up names the genuine bytes
        assert state(view, scene.first) is State.AUTHENTIC


@pytest.mark.parametrize("sealed", [b"", b"age-encryption.org/v1\n", b"\x00" * 5_000])
def test_an_entry_replaced_by_garbage_cannot_be_opened(sealed: bytes) -> None:
    scene = Scene()
    replaced = scene.replace_bytes(scene.reply, sealed)
    for view in scene.views():
        assert_withheld(view, replaced, State.CANNOT_BE_OPENED)


def test_an_entry_whose_content_a_member_changed_is_not_authentic() -> None:
    """Bea can open and seal again, but not sign for Ada: the content changes, the signature stays."""
    scene = Scene()
    assert scene.reply.sealed is not None
    opened = age.decrypt(scene.reply.sealed, [scene.ada.case_identity(scene.case)])
    changed = opened.replace(b"What did they say?", b"Forget about this!")
    assert changed != opened
    replaced = scene.replace_bytes(scene.reply, age.encrypt(changed, scene.both))
    for view in scene.views():
        assert_withheld(view, replaced)


# --- moved


def test_an_entry_moved_to_another_case_of_the_same_reporter_cannot_be_opened() -> None:
    scene = Scene()
    other = scene.reporter.report("Another matter.")
    assert scene.reply.sealed is not None
    moved = scene.post.put(other, "reporter", scene.reply.sealed)
    for view in (scene.reporter.read(other), scene.ada.read(other)):
        assert_withheld(view, moved, State.CANNOT_BE_OPENED)


def test_an_entry_moved_to_another_case_by_a_member_who_holds_both_is_not_authentic() -> None:
    scene = Scene()
    other = scene.reporter.report("Another matter.")
    first = scene.ada.read(other).first
    assert first is not None
    assert first.first is not None
    assert scene.reply.sealed is not None
    opened = age.decrypt(scene.reply.sealed, [scene.ada.case_identity(scene.case)])
    recipients = [scene.ada.case_identity(other).recipient, first.first.recipient]
    moved = scene.post.put(other, "reporter", age.encrypt(opened, recipients))
    for view in (scene.reporter.read(other), scene.ada.read(other)):
        assert_withheld(view, moved)


def test_a_note_shown_among_the_messages_is_not_authentic() -> None:
    scene = Scene()
    scene.ada.note(scene.case, "It follows the first note.")
    moved = scene.move(scene.note, "reporter")
    view = scene.ada.read(scene.case)
    assert_withheld(view, moved)
    assert CaseWarning.ENTRIES_MAY_BE_MISSING in view.warnings  # where it was, it is missing
    assert_withheld(scene.reporter.read(scene.case), moved, State.CANNOT_BE_OPENED)


def test_a_message_shown_among_the_notes_is_not_authentic() -> None:
    scene = Scene()
    moved = scene.move(scene.reply, "team")
    view = scene.ada.read(scene.case)
    assert_withheld(view, moved)
    assert CaseWarning.ENTRIES_MAY_BE_MISSING in view.warnings
    assert CaseWarning.ENTRIES_MAY_BE_MISSING in scene.reporter.read(scene.case).warnings


def test_a_message_hidden_among_the_custodians_entries_is_missing_where_it_was() -> None:
    scene = Scene()
    moved = scene.move(scene.reply, "custodian")
    view = scene.ada.read(scene.case)
    assert_withheld(view, moved)
    assert CaseWarning.ENTRIES_MAY_BE_MISSING in view.warnings


# --- re-sealed


def test_a_message_of_the_reporter_sealed_again_for_the_team_alone_is_not_authentic() -> None:
    scene = Scene()
    identity = scene.ada.case_identity(scene.case)
    for audience in ("team", "reporter"):
        resealed = scene.reseal(scene.follow_up, identity, scene.team, audience)
        assert_withheld(scene.ada.read(scene.case), resealed)


def test_a_note_sealed_again_for_the_reporter_is_not_authentic() -> None:
    scene = Scene()
    identity = scene.ada.case_identity(scene.case)
    resealed = scene.reseal(scene.note, identity, scene.both, "reporter")
    for view in scene.views():
        assert_withheld(view, resealed)


def test_a_note_sealed_again_to_two_but_shown_to_the_team_is_not_authentic() -> None:
    scene = Scene()
    resealed = scene.reseal(scene.note, scene.ada.case_identity(scene.case), scene.both, "team")
    assert_withheld(scene.ada.read(scene.case), resealed)


def test_an_entry_of_one_epoch_sealed_again_under_another_is_not_authentic_to_members() -> None:
    """The reporter, who has one identity for all epochs, cannot tell; the copy changes nothing for them."""
    scene = Scene()
    old = scene.ada.case_identity(scene.case, 0)
    scene.ada.new_epoch(scene.case, ["ada", "bea"])
    new = scene.ada.case_identity(scene.case, 1).recipient
    note = scene.reseal(scene.note, old, [new], "team")
    reply = scene.reseal(scene.reply, old, [new, scene.reporter_recipient], "reporter")
    view = scene.ada.read(scene.case)
    assert_withheld(view, note)
    assert_withheld(view, reply)
    assert_in_order(scene.reporter.read(scene.case))


def test_an_entry_of_a_new_epoch_sealed_again_under_the_old_is_not_authentic_to_members() -> None:
    scene = Scene()
    scene.ada.new_epoch(scene.case, ["ada", "bea"])
    note = scene.ada.note(scene.case, "Only for who remains.")
    old = scene.ada.case_identity(scene.case, 0).recipient
    resealed = scene.reseal(note, scene.ada.case_identity(scene.case, 1), [old], "team")
    assert_withheld(scene.ada.read(scene.case), resealed)


@pytest.mark.parametrize("count", [1, 3])
def test_a_message_sealed_to_another_number_of_people_is_not_authentic(count: int) -> None:
    scene = Scene()
    forged = scene.forge(scene.ada.person.key, [*scene.both, scene.ada.person.recipient][:count])
    assert_withheld(scene.ada.read(scene.case), forged)


# --- malformed by their own authors


@pytest.mark.parametrize("size", [padded_size(2_048) + 1, 4_096, 17_408])
def test_a_wrong_padded_size_is_not_authentic(size: int) -> None:
    scene = Scene()
    text = plaintext(scene.content(), scene.ada.person.key, size=size)
    forged = scene.post.put(scene.case, "reporter", age.encrypt(text, scene.both))
    for view in scene.views():
        assert_withheld(view, forged)


def test_a_pad_that_is_not_zero_is_not_authentic() -> None:
    scene = Scene()
    text = plaintext(scene.content(), scene.ada.person.key, pad=b"\x00\x01")
    forged = scene.post.put(scene.case, "reporter", age.encrypt(text, scene.both))
    for view in scene.views():
        assert_withheld(view, forged)


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": True},
        {"audience": "public"},
        {"kind": "note"},
        {"kind": "retaliation"},
        {"kind": "identity"},
        {"author": "Ada"},
        {"author": "server"},
        {"date": "2026-1-5"},
        {"prev": ["x"]},
        {"prev": [b64encode(bytes([n]) * 32) for n in range(17)]},
        {"epoch": 24},
        {"directory": 0},
        {"body": []},
        {"attachments": None},
        {"id": "F" * 32},
        {"case": "0" * 32},
    ],
)
def test_an_entry_out_of_form_is_not_authentic_and_breaks_nothing(changes: dict[str, object]) -> None:
    scene = Scene()
    forged = scene.forge(scene.ada.person.key, scene.both, **changes)
    for view in scene.views():
        assert_withheld(view, forged)
        assert {found.state for found in view.entries if found.served.id != forged.id} == {State.AUTHENTIC}


def test_an_unknown_kind_is_shown_and_has_no_effect() -> None:
    scene = Scene()
    forged = scene.forge(scene.ada.person.key, scene.both, kind="horoscope", body={"status": "closed"})
    for view in scene.views():
        assert_in_order(view)
        entry = seen(view, forged).entry
        assert entry is not None
        assert not entry.is_known
        assert view.status is None


# --- dropped, removed, invented


def test_a_dropped_entry_that_others_name_may_be_missing() -> None:
    scene = Scene()
    scene.drop(scene.reply)
    for view in scene.views():
        assert view.warnings == (CaseWarning.ENTRIES_MAY_BE_MISSING,)
        assert {found.state for found in view.entries} == {State.AUTHENTIC}


def test_a_dropped_note_may_be_missing_to_members_alone() -> None:
    scene = Scene()
    scene.ada.note(scene.case, "It follows the first note.")
    scene.drop(scene.note)
    assert scene.ada.read(scene.case).warnings == (CaseWarning.ENTRIES_MAY_BE_MISSING,)
    assert_in_order(scene.reporter.read(scene.case))


def test_a_dropped_newest_entry_shows_only_once_somebody_answered_it() -> None:
    """Section 12 says so: a server can withhold the newest entries until somebody answers them."""
    scene = Scene()
    dropped = scene.ada.reply(scene.case, "One more question.")
    scene.drop(dropped)
    assert_in_order(scene.reporter.read(scene.case))
    scene.stored.entries.append(dropped)
    scene.reporter.write(scene.case, "An answer.")
    scene.drop(dropped)
    for view in scene.views():
        assert view.warnings == (CaseWarning.ENTRIES_MAY_BE_MISSING,)


def test_an_entry_removed_with_a_signed_removal_is_a_fact_without_a_warning() -> None:
    scene = Scene()
    scene.ada.remove(scene.case, scene.reply)
    scene.ada.remove(scene.case, scene.note)
    for view in scene.views():
        assert_in_order(view)
        assert view.removal_of("reporter", scene.reply.sha256) is not None
        assert state(view, scene.reply) is State.REMOVED


def test_an_entry_removed_without_a_signed_removal_is_told() -> None:
    scene = Scene()
    scene.post.remove(scene.case, scene.reply)
    for view in scene.views():
        assert view.warnings == (CaseWarning.REMOVED_WITHOUT_WORD,)
        assert state(view, scene.reply) is State.REMOVED


def test_a_removal_of_the_other_audience_does_not_explain_it() -> None:
    scene = Scene()
    body = {"sha256": b64encode(scene.reply.sha256), "reason": "…"}
    scene.ada.write(scene.case, "removal", "team", body)
    scene.post.remove(scene.case, scene.reply)
    for view in scene.views():
        assert view.removal_of("reporter", scene.reply.sha256) is None
        assert view.warnings == (CaseWarning.REMOVED_WITHOUT_WORD,)


def test_a_removal_by_a_stranger_does_not_explain_it() -> None:
    scene = Scene()
    body = {"sha256": b64encode(scene.reply.sha256), "reason": "…"}
    forged = scene.forge(scene.site.people["pia"].key, scene.both, author="pia", kind="removal", body=body)
    scene.post.remove(scene.case, scene.reply)
    for view in scene.views():
        assert_withheld(view, forged)
        assert CaseWarning.REMOVED_WITHOUT_WORD in view.warnings
        assert view.removal_of("reporter", scene.reply.sha256) is None


def removal(scene: Scene, digest: bytes, **changes: JSON) -> StoredEntry:
    """A removal that Ada signs, whatever her program is."""
    said = {"sha256": b64encode(digest), "reason": "Data of third parties."}
    return scene.forge(scene.ada.person.key, scene.both, **{"kind": "removal", "body": said, **changes})


def test_a_removal_that_is_not_shown_explains_nothing() -> None:
    """Two of one id: the first, of a trifle, hides the second from people, so the second may not count either."""
    scene = Scene()
    trifle = scene.ada.reply(scene.case, "A trifle.")
    removal(scene, trifle.sha256)
    scene.site.pass_days(1)
    removal(scene, scene.follow_up.sha256)
    scene.post.remove(scene.case, trifle)
    scene.post.remove(scene.case, scene.follow_up)
    for view in scene.views():
        assert view.warnings == (CaseWarning.REMOVED_WITHOUT_WORD,)
        assert view.removal_of("reporter", trifle.sha256) is not None
        assert view.removal_of("reporter", scene.follow_up.sha256) is None


@pytest.mark.parametrize("reason", [None, "", " \n\t", 7])
def test_a_removal_without_a_reason_is_none(reason: JSON) -> None:
    scene = Scene()
    named = {"sha256": b64encode(scene.follow_up.sha256)}
    told = removal(scene, b"", body=named if reason is None else named | {"reason": reason})
    scene.post.remove(scene.case, scene.follow_up)
    for view in scene.views():
        assert_withheld(view, told)
        assert view.warnings == (CaseWarning.REMOVED_WITHOUT_WORD,)
        assert view.removal_of("reporter", scene.follow_up.sha256) is None


@pytest.mark.parametrize("digest", [b"", bytes(31), bytes(33)])
def test_a_removal_of_nothing_is_none(digest: bytes) -> None:
    scene = Scene()
    told = removal(scene, digest)
    for view in scene.views():
        assert_withheld(view, told)


@pytest.mark.parametrize("member", ["cem", "safe"])
def test_a_removal_by_whoever_deals_with_no_case_explains_nothing(member: str) -> None:
    """A custodian, or the key in the safe, and the server would remove the newest status."""
    scene = Scene()
    status = scene.ada.status(scene.case, "acknowledged")
    said = {"sha256": b64encode(status.sha256), "reason": "…"}
    forged = scene.forge(scene.site.people[member].key, scene.both, author=member, kind="removal", body=said)
    scene.post.remove(scene.case, status)
    for view in scene.views():
        assert state(view, forged) is State.AUTHENTIC
        assert view.warnings == (CaseWarning.REMOVED_WITHOUT_WORD,)
        assert view.removal_of("reporter", status.sha256) is None
    removal(scene, status.sha256, id="e" * 32)
    for view in scene.views():
        assert_in_order(view)
        found = view.removal_of("reporter", status.sha256)
        assert found is not None
        assert found.author == "ada"


def test_a_status_that_is_removed_leaves_a_mark_on_the_one_before_it() -> None:
    """By whoever deals with the case, together with the server: nobody named its id, and a hash tells no kind."""
    scene = Scene()
    scene.ada.status(scene.case, "acknowledged")
    newest = scene.desk("bea").status(scene.case, "assessing")
    for view in scene.views():
        assert not view.status_may_be_older
    removal(scene, newest.sha256)
    scene.post.remove(scene.case, newest)
    for view in scene.views():
        assert view.status is not None
        assert (view.status.body["status"], view.status_may_be_older) == ("acknowledged", True)


def test_what_a_status_followed_and_what_the_team_wrote_leaves_no_mark_on_it() -> None:
    scene = Scene()
    between = scene.ada.reply(scene.case, "One more question.")
    scene.ada.status(scene.case, "acknowledged")
    scene.ada.remove(scene.case, between)
    scene.ada.remove(scene.case, scene.note)
    after = scene.ada.reply(scene.case, "Is it Ms N.?")
    for view in scene.views():
        assert_in_order(view)
        assert not view.status_may_be_older
    scene.ada.remove(scene.case, after)
    for view in scene.views():
        assert view.status_may_be_older
    scene.ada.status(scene.case, "assessing")
    for view in scene.views():
        assert not view.status_may_be_older


def test_a_removal_by_somebody_who_left_counts_if_they_held_the_case() -> None:
    for member, counts in (("bea", True), ("cem", False)):
        scene = Scene()
        said = {"sha256": b64encode(scene.follow_up.sha256), "reason": "…"}
        scene.forge(scene.site.people[member].key, scene.both, author=member, kind="removal", body=said)
        scene.post.remove(scene.case, scene.follow_up)
        scene.site.leave(member)
        scene.site.publish()
        for view in scene.views():
            assert (view.removal_of("reporter", scene.follow_up.sha256) is not None) is counts
            assert (CaseWarning.REMOVED_WITHOUT_WORD in view.warnings) is not counts


def test_an_answer_to_a_decision_that_is_gone_tells_that_it_is() -> None:
    """Its hash does not tell that a decision was removed; what the reporter signed about it does."""
    scene = Scene()
    decision = scene.ada.status(scene.case, "decided")
    status = scene.reporter.read(scene.case).status
    assert status is not None
    answers = {"decision": status.id, "answer": "contest", "text": "No."}
    key = scene.reporter.signing_key(scene.case)
    body: JSON = {"form": "answer-1", "answers": answers}
    scene.forge(key, scene.both, author="reporter", kind="protection", body=body)
    scene.ada.remove(scene.case, scene.reply)
    for view in scene.views():
        assert_in_order(view)
    scene.ada.remove(scene.case, decision)
    for view in scene.views():
        assert view.warnings == (CaseWarning.REMOVED_WITHOUT_WORD,)


def test_invented_removed_entries_are_told_and_named_by_nobody() -> None:
    """Else seventeen of them would crowd the genuine ones out of ``prev``."""
    scene = Scene()
    view = scene.reporter.read(scene.case)
    genuine = view.heads("reporter")
    day = scene.site.today
    for number in range(20):
        invented = SealedEntry(f"{number:032x}", day, "reporter", None, sha256(bytes([number])))
        scene.stored.entries.insert(0, type(scene.reply)(invented.id, day, "reporter", None, invented.sha256))
    for view in scene.views():
        assert CaseWarning.REMOVED_WITHOUT_WORD in view.warnings
        assert view.heads("reporter") == genuine


# --- repeated


def test_an_entry_served_twice_is_shown_once() -> None:
    scene = Scene()
    assert scene.reply.sealed is not None
    scene.post.put(scene.case, "reporter", scene.reply.sealed)
    scene.reseal(scene.reply, scene.ada.case_identity(scene.case), scene.both, "reporter")
    for view in scene.views():
        assert_in_order(view)
        shown = [found.entry.body for found in view.entries if found.entry]
        assert shown.count({"text": "What did they say?"}) == 1


def test_another_content_under_an_id_already_used_by_its_author_is_shown_once() -> None:
    scene = Scene()
    used = json_of(scene.reply, scene.ada.case_identity(scene.case))["id"]
    scene.forge(scene.ada.person.key, scene.both, id=used)
    for view in scene.views():
        assert [found.entry.id for found in view.entries if found.entry].count(used) == 1


def test_nobody_hides_anothers_entry_by_repeating_its_id() -> None:
    """*A repeated id is shown once* is read per author: Bea must not be able to replace what Ada wrote."""
    scene = Scene()
    used = json_of(scene.reply, scene.ada.case_identity(scene.case))["id"]
    forged = scene.forge(scene.site.people["bea"].key, scene.both, id=used, author="bea")
    for view in scene.views():
        assert state(view, scene.reply) is State.AUTHENTIC
        assert state(view, forged) is State.AUTHENTIC


# --- along prev


def test_a_directory_that_decreases_along_prev_is_not_authentic() -> None:
    scene = Scene()
    scene.site.publish()
    newer = scene.ada.reply(scene.case, "Under the second version.")
    prev = [b64encode(newer.sha256)]
    forged = scene.forge(scene.site.people["bea"].key, scene.both, author="bea", directory=1, prev=prev)
    for view in scene.views():
        assert_withheld(view, forged)
        assert state(view, newer) is State.AUTHENTIC


def test_two_entries_with_the_same_prev_are_ordinary() -> None:
    scene = Scene()
    one = scene.ada.prepare(scene.case, "message", "reporter", {"text": "One."})[1]
    two = scene.reporter.prepare_message(scene.case, "Two.")[1]
    for sealed in (one, two):
        scene.post.put(scene.case, "reporter", sealed)
    for view in scene.views():
        assert_in_order(view)
        assert len(view.heads("reporter")) == 2


def test_more_than_sixteen_at_once_lose_nothing() -> None:
    """If more than sixteen entries could stand in ``prev``, the oldest do; the next entry takes the rest."""
    scene = Scene()
    messages = [scene.reporter.prepare_message(scene.case, str(number))[1] for number in range(20)]
    for sealed in messages:
        scene.post.put(scene.case, "reporter", sealed)
    before = scene.ada.read(scene.case)
    assert len(before.heads("reporter")) == 16
    scene.ada.reply(scene.case)
    scene.ada.reply(scene.case)
    for view in scene.views():
        assert_in_order(view)
        assert len(view.heads("reporter")) == 1


def test_a_false_case_is_not_written_to() -> None:
    scene = Scene()
    scene.stored.channel = "police"
    with pytest.raises(Refused):
        scene.ada.prepare(scene.case, "message", "reporter", {"text": "…"})


@pytest.mark.parametrize(
    ("form", "audience", "by_reporter"),
    [("answer-1", "reporter", False), ("answer-1", "team", False), ("refusal-1", "reporter", False),
     ("refusal-1", "reporter", True), ("measure-1", "reporter", True), ("check-in-1", "reporter", False),
     ("check-in-1", "team", False)],
)  # fmt: skip
def test_a_form_of_the_other_side_is_not_authentic(form: str, audience: str, by_reporter: bool) -> None:
    """A member accepts no decision in the reporter's name, and a reporter proposes no refusal."""
    scene = Scene()
    known = json.loads((Path(__file__).parents[1] / "unit/protocol/measures.json").read_text(encoding="utf-8"))
    answers = {"decision": "0" * 32, "answer": "accept", "text": "", "reason": "No.", "appeal": "Write."}
    answers = {"measure-1": known["measure"], "check-in-1": known["check_in"]}.get(form, answers)
    key = scene.reporter.signing_key(scene.case) if by_reporter else scene.ada.person.key
    author = {"author": "reporter"} if by_reporter else {}
    recipients = scene.both if audience == "reporter" else scene.team
    body = {"form": form, "answers": answers}
    forged = scene.forge(key, recipients, kind="protection", audience=audience, body=body, **author)
    for view in scene.views()[audience == "team" :]:
        assert_withheld(view, forged)


@pytest.mark.parametrize("change", [{"review": None}, {"state": "ended", "end": "2026-12-24"}, {"end": "2020-01-01"}])
def test_a_measure_that_contradicts_itself_is_not_authentic(change: dict[str, object]) -> None:
    """Whoever signs that a measure runs says when it is reviewed; that it ended, why; no end comes before its start."""
    scene = Scene()
    known = json.loads((Path(__file__).parents[1] / "unit/protocol/measures.json").read_text(encoding="utf-8"))
    body = {"form": "measure-1", "answers": known["measure"] | change}
    forged = scene.forge(scene.ada.person.key, scene.both, kind="protection", body=body)
    for view in scene.views():
        assert_withheld(view, forged)
