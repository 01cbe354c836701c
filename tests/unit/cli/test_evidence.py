"""``reporting evidence``: deleting the files of a case, and saying whose store it is."""

from __future__ import annotations

import os
from pathlib import Path

from reporting.evidence.store import store_of
from tests.unit.cli.terminal import Site, make_site, refused, succeed


def set_mark(site: Site, mark: str) -> None:
    """Let the store say that it is somebody's."""
    service = site.service()
    store_of(service).set_mark(mark)
    service.database.close()


def test_a_case_without_files_has_nothing_to_delete(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site")
    assert "no files" in refused("evidence", "delete", "0" * 32, "--data", site.server, "--yes")


def test_a_store_of_another_service_is_not_swept_until_somebody_says_it_is_ours(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site")
    set_mark(site, os.urandom(16).hex())
    assert "Nothing was deleted" in refused("tick", "--data", site.server)
    assert "confirm" in refused("evidence", "own", "--data", site.server)
    assert "this service's mark" in succeed("evidence", "own", "--data", site.server, "--yes")
    assert "Files that nobody claimed: 0." in succeed("tick", "--data", site.server)
