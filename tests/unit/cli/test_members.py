"""Enrolling members: what they get, and what the server gets of it."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from reporting.members import secrets
from reporting.members.models import Member, SiteRole
from reporting.protocol import vault
from reporting.protocol.age import HybridIdentity, HybridRecipient, decrypt, encrypt
from reporting.protocol.encoding import b64decode, parse_json_object
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.signing import SigningKey
from tests.unit.cli.terminal import Site, make_site, mode, refused, succeed


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path / "site")


def stored(site: Site, member: str) -> Member:
    with site.service().database.read() as session:
        return session.get_one(Member, member)


def said(printed: str, what: str) -> str:
    found = re.search(rf"{what}: (.+)", printed)
    assert found, printed
    return found[1]


def wraps(member: Member) -> dict[str, bytes]:
    return {name: b64decode(wrap) for name, wrap in parse_json_object(member.wraps.encode(), limit=1 << 16).items()}


def test_the_passphrase_shown_opens_the_vault_and_signs_in(site: Site) -> None:
    printed = site.add_member("m1")
    passphrase = said(printed, "Passphrase")
    assert len(passphrase.split()) == 7
    member = stored(site, "m1")
    stretched = vault.stretch(passphrase, member.salt)
    vault_key = vault.unwrap_with_passphrase(wraps(member)["passphrase"], stretched.wrap_key, "m1")
    opened = vault.open_vault(member.vault, vault_key, "m1")
    assert str(opened.identity.recipient) == member.recipient
    assert opened.signing_key.public == member.signing_key
    assert opened.root == site.service().root
    assert secrets.is_right(member.auth_hash, stretched.auth_secret)


@pytest.mark.parametrize("form", ["words", "digits"])
def test_the_recovery_code_opens_the_vault_too(site: Site, form: str) -> None:
    code = ReceiptCode.parse(said(site.add_member("m1"), f"Recovery code in {form}"))
    member = stored(site, "m1")
    key = vault.unwrap_with_recovery(wraps(member)["recovery"], vault.recovery_key(code.entropy), "m1")
    assert vault.open_vault(member.vault, key, "m1").member == "m1"


def test_nothing_shown_once_is_stored(site: Site) -> None:
    printed = site.add_member("m1")
    secret = [said(printed, "Passphrase"), *(said(printed, f"Recovery code in {form}") for form in ("words", "digits"))]
    files = [path.read_bytes() for path in site.server.rglob("*") if path.is_file()]
    assert [text for text in secret for content in files if text.encode() in content] == []


def test_a_chosen_passphrase_is_taken_if_it_is_strong_and_not_shown(site: Site, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("a heron stood on the quay in the drizzle and waited\n")
    printed = site.add_member("m1", "--passphrase-file", str(tmp_path / "words"))
    assert "heron" not in printed
    member = stored(site, "m1")
    stretched = vault.stretch("a heron stood on the quay in the drizzle and waited", member.salt)
    assert secrets.is_right(member.auth_hash, stretched.auth_secret)


@pytest.mark.parametrize("weak", ["letmein", "Tr0ub4dor&3", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", ""])
def test_a_weak_passphrase_is_refused_and_nobody_enrolled(site: Site, tmp_path: Path, weak: str) -> None:
    (tmp_path / "words").write_text(weak + "\n")
    arguments = ("--label", "x", "--data", site.server, "--passphrase-file", tmp_path / "words")
    sentence = refused("members", "add", "m1", *arguments)
    assert not weak or weak not in sentence
    assert "no members yet" in succeed("members", "list", "--data", site.server)


def test_a_passphrase_of_what_others_know_is_refused(site: Site, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("zqvkwxjhgtrpmbfdcnslqxv\n")
    arguments = ("--data", site.server, "--passphrase-file", tmp_path / "words")
    refused("members", "add", "m1", "--label", "Zqvkwxjhgtr Pmbfdcnslqxv", *arguments)
    succeed("members", "add", "m1", "--label", "Somebody Else", *arguments)


def test_roles_on_channels_and_on_the_site_are_given(site: Site) -> None:
    site.add_channel("procurement")
    site.add_channel("courts")
    site.add_member("m1", "--role", "investigator:procurement", "--role", "intake:courts", "--auditor")
    row = succeed("members", "list", "--data", site.server).splitlines()[-1]
    assert "auditor, intake:courts, investigator:procurement" in row
    with site.service().database.read() as session:
        assert session.scalars(select(SiteRole.role)).all() == ["auditor"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("m1", "--label", "again"), "exists"),
        (("M2", "--label", "x"), "valid id"),
        (("reporter", "--label", "x"), "valid id"),
        (("m2", "--label", "x" * 201), "label"),
        (("m2", "--label", "x", "--role", "boss:procurement"), "no such role"),
        (("m2", "--label", "x", "--role", "intake:nowhere"), "no channel"),
        (("m2", "--label", "x", "--name", "m1"), "exists"),
        (("m2", "--label", "x", "--valid-until", "2001-01-01"), "past"),
    ],
)
def test_what_cannot_be_is_one_sentence(site: Site, arguments: tuple[str, ...], why: str) -> None:
    site.add_member("m1")
    site.add_channel("procurement")
    assert why in refused("members", "add", *arguments, "--data", site.server)
    assert "m2" not in succeed("members", "list", "--data", site.server)


@pytest.mark.parametrize("arguments", [("m2",), ("m2", "--label", "x", "--role", "intake"), ()])
def test_wrong_use_is_told_apart(site: Site, arguments: tuple[str, ...]) -> None:
    assert refused("members", "add", *arguments, "--data", site.server, status=2)


def test_a_last_day_is_kept(site: Site) -> None:
    site.add_member("m1", "--valid-until", "2099-01-31")
    assert stored(site, "m1").valid_until == datetime.date(2099, 1, 31)


def test_break_glass_keys_go_to_a_file_and_not_to_the_server(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "safe.txt"
    printed = site.add_member("m9", "--break-glass", str(path))
    assert "Passphrase" not in printed
    assert mode(path) == 0o600
    lines = path.read_text().splitlines()
    identity = HybridIdentity.parse(lines[-1])
    member = stored(site, "m9")
    assert (member.vault, wraps(member), member.auth_hash) == (b"", {}, "")
    assert decrypt(encrypt(b"grant", [HybridRecipient.parse(member.recipient)]), [identity]) == b"grant"
    (seed,) = [line.split()[-1] for line in lines if line.startswith("# signing-key ")]
    assert SigningKey(b64decode(seed)).public == member.signing_key
    assert not secrets.is_right(member.auth_hash, bytes(32))


def test_a_break_glass_file_is_never_written_over(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "safe.txt"
    path.write_text("something dear")
    assert refused("members", "add", "m9", "--label", "x", "--data", site.server, "--break-glass", path)
    assert path.read_text() == "something dear"
    assert "no members yet" in succeed("members", "list", "--data", site.server)


def test_a_break_glass_file_without_its_member_is_removed_again(site: Site, tmp_path: Path) -> None:
    site.add_member("m1")
    path = tmp_path / "safe.txt"
    assert refused("members", "add", "m1", "--label", "x", "--data", site.server, "--break-glass", path)
    assert not path.exists()


def test_who_leaves_is_off_the_list_and_their_id_stays_theirs(site: Site) -> None:
    site.add_channel("procurement")
    site.add_member("m1", "--role", "investigator:procurement")
    succeed("members", "remove", "m1", "--data", site.server, "--yes")
    assert "no members yet" in succeed("members", "list", "--data", site.server)
    assert "investigator=" not in succeed("channels", "list", "--data", site.server)
    assert "exists" in refused("members", "add", "m1", "--label", "x", "--data", site.server)
    assert refused("members", "remove", "m1", "--data", site.server, "--yes")


def test_the_last_to_receive_reports_cannot_leave_before_somebody_follows(site: Site) -> None:
    site.add_channel("procurement")
    site.add_member("m1", "--role", "intake:procurement")
    leave = ("members", "remove", "m1", "--data", site.server, "--yes")
    assert "last intake of “procurement”" in refused(*leave)
    change = ("channels", "roles", "procurement", "--data", site.server, "--remove", "intake=m1")
    assert "last intake of “procurement”" in refused(*change)
    site.add_member("m2")
    assert "intake=m2" in succeed(*change, "--add", "intake=m2")
    succeed(*leave)


def test_removing_asks_first(site: Site) -> None:
    site.add_member("m1")
    assert "confirm" in refused("members", "remove", "m1", "--data", site.server)
    assert "m1" in succeed("members", "list", "--data", site.server)


def test_labels_cannot_move_the_cursor_or_turn_the_line_around(site: Site) -> None:
    succeed("members", "add", "m1", "--label", "good\x1b[2K\u202eevil", "--data", site.server)
    printed = succeed("members", "list", "--data", site.server)
    assert "\x1b" not in printed
    assert "good⟨U+001B⟩[2K⟨U+202E⟩evil" in printed
