"""Grants that do not belong to the case: refused, and nothing of what they hold is shown (section 4)."""

from __future__ import annotations

import pytest

from reporting.protocol import age
from reporting.protocol.age import HybridIdentity
from reporting.protocol.errors import NotAuthentic, Refused
from reporting.protocol.grant import Grant, open_grant, seal_grant
from reporting.protocol.signing import SigningKey
from tests.dishonest.scene import CaseWarning, Scene, assert_in_order


def replace_grant(scene: Scene, grant: Grant) -> None:
    sealed = seal_grant(grant, scene.ada.person.recipient)
    scene.stored.grants["ada"] = {grant.epoch: sealed}


def assert_damaged(scene: Scene) -> None:
    view = scene.ada.read(scene.case)
    assert view.warnings == (CaseWarning.GRANT_DAMAGED,)
    assert view.entries == ()
    assert view.server_status == "received"  # its clocks still run
    with pytest.raises(Refused):
        view.check_may_seal(scene.post.recipient(scene.case))
    # the others are not harmed
    assert_in_order(scene.desk("bea").read(scene.case))
    assert_in_order(scene.reporter.read(scene.case))


def test_a_grant_that_names_another_reporter_key_is_damaged() -> None:
    scene = Scene()
    grant = scene.ada.grants(scene.case)[0]
    replace_grant(scene, Grant(grant.case, 0, SigningKey.generate().public, grant.identity))
    assert_damaged(scene)


def test_a_grant_with_another_identity_is_damaged() -> None:
    scene = Scene()
    grant = scene.ada.grants(scene.case)[0]
    replace_grant(scene, Grant(grant.case, 0, grant.reporter_key, HybridIdentity.generate()))
    assert_damaged(scene)


def test_a_grant_for_another_case_is_damaged() -> None:
    scene = Scene()
    other = scene.reporter.report("Another matter.")
    scene.stored.grants["ada"] = scene.post.cases[other].grants["ada"]
    assert_damaged(scene)


def test_a_grant_served_for_another_epoch_is_damaged() -> None:
    scene = Scene()
    scene.stored.grants["ada"] = {1: scene.stored.grants["ada"][0]}
    assert_damaged(scene)


def test_a_grant_sealed_to_somebody_else_is_damaged() -> None:
    scene = Scene()
    scene.stored.grants["ada"] = scene.stored.grants["bea"]
    assert_damaged(scene)


def test_a_damaged_grant_beside_genuine_ones_is_told_and_dropped() -> None:
    scene = Scene()
    scene.ada.new_epoch(scene.case, ["ada", "bea"])
    scene.ada.reply(scene.case, "Under the new key.")
    grant = scene.ada.grants(scene.case)[0]
    stranger = Grant(grant.case, 0, grant.reporter_key, HybridIdentity.generate())
    scene.stored.grants["ada"][0] = seal_grant(stranger, scene.ada.person.recipient)
    view = scene.ada.read(scene.case)
    assert CaseWarning.GRANT_DAMAGED in view.warnings
    assert CaseWarning.FIRST_ENTRY_MISSING in view.warnings
    with pytest.raises(Refused):
        scene.ada.prepare(scene.case, "note", "team", {"text": "…"})


@pytest.mark.parametrize("content", [b"", b"# reporting/v1/grant\n", b"AGE-SECRET-KEY-PQ-1\n", b"\xff" * 300])
def test_a_grant_that_is_no_grant_is_damaged(content: bytes) -> None:
    scene = Scene()
    scene.stored.grants["ada"] = {0: age.encrypt(content, [scene.ada.person.recipient])}
    assert_damaged(scene)


def test_a_whole_case_put_under_a_genuine_case_id_opens_for_nobody() -> None:
    """The id binds recipient and reporter's key: a case made by the server has another id."""
    scene = Scene()
    other = scene.reporter.report("Another matter.")
    fake = scene.post.cases[other]
    scene.stored.epochs, scene.stored.recipients = fake.epochs, fake.recipients
    scene.stored.grants, scene.stored.entries = fake.grants, fake.entries
    assert scene.ada.read(scene.case).warnings == (CaseWarning.GRANT_DAMAGED,)
    assert scene.reporter.read(scene.case).warnings == (CaseWarning.NOT_YOURS,)


def test_open_grant_says_damaged_and_nothing_of_what_it_found() -> None:
    scene = Scene()
    other = scene.reporter.report("Another matter.")
    sealed = scene.post.cases[other].grants["ada"][0]
    with pytest.raises(NotAuthentic) as raised:
        open_grant(sealed, scene.ada.person.identity, scene.case, 0, scene.stored.epochs[0], scene.site.origin)
    assert str(raised.value) == "This grant is damaged."
    assert raised.value.__cause__ is None
