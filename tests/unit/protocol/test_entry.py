"""Entries: their form, signature, padding and seals (protocol section 5)."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import io
import itertools
import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.protocol import age
from reporting.protocol.age import HybridIdentity
from reporting.protocol.age_header import FILE_KEY_SIZE, Stanza, encode_header
from reporting.protocol.age_stream import seal_payload
from reporting.protocol.encoding import b64encode, dump_json
from reporting.protocol.entry import (
    AUDIENCES,
    KINDS,
    MAX_JSON,
    OVERHEAD,
    Attachment,
    Entry,
    FirstEntry,
    decode,
    encode,
    new_id,
    open_entry,
    parse_content,
    seal_entry,
)
from reporting.protocol.errors import CannotOpen, Malformed, NotAuthentic, ProtocolError
from reporting.protocol.padding import padded_size
from reporting.protocol.signing import SigningKey

KEY, OTHER_KEY = SigningKey(b"k" * 32), SigningKey(b"o" * 32)
CASE_ID, REPORTER, CUSTODIAN = (HybridIdentity(bytes([n]) * 32) for n in (1, 2, 3))
DAY = datetime.date(2026, 11, 23)
MESSAGE = Entry("a" * 32, "c" * 32, 0, 7, "reporter", "message", "m1", DAY, (), {"text": "Thank you."})
FIRST = Entry(
    "b" * 32,
    "c" * 32,
    0,
    7,
    "reporter",
    "report",
    "reporter",
    DAY,
    (),
    {"language": "en", "questionnaire": "corruption-1", "answers": {"account": "…"}},
    (Attachment("u" * 32, "a.pdf", "application/pdf", 12, bytes(32)),),
    FirstEntry("procurement", REPORTER.recipient, KEY.public, ("m2", "m3")),
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(blacklist_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(blacklist_categories=["Cs"]), max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)


def content(**changes: Any) -> dict[str, Any]:
    return {**MESSAGE.to_json(), **changes}


def parsed(**changes: Any) -> Entry:
    return parse_content(dump_json(content(**changes)))


# --- encoding


def test_the_plaintext_is_that_of_section_5() -> None:
    plaintext = encode(MESSAGE, KEY)
    (length,) = struct.unpack(">I", plaintext[:4])
    data = plaintext[4 : 4 + length]
    assert json.loads(data)["kind"] == "message"
    assert plaintext[4 + length : 68 + length] == KEY.sign(b"reporting/v1/entry\x00" + data)
    assert set(plaintext[68 + length :]) == {0}
    assert len(plaintext) == 2_048


def test_the_first_entry_carries_what_section_5_names() -> None:
    found = json.loads(encode(FIRST, KEY)[4:].split(b"\x00")[0].rpartition(b"}")[0] + b"}")
    assert found["channel"] == "procurement"
    assert found["reporter"] == {"recipient": str(REPORTER.recipient), "signing_key": b64encode(KEY.public)}
    assert found["excluded"] == ["m2", "m3"]
    assert found["attachments"][0] == {
        "upload": "u" * 32,
        "name": "a.pdf",
        "type": "application/pdf",
        "size": 12,
        "sha256": b64encode(bytes(32)),
    }


@given(st.dictionaries(st.text(st.characters(blacklist_categories=["Cs"]), max_size=5), json_values, max_size=3))
def test_an_entry_reads_back(body: dict[str, object]) -> None:
    entry = dataclasses.replace(MESSAGE, body=body)
    assert decode(encode(entry, KEY)).verify(KEY.public) == entry


def test_a_first_entry_reads_back() -> None:
    assert decode(encode(FIRST, KEY)).verify(KEY.public) == FIRST


def test_ids_are_random() -> None:
    assert new_id() != new_id()
    assert parsed(id=new_id()).is_known


@given(st.integers(0, 16_000))
def test_every_length_is_padded_as_padme_says(length: int) -> None:
    entry = dataclasses.replace(MESSAGE, body={"text": "x" * length})
    plaintext = encode(entry, KEY)
    (json_length,) = struct.unpack(">I", plaintext[:4])
    assert len(plaintext) == padded_size(json_length + OVERHEAD)
    assert decode(plaintext).entry == entry


def test_json_has_at_most_16384_bytes() -> None:
    room = MAX_JSON - len(dump_json(content(body={"text": ""})))
    fits = encode(dataclasses.replace(MESSAGE, body={"text": "x" * room}), KEY)
    assert len(fits) == 17_408
    assert decode(fits).entry.body == {"text": "x" * room}
    with pytest.raises(Malformed, match="2 bytes too long"):
        encode(dataclasses.replace(MESSAGE, body={"text": "x" * room + "ü"}), KEY)


@pytest.mark.parametrize(
    "change",
    [{"audience": "team"}, {"kind": "report"}, {"author": "M1"}, {"id": "x"}, {"prev": (bytes(31),)}, {"epoch": 24}],
)
def test_what_every_reader_would_refuse_is_not_written(change: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        encode(dataclasses.replace(MESSAGE, **change), KEY)


# --- decoding


def test_every_flipped_byte_is_noticed() -> None:
    """In length, JSON, signature or pad: the entry is not authentic, or is no entry."""
    plaintext = encode(MESSAGE, KEY)
    for place in range(len(plaintext)):
        flipped = bytearray(plaintext)
        flipped[place] ^= 1 << place % 8
        with pytest.raises(ProtocolError):
            decode(bytes(flipped)).verify(KEY.public)


def test_another_key_did_not_sign_it() -> None:
    with pytest.raises(NotAuthentic):
        decode(encode(MESSAGE, KEY)).verify(OTHER_KEY.public)


def test_nothing_of_an_unverified_entry_is_in_its_repr() -> None:
    signed = decode(encode(MESSAGE, KEY))
    assert repr(signed.signature) not in repr(signed)


def test_the_signature_is_over_the_bytes_as_received() -> None:
    """Another writer may order and space its JSON otherwise; nothing is re-serialized."""
    data = json.dumps(content(), indent=1, sort_keys=True).encode()
    text = struct.pack(">I", len(data)) + data + KEY.sign(b"reporting/v1/entry\x00" + data)
    assert decode(text.ljust(padded_size(len(text)), b"\x00")).verify(KEY.public) == MESSAGE


@pytest.mark.parametrize("size", [0, 3, 4, 67, 68, 2_047, 2_049, 2_176, 65_536])
def test_a_wrong_padded_size_is_not_authentic(size: int) -> None:
    with pytest.raises(NotAuthentic):
        decode(encode(MESSAGE, KEY).ljust(size, b"\x00")[:size])


def test_a_size_rightly_padded_for_something_longer_is_not_authentic() -> None:
    with pytest.raises(NotAuthentic):
        decode(encode(MESSAGE, KEY) + bytes(128))


@pytest.mark.parametrize("length", [MAX_JSON + 1, 2**31, 2**32 - 1, 1_981, 0])
def test_a_length_that_lies_is_not_authentic(length: int) -> None:
    plaintext = struct.pack(">I", length) + encode(MESSAGE, KEY)[4:]
    with pytest.raises(ProtocolError):
        decode(plaintext).verify(KEY.public)


def test_a_pad_that_is_not_zero_is_not_authentic() -> None:
    plaintext = encode(MESSAGE, KEY)
    with pytest.raises(NotAuthentic):
        decode(plaintext[:-1] + b"\x01")


@given(st.binary(max_size=3_000))
def test_any_bytes_give_an_entry_or_an_error_of_the_core(data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        decode(data)


# --- the JSON


@pytest.mark.parametrize(
    "name",
    ["v", "id", "case", "epoch", "directory", "audience", "kind", "author", "date", "prev", "body", "attachments"],
)
def test_every_member_is_asked_for(name: str) -> None:
    found = content()
    del found[name]
    with pytest.raises(Malformed) as raised:
        parse_content(dump_json(found))
    assert raised.value.pointer == f"/{name}"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"v": 2}, "/v"),
        ({"v": "1"}, "/v"),
        ({"v": True}, "/v"),
        ({"v": 1.0}, "/v"),
        ({"epoch": True}, "/epoch"),
        ({"epoch": 24}, "/epoch"),
        ({"epoch": 0.0}, "/epoch"),
        ({"directory": 2**31}, "/directory"),
        ({"audience": ["reporter"]}, "/audience"),
        ({"kind": "k" * 65}, "/kind"),
        ({"author": "server"}, "/author"),
        ({"date": "2026-11-23T00:00"}, "/date"),
        ({"prev": [b64encode(bytes(32))] * 2}, "/prev"),
        ({"prev": [b64encode(b"\x02" * 32), b64encode(b"\x01" * 32)]}, "/prev"),
        ({"prev": [b64encode(bytes([n]) * 32) for n in range(17)]}, "/prev"),
        ({"prev": [b64encode(bytes(31))]}, "/prev"),
        ({"prev": {}}, "/prev"),
        ({"body": "text"}, "/body"),
        ({"attachments": [{}] * 17}, "/attachments"),
        ({"attachments": [7]}, "/attachments/0"),
        ({"attachments": [{"upload": "u", "name": "n", "type": "t", "size": -1, "sha256": ""}]}, "/attachments/0/size"),
    ],
)
def test_a_member_in_another_form_is_named(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Malformed) as raised:
        parsed(**changes)
    assert raised.value.pointer == pointer


def test_prev_is_sorted_as_text_and_holds_at_most_sixteen() -> None:
    hashes = sorted(b64encode(bytes([n]) * 32) for n in range(0, 256, 16))
    assert [b64encode(digest) for digest in parsed(prev=hashes).prev] == hashes


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"channel": None}, "/channel"),
        ({"channel": "A"}, "/channel"),
        ({"reporter": None}, "/reporter"),
        ({"reporter": {"recipient": "age1", "signing_key": b64encode(KEY.public)}}, "/reporter"),
        ({"reporter": {"recipient": str(REPORTER.recipient), "signing_key": ""}}, "/reporter/signing_key"),
        (
            {"reporter": {"recipient": str(REPORTER.recipient), "signing_key": b64encode((1).to_bytes(32, "little"))}},
            "/reporter",
        ),
        ({"excluded": None}, "/excluded"),
        ({"excluded": ["m3", "m2"]}, "/excluded"),
        ({"excluded": ["m2", "m2"]}, "/excluded"),
        ({"excluded": ["reporter"]}, "/excluded"),
    ],
)
def test_a_first_entry_has_channel_reporter_and_excluded_in_form(change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(ProtocolError) as raised:
        parse_content(dump_json({**FIRST.to_json(), **change}))
    assert raised.value.pointer == pointer


@pytest.mark.parametrize(
    ("audience", "author", "kind"),
    list(itertools.product(AUDIENCES, ("reporter", "m1"), sorted(set().union(*KINDS.values())))),
)
def test_audience_kind_and_author_go_together_as_the_table_says(audience: str, author: str, kind: str) -> None:
    table = {
        ("reporter", "reporter"): {"report", "message", "retaliation", "protection", "minutes", "request"},
        ("reporter", "m1"): {"message", "status", "protection", "removal", "minutes"},
        ("team", "m1"): {"note", "access", "classification", "removal", "translation", "protection"},
        ("custodian", "reporter"): {"identity"},
        ("custodian", "m1"): {"disclosure"},
    }
    base = FIRST.to_json() if kind == "report" else content()
    data = dump_json({**base, "audience": audience, "author": author, "kind": kind})
    if kind in table.get((audience, author), set()):
        assert parse_content(data).kind == kind
    else:
        with pytest.raises(NotAuthentic):
            parse_content(data)


def test_an_unknown_kind_is_read_for_any_audience() -> None:
    for audience, author in itertools.product(AUDIENCES, ("reporter", "m1")):
        entry = parsed(kind="later", audience=audience, author=author)
        assert not entry.is_known


@pytest.mark.parametrize("change", [{"epoch": 1}, {"prev": [b64encode(bytes(32))]}])
def test_a_report_stands_at_the_beginning(change: dict[str, Any]) -> None:
    with pytest.raises(NotAuthentic):
        parse_content(dump_json({**FIRST.to_json(), **change}))


def test_what_a_later_version_adds_is_kept_and_has_no_effect() -> None:
    entry = parsed(later={"more": 1})
    assert entry == MESSAGE
    assert entry.content["later"] == {"more": 1}


# --- seals


STANZAS = {
    ("team", "note", "m1"): range(1, 2),
    ("reporter", "message", "m1"): range(2, 3),
    ("custodian", "identity", "reporter"): range(1, 17),
    ("custodian", "disclosure", "m1"): range(2, 18),
}


@pytest.mark.parametrize(("what", "allowed"), STANZAS.items())
@pytest.mark.parametrize("count", [1, 2, 3, 16, 17, 18])
def test_the_number_of_stanzas_fits_audience_and_kind(what: tuple[str, str, str], allowed: range, count: int) -> None:
    audience, kind, author = what
    entry = dataclasses.replace(MESSAGE, audience=audience, kind=kind, author=author)
    recipients = [CUSTODIAN.recipient] * count
    if count in allowed:
        assert open_entry(seal_entry(entry, KEY, recipients), CUSTODIAN).verify(KEY.public) == entry
        return
    with pytest.raises(NotAuthentic):
        seal_entry(entry, KEY, recipients)
    with pytest.raises(NotAuthentic):
        open_entry(age.encrypt(encode(entry, KEY), recipients), CUSTODIAN)


def test_both_sides_open_it_and_nobody_else() -> None:
    sealed = seal_entry(MESSAGE, KEY, [CASE_ID.recipient, REPORTER.recipient])
    for identity in (CASE_ID, REPORTER):
        assert open_entry(sealed, identity).verify(KEY.public) == MESSAGE
    with pytest.raises(CannotOpen):
        open_entry(sealed, CUSTODIAN)


def test_every_flipped_byte_of_the_sealed_file_is_noticed() -> None:
    sealed = seal_entry(dataclasses.replace(MESSAGE, audience="team", kind="note"), KEY, [CASE_ID.recipient])
    for place in range(0, len(sealed), 7):
        flipped = bytearray(sealed)
        flipped[place] ^= 1 << place % 8
        with pytest.raises(ProtocolError):
            open_entry(bytes(flipped), CASE_ID)


def test_every_cut_or_extended_sealed_file_is_noticed() -> None:
    sealed = seal_entry(dataclasses.replace(MESSAGE, audience="team", kind="note"), KEY, [CASE_ID.recipient])
    for changed in (sealed[:-1], sealed[:-16], sealed[:100], sealed + b"\x00", b"\n" + sealed, sealed * 2):
        with pytest.raises(ProtocolError):
            open_entry(changed, CASE_ID)


def test_a_seal_to_a_key_of_another_type_is_not_authentic() -> None:
    """A second stanza that the hybrid standard does not know: here of grease, it could be a classical one."""
    file_key = bytes(range(FILE_KEY_SIZE))
    stanzas = [CASE_ID.recipient.wrap(file_key), Stanza(("X25519", "A" * 43), bytes(32))]
    target = io.BytesIO()
    seal_payload(io.BytesIO(encode(MESSAGE, KEY)), target, file_key, bytes(16))
    sealed = encode_header(stanzas, file_key) + target.getvalue()
    assert age.decrypt(sealed, [CASE_ID])
    with pytest.raises(NotAuthentic, match="another type than hybrid"):
        open_entry(sealed, CASE_ID)
