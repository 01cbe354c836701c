"""``reporting desk translate``: by hand or by a local program, beside the original."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from reporting.cli.failures import CommandFailed
from reporting.cli.local_program import run_program
from tests.unit.cli.at_terminal import ACCOUNT, Terminal, terminal

UPPER = f'{sys.executable} -c "import sys; print(sys.stdin.read().upper())"'


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    folder = tmp_path_factory.mktemp("translating")
    with terminal(folder) as found, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(folder))
        yield found


def test_a_translation_stands_beside_the_original(here: Terminal) -> None:
    case = here.filed().case
    here.done("m1", "translate", case, "Ein Verkäufer zahlte.", "--language", "de", "--checked")
    asked = here.desk("m1", "translate", case, "--language", "en", "--with", UPPER)
    assert asked.exit_code != 0
    assert "--yes" in asked.output
    here.done("m1", "translate", case, "--language", "en", "--with", UPPER, "--yes")
    told = " ".join(here.desk("m1", "show", case).stdout.split())
    assert ACCOUNT in told
    assert "Translated into de by a person, and checked Ein Verkäufer zahlte." in told
    assert "Translated into en by a program, checked by nobody" in told
    assert ACCOUNT.upper() in told


def test_what_cannot_be_translated_is_refused(here: Terminal) -> None:
    case = here.filed().case
    for given, words in (
        (("Text", "--language", "German"), "code of a language"),
        (("Text", "--language", "de", "--with", UPPER), "not both"),
        (("Text", "--language", "de", "--entry", "zz"), "no such entry"),
    ):
        refused = here.desk("m1", "translate", case, *given)
        assert refused.exit_code != 0
        assert words in refused.output


def test_a_program_gets_the_text_and_little_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    assert run_program(
        f'{sys.executable} -c "import os; print(os.environ.get(chr(83)+chr(69), 1), len(os.environ))"', ""
    )
    shown = run_program(f'{sys.executable} -c "import os; print(sorted(os.environ))"', "text")
    assert "SECRET" not in shown
    assert "HOME" in shown
    assert run_program("cat", "a; echo $HOME `id`") == "a; echo $HOME `id`"
    for command in (
        "cat /no/such/file",
        "/no/such/program",
        "true",
        f"{sys.executable} -c 'import sys; sys.stdout.buffer.write(bytes([255]))'",
    ):
        with pytest.raises(CommandFailed):
            run_program(command, "text")
