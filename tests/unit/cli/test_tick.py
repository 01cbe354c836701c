"""``reporting tick``: what a service does once a day, at the terminal."""

from __future__ import annotations

import os
from pathlib import Path

from reporting.evidence.store import store_of
from reporting.notices import rules as notices
from tests.mail_server import mail_server
from tests.unit.cli.terminal import Site, make_published, make_site, refused, succeed


def waiting(site: Site, port: int) -> None:
    """Set up mail, and let a code wait to be sent."""
    settings = site.server / "settings.toml"
    mail = f'smtp_host = "127.0.0.1"\nsmtp_port = {port}\nsmtp_security = "none"\nsmtp_from = "n@reports.example"\n'
    settings.write_text(mail + 'notice_slots = ["08:00"]\n' + settings.read_text())
    service = site.service()
    notices.ask(service, "m1", "m1@mail.example", "en")
    service.database.close()


def test_it_sends_mail_that_is_due(tmp_path: Path) -> None:
    site = make_published(tmp_path / "site")
    with mail_server() as server:
        waiting(site, server.port)
        succeed("tick", "--data", site.server)
        assert len(server.to("m1@mail.example")) == 1


def test_it_sends_mail_although_the_store_for_files_is_another_one(tmp_path: Path) -> None:
    site = make_published(tmp_path / "site")
    service = site.service()
    store_of(service).set_mark(os.urandom(16).hex())
    service.database.close()
    with mail_server() as server:
        waiting(site, server.port)
        assert "Nothing was deleted" in refused("tick", "--data", site.server)
        assert len(server.to("m1@mail.example")) == 1


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
