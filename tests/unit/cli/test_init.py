"""Setting up: what is made, who may read it, and what is never lost."""

from __future__ import annotations

import sys
from pathlib import Path

import pexpect
import pytest

from reporting.config import load_keys, load_settings
from reporting.directory.draft import SITE
from reporting.directory.models import DraftDocument
from reporting.protocol.encoding import parse_json_object
from tests.unit.cli.terminal import ORIGIN, Site, make_site, mode, refused, succeed


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path / "new")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_everything_secret_is_its_owner_s_alone(site: Site) -> None:
    assert mode(site.server) == mode(site.server / "keys") == mode(site.root) == 0o700
    files = [path for path in site.server.rglob("*") if path.is_file()]
    assert {"service.key", "log.key", "server.secret", "settings.toml", "reporting.sqlite"} <= {p.name for p in files}
    assert {mode(path) for path in files} == {0o600}
    assert mode(site.root / "root.key") == 0o600


def test_the_server_holds_only_the_public_half_of_the_root_key(site: Site) -> None:
    assert load_keys(load_settings(site.server)).root == (site.root / "root.pub").read_text().strip()
    seed = (site.root / "root.key").read_bytes().split(b'"')[-2]
    assert len(seed) == 44
    assert not [name for name, content in contents(site.server).items() if seed in content]


def test_the_settings_are_what_was_given(tmp_path: Path) -> None:
    succeed(
        *("init", "--data", tmp_path / "server", "--root-folder", tmp_path / "root", "--origin", ORIGIN),
        *("--address", "https://a.example", "--address", "https://b.example", "--desk-address", "https://c.example"),
        *("--bind", "127.0.0.1:9000", "--desk-bind", "127.0.0.1:9001", "--onion", "http://abc.onion"),
    )
    settings = load_settings(tmp_path / "server", environment={})
    assert settings.origins == ("https://a.example", "https://b.example")
    assert settings.desk_origins == ("https://c.example",)
    assert (settings.bind, settings.desk_bind) == ("127.0.0.1:9000", "127.0.0.1:9001")
    assert settings.onion_location == "http://abc.onion"


def test_the_first_site_document_is_drafted(site: Site) -> None:
    with site.service().database.read() as session:
        document = session.get_one(DraftDocument, SITE)
    content = parse_json_object(document.body, limit=1 << 16)
    assert content["names"] == {"en": "Example"}
    assert content["languages"] == ["en", "ar"]
    assert content["profile"] == "eu"


def test_a_second_time_is_refused_and_changes_nothing(site: Site) -> None:
    before = contents(site.folder)
    sentence = refused("init", "--data", site.server, "--origin", "other.example")
    assert "already" in sentence
    assert contents(site.folder) == before


def test_a_run_that_was_broken_off_is_repeated(site: Site) -> None:
    (site.server / "keys").rename(site.server / ".keys.new")
    make_site(site.folder)
    assert load_keys(load_settings(site.server)).root.startswith(ORIGIN)


def test_a_root_key_made_elsewhere_is_taken(tmp_path: Path) -> None:
    succeed("keys", "init", "--root-folder", tmp_path / "offline", "--origin", ORIGIN, "--no-passphrase")
    root = tmp_path / "offline" / "root.pub"
    succeed("init", "--data", tmp_path / "server", "--root", root)
    assert load_keys(load_settings(tmp_path / "server")).root == root.read_text().strip()
    assert "belongs to" in refused("init", "--data", tmp_path / "two", "--root", root, "--origin", "other.example")


@pytest.mark.parametrize("origin", ["https://example.org", "Example.org", "", "exam ple.org", "x" * 256])
def test_what_is_no_origin_is_refused(tmp_path: Path, origin: str) -> None:
    assert refused("init", "--data", tmp_path / "s", "--root-folder", tmp_path / "r", "--origin", origin)
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        ("--languages", "english"),
        ("--profile", "moon"),
        ("--exit-address", "nowhere"),
        ("--name", "fr=Exemple"),
        ("--bind", "here"),
        ("--address", "example.org"),
    ],
)
def test_what_cannot_be_right_is_refused_and_no_service_made(tmp_path: Path, wrong: tuple[str, str]) -> None:
    arguments = ("init", "--data", tmp_path / "s", "--root-folder", tmp_path / "r", "--origin", ORIGIN, *wrong)
    status = 2 if wrong[0] in ("--bind", "--address") else 1
    assert refused(*arguments, status=status)
    assert not (tmp_path / "s" / "keys").exists()


def test_the_root_key_stays_out_of_the_service_s_folder(tmp_path: Path) -> None:
    arguments = ("--data", tmp_path / "s", "--root-folder", tmp_path / "s" / "root", "--origin", ORIGIN)
    assert "must not be" in refused("init", *arguments)


def test_without_a_terminal_what_is_needed_and_missing_is_named(tmp_path: Path) -> None:
    assert "--origin" in refused("init", "--data", tmp_path / "s", "--root-folder", tmp_path / "r", status=2)


def test_what_is_not_given_is_asked(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "reporting"), "init", "--data", str(tmp_path / "server")]
    child = pexpect.spawn(command[0], command[1:], encoding="utf-8", timeout=30)
    answers = {
        "Folder of the root key": str(tmp_path / "root"),
        "origin": ORIGIN,
        "Languages": "en,ar",
        "name in": "A name",
        "Addresses": "http://127.0.0.1:8000",
        "way out": "https://example.com",
        "deadlines": "eu",
    }
    for question, answer in answers.items():
        child.expect(question)
        child.sendline(answer)
    child.expect("Fingerprint")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert load_keys(load_settings(tmp_path / "server")).root.startswith(ORIGIN)
