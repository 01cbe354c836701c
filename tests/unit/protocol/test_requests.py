"""What the server refuses before it looks anything up, each with the field named (section 6)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.protocol import age, note
from reporting.protocol import epoch as epochs
from reporting.protocol.age import HybridIdentity
from reporting.protocol.age_header import Stanza, encode_header
from reporting.protocol.age_stream import sealed_payload_size
from reporting.protocol.encoding import b64decode, b64encode, sha256
from reporting.protocol.errors import ProtocolError
from reporting.protocol.grant import plaintext_size
from reporting.protocol.requests import parse_entry_request, parse_report_request
from reporting.protocol.signing import SigningKey
from tests.factories import Post, Reporter, Site

SITE = Site.usual()
REPORTER = Reporter(SITE, Post(SITE))
REQUEST = REPORTER.prepare(identity={"name": "Jo"}).request
KEY = SigningKey(b"x" * 32)
STRANGER = HybridIdentity(b"s" * 32).recipient
Change = Callable[[dict[str, Any]], object]


def changed(change: Change, base: dict[str, Any] = REQUEST) -> dict[str, Any]:
    request = copy.deepcopy(base)
    change(request)
    return request


def with_stanzas(
    count: int, *, kind: str = "mlkem768x25519", arguments: int = 1, body: int = 32, size: int = 2_048
) -> str:
    """A sealed file that nobody can open, of that many stanzas, of a plaintext of that size."""
    stanza = Stanza((kind, *[encoded(1_120)] * arguments), bytes(body))
    return b64encode(encode_header([stanza] * count, bytes(16)) + bytes(sealed_payload_size(size)))


def encoded(size: int) -> str:
    return b64encode(b"\x09" * size).rstrip("=")


def resigned(change: Callable[[str], str], *, name: str = f"{SITE.origin}/reporter") -> str:
    """The epoch note with another text, signed."""
    text = note.parse(REQUEST["epoch"]).text
    return note.sign(change(text), name, KEY)


def test_an_honest_report_is_well_formed() -> None:
    report = parse_report_request(REQUEST, SITE.origin)
    assert report.channel == "procurement"
    assert report.directory == report.epoch.directory == 1
    assert [grant.member for grant in report.grants] == ["ada", "bea", "safe"]
    assert report.identity_stanzas == 2
    assert report.case == epochs.case_id(epochs.case_hash(report.recipient), report.reporter_sha256)
    assert report.entry == b64decode(REQUEST["entry"])


def test_an_identity_and_uploads_are_as_sent() -> None:
    report = parse_report_request(changed(lambda r: r.update(identity=None, uploads=["a", "b"])), SITE.origin)
    assert report.identity is None
    assert report.identity_stanzas == 0
    assert report.uploads == ("a", "b")


def test_the_directory_line_and_the_date_of_the_note_are_the_reporters() -> None:
    """They are judged later, or not at all: the server compares no date of reporters with its own."""
    text = note.parse(REQUEST["epoch"]).text
    for old, new in (("\n1\n", "\n999\n"), (SITE.today.isoformat(), "1999-12-31")):
        request = {**REQUEST, "epoch": note.sign(text.replace(old, new), f"{SITE.origin}/reporter", KEY)}
        assert parse_report_request(request, SITE.origin).epoch.text() == note.parse(request["epoch"]).text


BAD_REPORTS: list[tuple[str, Change]] = [
    ("/directory", lambda r: r.pop("directory")),
    ("/directory", lambda r: r.update(directory="1")),
    ("/directory", lambda r: r.update(directory=0)),
    ("/directory", lambda r: r.update(directory=True)),
    ("/directory", lambda r: r.update(directory=1.5)),
    ("/channel", lambda r: r.pop("channel")),
    ("/channel", lambda r: r.update(channel="No Such")),
    ("/channel", lambda r: r.update(channel=["procurement"])),
    ("/token", lambda r: r.pop("token")),
    ("/token", lambda r: r.update(token=b64encode(bytes(31)))),
    ("/token", lambda r: r.update(token=b64encode(bytes(33)))),
    ("/token", lambda r: r.update(token=r["token"].rstrip("="))),
    ("/token", lambda r: r.update(token="not base64")),
    ("/recipient", lambda r: r.pop("recipient")),
    ("/recipient", lambda r: r.update(recipient=r["recipient"].upper())),
    ("/recipient", lambda r: r.update(recipient=r["recipient"][:-1])),
    ("/recipient", lambda r: r.update(recipient="age1" + "q" * 58)),
    ("/recipient", lambda r: r.update(recipient=7)),
    ("/epoch", lambda r: r.pop("epoch")),
    ("/epoch", lambda r: r.update(epoch=7)),
    ("/epoch", lambda r: r.update(epoch="")),
    ("/epoch", lambda r: r.update(epoch="x" * 100_000)),
    ("/epoch", lambda r: r.update(epoch=note.parse(r["epoch"]).text)),
    ("/epoch", lambda r: r.update(epoch=r["epoch"] + r["epoch"].split("\n")[-2] + "\n")),
    ("/epoch", lambda r: r.update(epoch=resigned(lambda t: t, name=f"{SITE.origin}/member/ada"))),
    ("/epoch", lambda r: r.update(epoch=resigned(lambda t: t, name=SITE.origin))),
    ("/epoch", lambda r: r.update(epoch=resigned(lambda t: t.replace("v1", "v2")))),
    ("/epoch", lambda r: r.update(epoch=resigned(lambda t: t.replace("\n0\n", "\n1\n")))),
    ("/epoch", lambda r: r.update(epoch=resigned(lambda t: t.replace("ada,bea", "ada")))),
    ("/epoch", lambda r: r.update(epoch=resigned(lambda t: t.replace("ada,bea", "bea,ada")))),
    ("/epoch", lambda r: r.update(epoch=resigned(lambda t: t.replace("ada,bea", "ada,bea,ivo")))),
    ("/epoch", lambda r: r.update(epoch=resigned(lambda t: t.replace(SITE.origin, "other.example.org", 1)))),
    ("/epoch", lambda r: r.update(epoch=resigned(lambda t: t.replace(b64encode(bytes(32)), b64encode(b"1" * 32))))),
    ("/epoch", lambda r: r.update(epoch=resigned(lambda t: t.replace("\n1\n", "\n01\n")))),
    ("/epoch", lambda r: r.update(epoch=resigned(lambda t: t + "one more line\n"))),
    # a recipient, or a hash, that fits neither epoch nor case
    ("/epoch", lambda r: r.update(recipient=str(STRANGER))),
    ("/epoch", lambda r: r.update(reporter_sha256=b64encode(bytes(32)))),
    ("/reporter_sha256", lambda r: r.pop("reporter_sha256")),
    ("/reporter_sha256", lambda r: r.update(reporter_sha256=b64encode(bytes(20)))),
    # grants to nobody, twice, to more or fewer than the note names
    ("/grants", lambda r: r.pop("grants")),
    ("/grants", lambda r: r.update(grants=[])),
    ("/grants", lambda r: r.update(grants={})),
    ("/grants", lambda r: r["grants"].append(r["grants"][0])),
    ("/epoch", lambda r: r["grants"].pop()),
    ("/epoch", lambda r: r["grants"][0].update(member="ivo")),
    ("/grants/1", lambda r: r["grants"].__setitem__(1, "ada")),
    ("/grants/1/member", lambda r: r["grants"][1].update(member="Ada")),
    ("/grants/1/member", lambda r: r["grants"][1].pop("member")),
    ("/grants/1/sealed", lambda r: r["grants"][1].pop("sealed")),
    ("/grants/1/sealed", lambda r: r["grants"][1].update(sealed="AAA")),
    ("/grants/1/sealed", lambda r: r["grants"][1].update(sealed=r["grants"][1]["sealed"] + "\n")),
    ("/grants/1/sealed", lambda r: r["grants"][1].update(sealed=with_stanzas(2, size=190))),
    ("/grants/1/sealed", lambda r: r["grants"][1].update(sealed=with_stanzas(1, size=4_000))),
    ("/grants/1/sealed", lambda r: r["grants"][1].update(sealed=with_stanzas(1, size=plaintext_size(0) - 1))),
    # an age header with a missing, extra, classical or malformed stanza; a truncated payload
    ("/entry", lambda r: r.pop("entry")),
    ("/entry", lambda r: r.update(entry="")),
    ("/entry", lambda r: r.update(entry=b64encode(b"age-encryption.org/v1\n"))),
    ("/entry", lambda r: r.update(entry=with_stanzas(1))),
    ("/entry", lambda r: r.update(entry=with_stanzas(3))),
    ("/entry", lambda r: r.update(entry=with_stanzas(2, kind="X25519"))),
    ("/entry", lambda r: r.update(entry=with_stanzas(2, kind="scrypt"))),
    ("/entry", lambda r: r.update(entry=with_stanzas(2, kind="joint-grease"))),
    ("/entry", lambda r: r.update(entry=with_stanzas(2, arguments=0))),
    ("/entry", lambda r: r.update(entry=with_stanzas(2, arguments=2))),
    ("/entry", lambda r: r.update(entry=with_stanzas(2, body=31))),
    ("/entry", lambda r: r.update(entry=with_stanzas(2, size=2_047))),
    ("/entry", lambda r: r.update(entry=with_stanzas(2, size=17_409))),
    ("/entry", lambda r: r.update(entry=with_stanzas(2, size=18_432))),
    ("/entry", lambda r: r.update(entry=b64encode(b64decode(r["entry"])[:-1]))),
    ("/entry", lambda r: r.update(entry=b64encode(b64decode(r["entry"]) + b"\0"))),
    ("/entry", lambda r: r.update(entry=b64encode(b64decode(r["entry"]).replace(b"/v1", b"/v2", 1)))),
    ("/entry", lambda r: r.update(entry=age.armor(b64decode(r["entry"])))),
    ("/identity", lambda r: r.update(identity="")),
    ("/identity", lambda r: r.update(identity=False)),
    ("/identity", lambda r: r.update(identity=with_stanzas(17))),
    ("/identity", lambda r: r.update(identity=with_stanzas(1, kind="X25519"))),
    ("/identity", lambda r: r.update(identity=with_stanzas(1, size=100))),
    ("/uploads", lambda r: r.pop("uploads")),
    ("/uploads", lambda r: r.update(uploads=None)),
    ("/uploads", lambda r: r.update(uploads=["a"] * 2)),
    ("/uploads", lambda r: r.update(uploads=[f"{n}" for n in range(17)])),
    ("/uploads/0", lambda r: r.update(uploads=[7])),
    ("/uploads/0", lambda r: r.update(uploads=["u" * 65])),
]


@pytest.mark.parametrize(("pointer", "change"), BAD_REPORTS)
def test_a_bad_report_names_the_field(pointer: str, change: Change) -> None:
    with pytest.raises(ProtocolError) as raised:
        parse_report_request(changed(change), SITE.origin)
    assert raised.value.pointer == pointer


@pytest.mark.parametrize("size", [2_048, 2_176, 16_384, 17_408])
def test_the_lengths_that_padding_gives_are_accepted(size: int) -> None:
    request = changed(lambda r: r.update(entry=with_stanzas(2, size=size), identity=with_stanzas(16, size=size)))
    assert parse_report_request(request, SITE.origin).identity_stanzas == 16


def test_a_note_is_of_the_sites_own_origin() -> None:
    with pytest.raises(ProtocolError) as raised:
        parse_report_request(REQUEST, "other.example.org")
    assert raised.value.pointer == "/epoch"


# --- retries


def test_a_retry_differs_in_nothing_but_challenge_and_directory() -> None:
    digest = parse_report_request(REQUEST, SITE.origin).digest
    for change in (
        lambda r: r.update(challenge={"challenge": "another", "nonce": "1"}),
        lambda r: r.update(directory=2),
        lambda r: r["grants"].reverse(),
    ):
        assert parse_report_request(changed(change), SITE.origin).digest == digest


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r.update(token=b64encode(bytes(32))),
        lambda r: r.update(channel="police"),
        lambda r: r.update(entry=with_stanzas(2)),
        lambda r: r.update(identity=None),
        lambda r: r.update(identity=with_stanzas(2)),
        lambda r: r.update(uploads=["a"]),
        lambda r: r["grants"][0].update(sealed=r["grants"][1]["sealed"]),
        lambda r: r.update(epoch=resigned(lambda text: text)),
    ],
)
def test_another_submission_is_no_retry(change: Change) -> None:
    digest = parse_report_request(REQUEST, SITE.origin).digest
    assert parse_report_request(changed(change), SITE.origin).digest != digest


# --- follow-ups

FOLLOW_UP = {
    "token": b64encode(bytes(32)),
    "case": "0" * 32,
    "epoch": 0,
    "entry": with_stanzas(2),
    "uploads": [],
}


def test_an_honest_follow_up_is_well_formed() -> None:
    entry = parse_entry_request(FOLLOW_UP)
    assert (entry.token, entry.case, entry.epoch, entry.uploads) == (bytes(32), "0" * 32, 0, ())
    assert sha256(entry.entry) == sha256(b64decode(FOLLOW_UP["entry"]))


@pytest.mark.parametrize(
    ("pointer", "change"),
    [
        ("/token", lambda r: r.update(token=b64encode(bytes(16)))),
        ("/case", lambda r: r.update(case="0" * 31)),
        ("/case", lambda r: r.update(case="A" * 32)),
        ("/case", lambda r: r.pop("case")),
        ("/epoch", lambda r: r.update(epoch=24)),
        ("/epoch", lambda r: r.update(epoch=-1)),
        ("/epoch", lambda r: r.update(epoch="0")),
        ("/epoch", lambda r: r.pop("epoch")),
        ("/entry", lambda r: r.update(entry=with_stanzas(1))),
        ("/entry", lambda r: r.update(entry=None)),
        ("/uploads", lambda r: r.pop("uploads")),
    ],
)
def test_a_bad_follow_up_names_the_field(pointer: str, change: Change) -> None:
    with pytest.raises(ProtocolError) as raised:
        parse_entry_request(changed(change, FOLLOW_UP))
    assert raised.value.pointer == pointer


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
)


@given(st.sampled_from(sorted(REQUEST)), anything)
def test_any_value_in_any_field_is_refused_by_an_error_of_the_core(field: str, value: object) -> None:
    request = changed(lambda r: r.update({field: value}))
    pointer = f"/{field}"
    try:
        parse_report_request(request, SITE.origin)
    except ProtocolError as error:
        pointer = error.pointer
    assert pointer.split("/")[1] in REQUEST
