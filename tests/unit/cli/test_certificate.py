"""``reporting certificate``: to a file that ``reporting verify`` takes; the name never leaves the machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.cli.at_terminal import Filed, Terminal, run, terminal

NAME = "Jo Quillfeather"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    with terminal(tmp_path_factory.mktemp("certificate")) as found:
        yield found


def asked(here: Terminal, filed: Filed, out: Path, *options: str, stdin: str = "") -> dict[str, str]:
    given = ["--fingerprint", here.site.fingerprint, "--out", str(out), "--json"]
    result = run("certificate", here.site.url, *given, *options, stdin=f"{filed.code}\n{stdin}")
    assert result.exit_code == 0, result.stderr
    found: dict[str, str] = json.loads(result.stdout)
    return found


def test_a_file_that_holds_and_a_name_that_stays_here(here: Terminal, tmp_path: Path) -> None:
    filed = here.filed()
    out = tmp_path / "certificate.json"
    here.wire.posts.clear()
    told = asked(here, filed, out, "--named", "--name-channel", stdin=f"{NAME}\n")
    assert told["case"] == filed.case
    assert {path for path, _ in here.wire.posts} == {"/api/mailbox", "/api/certify"}
    assert len({len(body) for _, body in here.wire.posts}) == 1
    assert not any(b"Quillfeather" in body for _, body in here.wire.posts)
    said = json.loads(run("verify", str(out), "--fingerprint", here.site.fingerprint, "--json").stdout)
    assert (said["name"], said["channel"], said["received"]) == (NAME, "procurement", told["received"])
    bare = tmp_path / "bare.json"
    asked(here, filed, bare)
    said = json.loads(run("verify", str(bare), "--fingerprint", here.site.fingerprint, "--json").stdout)
    assert (said["name"], said["channel"]) == ("", None)


def test_no_file_is_written_over(here: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "here.json"
    out.write_text("mine")
    given = ["--fingerprint", here.site.fingerprint, "--out", str(out)]
    result = run("certificate", here.site.url, *given, stdin=here.filed().code)
    assert result.exit_code != 0
    assert out.read_text() == "mine"
