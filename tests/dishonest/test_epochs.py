"""A server, alone or with a dishonest member, that lies about who holds a case (protocol section 4)."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from reporting.protocol import epoch as epochs
from reporting.protocol.age import HybridIdentity, HybridRecipient
from reporting.protocol.encoding import sha256
from reporting.protocol.epoch import Epoch
from reporting.protocol.errors import NotAuthentic, Refused
from reporting.protocol.grant import Grant, seal_grant
from reporting.protocol.signing import SigningKey
from tests.dishonest.scene import CaseWarning, Scene, assert_in_order, assert_withheld

MALLORY = HybridIdentity.generate()


def next_epoch(scene: Scene, **changes: Any) -> Epoch:
    """An epoch that goes on from the last one, under an identity that the forger knows."""
    before = epochs.parse_text(scene.stored.epochs[-1].rpartition("\n\n")[0] + "\n")
    made = Epoch(
        origin=before.origin,
        case=before.case,
        number=before.number + 1,
        recipient_sha256=epochs.case_hash(MALLORY.recipient),
        holders=("ada", "bea"),
        previous=before.sha256,
        directory=scene.site.directory.version,
        date=scene.site.today,
    )
    return dataclasses.replace(made, **changes)


def serve(scene: Scene, epoch: Epoch, signer: str, key: SigningKey) -> None:
    """The server adds the epoch, names its recipient, and hands out grants for it."""
    scene.stored.epochs.append(epochs.sign_epoch(epoch, signer, key))
    scene.stored.recipients.append(str(MALLORY.recipient))
    reporter_key = scene.ada.grants(scene.case)[0].reporter_key
    grant = Grant(scene.case, epoch.number, reporter_key, MALLORY)
    scene.post.grant(scene.case, "ada", {epoch.number: seal_grant(grant, scene.ada.person.recipient)})


def assert_refused_by_both(scene: Scene) -> None:
    """The chain ends before the false epoch; nothing is sealed to its recipient nor to the one before."""
    last = scene.stored.recipients[-2]
    for view in scene.views():
        assert CaseWarning.EPOCHS_BROKEN in view.warnings
        assert view.chain is not None
        assert view.chain.last.recipient_sha256 == sha256(last.encode())
        for recipient in map(HybridRecipient.parse, (str(MALLORY.recipient), last)):
            with pytest.raises(Refused):
                view.check_may_seal(recipient)
    with pytest.raises(Refused):
        scene.reporter.prepare_message(scene.case)
    with pytest.raises(Refused):
        scene.ada.prepare(scene.case, "message", "reporter", {"text": "…"})
    # what was written before stays readable
    assert all(view.entry for view in scene.reporter.read(scene.case).entries)


def test_an_epoch_by_a_stranger_ends_the_chain_before_it() -> None:
    scene = Scene()
    serve(scene, next_epoch(scene), "ada", SigningKey.generate())
    assert_refused_by_both(scene)


def test_an_epoch_by_a_listed_member_who_never_held_the_case_ends_the_chain_before_it() -> None:
    scene = Scene()
    serve(scene, next_epoch(scene, holders=("ada", "ivo")), "ivo", scene.site.people["ivo"].key)
    assert_refused_by_both(scene)


def test_an_epoch_by_a_member_with_a_reading_grant_alone_ends_the_chain_before_it() -> None:
    scene = Scene()
    scene.ada.give(scene.case, "ivo")
    serve(scene, next_epoch(scene, holders=("ada", "ivo")), "ivo", scene.site.people["ivo"].key)
    assert_refused_by_both(scene)


def test_an_epoch_by_somebody_who_held_the_case_before_the_last_epoch_ends_the_chain() -> None:
    """Section 12: members who saw the true epoch do not accept a former holder's."""
    scene = Scene()
    scene.ada.new_epoch(scene.case, ["ada", "safe"])
    serve(scene, next_epoch(scene, holders=("bea",)), "bea", scene.site.people["bea"].key)
    assert_refused_by_both(scene)


def test_an_epoch_by_an_excluded_member_ends_the_chain_before_it() -> None:
    scene = Scene(excluded=("bea",))
    serve(scene, next_epoch(scene, holders=("ada",)), "bea", scene.site.people["bea"].key)
    assert_refused_by_both(scene)


def test_an_epoch_that_names_an_excluded_member_ends_the_chain_before_it() -> None:
    """With a dishonest holder: Ada signs, and names Bea whom the reporter excluded."""
    scene = Scene(excluded=("bea",))
    serve(scene, next_epoch(scene, holders=("ada", "bea")), "ada", scene.ada.person.key)
    assert_refused_by_both(scene)


def test_an_epoch_that_names_a_lower_directory_ends_the_chain_before_it() -> None:
    scene = Scene()
    scene.site.publish()
    scene.ada.new_epoch(scene.case, ["ada", "bea"])
    serve(scene, next_epoch(scene, directory=1), "ada", scene.ada.person.key)
    assert_refused_by_both(scene)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 2},
        {"previous": bytes(32)},
        {"case": "0" * 32},
        {"origin": "other.example.org"},
    ],
)
def test_an_epoch_that_does_not_continue_the_last_one_ends_the_chain_before_it(change: dict[str, object]) -> None:
    scene = Scene()
    epoch = next_epoch(scene, **change)
    serve(scene, epoch, "ada", scene.ada.person.key)
    assert_refused_by_both(scene)


def test_a_twenty_fifth_epoch_ends_the_chain_before_it() -> None:
    scene = Scene()
    for _ in range(23):
        scene.ada.new_epoch(scene.case, ["ada", "bea"])
    for view in scene.views():
        assert_in_order(view)
    with pytest.raises(Refused):
        scene.ada.prepare_epoch(scene.case, ["ada"])
    scene.stored.epochs.append(epochs.sign_epoch(next_epoch(scene), "ada", scene.ada.person.key))
    scene.stored.recipients.append(str(MALLORY.recipient))
    assert_refused_by_both(scene)


def test_an_unsigned_epoch_of_a_directory_nobody_published_blocks_sealing_but_not_reading() -> None:
    """The client loads the current directory first; where the version is still above it, nothing is sealed."""
    scene = Scene()
    serve(scene, next_epoch(scene, directory=99), "ada", SigningKey.generate())
    for view in scene.views():
        assert view.needs_newer_directory
    assert_refused_by_both(scene)


def test_a_chain_without_its_newest_epoch_is_told_where_an_entry_names_it() -> None:
    scene = Scene()
    before = scene.post.recipient(scene.case)
    scene.ada.new_epoch(scene.case, ["ada", "safe"])
    scene.ada.reply(scene.case, "Write to us under the new key.")
    scene.stored.epochs.pop()
    scene.stored.recipients.pop()
    view = scene.reporter.read(scene.case)
    assert view.warnings == (CaseWarning.EPOCHS_WITHHELD,)
    with pytest.raises(Refused, match="not this case's newest"):
        view.check_may_seal(before)
    with pytest.raises(Refused):
        scene.reporter.prepare_message(scene.case)


def test_the_member_is_told_of_a_withheld_epoch_by_the_grant_that_fits_no_note() -> None:
    """Else a reply would be sealed to an epoch whose holders include somebody withdrawn since."""
    scene = Scene()
    scene.ada.new_epoch(scene.case, ["ada", "safe"])
    scene.ada.reply(scene.case)
    scene.stored.epochs.pop()
    scene.stored.recipients.pop()
    view = scene.ada.read(scene.case)
    assert view.warnings == (CaseWarning.GRANT_DAMAGED, CaseWarning.EPOCHS_WITHHELD)
    with pytest.raises(Refused):
        scene.ada.prepare(scene.case, "message", "reporter", {"text": "…"})
    with pytest.raises(Refused):
        scene.ada.prepare_epoch(scene.case, ["ada"])


def test_a_card_knows_a_chain_that_lost_the_epoch_it_pinned() -> None:
    scene = Scene()
    scene.ada.new_epoch(scene.case, ["ada", "safe"])
    view = scene.ada.read(scene.case)
    assert view.chain is not None
    pinned = view.chain.last.sha256
    view.chain.check_pinned(pinned)
    scene.stored.epochs.pop()
    older = scene.reporter.read(scene.case).chain
    assert older is not None
    with pytest.raises(NotAuthentic):
        older.check_pinned(pinned)


def test_nothing_is_sealed_to_a_recipient_that_is_not_the_last_of_the_chain() -> None:
    scene = Scene()
    scene.ada.new_epoch(scene.case, ["ada", "safe"])
    for recipient in (scene.stored.recipients[0], str(MALLORY.recipient)):
        scene.stored.recipients[-1] = recipient
        with pytest.raises(Refused):
            scene.reporter.prepare_message(scene.case)
        with pytest.raises(Refused):
            scene.ada.prepare(scene.case, "note", "team", {"text": "…"})


def test_a_case_whose_first_epoch_another_key_signed_is_ignored_with_a_warning() -> None:
    """The reporter's device knows by it that the case is not its own; members see a damaged case."""
    scene = Scene()
    epoch = dataclasses.replace(next_epoch(scene), number=0, previous=bytes(32))
    scene.stored.epochs[0] = epochs.sign_epoch(epoch, "reporter", SigningKey.generate())
    view = scene.reporter.read(scene.case)
    assert view.warnings == (CaseWarning.NOT_YOURS,)
    assert view.entries == ()
    with pytest.raises(Refused):
        view.check_may_seal(MALLORY.recipient)


def test_a_first_epoch_whose_signature_fails_gives_members_a_damaged_case() -> None:
    scene = Scene()
    first = epochs.parse_text(scene.stored.epochs[0].rpartition("\n\n")[0] + "\n")
    scene.stored.epochs[0] = epochs.sign_epoch(first, "reporter", SigningKey.generate())
    view = scene.desk("bea").read(scene.case)
    assert view.warnings == (CaseWarning.DAMAGED,)
    assert view.entries == ()
    with pytest.raises(Refused):
        view.check_may_seal(scene.post.recipient(scene.case))


def test_a_case_without_epochs_is_not_yours_and_damaged() -> None:
    scene = Scene()
    scene.stored.epochs.clear()
    assert scene.reporter.read(scene.case).warnings == (CaseWarning.NOT_YOURS,)
    assert scene.ada.read(scene.case).warnings == (CaseWarning.GRANT_DAMAGED,)


def test_garbage_for_an_epoch_never_raises() -> None:
    scene = Scene()
    for garbage in ("", "\n", "x\n\n\u2014 a b\n", "\ud800", "a" * 100_000):
        scene.stored.epochs[1:] = [garbage]
        for view in scene.views():
            assert CaseWarning.EPOCHS_BROKEN in view.warnings


def test_an_entry_that_claims_an_epoch_its_key_does_not_belong_to_is_not_authentic() -> None:
    scene = Scene()
    scene.ada.new_epoch(scene.case, ["ada", "bea"])
    forged = scene.forge(scene.ada.person.key, scene.both, epoch=0)
    assert_withheld(scene.ada.read(scene.case), forged)
