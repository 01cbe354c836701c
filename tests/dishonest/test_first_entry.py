"""The first entry: what everything else in a case is judged by."""

from __future__ import annotations

import pytest

from reporting.protocol import age
from reporting.protocol.age import HybridIdentity
from reporting.protocol.encoding import b64encode
from reporting.protocol.errors import Refused
from reporting.protocol.signing import SigningKey
from tests.dishonest.scene import (
    CaseWarning,
    Scene,
    State,
    assert_in_order,
    assert_withheld,
    json_of,
    plaintext,
    seen,
)


def test_a_first_entry_replaced_under_genuine_grants_is_not_authentic() -> None:
    """By the server with a dishonest member, who knows the case's recipient and so can seal to it."""
    scene = Scene()
    stranger, identity = SigningKey.generate(), HybridIdentity.generate()
    content = json_of(scene.first, scene.ada.case_identity(scene.case)) | {
        "body": {"language": "en", "questionnaire": "corruption-1", "answers": {"account": "All is well."}},
        "excluded": ["bea"],
        "reporter": {"recipient": str(identity.recipient), "signing_key": b64encode(stranger.public)},
    }
    sealed = age.encrypt(plaintext(content, stranger), [*scene.team, identity.recipient])
    replaced = scene.replace_bytes(scene.first, sealed)
    view = scene.desk("bea").read(scene.case)
    assert_withheld(view, replaced)
    assert CaseWarning.FIRST_ENTRY_MISSING in view.warnings
    assert view.first is None
    # without it nobody's role can be judged: no member's entry is shown as authentic, nothing is sealed
    assert {found.entry.author for found in view.entries if found.entry} <= {"reporter"}
    with pytest.raises(Refused):
        view.check_may_seal(scene.post.recipient(scene.case))
    # the reporter, to whom it is not even sealed, sees an entry that cannot be opened
    assert_withheld(scene.reporter.read(scene.case), replaced, State.CANNOT_BE_OPENED)


def test_a_first_entry_that_names_the_genuine_key_but_is_signed_by_another_is_not_authentic() -> None:
    scene = Scene()
    content = json_of(scene.first, scene.ada.case_identity(scene.case)) | {"excluded": ["bea"]}
    sealed = age.encrypt(plaintext(content, scene.ada.person.key), scene.both)
    replaced = scene.replace_bytes(scene.first, sealed)
    for view in scene.views():
        assert_withheld(view, replaced)
        assert CaseWarning.FIRST_ENTRY_MISSING in view.warnings


def test_a_second_signed_first_entry_is_not_authentic() -> None:
    """Only a reporter's device out of order could sign two; the later one changes nothing."""
    scene = Scene()
    scene.site.pass_days(1)
    content = json_of(scene.first, scene.ada.case_identity(scene.case)) | {"id": "e" * 32, "excluded": ["ada"]}
    sealed = age.encrypt(plaintext(content, scene.reporter.signing_key(scene.case)), scene.both)
    second = scene.post.put(scene.case, "reporter", sealed)
    for view in scene.views():
        assert_withheld(view, second)
        assert view.first is not None
        assert view.first.first is not None
        assert view.first.first.excluded == ()
        assert seen(view, scene.reply).state is State.AUTHENTIC


def test_a_first_entry_served_twice_is_shown_once() -> None:
    scene = Scene()
    assert scene.first.sealed is not None
    scene.post.put(scene.case, "reporter", scene.first.sealed)
    scene.reseal(scene.first, scene.ada.case_identity(scene.case), scene.both, "reporter")
    for view in scene.views():
        assert_in_order(view)
        assert [found.entry.kind for found in view.entries if found.entry].count("report") == 1


def test_a_first_entry_kept_back_is_told_and_stops_all_writing() -> None:
    scene = Scene()
    scene.drop(scene.first)
    for view in scene.views():
        assert CaseWarning.FIRST_ENTRY_MISSING in view.warnings
        with pytest.raises(Refused):
            view.check_may_seal(scene.post.recipient(scene.case))


def test_a_case_moved_to_another_channel_is_told_and_judged_by_the_channel_of_the_first_entry() -> None:
    """Pia has a role on the channel that the server names, and none on the one that the reporter chose."""
    scene = Scene()
    scene.stored.channel = "police"
    forged = scene.forge(scene.site.people["pia"].key, scene.both, author="pia")
    for view in scene.views():
        assert CaseWarning.OTHER_CHANNEL in view.warnings
        assert view.channel == "procurement"
        assert_withheld(view, forged)
        assert seen(view, scene.reply).state is State.AUTHENTIC
        with pytest.raises(Refused):
            view.check_may_seal(scene.post.recipient(scene.case))


@pytest.mark.parametrize("missing", ["channel", "reporter", "excluded"])
def test_a_first_entry_always_names_channel_reporter_and_excluded(missing: str) -> None:
    scene = Scene()
    content = json_of(scene.first, scene.ada.case_identity(scene.case))
    del content[missing]
    sealed = age.encrypt(plaintext(content, scene.reporter.signing_key(scene.case)), scene.both)
    replaced = scene.replace_bytes(scene.first, sealed)
    for view in scene.views():
        assert_withheld(view, replaced)
        assert CaseWarning.FIRST_ENTRY_MISSING in view.warnings


@pytest.mark.parametrize("change", [{"epoch": 1}, {"prev": [b64encode(bytes(32))]}, {"author": "ada"}])
def test_a_report_elsewhere_than_at_the_beginning_is_not_authentic(change: dict[str, object]) -> None:
    scene = Scene()
    content = json_of(scene.first, scene.ada.case_identity(scene.case)) | change
    sealed = age.encrypt(plaintext(content, scene.reporter.signing_key(scene.case)), scene.both)
    replaced = scene.replace_bytes(scene.first, sealed)
    for view in scene.views():
        assert_withheld(view, replaced)
