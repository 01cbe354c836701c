"""``reporting mailbox``: everything verified before it is shown, and answers under the newest key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from reporting.cases.models import Entry
from reporting.protocol.receipt import ReceiptCode
from tests.unit.cli.at_terminal import ACCOUNT, Filed, Terminal, terminal

WITHHELD = {"not-authentic", "cannot-be-opened"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    with terminal(tmp_path_factory.mktemp("mailbox")) as found:
        yield found


@pytest.fixture
def here(shared: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return Terminal(shared.site, tmp_path, shared.wire)


@pytest.fixture
def filed(here: Terminal) -> Filed:
    return here.filed()


def test_the_code_is_read_in_words_or_digits(here: Terminal, filed: Filed) -> None:
    words = " ".join(filed.answer["receipt"]["words"])
    assert [case["case"] for case in here.opened(words)] == [filed.case]
    assert [case["case"] for case in here.opened(words.upper().replace(" ", "\n"))] == [filed.case]
    assert [case["case"] for case in here.opened(filed.code)] == [filed.case]


def test_an_unknown_code_says_to_check_it_and_never_that_there_are_no_reports(here: Terminal) -> None:
    code = " ".join(ReceiptCode.generate().groups())
    assert here.opened(code) == []
    result = here.mailbox(code)
    assert result.stdout.strip() == "There is nothing under this code: check it."


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("abandon " * 11 + "zzzz", "“zzzz”"),
        ("abandon " * 12, "mistyped"),
        ("0001 0002", "twelve"),
        ("12345 " * 6, "fingerprint"),
        ("", "receipt code"),
    ],
)
def test_a_code_that_cannot_be_right_is_said_so(here: Terminal, code: str, said: str) -> None:
    result = here.mailbox(code, "--json")
    assert result.exit_code == 1
    assert said in result.stderr


def test_an_answer_is_read_and_answered(here: Terminal, filed: Filed) -> None:
    here.done("m1", "reply", filed.case, "Which bridge?")
    sent = json.loads(here.mailbox(filed.code, "--reply", "-", "--json", stdin="The one\nof sand.").stdout)
    assert sent["case"] == filed.case
    texts = [entry["body"].get("text") for entry in here.opened(filed.code)[0]["entries"]]
    assert texts == [None, "Which bridge?", "The one\nof sand."]
    assert [entry["acknowledged"] is not None for entry in here.opened(filed.code)[0]["entries"]] == [True, False, True]
    assert here.done("m1", "show", filed.case)["entries"][-1]["body"]["text"] == "The one\nof sand."


def test_a_signed_status_is_told_from_the_server_s_word(here: Terminal, filed: Filed) -> None:
    told = here.mailbox(filed.code).stdout
    assert "Status by the server's word: received" in told
    here.done("m1", "status", filed.case, "acknowledged")
    told = here.mailbox(filed.code).stdout
    assert "Status: acknowledged (signed by m1" in told
    assert "by the server's word: received" not in told
    assert "acknowledgement: done on" in told


def test_an_answer_goes_under_the_newest_epoch(here: Terminal, filed: Filed) -> None:
    here.done("m1", "show", filed.case)
    here.done("m1", "grant", filed.case, "m2", "--lead")
    assert here.mailbox(filed.code, "--reply", "For the new one too.").exit_code == 0
    last = here.done("m2", "show", filed.case)["entries"][-1]
    assert (last["state"], last["body"]["text"]) == ("authentic", "For the new one too.")


def test_a_chain_that_moves_on_meanwhile_is_verified_and_sealed_to_again(here: Terminal, filed: Filed) -> None:
    def pass_on_first(environ: dict[str, object]) -> None:
        if environ["PATH_INFO"] == "/api/entries":
            here.wire.before = lambda _environ: None
            here.done("m1", "grant", filed.case, "m2", "--lead")

    here.wire.before = pass_on_first
    result = here.mailbox(filed.code, "--reply", "Still for you.")
    assert result.exit_code == 0, result.stderr
    assert here.done("m2", "show", filed.case)["entries"][-1]["body"]["text"] == "Still for you."


def test_long_conversations_are_read_over_many_pages(here: Terminal, filed: Filed) -> None:
    for number in range(15):
        here.done("m1", "reply", filed.case, f"{number} " + "long " * 1_000)
    case = here.opened(filed.code)[0]
    assert len(case["entries"]) == 16
    assert case["warnings"] == []


def test_several_cases_are_told_apart_and_chosen(here: Terminal, filed: Filed) -> None:
    code = here.folder / "code.txt"
    code.write_text(filed.code)
    other = here.filed("--receipt", str(code))
    assert "several cases" in here.mailbox(filed.code, "--reply", "To whom?").stderr
    assert here.mailbox(filed.code, "--reply", "To you.", "--case", other.case[:8]).exit_code == 0
    entries = {case["case"]: len(case["entries"]) for case in here.opened(filed.code)}
    assert entries == {filed.case: 1, other.case: 2}
    assert here.mailbox(filed.code, "--case", "ffff0000").exit_code == 1


def test_an_altered_entry_is_a_fact_without_content(here: Terminal, filed: Filed) -> None:
    here.done("m1", "reply", filed.case, "Meet at noon.")
    with here.site.service.database.write() as session:
        row = session.scalars(select(Entry).where(Entry.case_id == filed.case, Entry.author == "m1")).one()
        assert row.sealed is not None
        row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
    (entry,) = (entry for entry in here.opened(filed.code)[0]["entries"] if entry["state"] in WITHHELD)
    assert "body" not in entry
    assert "Meet at noon" not in here.mailbox(filed.code).stdout


def test_a_dropped_entry_is_missed_once_something_refers_to_it(here: Terminal, filed: Filed) -> None:
    first = here.done("m1", "reply", filed.case, "One.")
    here.done("m1", "reply", filed.case, "Two.")
    with here.site.service.database.write() as session:
        session.execute(delete(Entry).where(Entry.id == first["id"]))
    assert here.opened(filed.code)[0]["warnings"] == ["entries-may-be-missing"]
    assert "Entries may be missing" in here.mailbox(filed.code).stdout


def test_an_entry_moved_to_another_case_is_a_fact_without_content(here: Terminal, filed: Filed) -> None:
    other = here.filed()
    entry = here.done("m1", "reply", other.case, "For somebody else.")
    with here.site.service.database.write() as session:
        session.execute(update(Entry).where(Entry.id == entry["id"]).values(case_id=filed.case))
    (shown,) = (entry for entry in here.opened(filed.code)[0]["entries"] if entry["state"] in WITHHELD)
    assert "body" not in shown


def test_what_staff_write_cannot_drive_the_terminal(here: Terminal, filed: Filed) -> None:
    here.done("m1", "reply", filed.case, "Fine.\x1b[2J\x1b]0;gone\x07 \u202egnp.exe")
    told = here.mailbox(filed.code).stdout
    assert "\x1b" not in told
    assert "\x07" not in told
    assert "⟨U+001B⟩[2J" in told
    assert "⟨U+202E⟩gnp" in told
    printed = here.mailbox(filed.code, "--json").stdout
    assert not set("\x1b\x07\u202e\x9b") & set(printed)
    assert ACCOUNT in printed
