"""Entries by people who may not write them, or under keys not in force (protocol section 5, *Readers*)."""

from __future__ import annotations

import datetime

import pytest

from reporting.protocol.signing import SigningKey
from reporting.protocol.thread import read_as_reporter
from tests.dishonest.scene import CaseWarning, Scene, State, assert_in_order, assert_withheld, seen, state


def test_an_entry_by_a_stranger_under_a_members_name_is_not_authentic() -> None:
    scene = Scene()
    forged = scene.forge(SigningKey.generate(), scene.both)
    for view in scene.views():
        assert_withheld(view, forged)
        assert seen(view, scene.reply).state is State.AUTHENTIC


def test_an_entry_under_the_reporters_name_by_a_member_is_not_authentic() -> None:
    scene = Scene()
    forged = scene.forge(scene.ada.person.key, scene.both, author="reporter")
    for view in scene.views():
        assert_withheld(view, forged)


def test_a_members_note_without_a_grant_is_not_authentic() -> None:
    """A dishonest member of the channel learned the recipient, and writes into the team's thread."""
    scene = Scene()
    forged = scene.forge(scene.site.people["ivo"].key, scene.team, author="ivo", audience="team", kind="note")
    assert_withheld(scene.ada.read(scene.case), forged)


def test_the_same_member_is_heard_once_a_holder_gave_them_access() -> None:
    scene = Scene()
    written = scene.forge(scene.site.people["ivo"].key, scene.team, author="ivo", audience="team", kind="note")
    scene.ada.give(scene.case, "ivo")
    assert state(scene.ada.read(scene.case), written) is State.AUTHENTIC


def test_access_named_by_somebody_who_only_reads_has_no_effect() -> None:
    """Granting on is for holders by an epoch note (section 4); a reading grant does not pass on."""
    scene = Scene()
    scene.ada.give(scene.case, "ivo")
    body = {"member": "ian", "epochs": [0]}
    ivo, ian = scene.site.people["ivo"], scene.site.people["ian"]
    scene.forge(ivo.key, scene.team, id="1" * 32, author="ivo", audience="team", kind="access", body=body)
    forged = scene.forge(ian.key, scene.team, id="2" * 32, author="ian", audience="team", kind="note")
    assert_withheld(scene.ada.read(scene.case), forged)


def test_access_for_oneself_has_no_effect() -> None:
    scene = Scene()
    body = {"member": "ivo", "epochs": [0]}
    ivo = scene.site.people["ivo"]
    access = scene.forge(ivo.key, scene.team, id="1" * 32, author="ivo", audience="team", kind="access", body=body)
    note = scene.forge(ivo.key, scene.team, id="2" * 32, author="ivo", audience="team", kind="note")
    view = scene.ada.read(scene.case)
    assert_withheld(view, access)
    assert_withheld(view, note)


def test_access_for_an_excluded_member_has_no_effect() -> None:
    """With a dishonest holder, who passes the case to Bea whom the reporter excluded."""
    scene = Scene(excluded=("bea",))
    body = {"member": "bea", "epochs": [0]}
    scene.forge(scene.ada.person.key, scene.team, id="1" * 32, audience="team", kind="access", body=body)
    bea = scene.site.people["bea"]
    note = scene.forge(bea.key, scene.team, id="2" * 32, author="bea", audience="team", kind="note")
    assert_withheld(scene.ada.read(scene.case), note)


def test_a_custodians_note_needs_no_grant() -> None:
    """*Custodians' entries excepted*: they answer a request under the recipient that it carries."""
    scene = Scene()
    cem = scene.site.people["cem"]
    written = scene.forge(cem.key, scene.team, author="cem", audience="team", kind="note")
    assert state(scene.ada.read(scene.case), written) is State.AUTHENTIC


def test_a_custodian_of_another_channel_is_not_excepted() -> None:
    scene = Scene()
    scene.site.add_channel("tax", intake=["tim"], custodian=["ivo"], break_glass=["safe"])
    scene.site.publish()
    forged = scene.forge(scene.site.people["ivo"].key, scene.team, author="ivo", audience="team", kind="note")
    assert_withheld(scene.ada.read(scene.case), forged)


@pytest.mark.parametrize(("audience", "kind"), [("reporter", "message"), ("team", "note")])
def test_an_excluded_author_is_not_authentic(audience: str, kind: str) -> None:
    scene = Scene(excluded=("bea",))
    recipients = scene.both if audience == "reporter" else scene.team
    forged = scene.forge(scene.site.people["bea"].key, recipients, author="bea", audience=audience, kind=kind)
    assert_withheld(scene.ada.read(scene.case), forged)
    if audience == "reporter":
        assert_withheld(scene.reporter.read(scene.case), forged)


def test_an_author_without_a_role_on_the_channel_is_not_authentic() -> None:
    scene = Scene()
    forged = scene.forge(scene.site.people["pia"].key, scene.both, author="pia")
    for view in scene.views():
        assert_withheld(view, forged)


def test_an_author_whom_no_directory_lists_is_not_authentic() -> None:
    scene = Scene()
    forged = scene.forge(SigningKey.generate(), scene.both, author="mallory")
    for view in scene.views():
        assert_withheld(view, forged)


def test_a_key_that_came_into_force_later_than_the_version_named_is_not_authentic() -> None:
    scene = Scene()
    both = scene.both
    scene.site.replace_keys("ada")
    scene.site.publish()
    forged = scene.forge(scene.site.people["ada"].key, both, directory=1)
    assert_withheld(scene.reporter.read(scene.case), forged)


def test_a_key_that_was_replaced_before_the_version_named_is_not_authentic() -> None:
    scene = Scene()
    old = scene.ada.person.key
    both = scene.both
    scene.site.replace_keys("ada")
    scene.site.publish()
    forged = scene.forge(old, both, directory=2)
    assert_withheld(scene.reporter.read(scene.case), forged)


def test_a_member_who_left_is_not_authentic_under_a_later_version() -> None:
    scene = Scene()
    ivo = scene.site.people["ivo"].key
    scene.site.leave("ivo")
    scene.site.publish()
    forged = scene.forge(ivo, scene.both, author="ivo", directory=2)
    for view in scene.views():
        assert_withheld(view, forged)


def test_a_member_past_their_last_day_counts_as_not_listed() -> None:
    scene = Scene()
    last = scene.site.today + datetime.timedelta(days=30)
    scene.site.people["ada"].valid_until = last
    scene.site.publish()
    in_time = scene.forge(scene.ada.person.key, scene.both, id="1" * 32, date=last.isoformat())
    late = last + datetime.timedelta(days=1)
    forged = scene.forge(scene.ada.person.key, scene.both, id="2" * 32, date=late.isoformat())
    for view in scene.views():
        assert state(view, in_time) is State.AUTHENTIC
        assert_withheld(view, forged)


@pytest.mark.parametrize("change", ["key", "left", "role"])
def test_what_was_written_in_time_stays_authentic_and_shows_the_authors_standing(change: str) -> None:
    scene = Scene()
    if change == "key":
        scene.site.replace_keys("ada")
    elif change == "left":
        scene.site.leave("ada")
    else:
        scene.site.take_role("ada", "procurement", "intake")
    scene.site.publish()
    for view in [scene.reporter.read(scene.case), scene.desk("bea").read(scene.case)]:
        assert_in_order(view)
        assert seen(view, scene.reply).standing == ("former-member" if change == "left" else "former-key")


def test_an_entry_that_names_a_directory_above_the_one_at_hand_asks_for_the_current_one() -> None:
    """Before that the client neither shows nor writes: it loads the directory and judges again."""
    scene = Scene()
    behind = scene.site.directory
    scene.site.publish()
    scene.ada.reply(scene.case, "Under the new list.")
    view = read_as_reporter(scene.post.mailbox(scene.case), scene.reporter.receipt, behind)
    assert view.needs_newer_directory
    assert CaseWarning.ENTRIES_MAY_BE_MISSING not in view.warnings
    assert_in_order(scene.reporter.read(scene.case))
