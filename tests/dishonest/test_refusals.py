"""What an honest client refuses to do, whoever asks (protocol sections 3 and 4)."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from reporting.protocol import granting
from reporting.protocol.age import HybridIdentity
from reporting.protocol.errors import DirectoryExpired, NewerDirectory, NotAuthentic, Refused
from reporting.protocol.submission import Author, Draft, prepare_entry
from tests.dishonest.scene import Scene, assert_in_order


def test_it_does_not_grant_to_an_excluded_member() -> None:
    scene = Scene(excluded=("ivo",))
    with pytest.raises(Refused, match="excluded “ivo”"):
        scene.ada.prepare_grant(scene.case, "ivo")
    with pytest.raises(Refused, match="excluded “ivo”"):
        scene.ada.prepare_epoch(scene.case, ["ada", "ivo"])


def test_it_does_not_grant_to_somebody_unlisted() -> None:
    scene = Scene()
    scene.site.join("new")  # not published yet
    with pytest.raises(Refused, match="does not list “new”"):
        scene.ada.prepare_grant(scene.case, "new")
    with pytest.raises(Refused, match="does not list “new”"):
        scene.ada.prepare_epoch(scene.case, ["ada", "new"])


def test_it_does_not_grant_to_a_member_past_their_last_day() -> None:
    scene = Scene()
    scene.site.people["ivo"].valid_until = scene.site.today
    scene.site.publish()
    scene.ada.prepare_grant(scene.case, "ivo")
    scene.site.pass_days(1)
    with pytest.raises(Refused, match="does not list “ivo”"):
        scene.ada.prepare_grant(scene.case, "ivo")


def test_it_does_not_grant_to_another_key_than_the_directorys() -> None:
    scene = Scene()
    with pytest.raises(NotAuthentic, match="not the listed one"):
        scene.ada.prepare_grant(scene.case, "ivo", HybridIdentity.generate().recipient)


def test_it_does_not_give_a_case_on_that_it_only_reads() -> None:
    scene = Scene()
    scene.ada.give(scene.case, "ivo")
    with pytest.raises(Refused, match="Only somebody who holds"):
        scene.desk("ivo").prepare_grant(scene.case, "ian")
    with pytest.raises(Refused, match="Only somebody who holds"):
        scene.desk("ivo").prepare_epoch(scene.case, ["ivo"])


def test_it_does_not_give_a_case_on_whose_first_entry_is_not_authentic() -> None:
    scene = Scene()
    scene.drop(scene.first)
    with pytest.raises(Refused, match="not in order"):
        scene.ada.prepare_grant(scene.case, "ivo")
    with pytest.raises(Refused, match="not in order"):
        scene.ada.prepare_epoch(scene.case, ["ada"])


def test_it_does_not_give_a_case_on_without_every_epoch() -> None:
    """A grant for every epoch from 0 on, or none: who lacks one cannot give all."""
    scene = Scene()
    scene.ada.new_epoch(scene.case, ["ada", "bea"])
    held = [grant for grant in scene.ada.grants(scene.case) if grant.epoch == 0]
    ivo = scene.site.people["ivo"].recipient
    with pytest.raises(Refused, match="lacks an epoch"):
        granting.grant_on(scene.ada.read(scene.case), held, "ada", "ivo", ivo, scene.site.directory, scene.site.today)


def test_it_does_not_make_an_epoch_that_nobody_holds() -> None:
    scene = Scene()
    with pytest.raises(Refused):
        scene.ada.prepare_epoch(scene.case, [])


def test_everybody_granted_reads_the_case_from_its_beginning() -> None:
    scene = Scene()
    scene.ada.new_epoch(scene.case, ["ada", "safe"])
    scene.ada.give(scene.case, "ivo")
    scene.ada.new_epoch(scene.case, ["ian", "safe"])
    scene.desk("ian").give(scene.case, "ivo")
    for member in ("ian", "safe", "ivo"):
        view = scene.desk(member).read(scene.case)
        assert_in_order(view)
        assert view.first is not None


@pytest.mark.parametrize("act", ["report", "message", "reply", "grant", "epoch"])
def test_it_sends_nothing_under_an_expired_directory(act: str) -> None:
    scene = Scene()
    scene.site.today = scene.site.directory.valid_until + datetime.timedelta(days=1)
    acts: dict[str, Callable[[], object]] = {
        "report": scene.reporter.prepare,
        "message": lambda: scene.reporter.prepare_message(scene.case),
        "reply": lambda: scene.ada.prepare(scene.case, "message", "reporter", {"text": "…"}),
        "grant": lambda: scene.ada.prepare_grant(scene.case, "ivo"),
        "epoch": lambda: scene.ada.prepare_epoch(scene.case, ["ada"]),
    }
    with pytest.raises(DirectoryExpired):
        acts[act]()


def test_it_writes_nothing_under_an_older_directory_than_it_has_seen() -> None:
    """``directory`` may not decrease along ``prev``: such an entry would be authentic to nobody."""
    scene = Scene()
    behind = scene.site.directory
    scene.site.publish()
    scene.ada.reply(scene.case)
    view = scene.reporter.read(scene.case)
    author = Author("reporter", scene.reporter.signing_key(scene.case))
    draft = Draft("message", "reporter", {"text": "…"})
    with pytest.raises(NewerDirectory):
        prepare_entry(view, author, draft, behind, scene.post.recipient(scene.case), scene.site.today)


def test_it_offers_another_channel_where_everybody_who_would_receive_the_report_is_excluded() -> None:
    scene = Scene()
    with pytest.raises(Refused, match="choose another"):
        scene.reporter.prepare(excluded=("ada", "bea"))
    # break-glass alone does not receive reports
    prepared = scene.reporter.prepare(excluded=("ada", "safe"))
    assert [grant["member"] for grant in prepared.request["grants"]] == ["bea"]


def test_it_grants_first_to_protection_on_a_protection_channel() -> None:
    scene = Scene()
    prepared = scene.reporter.prepare(channel="care")
    assert [grant["member"] for grant in prepared.request["grants"]] == ["pam", "safe"]
    with pytest.raises(Refused):
        scene.reporter.prepare(channel="care", excluded=("pam",))
