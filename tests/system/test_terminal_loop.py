"""A report goes from a terminal to an investigator and back, and the server cannot read any of it."""

from __future__ import annotations

import pytest

from tests.system import story
from tests.system.scanning import forms, in_bytes, in_files, in_memory
from tests.system.secrets import Secrets
from tests.system.stage import MARKER, Stage
from tests.system.story import Filed
from tests.system.tables import everything_stored

pytestmark = [pytest.mark.slow]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def stage(request: pytest.FixtureRequest) -> Stage:
    found: Stage = request.getfixturevalue(f"on_{request.param}")
    return found


def test_a_report_is_answered_and_the_server_can_read_none_of_it(stage: Stage) -> None:
    filed = story.file_report(stage)
    _the_desk_works(stage, filed)
    _the_person_comes_back(stage, filed)
    assert story.FOLLOW_UP in story.at_desk(stage, "investigator", "show", filed.case)

    _the_scanners_see(stage, filed)
    _nothing_is_found(stage, filed)


def _the_desk_works(stage: Stage, filed: Filed) -> None:
    assert filed.case[:12] in story.at_desk(stage, "intake", "list")
    shown = story.at_desk(stage, "intake", "show", filed.case)
    for sentence in (*story.ACCOUNT, story.PLACE, story.ORGANIZATION, story.PERSON, story.GROUNDS, story.NEEDS):
        assert sentence in shown
    assert story.PLACE_BEFORE not in shown
    assert story.NAME not in shown
    assert story.files_at_desk(stage, "intake", filed.case) == {story.FILE: story.FILE_SAYS * story.TIMES}
    story.reply_with_file(stage, "intake", filed.case)
    story.at_desk(stage, "intake", "status", filed.case, "acknowledged")
    story.at_desk(stage, "intake", "status", filed.case, "assessing", "--reason", story.REASON)
    story.at_desk(stage, "intake", "note", filed.case, story.NOTE)
    story.at_desk(stage, "intake", "grant", filed.case, "investigator", "--lead")
    assert story.NOTE in story.at_desk(stage, "investigator", "show", filed.case)


def _the_person_comes_back(stage: Stage, filed: Filed) -> None:
    by_words = story.look(stage, " ".join(filed.words), story.FOLLOW_UP)
    for sentence in (story.REPLY, story.REASON, "Status: being assessed"):
        assert sentence in by_words
    saved = story.save_files(stage, " ".join(filed.words))
    assert saved == {story.FILE: story.FILE_SAYS * story.TIMES, story.ANSWER: story.ANSWER_SAYS}
    by_digits = story.look(stage, " ".join(filed.groups))
    for sentence in (story.REPLY, story.FOLLOW_UP, "The site signed for receiving this"):
        assert sentence in by_digits
    for shown in (by_words, by_digits):
        assert story.NOTE not in shown
        assert "!" not in shown, "a warning in ordinary use"
    assert [path for path in stage.home("reporter").rglob("*") if path.is_file()] == []


def _the_scanners_see(stage: Stage, filed: Filed) -> None:
    """What must be there is found, in every place that is then searched for what must not."""
    for process in stage.service.server_processes():
        assert in_memory(process, forms(MARKER), heap=True), f"the scanner is blind in process {process}"
    assert len(stage.service.workers()) == 2
    assert any(in_memory(worker, forms(filed.case), heap=True) for worker in stage.service.workers())
    assert in_files(stage.written, forms(filed.case)), "the scanner is blind in files"
    assert in_bytes(everything_stored(stage), forms(filed.case)), "the scanner is blind in the database"


def _nothing_is_found(stage: Stage, filed: Filed) -> None:
    secrets = Secrets()
    for sentence in story.SAID:
        secrets.add(sentence, sentence)
    secrets.add_receipt(filed.code)
    for member in ("intake", "investigator"):
        secrets.add(f"passphrase of {member}", str(stage.service.member(member)["passphrase"]))
    for process in stage.service.server_processes():
        assert secrets.named(in_memory(process, secrets.needles)) == [], f"in the memory of process {process}"
    # The server handles the token and forgets it; it may linger in memory, never in a file.
    secrets.add("token", filed.code.mailbox_token(str(stage.service.credentials["origin"])))
    found = in_files(stage.written, secrets.needles)
    # The demonstration's own list of passphrases lies beside the service's data, as it says.
    found.pop(str(stage.service.data / "credentials.json"))
    assert {path: secrets.named(hits) for path, hits in found.items()} == {}
    assert secrets.named(in_bytes(everything_stored(stage), secrets.needles)) == []
    assert [path for path in stage.temporary.rglob("*") if path.is_file()] == []
