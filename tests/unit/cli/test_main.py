"""The command itself: loading, language, and how it fails."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from reporting import __version__, errors
from reporting.cli.failures import NOT_AUTHENTIC, REFUSED, UNREACHABLE, USAGE, CommandFailed, explained
from reporting.cli.main import COMMANDS, main
from reporting.client.errors import NotTrusted, Unreachable
from reporting.config import ConfigurationError, wanted_languages
from reporting.protocol.errors import CannotOpen, Malformed, NotAuthentic
from tests.unit.cli.terminal import refused, run, succeed

SECRET = "garlic sun convince balance fiber tag organ"


def test_the_help_lists_every_command() -> None:
    printed = succeed("--help")
    assert all(name in printed for name in COMMANDS)


def test_every_command_can_be_loaded() -> None:
    assert [name for name, command in main.commands.items() if command.name != name] == []


def test_the_version_is_the_package_s() -> None:
    assert __version__ in succeed("--version")


@pytest.mark.parametrize("command", ["submit", "mailbox", "desk", "keys"])
def test_a_command_for_a_terminal_loads_neither_database_nor_web_framework(command: str) -> None:
    script = (
        "import sys; from reporting.cli.main import main;"
        f"main(['{command}', '--help'], standalone_mode=False);"
        "sys.exit(', '.join({'sqlalchemy', 'flask', 'gunicorn'} & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_unknown_command_is_wrong_use() -> None:
    assert "nonsense" in refused("nonsense", status=USAGE)


def test_the_language_is_asked_for_by_the_product_s_own_variable_first() -> None:
    assert wanted_languages({"LANG": "fr_FR.UTF-8", "REPORTING_LANGUAGE": "ar"}) == ["ar", "fr_FR.UTF-8"]
    assert wanted_languages({"LANG": "C", "LC_ALL": ""}) == ["C"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.PublicationRefused("No."), REFUSED),
        (errors.Unavailable(), UNREACHABLE),
        (Malformed("No.", pointer="/version"), REFUSED),
        (CannotOpen("No."), REFUSED),
        (NotAuthentic("No."), NOT_AUTHENTIC),
        (ConfigurationError("No."), USAGE),
        (Unreachable("No."), UNREACHABLE),
        (NotTrusted("No."), NOT_AUTHENTIC),
        (PermissionError(13, "Permission denied", "/data"), REFUSED),
    ],
)
def test_each_kind_of_failure_has_its_status(error: Exception, status: int) -> None:
    told = explained(error)
    assert told.exit_code == status
    assert "\n" not in told.message


def test_a_refusal_that_comes_from_a_wrong_signature_is_not_authentic() -> None:
    refusal = errors.PublicationRefused("No.")
    refusal.__cause__ = NotAuthentic("No.")
    assert explained(refusal).exit_code == NOT_AUTHENTIC


def test_the_field_at_fault_is_named() -> None:
    assert explained(errors.Unprocessable("No.", pointer="/label")).message == "label: No."


def test_an_unforeseen_failure_shows_its_kind_and_place_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setitem(main.commands, "serve", click.Command("serve", callback=fail))
    result = run("serve")
    assert result.exit_code == REFUSED
    assert "RuntimeError at test_main.py" in result.stderr
    assert SECRET not in result.output
    assert "Traceback" not in result.output


def test_a_command_s_own_refusal_passes_as_it_is() -> None:
    failure = CommandFailed("No.", NOT_AUTHENTIC)
    assert explained(failure) is failure


def test_what_others_wrote_cannot_steer_the_terminal_through_a_refusal() -> None:
    assert "\x1b" not in run("channels", "list", "--data", "/no\x1b[2Jwhere").output
