"""Giving a case on; what a client refuses stands in tests/dishonest/test_refusals.py."""

from __future__ import annotations

import pytest

from reporting.protocol import epoch as epochs
from reporting.protocol.errors import NewerDirectory, NotAuthentic, Refused
from reporting.protocol.grant import open_grant
from reporting.protocol.granting import access_body, grant_on, grant_reading, new_epoch, readers
from reporting.protocol.thread import read_with_grants
from tests.dishonest.scene import Scene, assert_in_order


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_member_granted_a_case_gets_every_epoch_from_0_on(scene: Scene) -> None:
    scene.ada.new_epoch(scene.case, ["ada", "bea"])
    scene.ada.new_epoch(scene.case, ["ada", "bea"])
    grants = scene.ada.prepare_grant(scene.case, "ivo")
    assert sorted(grants) == [0, 1, 2]
    assert access_body("ivo", grants) == {"member": "ivo", "epochs": [0, 1, 2]}


def test_a_new_epoch_is_held_by_exactly_those_named(scene: Scene) -> None:
    epoch = scene.ada.prepare_epoch(scene.case, ["ivo", "ada"])
    assert sorted(epoch.grants) == ["ada", "ivo"]
    assert sorted(epoch.grants["ada"]) == [1]  # who held the one before has the older ones
    assert sorted(epoch.grants["ivo"]) == [0, 1]
    said = epochs.parse_text(epoch.note.rpartition("\n\n")[0] + "\n")
    assert said.holders == ("ada", "ivo")
    assert said.number == 1
    assert said.recipient_sha256 == epochs.case_hash(epoch.recipient)


def test_withdrawing_shuts_out_who_is_not_named_from_what_comes(scene: Scene) -> None:
    bea = scene.desk("bea")
    old = bea.grants(scene.case)
    scene.ada.new_epoch(scene.case, ["ada"])
    scene.ada.note(scene.case, "Bea must not read this.")
    view = read_with_grants(scene.post.desk(scene.case), old, scene.site.directory)
    assert [entry.body for entry in view.authentic("team")] == [{"text": "To be looked at."}]
    assert [str(found.state) for found in view.entries].count("cannot-be-opened") == 1


def test_a_case_passed_on_is_led_by_whoever_it_names(scene: Scene) -> None:
    scene.ada.new_epoch(scene.case, ["ivo"])
    ivo = scene.desk("ivo")
    ivo.reply(scene.case)
    ivo.new_epoch(scene.case, ["ian", "ivo"])
    assert_in_order(scene.desk("ian").read(scene.case))
    assert_in_order(scene.reporter.read(scene.case))


def test_keys_are_not_in_a_repr(scene: Scene) -> None:
    assert "SECRET" not in repr(scene.ada.prepare_epoch(scene.case, ["ada"]))


def test_an_older_directory_than_the_last_epochs_is_not_used(scene: Scene) -> None:
    behind = scene.site.directory
    scene.site.publish()
    scene.ada.new_epoch(scene.case, ["ada"])
    view, held = scene.ada.read(scene.case), scene.ada.grants(scene.case)
    ivo = scene.site.people["ivo"].recipient
    with pytest.raises(NewerDirectory):
        grant_on(view, held, "ada", "ivo", ivo, behind, scene.site.today)


def test_a_grant_that_does_not_fit_the_chain_is_not_passed_on(scene: Scene) -> None:
    other = scene.reporter.report("Another matter.")
    view, held = scene.ada.read(scene.case), scene.ada.grants(other)
    ivo = scene.site.people["ivo"].recipient
    with pytest.raises(NotAuthentic):
        grant_on(view, held, "ada", "ivo", ivo, scene.site.directory, scene.site.today)
    with pytest.raises(NotAuthentic):
        new_epoch(view, held, "ada", scene.ada.person.key, {"ivo": ivo}, scene.site.directory, scene.site.today)


def test_a_withheld_epoch_stops_giving_on(scene: Scene) -> None:
    scene.ada.new_epoch(scene.case, ["ada", "bea"])
    scene.ada.reply(scene.case)
    scene.stored.epochs.pop()
    with pytest.raises(Refused):
        scene.ada.prepare_grant(scene.case, "ivo")


def test_readers_are_those_whom_a_holder_gave_the_newest_epoch(scene: Scene) -> None:
    scene.ada.give(scene.case, "ivo")
    assert readers(scene.ada.read(scene.case)) == {"ivo"}
    scene.ada.new_epoch(scene.case, ["ada"])
    assert readers(scene.ada.read(scene.case)) == set(), "recorded anew with each epoch, or reading no more"


def test_a_reader_names_no_further_reader() -> None:
    """The entry is authentic, its author may write to the team; but only holders give a case on."""
    scene = Scene(excluded=("ian",))
    scene.ada.give(scene.case, "ivo")
    for named in ("ian", "leo"):
        scene.desk("ivo").write(scene.case, "access", "team", access_body(named, [0]))
    assert readers(scene.ada.read(scene.case)) == {"ivo"}


def test_a_holder_makes_no_reader_of_somebody_excluded() -> None:
    scene = Scene(excluded=("ian",))
    scene.desk("bea").write(scene.case, "access", "team", access_body("ian", [0]))
    scene.desk("bea").write(scene.case, "access", "team", {"member": "ivo", "epochs": [False]})
    assert readers(scene.ada.read(scene.case)) == set()


def test_whoever_was_withdrawn_does_not_come_back_by_their_own_word(scene: Scene) -> None:
    """The server helps: it takes an entry of somebody who holds the case no more."""
    scene.ada.new_epoch(scene.case, ["ada"])
    team = [scene.post.recipient(scene.case)]
    body = access_body("bea", [1])
    key = scene.desk("bea").person.key
    scene.forge(key, team, audience="team", kind="access", author="bea", epoch=1, body=body)
    assert readers(scene.ada.read(scene.case)) == set()


def test_whoever_goes_on_reading_is_checked_as_everybody_granted_is() -> None:
    scene = Scene(excluded=("ian",))
    scene.ada.give(scene.case, "ivo")
    view, directory, today = scene.ada.read(scene.case), scene.site.directory, scene.site.today
    new = scene.ada.prepare_epoch(scene.case, ["ada"])
    ivo, ian = (scene.site.people[member].recipient for member in ("ivo", "ian"))
    sealed = grant_reading(view, new, "ivo", ivo, directory, today)
    note = scene.stored.epochs[0]
    opened = open_grant(sealed, scene.desk("ivo").person.identity, scene.case, 1, note, scene.site.origin)
    assert opened.identity.recipient == new.recipient
    with pytest.raises(Refused, match="excluded “ian”"):
        grant_reading(view, new, "ian", ian, directory, today)
    with pytest.raises(NotAuthentic, match="not the listed one"):
        grant_reading(view, new, "ivo", ian, directory, today)
