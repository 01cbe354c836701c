"""The directory's way through the root key: what is shown, what is refused, what stays."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from reporting import profiles
from reporting.cli import root_key
from reporting.cli.keys import install
from reporting.cli.standing import warnings
from reporting.config import load_settings
from reporting.directory import published
from reporting.directory.bundle import Bundle, read_bundle
from reporting.directory.models import DirectoryVersion
from reporting.errors import PublicationRefused
from reporting.protocol import directory as directories
from reporting.protocol.encoding import b64encode, dump_json, parse_json_object
from reporting.protocol.errors import CannotOpen
from reporting.service import Clock, open_service
from tests.unit.cli.terminal import (
    ORIGIN,
    Site,
    change_json,
    make_published,
    make_site,
    mode,
    read_json,
    refused,
    run,
    succeed,
)

#: Where places begin in a profile that is shipped.
PLACES = re.compile(r"^\[\[?(?:external_bodies|advice|emergency)\b", re.MULTILINE)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_published(tmp_path / "site")


def in_force(site: Site) -> directories.Directory:
    service = site.service()
    with service.database.read() as session:
        return published.current(service, session)


def sign(site: Site, request: Path, *options: object) -> tuple[object, ...]:
    return ("keys", "sign", request, "--root-folder", site.root, "--yes", *options)


def test_a_signed_directory_is_in_force_for_92_days(site: Site) -> None:
    directory = in_force(site)
    assert directory.version == 1
    assert directory.valid_until - directory.date == datetime.timedelta(days=92)
    assert directory.channel("procurement").roles == {"intake": ("m1",), "investigator": ("m2",)}


def test_a_request_says_what_changes_and_what_the_worst_case_takes(site: Site) -> None:
    site.add_member("m3", "--role", "custodian:procurement")
    succeed("members", "remove", "m2", "--data", site.server, "--yes")
    out = site.folder / "two.json"
    printed = succeed("keys", "request", "--data", site.server, "--out", out, "--days", "10")
    assert f"Directory 2 of {ORIGIN}" in printed
    assert "New member m3 (M3 Label)" in printed
    assert "Member m2 (M2 Label) leaves." in printed
    assert "m3 becomes custodian" in printed
    assert "m2 is no longer investigator" in printed
    assert "of 65536 bytes" in printed
    assert mode(out) == 0o600


def test_the_signing_machine_shows_the_same_difference(site: Site) -> None:
    site.add_member("m3", "--role", "custodian:procurement")
    out = site.folder / "two.request.json"
    asked = succeed("keys", "request", "--data", site.server, "--out", out)
    # The file's own account of the difference is for nobody to believe.
    change_json(out, difference=["Nothing changes."])
    signed = succeed(*sign(site, out))
    assert asked.splitlines()[:-1] == signed.splitlines()[:-1]


def own_profile(site: Site, emergency: str, *bodies: tuple[str, str]) -> None:
    """Put a profile of one's own in the place of the one shipped, as whoever has the data folder can."""
    shipped = (Path(profiles.__file__).parent / "eu.toml").read_text()
    rows = [
        f'[[external_bodies]]\nname = "{name}"\nurl = "{url}"\nsource = "{url}"\nchecked = 2026-01-01\n'
        'country = ""\ntopics = ["work"]\n'
        for name, url in bodies
    ]
    if emergency:
        rows.append(f'[emergency]\nnumber = "{emergency}"\nsource = "https://e.example"\nchecked = 2026-01-01\n')
    folder = site.service().settings.profiles
    folder.mkdir(exist_ok=True)
    (folder / "eu.toml").write_text(PLACES.split(shipped, maxsplit=1)[0] + "\n" + "\n".join(rows))
    profiles.load.cache_clear()  # each command is a process of its own where it is used


def asked_and_signed(site: Site, name: str) -> list[str]:
    """What both machines say of the next directory; the second goes by the file alone."""
    out = site.folder / name
    asked = succeed("keys", "request", "--data", site.server, "--out", out)
    change_json(out, difference=["Nothing changes."])
    signed = succeed(*sign(site, out, "--replace"))
    assert asked.splitlines()[:-1] == signed.splitlines()[:-1]
    return asked.splitlines()


def test_places_and_emergency_numbers_that_the_server_swaps_are_shown_to_the_signer(site: Site) -> None:
    own_profile(site, "999", ("Ombudsman", "https://ombud.example"), ("Press", "https://press.example"))
    first = "\n".join(asked_and_signed(site, "one.request.json"))
    assert "new place, Ombudsman <https://ombud.example>" in first
    assert "the emergency number is now 999." in first
    assert "The texts of the site change." not in first
    succeed("keys", "publish", site.folder / "one.signed.json", "--data", site.server)
    assert "Profile" not in "\n".join(asked_and_signed(site, "none.request.json"))
    own_profile(site, "999666", ("Ombudsman", "https://thief.example"), ("Union", "https://union.example"))
    second = "\n".join(asked_and_signed(site, "two.request.json"))
    assert "changes from Ombudsman <https://ombud.example>" in second
    assert "to Ombudsman <https://thief.example>" in second
    assert "a place is gone, Press <https://press.example>" in second
    assert "new place, Union <https://union.example>" in second
    assert "the emergency number is now 999666." in second
    own_profile(site, "")
    assert "no emergency number any more." in "\n".join(asked_and_signed(site, "three.request.json"))


def test_a_server_that_keeps_back_what_was_there_before_hides_no_place(site: Site) -> None:
    own_profile(site, "112", ("Ombudsman", "https://ombud.example"))
    site.renew()
    own_profile(site, "112", ("Ombudsman", "https://thief.example"))
    request = site.request()
    old = b64encode(in_force(site).site)
    documents = {name: body for name, body in read_json(request)["documents"].items() if name != old}
    change_json(request, documents=documents)
    shown = succeed(*sign(site, request))
    assert "The texts of the site change." in shown
    assert "new place, Ombudsman <https://thief.example>" in shown
    assert "the emergency number is now 112." in shown


def test_a_member_s_keys_show_as_many_digits_as_a_site_s(site: Site) -> None:
    """With fifteen of them, a server's owner could search for keys of their own that show the same."""
    site.add_member("m9")
    shown = succeed("keys", "request", "--data", site.server, "--out", site.root / "r.json")
    (line,) = [line for line in shown.splitlines() if "m9" in line and re.search(r"\d{5} \d{5}", line)]
    assert re.search(r"(?<!\d)\d{5}(?: \d{5}){5}(?!\d| \d)", line)


def test_roles_that_must_not_meet_are_refused_at_each_step(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    role = ("channels", "roles", "procurement", "--data", site.server, "--add", "protection=m1")
    assert "m1 cannot be intake and protection" in refused(*role)
    monkeypatch.setenv("REPORTING_ONE_PERSON_OFFICE", "true")
    succeed(*role)
    request = site.request()
    assert "m1 cannot be intake and protection" in refused(*sign(site, request))
    succeed(*sign(site, request, "--one-person-office"))
    signed = request.with_name(request.name.replace("request", "signed"))
    monkeypatch.setenv("REPORTING_ONE_PERSON_OFFICE", "false")
    assert "m1 cannot be intake and protection" in refused("keys", "request", "--data", site.server)
    assert "m1 cannot be intake and protection" in refused("keys", "publish", signed, "--data", site.server)
    monkeypatch.setenv("REPORTING_ONE_PERSON_OFFICE", "true")
    succeed("keys", "publish", signed, "--data", site.server)


def test_signing_needs_neither_database_nor_data_folder(site: Site, tmp_path: Path) -> None:
    site.add_member("m3")
    request = site.request()
    site.server.rename(tmp_path / "far away")
    assert site.sign(request).exists()


def test_every_version_stays(site: Site) -> None:
    site.renew()
    site.renew()
    with site.service().database.read() as session:
        notes = [session.get_one(DirectoryVersion, version).note for version in (1, 2, 3)]
    found = [directories.parse(note, site.service().root) for note in notes]
    assert [one.version for one in found] == [1, 2, 3]
    assert found[2].previous == found[1].sha256
    assert "Version 2, valid until" in succeed("keys", "show", "--data", site.server, "--version", "2")
    assert "no version 9" in refused("keys", "show", "--data", site.server, "--version", "9")


def test_another_root_s_signature_is_not_authentic(site: Site, tmp_path: Path) -> None:
    other = make_published(tmp_path / "other")
    site.add_member("m3")
    request = site.request()
    change_json(request, before=None)
    bundle = Bundle.signed(_bundle(request), ORIGIN, root_key.open_root(other.root, str).key)
    request.with_name("next.signed.json").write_bytes(bundle.encode())
    sentence = refused("keys", "publish", request.with_name("next.signed.json"), "--data", site.server, status=4)
    assert "lacks the signature" in sentence
    assert in_force(site).version == 1


def _bundle(path: Path) -> Bundle:
    return read_bundle(path.read_bytes())


def test_a_version_in_force_that_this_root_never_signed_is_not_authentic(site: Site, tmp_path: Path) -> None:
    other = make_published(tmp_path / "other")
    other.add_member("m3")
    request = other.request()
    assert refused(*sign(site, request), status=4)


def test_a_request_for_another_site_is_refused(site: Site, tmp_path: Path) -> None:
    other = make_site(tmp_path / "other", "other.example.org")
    other.add_member("m1")
    other.add_channel("procurement", "--role", "intake=m1")
    assert "other.example.org" in refused(*sign(site, other.request()))


def test_a_lower_version_is_refused_by_root_and_server(site: Site) -> None:
    site.add_member("m3")
    request = site.request()
    first = site.sign(request).read_bytes()
    site.publish(request.with_name("next.signed.json"))
    old = site.folder / "old.signed.json"
    old.write_bytes(first)
    assert "the next one is 3" in refused("keys", "publish", old, "--data", site.server)
    site.renew()
    assert "Version 3 was signed here before" in refused(*sign(site, old))


def test_an_unsigned_request_is_not_published(site: Site) -> None:
    assert "not signed yet" in refused("keys", "publish", site.request(), "--data", site.server)


def test_a_text_altered_after_signing_is_refused(site: Site) -> None:
    site.add_member("m3")
    signed = site.sign(site.request())
    change_json(signed, text=read_json(signed)["text"].replace("M3 Label", "M9 Label"))
    assert "not the one in this file" in refused("keys", "publish", signed, "--data", site.server)
    assert in_force(site).version == 1


def altered(request: Path, **changes: object) -> Path:
    """A request whose directory a taken-over server altered."""
    lines = read_json(request)["text"].split("\n")
    content = parse_json_object(lines[3].encode(), limit=1 << 20)
    lines[3] = dump_json({**content, **changes}).decode()
    change_json(request, text="\n".join(lines))
    return request


def test_a_key_slipped_in_among_the_former_ones_is_not_signed(site: Site) -> None:
    request = site.request()
    key = parse_json_object(read_json(request)["text"].split("\n")[3].encode(), limit=1 << 20)["service_key"]
    slipped = {"id": "m1", "label": "x", "channels": ["procurement"], "since": 1, "until": 1, "signing_key": key}
    assert "former keys" in refused(*sign(site, altered(request, former=[slipped])))


def test_a_key_dated_back_is_not_signed(site: Site) -> None:
    site.add_member("m3")
    request = site.request()
    members = parse_json_object(read_json(request)["text"].split("\n")[3].encode(), limit=1 << 20)["members"]
    members[-1]["since"] = 1
    assert "dated otherwise" in refused(*sign(site, altered(request, members=members)))


def test_recipients_swapped_in_the_request_are_not_signed(site: Site) -> None:
    request = site.request()
    recipients = read_json(request)["recipients"]
    listed = recipients["procurement"]
    listed["m1"], listed["m2"] = listed["m2"], listed["m1"]
    change_json(request, recipients=recipients)
    assert "is not the one" in refused(*sign(site, request))


def test_two_texts_of_one_version_are_signed_only_on_request(site: Site) -> None:
    site.add_member("m3")
    site.sign(site.request())
    site.add_member("m4")
    again = site.request()
    assert "--replace" in refused(*sign(site, again))
    assert "Signed" in succeed(*sign(site, again, "--replace"))


def test_a_directory_that_does_not_fit_its_shape_is_not_requested(site: Site) -> None:
    # Each intake member is one more grant of some 2,500 bytes in every report.
    for number in range(10, 24):
        site.add_member(f"m{number}", "--role", "intake:procurement")
    out = site.folder / "big.json"
    sentence = refused("keys", "request", "--data", site.server, "--out", out)
    assert " bytes, but 65536 fit" in sentence
    assert not out.exists()
    assert "of 131072 bytes" in succeed("keys", "request", "--data", site.server, "--out", out, "--shape", "131072")
    signed = site.folder / "big.signed.json"
    site.sign(out, "--out", str(signed))
    site.publish(signed)
    assert "of 131072 bytes" in succeed("keys", "request", "--data", site.server, "--out", out)


def test_nobody_to_confirm_means_no_signature(site: Site) -> None:
    out = site.folder / "signed.json"
    result = run("keys", "sign", site.request(), "--root-folder", site.root, "--out", out)
    assert result.exit_code == 1
    assert "Nobody is here to confirm" in result.stderr
    assert not out.exists()


@pytest.mark.parametrize("days", ["0", "93"])
def test_a_validity_beyond_92_days_is_wrong_use(site: Site, days: str) -> None:
    assert refused("keys", "request", "--data", site.server, "--days", days, status=2)


def test_a_file_that_is_no_request_is_refused(site: Site) -> None:
    path = site.folder / "junk.json"
    for junk in (b"", b"{}", b'{"format": "reporting/directory-request/v1"}', b"\xff"):
        path.write_bytes(junk)
        assert refused(*sign(site, path))
    assert "No such file" in refused(*sign(site, site.folder / "nothing.json"))


def test_former_keys_follow_from_a_change(site: Site) -> None:
    succeed("members", "remove", "m2", "--data", site.server, "--yes")
    site.renew()
    (former,) = in_force(site).former
    assert (former.id, former.since, former.until, former.channels) == ("m2", 1, 1, ("procurement",))
    assert "Former: m2" in succeed("keys", "show", "--data", site.server)


@pytest.mark.parametrize(
    ("days_later", "said"),
    [(61, None), (62, "ends in 30 days"), (80, "Soon: "), (86, "URGENT: "), (93, "nobody can report")],
)
def test_the_directory_s_end_is_announced(site: Site, days_later: int, said: str | None) -> None:
    directory = in_force(site)
    found = " ".join(warnings(directory, directory.date + datetime.timedelta(days=days_later)))
    assert (said in found) if said else not found


class InThreeDays(Clock):
    """A clock that is ahead."""

    def now(self) -> int:
        return super().now() + 3 * 86_400


def test_an_expired_directory_is_not_published(site: Site) -> None:
    site.add_member("m3")
    signed = site.sign(site.request("--days", "1"))
    service = open_service(load_settings(site.server), clock=InThreeDays())
    with pytest.raises(PublicationRefused, match="not in force"):
        install(service, _bundle(signed))


def test_the_trust_anchors_are_written_on_request(site: Site, tmp_path: Path) -> None:
    succeed("keys", "show", "--data", site.server, "--anchors", tmp_path / "keys")
    assert {path.name for path in (tmp_path / "keys").iterdir()} == {"root.pub", "directory"}
    root = root_key.read_public(tmp_path / "keys")
    assert directories.parse((tmp_path / "keys" / "directory").read_bytes(), root).version == 1


def test_show_tells_when_nothing_was_published(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    assert "Nothing was published yet" in succeed("keys", "show", "--data", site.server)


class TestRootKey:
    """The root key at rest."""

    PASSPHRASE = "a heron stood on the quay in the drizzle and waited"

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "words").write_text(self.PASSPHRASE + "\n")
        arguments = ("--root-folder", tmp_path / "root", "--origin", ORIGIN, "--passphrase-file", tmp_path / "words")
        succeed("keys", "init", *arguments)
        return tmp_path / "root"

    def test_it_opens_with_its_passphrase_alone(self, folder: Path) -> None:
        root = root_key.open_root(folder, lambda: self.PASSPHRASE)
        assert root.verifier == root_key.read_public(folder)
        assert b64encode(root.key.seed) not in (folder / "root.key").read_text()

    def test_another_passphrase_does_not_open_it(self, folder: Path) -> None:
        with pytest.raises(CannotOpen):
            root_key.open_root(folder, lambda: "another")

    def test_it_is_never_written_over(self, folder: Path) -> None:
        before = (folder / "root.key").read_bytes()
        assert "nothing was changed" in refused("keys", "init", "--root-folder", folder, "--origin", ORIGIN)
        assert (folder / "root.key").read_bytes() == before

    def test_a_weak_passphrase_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "words").write_text("Tr0ub4dor&3\n")
        arguments = ("--root-folder", tmp_path / "r", "--origin", ORIGIN, "--passphrase-file", tmp_path / "words")
        assert "could be guessed" in refused("keys", "init", *arguments)
        assert not (tmp_path / "r").exists()

    def test_one_that_others_can_read_is_not_used(self, site: Site) -> None:
        (site.root / "root.key").chmod(0o644)
        assert "chmod 600" in refused(*sign(site, site.request()))

    def test_halves_that_differ_are_not_authentic(self, site: Site) -> None:
        change_json(site.root / "root.key", seed=b64encode(bytes(32)))
        assert "differ" in refused(*sign(site, site.request()), status=4)

    def test_none_there_says_what_to_do(self, site: Site, tmp_path: Path) -> None:
        assert "keys init" in refused("keys", "sign", site.request(), "--root-folder", tmp_path / "no", "--yes")
