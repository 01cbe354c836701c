"""Check-ins at a terminal: the reporter answers one, and the officer's terminal says that somebody is in danger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from reporting.protection.models import CheckIn, StaffClock
from tests.unit.cli.at_terminal import Filed, Terminal, run, terminal

STEPS = (
    ("triage",),
    ("assessing",),
    ("decided", "--outcome", "granted", "--reason", "It is retaliation.", "--appeal", "Write to us."),
    ("active",),
    ("ended",),
    ("closed", "--reason", "It is over."),
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    with terminal(tmp_path) as found:
        yield found


def _claimed(here: Terminal) -> Filed:
    given = ["--channel", "protection", "--fingerprint", here.site.fingerprint, "--json"]
    result = run("submit", here.site.url, *given, "--answers", here.answers())
    assert result.exit_code == 0, result.stderr
    content = json.loads(result.stdout)
    return Filed(content["case"], " ".join(content["receipt"]["groups"]), content)


def _hours(here: Terminal, case: str) -> list[bool]:
    """Whether danger runs in a case."""
    query = select(StaffClock.done).where(StaffClock.case_id == case, StaffClock.name == "danger")
    with here.site.service.database.read() as session:
        return [done is None for done in session.scalars(query)]


def _shown(here: Terminal, case: str) -> Any:
    result = here.desk("m4", "show", case)
    assert result.exit_code == 0, result.stderr
    return result


def test_a_check_in_is_answered_at_a_terminal_and_puts_the_case_first_each_time(here: Terminal) -> None:
    filed = _claimed(here)
    refused = here.mailbox(filed.code, "--check-in", "well")
    assert (refused.exit_code, "Nobody asks how you are just now" in refused.stderr) == (1, True)
    for status, *options in STEPS:
        here.done("m4", "status", filed.case, status, *options)
    with here.site.service.database.write() as session:
        first = CheckIn.case_id == filed.case, CheckIn.months == 1
        session.execute(update(CheckIn).where(*first).values(due=here.site.service.clock.today()))
    assert "How are you?" in here.mailbox(filed.code).stdout
    wordless = here.mailbox(filed.code, "--check-in", "words")
    assert (wordless.exit_code, "Say in words" in wordless.stderr) == (1, True)
    assert here.mailbox(filed.code, "--check-in", "happened", "--reply", "-", stdin="They began again.").exit_code == 0
    assert _hours(here, filed.case) == []
    assert "comes first" in _shown(here, filed.case).stderr
    assert _hours(here, filed.case) == [True]
    told = here.mailbox(filed.code)
    assert "How are you?" not in told.stdout
    assert "They began again." in told.stdout
    with here.site.service.database.write() as session:
        session.execute(update(StaffClock).where(StaffClock.name == "danger").values(done=StaffClock.started))
    assert "comes first" not in _shown(here, filed.case).stderr
    assert _hours(here, filed.case) == [False]
    with here.site.service.database.write() as session:  # asked again, and answered on the same day
        session.execute(update(CheckIn).where(*first).values(done=None))
    assert here.mailbox(filed.code, "--check-in", "happened").exit_code == 0
    assert "comes first" in _shown(here, filed.case).stderr
    assert _hours(here, filed.case) == [True]
