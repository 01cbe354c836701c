"""A certificate holds as a whole or not at all; a few independent lines see the same."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.protocol import certificate, note
from reporting.protocol.certificate import Certificate, Wanted
from reporting.protocol.directory import fingerprint
from reporting.protocol.encoding import JSONObject, b64encode, dump_json, sha256
from reporting.protocol.errors import Malformed, NotAuthentic, ProtocolError
from reporting.protocol.signing import SigningKey
from tests.factories.site import Site
from tests.independent import certificate as independent
from tests.unit.cli.terminal import run

SITE = Site.usual()
ROOT = SITE.root_verifier
DIGITS = fingerprint(SITE.root.public)
TODAY = SITE.today
ACKNOWLEDGEMENT = "an acknowledgement\n"
NAME = "Zo\u00eb \u0646\u0648\u0631"
SALT = bytes(range(32))
OPENING = bytes(range(64, 96))
SAID = Certificate(
    origin=SITE.origin,
    report=certificate.commit_report(ACKNOWLEDGEMENT, OPENING),
    received=TODAY,
    channel=None,
    directory=1,
    issued=TODAY,
    commitment=certificate.commit(NAME, SALT),
)
NOTE = certificate.sign(SAID, SITE.service)


def written(said: Certificate = SAID, name: str = NAME, salt: bytes = SALT, key: SigningKey = SITE.service) -> bytes:
    return certificate.write(certificate.sign(said, key), SITE.versions[0], ROOT, name, salt)


FILE = written()
BARE = written(replace(SAID, channel="procurement", commitment=certificate.NO_NAME), "")
PAGE = b"<!doctype html>\n<p>On a day.</p>" + certificate.embedded(FILE) + b"\n"


def holds(data: bytes) -> certificate.Proven:
    return certificate.verify(data, ROOT)


def test_it_says_what_the_site_signed_and_nothing_of_the_report() -> None:
    found = holds(FILE)
    assert (found.certificate, found.name, found.page) == (SAID, NAME, False)
    assert holds(PAGE) == replace(found, page=True)
    assert (holds(BARE).certificate.channel, holds(BARE).name) == ("procurement", "")
    assert certificate.root_of(FILE) == certificate.root_of(PAGE) == ROOT
    assert SAID.text().count("\n") == 8
    assert b"procurement" not in NOTE.encode()


@pytest.mark.parametrize("data", [FILE, BARE, PAGE], ids=["named", "bare", "page"])
def test_a_few_independent_lines_agree(data: bytes) -> None:
    found = holds(data)
    assert independent.verify(data, DIGITS) == {
        "report": b64encode(found.certificate.report),
        "received": found.certificate.received.isoformat(),
        "channel": found.certificate.channel or "-",
        "issued": found.certificate.issued.isoformat(),
        "name": found.name,
    }


def refuses(data: bytes) -> None:
    """Both refuse it: or, where the key that is named is another, whoever compares its fingerprint."""
    with pytest.raises(ProtocolError):
        holds(data)
    with pytest.raises(Exception):  # noqa: B017, PT011 -- whatever it ends with: it does not hold
        independent.verify(data, DIGITS)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_changed_byte_is_noticed(choice: st.DataObject) -> None:
    whole = choice.draw(st.sampled_from([FILE, BARE]))
    place = choice.draw(st.integers(0, len(whole) - 1))
    other = choice.draw(st.integers(0, 255).filter(lambda byte: byte != whole[place]))
    refuses(whole[:place] + bytes([other]) + whole[place + 1 :])


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_byte_more_or_less_is_noticed(choice: st.DataObject) -> None:
    whole = choice.draw(st.sampled_from([FILE, BARE]))
    place = choice.draw(st.integers(0, len(whole)))
    more = choice.draw(st.sampled_from([b" ", b"\n", b"0", b""]))
    rest = whole[place:] if more else whole[place + 1 :]
    if whole[:place] + more + rest != whole:
        refuses(whole[:place] + more + rest)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_changed_byte_of_what_a_page_carries_is_noticed(choice: st.DataObject) -> None:
    start, end = PAGE.index(b"hidden>") + 7, PAGE.index(b"</pre>")
    place = choice.draw(st.integers(start, end - 1))
    other = choice.draw(st.integers(0, 255).filter(lambda byte: byte != PAGE[place]))
    refuses(PAGE[:place] + bytes([other]) + PAGE[place + 1 :])


OTHER = SigningKey.generate()
DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(written(key=OTHER), id="signed by another key"),
        pytest.param(written(replace(SAID, origin="other.example.org")), id="another origin"),
        pytest.param(written(replace(SAID, directory=2)), id="another directory"),
        pytest.param(written(replace(SAID, issued=TODAY - DAY)), id="issued before the report"),
        pytest.param(written(replace(SAID, received=TODAY - 9 * DAY, issued=TODAY - DAY)), id="issued before the list"),
        pytest.param(written(replace(SAID, issued=SITE.directory.valid_until + DAY)), id="issued after the list ended"),
        pytest.param(written(name="Zoe"), id="another name"),
        pytest.param(written(name=""), id="a name taken out"),
        pytest.param(written(replace(SAID, commitment=certificate.NO_NAME)), id="a name put in"),
        pytest.param(written(salt=bytes(32)), id="another salt"),
        pytest.param(written(salt=SALT[:31]), id="a short salt"),
        pytest.param(written(name="Zoe\u0308 \u0646\u0648\u0631"), id="the name in another form of Unicode"),
        pytest.param(written(name=f" {NAME}"), id="the name with a space before it"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"{}", id="an object"),
        pytest.param(PAGE + certificate.embedded(BARE), id="a page that carries two"),
    ],
)
def test_what_does_not_hold_is_refused(data: bytes) -> None:
    refuses(data)


def test_further_signatures_do_not_travel_along() -> None:
    more = note.add_signature(note.parse(SITE.versions[0]), "x", OTHER).encode()
    assert certificate.write(NOTE, more, ROOT, NAME, SALT) == FILE
    content = json.loads(FILE)
    for member, value in (("directory", more), ("note", note.add_signature(note.parse(NOTE), "x", OTHER).encode())):
        refuses(dump_json({**content, member: value}) + b"\n")


Change = Callable[[JSONObject], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(v=2),
        lambda said: said.update(v=1.0),
        lambda said: said.update(kind="dossier"),
        lambda said: said.update(more=1),
        lambda said: said.pop("salt"),
        lambda said: said.update(name=None),
        lambda said: said.update(note=said["note"].replace("certificate/v1", "acknowledgement/v1")),
    ],
)
def test_another_form_is_refused(change: Change) -> None:
    content = json.loads(FILE)
    change(content)
    refuses(dump_json(content) + b"\n")


def test_another_site_is_refused() -> None:
    other = Site.usual()
    with pytest.raises(NotAuthentic, match="another site"):
        certificate.verify(FILE, other.root_verifier)
    with pytest.raises(AssertionError):
        independent.verify(FILE, fingerprint(other.root.public))


WANTED = Wanted(ACKNOWLEDGEMENT, OPENING, TODAY, None, SAID.commitment)


@pytest.mark.parametrize(
    ("said", "today"),
    [
        pytest.param(replace(SAID, received=TODAY - DAY), TODAY, id="another day"),
        pytest.param(replace(SAID, report=bytes(32)), TODAY, id="another report"),
        pytest.param(replace(SAID, report=sha256(ACKNOWLEDGEMENT.encode())), TODAY, id="the report for all to see"),
        pytest.param(
            replace(SAID, report=certificate.commit_report(ACKNOWLEDGEMENT, SALT)), TODAY, id="another opening"
        ),
        pytest.param(replace(SAID, commitment=certificate.NO_NAME), TODAY, id="without the name"),
        pytest.param(replace(SAID, commitment=bytes([1] * 32)), TODAY, id="another name"),
        pytest.param(replace(SAID, channel="procurement"), TODAY, id="the channel named against the wish"),
        pytest.param(SAID, TODAY + 2 * DAY, id="issued two days ago"),
        pytest.param(replace(SAID, issued=TODAY + 2 * DAY), TODAY, id="issued in two days"),
    ],
)
def test_a_device_takes_nothing_else_than_it_asked_for(said: Certificate, today: datetime.date) -> None:
    assert certificate.check_issued(NOTE, WANTED, SITE.directory, TODAY) == SAID
    with pytest.raises(NotAuthentic):
        certificate.check_issued(certificate.sign(said, SITE.service), WANTED, SITE.directory, today)


def test_names_are_of_one_form() -> None:
    assert certificate.check_name("  Zoe\u0308 ") == "Zo\u00eb"
    assert certificate.check_name("") == ""
    for name in ("x" * 201, "a\nb", "a\x07b", "\u00e9" * 101):
        with pytest.raises(Malformed):
            certificate.check_name(name)


def test_at_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "certificate.json"
    for data, more in ((FILE, []), (PAGE, ["signed by nobody"])):
        file.write_bytes(data)
        told = run("verify", file, "--fingerprint", DIGITS)
        assert told.exit_code == 0, told.output
        for words in [f"on {TODAY}, a report was received", f"Made out to: {NAME}", "Nobody checked that name", *more]:
            assert words in told.stdout
        assert "channel" not in told.stdout
        content = json.loads(run("verify", file, "--root", ROOT.encode(), "--json").stdout)
        assert (content["kind"], content["name"], content["channel"]) == ("certificate", NAME, None)
        assert run("verify", file, "--fingerprint", "0" * 30).exit_code == 4
        assert run("verify", file).exit_code != 0
        file.write_bytes(data.replace(b"certificate/v1", b"certificate/v2") if data is FILE else data[: len(data) // 2])
        assert run("verify", file, "--fingerprint", DIGITS).exit_code in {1, 4}
    file.write_bytes(BARE)
    told = run("verify", file, "--fingerprint", DIGITS)
    assert "made out to nobody" in told.stdout
    assert "on the channel" in told.stdout
