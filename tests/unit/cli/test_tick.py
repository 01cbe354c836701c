"""``reporting tick``: what a service does once a day, at the terminal."""

from __future__ import annotations

import os
from pathlib import Path

from reporting.evidence.store import store_of
from tests.unit.cli.terminal import make_site, succeed


def test_it_sweeps_and_says_how_much_and_may_be_repeated(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site")
    service = site.service()
    name = os.urandom(16).hex()
    store_of(service).put(name, b"left by a crash")
    os.utime(service.settings.data / "blobs" / name[:2] / name, (0, 0))
    service.database.close()
    assert "Files that nobody claimed: 0. Parts that no file has: 1." in succeed("tick", "--data", site.server)
    assert "Parts that no file has: 0." in succeed("tick", "--data", site.server)


def test_it_warns_where_room_is_short(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site")
    assert "below" not in succeed("tick", "--data", site.server)
    settings = site.server / "settings.toml"
    settings.write_text(f"free_space_floor = {1 << 30}\n" + settings.read_text())
    assert "MiB no files are taken" in succeed("tick", "--data", site.server)
