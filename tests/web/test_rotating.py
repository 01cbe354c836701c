"""New keys for a service that runs: clients follow the directory, and it signs with no key that is not in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reporting.cli import root_key
from reporting.cli.main import main
from reporting.cli.rotating import finish
from reporting.config import read_signing_keys
from reporting.directory import rules as directories
from reporting.errors import PublicationRefused
from reporting.log import checking, trail
from reporting.protocol import note as notes
from reporting.protocol.directory import parse_text
from reporting.protocol.errors import NotAuthentic
from reporting.protocol.note import VerifierKey
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.signing import SigningKey
from tests.unit.cli.terminal import Site, make_published, succeed
from tests.web.world import ORIGIN, World, publish


def rotate(world: World, name: str) -> Result:
    """``reporting keys rotate``."""
    given = ["keys", "rotate", name, "--data", str(world.service.settings.data)]
    return CliRunner().invoke(main, given, prog_name="reporting")


def acknowledgement(world: World) -> str:
    """What a reporter gets who files now."""
    prepared = world.prepare(ReceiptCode.generate())
    answer = world.post("/api/reports", {**prepared.request, "challenge": world.solved()})
    assert answer.status_code == 201, answer.data
    return str(json.loads(answer.data)["acknowledgement"])


def signed_by(note: str, name: str, public: bytes) -> bool:
    try:
        notes.verify(notes.parse(note), VerifierKey(f"{ORIGIN}/{name}", public))
    except NotAuthentic:
        return False
    return True


def test_a_new_service_key_is_used_from_the_directory_that_names_it_on_without_a_restart(lite: World) -> None:
    old = lite.directory().service_key
    assert rotate(lite, "service").exit_code == 0
    assert signed_by(acknowledgement(lite), "service", old), "nobody knows the new one yet"
    publish(lite.service, lite.root)
    new = lite.directory().service_key
    assert new != old
    assert signed_by(acknowledgement(lite), "service", new)
    finish(lite.service)
    assert signed_by(acknowledgement(lite), "service", new)
    (left,) = read_signing_keys(lite.service.settings, "service")
    assert SigningKey(left.reveal()).public == new, "the old key is gone"
    publish(lite.service, lite.root)
    assert lite.directory().service_key == new, "it stays the service's"


def test_a_key_that_lies_ready_is_not_replaced_and_not_used(lite: World) -> None:
    assert rotate(lite, "service").exit_code == 0
    again = rotate(lite, "service")
    assert again.exit_code == 1
    assert "lies ready" in again.stderr
    finish(lite.service)
    assert len(read_signing_keys(lite.service.settings, "service")) == 2, "no directory names it yet"


def test_checkpoints_are_signed_with_the_new_log_key_and_old_ones_still_count(lite: World) -> None:
    def checkpoint() -> str:
        with lite.service.database.read() as session:
            return trail.checkpoint(lite.service, session)

    kept = checkpoint()
    old = lite.directory().log_key
    assert rotate(lite, "log").exit_code == 0
    publish(lite.service, lite.root)
    finish(lite.service)
    new = lite.directory().log_key
    assert (signed_by(kept, "audit", old), signed_by(kept, "audit", new)) == (True, False)
    assert (signed_by(checkpoint(), "audit", old), signed_by(checkpoint(), "audit", new)) == (False, True)
    with lite.service.database.read() as session:
        keys = checking.verifiers(lite.service, session)
        report = checking.check(lite.service, session, [checking.read_checkpoint(kept.encode(), keys)], [])
    assert not report.findings


def test_a_directory_that_names_a_key_which_is_not_here_is_not_published(lite: World) -> None:
    assert rotate(lite, "service").exit_code == 0
    with lite.service.database.read() as session:
        bundle = directories.request_directory(lite.service, session)
    (lite.service.settings.keys / "service.next.key").unlink()
    lite.service.later_keys.clear()
    with pytest.raises(PublicationRefused, match="another server"), lite.service.database.write() as session:
        directories.publish(lite.service, session, bundle.signed(ORIGIN, lite.root))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_published(tmp_path / "site")


def test_a_new_root_key_signs_with_the_old_one_once_and_alone_from_then_on(site: Site) -> None:
    new = site.folder / "new-root"
    printed = succeed("keys", "rotate", "root", "--root-folder", site.root, "--new-folder", new, "--no-passphrase")
    assert "Fingerprint from then on" in printed
    signed = site.sign(site.request(), "--new-folder", str(new))
    old_root, new_root = root_key.read_public(site.root), root_key.read_public(new)
    succeed("keys", "publish", signed, "--data", site.server, "--new-root", new / "root.pub")
    assert site.service().root == new_root != old_root
    note = json.loads(signed.read_text())["note"]
    for root in (old_root, new_root):
        notes.verify(notes.parse(note, limit=1 << 20), root)
    later = Site(site.folder)
    request = later.request()
    refused = CliRunner().invoke(main, ["keys", "sign", str(request), "--root-folder", str(site.root), "--yes"])
    assert refused.exit_code == 0, "the old key can still sign …"
    publication = CliRunner().invoke(
        main, ["keys", "publish", str(request.with_name("next.signed.json")), "--data", str(site.server)]
    )
    assert publication.exit_code != 0, "… but nobody takes it any more"
    succeed("keys", "sign", request, "--root-folder", new, "--yes")
    succeed("keys", "publish", request.with_name("next.signed.json"), "--data", site.server)


def test_a_change_of_root_that_was_cut_off_after_the_publication_is_carried_on(site: Site) -> None:
    new = site.folder / "new-root"
    succeed("keys", "rotate", "root", "--root-folder", site.root, "--new-folder", new, "--no-passphrase")
    signed = site.sign(site.request(), "--new-folder", str(new))
    shown = site.server / "keys" / "root.pub"
    before = shown.read_bytes()
    publication = ("keys", "publish", signed, "--data", site.server, "--new-root", new / "root.pub")
    succeed(*publication)
    shown.write_bytes(before)  # as it is where the machine went down in between
    another = site.folder / "another-root"
    succeed("keys", "rotate", "root", "--root-folder", site.root, "--new-folder", another, "--no-passphrase")
    stranger = [str(part) for part in (*publication[:-1], another / "root.pub")]
    assert CliRunner().invoke(main, stranger).exit_code != 0, "no other root key is carried on with"
    assert shown.read_bytes() == before
    for _ in range(2):
        assert "in force" in succeed(*publication)
        assert site.service().root == root_key.read_public(new)


def test_a_root_that_did_not_sign_does_not_follow(site: Site) -> None:
    new = site.folder / "new-root"
    succeed("keys", "rotate", "root", "--root-folder", site.root, "--new-folder", new, "--no-passphrase")
    before = site.service().root
    signed = site.sign(site.request())
    result = CliRunner().invoke(
        main, ["keys", "publish", str(signed), "--data", str(site.server), "--new-root", str(new / "root.pub")]
    )
    assert result.exit_code != 0
    assert site.service().root == before


def test_the_old_root_signs_which_one_follows_and_only_whoever_signs_may_name_it(site: Site) -> None:
    new = site.folder / "new-root"
    succeed("keys", "rotate", "root", "--root-folder", site.root, "--new-folder", new, "--no-passphrase")
    signed = site.sign(site.request(), "--new-folder", str(new))
    bundle = json.loads(signed.read_text())
    assert parse_text(bundle["text"]).next_root == root_key.read_public(new).public
    alone = CliRunner().invoke(main, ["keys", "publish", str(signed), "--data", str(site.server)])
    assert alone.exit_code == 1, "clients would follow a key that the server does not"
    assert "--new-root" in alone.stderr
    # A server that was taken over asks for a signature on its own key.
    asked = site.folder / "asked.request.json"
    asked.write_text(json.dumps({**bundle, "note": None}))
    result = CliRunner().invoke(main, ["keys", "sign", str(asked), "--root-folder", str(site.root), "--yes"])
    assert result.exit_code == 1
    assert "names a new root key" in result.stderr
