"""``reporting audit`` at a terminal."""

from __future__ import annotations

import csv
import datetime
import io
import json
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from reporting.log.models import AuditEvent
from reporting.log.rules import head
from tests.unit.cli.terminal import Site, make_published, mode, read_json, refused, succeed


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_published(tmp_path / "site")


def size(site: Site) -> int:
    with site.service().database.read() as session:
        return head(session).size


def test_a_whole_log_is_said_to_be_whole_and_what_that_is_worth(site: Site) -> None:
    printed = succeed("audit", "verify", "--data", site.server)
    assert f"is whole: {size(site)} events, 0 of them erased" in printed
    assert "only a checkpoint or export kept elsewhere" in printed


def test_a_log_that_grew_still_holds_what_a_checkpoint_says(site: Site, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    succeed("audit", "checkpoint", "--out", kept, "--data", site.server)
    before = size(site)
    assert kept.read_text().startswith(f"reports.example.org/audit\n{before}\n")
    assert mode(kept) == 0o600
    site.add_member("m3")
    printed = succeed("audit", "verify", "--checkpoint", kept, "--data", site.server)
    assert f"unchanged, the {before} events of the checkpoint" in printed
    assert "could have written all" not in printed
    assert succeed("audit", "checkpoint", "--data", site.server).splitlines()[1] == str(before + 1)


def test_what_does_not_hold_is_listed_and_the_status_says_so(site: Site) -> None:
    with site.service().database.write() as session:
        session.execute(update(AuditEvent).where(AuditEvent.position == 1).values(member_id="m2"))
        session.execute(delete(AuditEvent).where(AuditEvent.position == 0))
    said = refused("audit", "verify", "--data", site.server, status=4)
    assert said == "The audit log is not as it was written."


def test_a_checkpoint_of_a_log_that_was_rewritten_is_told(site: Site, tmp_path: Path) -> None:
    kept, other = tmp_path / "kept.txt", make_published(tmp_path / "other")
    succeed("audit", "checkpoint", "--out", kept, "--data", other.server)
    assert "lacks the signature" in refused("audit", "verify", "--checkpoint", kept, "--data", site.server, status=4)


def test_an_export_holds_every_event_and_can_be_checked_against(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "export.json"
    succeed("audit", "export", "--out", out, "--data", site.server)
    found = read_json(out)
    acts = [one["event"]["act"] for one in found["events"]]
    assert len(acts) == size(site)
    assert {"member:add", "directory:publish"} <= set(acts)
    assert found["checkpoint"].startswith(f"reports.example.org/audit\n{len(acts)}\n")
    assert "whole" in succeed("audit", "verify", "--export", out, "--data", site.server)
    found["events"][1]["leaf"] = found["events"][0]["leaf"]
    out.write_text(json.dumps(found))
    refused("audit", "verify", "--export", out, "--data", site.server, status=4)
    out.write_text("{}")
    assert "not an export" in refused("audit", "verify", "--export", out, "--data", site.server)


def test_an_export_can_be_a_table_of_some_events(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "export.csv"
    succeed("audit", "export", "--csv", "--member", "m2", "--act", "member", "--out", out, "--data", site.server)
    (row,) = csv.DictReader(io.StringIO(out.read_text()))
    assert (row["member"], row["act"], row["details"]) == ("server", "member:add", '{"member":"m2"}')
    refused("audit", "export", "--case", "x", "--out", tmp_path / "no", "--data", site.server)
    refused("audit", "export", "--out", out, "--data", site.server)


def test_erasing_asks_first_and_leaves_a_whole_log(site: Site, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    succeed("audit", "checkpoint", "--out", kept, "--data", site.server)
    refused("audit", "erase", "--before", "2026-01-01", "--data", site.server)
    assert "0 events were erased" in succeed("audit", "erase", "--before", "2026-01-01", "--yes", "--data", site.server)
    yesterday = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)).date().isoformat()
    for day in (yesterday, "2999-01-01"):
        assert "last 90 days" in refused("audit", "erase", "--before", day, "--yes", "--data", site.server)
    before = size(site)
    with site.service().database.write() as session:  # as if a year had passed
        session.execute(update(AuditEvent).values(at=1))
    printed = succeed("audit", "erase", "--before", "2026-01-01", "--yes", "--data", site.server)
    assert f"{before} events were erased. The log begins with event {before} now." in printed
    assert f"{before + 1} events, {before} of them erased" in succeed(
        "audit", "verify", "--checkpoint", kept, "--data", site.server
    )
