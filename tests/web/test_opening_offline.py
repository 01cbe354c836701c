"""``reporting open`` with the data folder at hand: only with a key, only what it was granted, and never unseen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from reporting.cli.main import main
from reporting.log.models import AuditEvent
from reporting.log.rules import record
from reporting.protocol.age import HybridIdentity
from reporting.protocol.encoding import b64encode
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey
from tests.web.casework import CaseAtDesk
from tests.web.world import ORIGIN, World


def key_file(world: World, folder: Path, member: str, *lines: str) -> Path:
    """A member's key file, as age programs write it, with further comment lines."""
    path = folder / f"{member}.txt"
    path.write_text("\n".join(["# created: 2026-11-23", *lines, world.people[member].identity.encode(), ""]))
    return path


def safe(world: World, folder: Path) -> Path:
    """The break-glass key, as ``reporting members add --break-glass`` writes it."""
    person = world.people["m9"]
    root = VerifierKey(ORIGIN, world.root.public).encode()
    key = b64encode(person.signing_key.seed)
    return key_file(world, folder, "m9", "# reporting/v1/break-glass m9", f"# root {root}", f"# signing-key {key}")


def run(world: World, identity: Path, *arguments: str) -> Result:
    """``reporting open`` on the world's data folder."""
    given = ["open", "--data", str(world.service.settings.data), "--identity", str(identity), *arguments]
    return CliRunner().invoke(main, given, prog_name="reporting")


def told(world: World) -> list[tuple[str | None, str | None, str]]:
    """Who opened which case so, by the audit trail."""
    with world.service.database.read() as session:
        found = session.scalars(select(AuditEvent).where(AuditEvent.act == "break-glass:open"))
        return [(event.member_id, event.case_id, event.details or "") for event in found]


def test_the_key_from_the_safe_opens_a_case_and_the_trail_tells_of_it(lite: World, tmp_path: Path) -> None:
    case = lite.report().case
    opened = CaseAtDesk(lite.sign_in("m1"), case)
    request = opened.seal("note", "team", {"text": "Keep this for the court."})
    assert opened.desk.post(f"{opened.path}/entries", request).status_code == 201
    result = run(lite, safe(lite, tmp_path), "--case", case[:10])
    assert result.exit_code == 0, result.output
    for words in ("A bridge of sand.", "Keep this for the court.", "Held by: m1, m3, m9", "stands in the audit trail"):
        assert words in result.stdout
    assert told(lite) == [("m9", case, '{"key":"safe"}')]
    history = json.loads(opened.desk.get(f"{opened.path}/history").data)["events"]
    assert "break-glass:open" in [event["act"] for event in history], "holders see it at their desks"


def test_a_member_opens_what_they_were_granted_with_their_exported_key(lite: World, tmp_path: Path) -> None:
    mine, other = lite.report().case, lite.report(excluded=("m3",)).case
    path = key_file(lite, tmp_path, "m3")
    listed = json.loads(run(lite, path, "--json").stdout)["cases"]
    assert [line["case"] for line in listed] == [mine]
    assert told(lite) == [], "a list opens nothing"
    shown = json.loads(run(lite, path, "--case", mine, "--json").stdout)
    assert shown["entries"][0]["body"]["answers"] == {"account": "A bridge of sand."}
    assert told(lite) == [("m3", mine, '{"key":"member"}')]
    refused = run(lite, path, "--case", other)
    assert refused.exit_code == 1
    assert "A bridge" not in refused.output


def test_nothing_is_shown_where_the_trail_cannot_be_written(
    lite: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    case = lite.report().case
    monkeypatch.setattr("reporting.cases.offline.record", fails)
    result = run(lite, safe(lite, tmp_path), "--case", case)
    assert result.exit_code == 1
    assert "A bridge" not in result.output
    assert callable(record)


def test_a_strangers_key_and_what_is_no_key_open_nothing(lite: World, tmp_path: Path) -> None:
    case = lite.report().case
    stranger = tmp_path / "stranger.txt"
    stranger.write_text(HybridIdentity.generate().encode())
    assert "belongs to no member" in run(lite, stranger, "--case", case).stderr
    # A file that claims another member's name is judged by its key alone.
    claims = key_file(lite, tmp_path, "m2", "# reporting/v1/break-glass m9")
    assert "0 cases" in run(lite, claims, "--case", case).stderr
    other = VerifierKey("elsewhere.example", SigningKey.generate().public).encode()
    assert "another site" in run(lite, key_file(lite, tmp_path, "m1", f"# root {other}"), "--case", case).stderr
    for content in (b"", b"AGE-SECRET-KEY-1QQQ", b"\xff", b"AGE-SECRET-KEY-PQ-1Q\n" * 2, b"# only a comment\n"):
        stranger.write_bytes(content)
        result = run(lite, stranger, "--case", case)
        assert result.exit_code == 1
        assert "key file" in result.stderr
    assert told(lite) == []


def test_it_has_to_be_said_what_to_open(lite: World, tmp_path: Path) -> None:
    path = str(safe(lite, tmp_path))
    for arguments in (
        ["--identity", path],
        ["--identity", path, "--case", "a"],
        ["x.zip", "--data", "y", "--identity", path],
    ):
        assert CliRunner().invoke(main, ["open", *arguments]).exit_code == 2
