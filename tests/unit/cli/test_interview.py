"""A person answering at a real terminal: asked step by step, shown everything, warned before trust is given."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.unit.cli.at_terminal import Terminal, terminal


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    with terminal(tmp_path_factory.mktemp("interview")) as found:
        yield found


@pytest.fixture
def here(shared: Terminal, tmp_path: Path) -> Terminal:
    return Terminal(shared.site, tmp_path, shared.wire)


def spawn(here: Terminal, *arguments: str) -> pexpect.spawn[str]:
    """``reporting`` on a pseudo-terminal, in a home of its own."""
    environment = {**os.environ, "HOME": str(here.folder), "LANG": "C.UTF-8", "TERM": "dumb", "COLUMNS": "200"}
    environment.pop("XDG_CONFIG_HOME", None)
    command = ["-m", "reporting.cli", *arguments]
    return pexpect.spawn(sys.executable, command, env=environment, encoding="utf-8", timeout=30, dimensions=(50, 200))


def answer(child: pexpect.spawn[str], question: str, reply: str) -> None:
    """Wait for ``question``, then type ``reply`` at the prompt after it."""
    child.expect(re.escape(question))
    child.expect("> |: ")
    child.sendline(reply)


def skip_to_review(child: pexpect.spawn[str]) -> None:
    """Leave out every question up to the review."""
    while child.expect([re.escape("“send”, a number"), "> ", re.escape("Say who you are? [y/N]: ")]):
        child.sendline("")
    child.expect(": ")


def test_a_report_is_asked_for_step_by_step_and_the_receipt_typed_back(here: Terminal) -> None:
    child = spawn(here, "submit", here.site.url)
    child.expect(re.escape(here.site.fingerprint))
    answer(child, "Is it the same?", "y")
    answer(child, "Keep it?", "y")
    answer(child, "Number", "1")
    child.expect("What happened")
    child.expect("> ")
    child.sendline("The mayor sold the harbor.")
    child.sendline("Twice.")
    child.sendline(".")
    answer(child, "Does any of this describe it?", "1 99")
    answer(child, "numbers from 1 to 12", "1 3")
    answer(child, "Where did it happen?", "Harbor office")
    answer(child, "Which authority", "")
    answer(child, "When did it happen?", "2026-02-30 .. 2026")
    answer(child, "This must be a day", "2026-02 .. 2026-05")
    answer(child, "Is it still going on", "2")
    answer(child, "Who took part", "Ann")
    child.sendline("Mayor")
    child.sendline("City")
    child.sendline("")
    child.sendline("")
    child.sendline("")
    skip_to_review(child)
    child.sendline("3")
    answer(child, "Where did it happen?", "The old harbor office")
    child.expect(re.escape("The old harbor office"))
    answer(child, "“send”", "send")
    child.expect("The site has signed for it")
    child.expect("It is shown only now")
    groups = read_groups(child)
    answer(child, "To be sure", "")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    check_sent(here, groups)


def read_groups(child: pexpect.spawn[str]) -> str:
    child.expect(r"((?:\d{4} ){5}\d{4})\s+((?:\d{4} ){5}\d{4})")
    assert child.match is not None
    assert not isinstance(child.match, str | type)
    return f"{child.match[1]} {child.match[2]}"


def check_sent(here: Terminal, groups: str) -> None:
    (case,) = here.opened(groups)
    assert case["entries"][0]["body"]["answers"] == {
        "account": "The mayor sold the harbor.\nTwice.",
        "form": ["bribe", "procurement"],
        "where": {"text": "The old harbor office"},
        "when": {"from": "2026-02", "to": "2026-05"},
        "ongoing": "no",
        "persons": [{"name": "Ann", "role": "Mayor", "employer": "City"}],
    }
    assert (here.folder / ".config" / "reporting" / "pins.json").is_file()


def test_everybody_with_a_role_on_the_channel_can_be_shut_out(here: Terminal) -> None:
    child = spawn(here, "submit", here.site.url, "--channel", "procurement", "--fingerprint", here.site.fingerprint)
    child.expect("What happened")
    child.expect("> ")
    child.sendline("The investigator is the mayor's brother.")
    child.sendline(".")
    answer(child, "Does any of this describe it?", "")
    while child.expect([re.escape("Should any of the people who receive reports here"), "> "]):
        child.sendline("")
    child.expect("Numbers, with spaces between; nothing to go on. > ")
    offered = re.findall(r"(\d+)\. .*\((\w+)\)", child.before or "")
    assert [member for _, member in offered] == ["m1", "m2", "m3", "m5", "m9"]
    child.sendline("2")
    skip_to_review(child)
    child.sendline("send")
    groups = read_groups(child)
    answer(child, "To be sure", "")
    child.expect(pexpect.EOF)

    (case,) = here.opened(groups)
    assert case["excluded"] == ["m2"]
    refused = here.desk("m1", "grant", case["case"], "m2")
    assert refused.exit_code == 1
    assert "excluded" in refused.stderr


def test_whoever_does_not_recognize_the_fingerprint_sends_nothing(here: Terminal) -> None:
    here.wire.posts.clear()
    child = spawn(here, "submit", here.site.url)
    answer(child, "Is it the same?", "n")
    child.expect("do not use this site")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 4
    assert here.wire.posts == []
    assert list(here.folder.iterdir()) == []


def test_the_code_is_not_shown_while_it_is_typed_and_an_answer_can_be_written(here: Terminal) -> None:
    filed = here.filed()
    here.done("m1", "reply", filed.case, "Which bridge?")
    child = spawn(here, "mailbox", here.site.url, "--fingerprint", here.site.fingerprint)
    child.expect("not shown while you type")
    child.expect(": ")
    child.sendline("abandon " * 12)
    child.expect("mistyped")
    child.expect(": ")
    child.sendline(filed.code)
    child.expect("Which bridge")
    assert filed.code not in (child.before or "")
    answer(child, "write something?", "y")
    child.expect("> ")
    child.sendline("The one of sand.")
    child.sendline(".")
    child.expect("The site has signed for it")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_a_member_types_the_passphrase_unseen(here: Terminal) -> None:
    filed = here.filed()
    child = spawn(here, "desk", "--url", here.site.desk_url, "show", filed.case)
    answer(child, "Name to sign in with", "m1")
    answer(child, "Passphrase", here.site.passphrases["m1"])
    child.expect("Held by")
    assert here.site.passphrases["m1"] not in (child.before or "")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


@pytest.mark.parametrize(
    ("language", "letters", "yes", "no"),
    [("zh", "是/否", "是", "否"), ("ar", "نعم/لا", "نعم", "لا"), ("ru", "д/Н", "Д", "нет"), ("fr", "o/N", "oui", "")],
)
def test_trust_is_given_in_the_letters_of_the_terminals_language(
    here: Terminal, monkeypatch: pytest.MonkeyPatch, language: str, letters: str, yes: str, no: str
) -> None:
    monkeypatch.setenv("REPORTING_LANGUAGE", language)
    child = spawn(here, "submit", here.site.url)
    child.expect(re.escape(here.site.fingerprint))
    for reply in (yes, no):
        child.expect(re.escape(f"[{letters}]: "))
        child.sendline(reply)
    child.expect(r"1\. ")  # the channels to choose from: the site is trusted
    child.close()
    refused = spawn(here, "submit", here.site.url)
    refused.expect(re.escape(here.site.fingerprint))  # asked anew: it was not kept
    refused.expect(re.escape(f"[{letters}]: "))
    refused.sendline(no)
    refused.expect(pexpect.EOF)
    refused.close()
    assert refused.exitstatus not in (0, None)
