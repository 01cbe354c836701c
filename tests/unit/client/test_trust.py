"""What a site is recognized by, and that it is kept only where somebody asked for it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from reporting.client.errors import NotTrusted, TrustNeeded, UnexpectedAnswer
from reporting.client.transport import Transport
from reporting.client.trust import Pin, PinFile, check_fingerprint, fetch_root
from reporting.protocol.directory import fingerprint
from reporting.protocol.errors import Malformed
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey
from tests.unit.client.serving import Reply, serving

ROOT = VerifierKey("reports.example", SigningKey(bytes(31) + b"1").public)
OTHER = VerifierKey("reports.example", SigningKey(bytes(31) + b"2").public)
URL = "https://reports.example"


@pytest.mark.parametrize("separator", [" ", "-", "", "\n"])
def test_a_fingerprint_is_compared_as_people_type_it(separator: str) -> None:
    check_fingerprint(ROOT, separator.join(fingerprint(ROOT.public).split()))


def test_digits_of_other_scripts_are_digits() -> None:
    arabic = fingerprint(ROOT.public).translate({ord(str(digit)): 0x0660 + digit for digit in range(10)})
    check_fingerprint(ROOT, arabic)


def test_another_fingerprint_is_not_trusted() -> None:
    with pytest.raises(NotTrusted):
        check_fingerprint(OTHER, fingerprint(ROOT.public))


@pytest.mark.parametrize("typed", ["", "12345", "12345 " * 7, "abandon ability"])
def test_what_is_no_fingerprint_is_said_so(typed: str) -> None:
    with pytest.raises(TrustNeeded):
        check_fingerprint(ROOT, typed)


def shown_by(body: bytes) -> VerifierKey:
    with serving(lambda _: Reply(body)) as server, Transport(server.url) as site:
        found = fetch_root(site)
    assert [request.path for request in server.requests] == ["/.well-known/reporting/root"]
    return found


def test_the_root_key_is_fetched() -> None:
    assert shown_by(ROOT.encode().encode() + b"\n") == ROOT


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", ROOT.encode().encode() + b"\nmore"])
def test_a_root_key_is_read_strictly(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        shown_by(body)


def test_a_pin_is_kept_for_its_address(tmp_path: Path) -> None:
    pins = PinFile(tmp_path / "settings" / "pins.json")
    assert pins.find(URL) is None
    assert list(tmp_path.iterdir()) == [], "looking writes nothing"
    pin = Pin(ROOT, 7, b"7" * 32)
    pins.store(URL, pin)
    assert pins.find(URL) == pin
    assert pins.find("https://other.example") is None
    assert stat.S_IMODE(pins.path.stat().st_mode) == 0o600
    assert [path.name for path in pins.path.parent.iterdir()] == ["pins.json"], "nothing is left beside it"


def test_a_pin_replaces_the_one_before(tmp_path: Path) -> None:
    pins = PinFile(tmp_path / "pins.json")
    pins.store(URL, Pin(ROOT, 7, b"7" * 32))
    pins.store("http://x.onion", Pin(ROOT, 7, b"7" * 32))
    pins.store(URL, Pin(ROOT, 8, b"8" * 32))
    assert pins.find(URL) == Pin(ROOT, 8, b"8" * 32)
    assert pins.find("http://x.onion") == Pin(ROOT, 7, b"7" * 32)


def test_one_site_is_not_pinned_with_two_keys(tmp_path: Path) -> None:
    pins = PinFile(tmp_path / "pins.json")
    pins.store(URL, Pin(ROOT))
    with pytest.raises(NotTrusted, match="another root key"):
        pins.store("http://x.onion", Pin(OTHER))
    assert pins.find("http://x.onion") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"format":"reporting/pins/v2","sites":{}}',
        json.dumps({"format": "reporting/pins/v1", "sites": {URL: {"root": "x"}}}).encode(),
        json.dumps({"format": "reporting/pins/v1", "sites": {URL: []}}).encode(),
    ],
)
def test_a_damaged_file_is_said_so_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pins.json"
    path.write_bytes(content)
    with pytest.raises(Malformed, match="damaged"):
        PinFile(path).find(URL)
    with pytest.raises(Malformed, match="damaged"):
        PinFile(path).store(URL, Pin(ROOT))
    assert path.read_bytes() == content
