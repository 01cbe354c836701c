"""One value has one encoding; what another reader could understand differently is refused."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.protocol import encoding
from reporting.protocol.encoding import (
    b64decode,
    b64encode,
    check_integer,
    check_text,
    dump_json,
    is_hex32,
    is_id,
    parse_day,
    parse_json,
    parse_json_object,
    visible_bidi,
)
from reporting.protocol.errors import Malformed

LIMIT = 1_000_000
SAFE = 2**53 - 1
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | st.text() | st.floats(-1e15, 1e15),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    with pytest.raises(Malformed):
        act()
    return time.perf_counter() - started


# --- base64


@given(st.binary(max_size=200))
def test_base64_reads_back_what_it_writes(data: bytes) -> None:
    assert b64decode(b64encode(data)) == data
    assert b64decode(b64encode(data), length=len(data)) == data


@pytest.mark.parametrize(
    "text",
    [
        "=",
        "A",
        "AA",
        "AA=",
        "AAA",
        "AB==",
        "AAB=",
        "AA==\n",
        " AA==",
        "A A=",
        "AA==AA==",
        "_-==",
        "ÄÄ==",
        "AA===",
        "\ud800",
    ],
)
def test_base64_has_one_form(text: str) -> None:
    with pytest.raises(Malformed):
        b64decode(text)


@pytest.mark.parametrize("value", [None, 7, b"AA==", ["AA=="], True])
def test_base64_is_text(value: object) -> None:
    with pytest.raises(Malformed):
        b64decode(value)


def test_base64_of_another_length_names_both_lengths_and_the_field() -> None:
    with pytest.raises(Malformed) as raised:
        b64decode(b64encode(bytes(31)), length=32, pointer="/token")
    assert raised.value.pointer == "/token"
    assert str(raised.value) == "This must hold 32 bytes, not 31."


# --- I-JSON


@given(json_values.filter(lambda value: depth(value) <= 16))
def test_json_reads_back_what_it_writes(value: object) -> None:
    try:
        data = dump_json(value)
    except Malformed:  # half of a character
        return
    assert parse_json(data, limit=LIMIT) == value
    assert b"\n" not in data


def test_json_is_written_compact_and_without_needless_escapes() -> None:
    assert (
        dump_json({"a": ["ü", "\u202e", "😀", '"', "\n", "\x7f"]})
        == '{"a":["ü","\u202e","😀","\\"","\\n","\x7f"]}'.encode()
    )


@pytest.mark.parametrize("value", ["\ud800", {"\udfff": 1}, ["a\ud83d"]])
def test_half_of_a_character_is_not_written(value: object) -> None:
    with pytest.raises(Malformed):
        dump_json(value)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}',
        '{"a":{"b":1,"b":2}}',
        '{"a":1,"\\u0061":2}',
        '[{"x":1,"x":1}]',
    ],
)
def test_a_name_twice_is_refused_however_it_is_written(text: str) -> None:
    with pytest.raises(Malformed, match="same member twice"):
        parse_json(text.encode(), limit=LIMIT)


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\udc00\\ud800"', '{"\\ud83d":1}', '["a\\udfff"]', '"\\ud83d\\u0041"'])
def test_half_of_a_character_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="half of a character"):
        parse_json(text.encode(), limit=LIMIT)


def test_a_character_in_two_escapes_is_whole() -> None:
    assert parse_json(b'"\\ud83d\\ude00"', limit=LIMIT) == "😀"
    assert parse_json(b'"\\\\ud800"', limit=LIMIT) == "\\ud800"


@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_sixteen_levels_are_read_and_seventeen_refused(brackets: str) -> None:
    opening = brackets[0] if brackets == "[]" else '{"a":'
    inner = "1"
    for levels, fits in ((16, True), (17, False)):
        text = opening * levels + inner + brackets[1] * levels
        if fits:
            assert depth(parse_json(text.encode(), limit=LIMIT)) == 16
        else:
            with pytest.raises(Malformed, match="nested too deeply"):
                parse_json(text.encode(), limit=LIMIT)


def test_brackets_in_strings_are_no_levels() -> None:
    text = "[" * 50 + '\\"' + "{" * 50
    assert parse_json(f'["{text}"]'.encode(), limit=LIMIT) == [text.replace('\\"', '"')]


@pytest.mark.parametrize("number", [SAFE, -SAFE, 0, 1.5, -0.25, 1e15])
def test_numbers_that_every_reader_understands_are_read(number: float) -> None:
    assert parse_json(json.dumps(number).encode(), limit=LIMIT) == number


@pytest.mark.parametrize(
    "text",
    [
        str(SAFE + 1),
        str(-SAFE - 1),
        "1e400",
        "-1e400",
        "9007199254740992.0",
        "1e16",
        "9" * 5_000,
        "NaN",
        "Infinity",
        "-Infinity",
    ],
)
def test_numbers_that_readers_understand_differently_are_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_json(text.encode(), limit=LIMIT)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"{",
        b"{}{}",
        b"{} x",
        b"nul",
        b"01",
        b"'a'",
        b"[1,]",
        b'{"a"}',
        b'"\x01"',
        b'"\\x41"',
        b"\xff",
        b'"\xed\xa0\x80"',
        b'"\xc0\x80"',
        b"\xef\xbb\xbf{}",
        b"\x00",
        b"\xc2\xa01",
        "\u2003{}".encode(),
    ],
)
def test_what_is_not_exactly_one_value_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse_json(data, limit=LIMIT)


def test_spaces_around_a_value_are_ignored() -> None:
    """Requests are padded with spaces to one shape."""
    assert parse_json(b' \r\n\t{"a":1}' + b" " * 60_000, limit=LIMIT) == {"a": 1}


def test_longer_than_the_limit_is_refused_before_it_is_read() -> None:
    assert parse_json(b"[1]", limit=3) == [1]
    with pytest.raises(Malformed, match="longer than 2 bytes"):
        parse_json(b"[1]", limit=2)


@pytest.mark.parametrize("data", [b"[]", b'"a"', b"1", b"null"])
def test_an_object_is_asked_for(data: bytes) -> None:
    with pytest.raises(Malformed, match="must be a JSON object"):
        parse_json_object(data, limit=LIMIT)


@pytest.mark.parametrize(
    "data",
    [
        b'"' + b'\\"' * 32_700,
        b'"' + b"\\" * 65_000,
        b'"' + b"\\\\" * 32_000 + b"\\",
        b'"' * 65_000,
        b'["' + b'\\"' * 32_000 + b"]",
        b'"' + b"a" * 65_000,
        b"[" * 65_000,
        b'{"a":' * 13_000,
        b'"\\u' * 20_000,
        b"1" * 65_000,
        b"1e" + b"1" * 65_000,
        b"-" * 65_000,
        b" " * 65_000,
        b"[" + b'"\\ud800",' * 7_000 + b"0]",
        b"0." + b"1" * 65_000 + b"x",
    ],
)
def test_hostile_input_of_full_shape_is_refused_at_once(data: bytes) -> None:
    """A regular expression that starts over, or a number converted in square time, would take seconds."""
    assert seconds(lambda: parse_json(data, limit=LIMIT)) < 0.25


def test_a_full_shape_of_escaped_quotes_is_read_at_once() -> None:
    data = b'{"a":"' + b'\\"' * 32_700 + b'"}'
    started = time.perf_counter()
    assert len(parse_json(data, limit=LIMIT)["a"]) == 32_700
    assert time.perf_counter() - started < 0.25


@given(st.binary(max_size=300))
def test_any_bytes_give_a_value_or_malformed(data: bytes) -> None:
    try:
        value = parse_json(data, limit=LIMIT)
    except Malformed:
        return
    assert parse_json(dump_json(value), limit=LIMIT) == value


@given(st.text(alphabet='[]{}",:\\u0129dDaAfF.eE+- tnr', max_size=60))
def test_whatever_is_read_python_reads_alike(text: str) -> None:
    try:
        value = parse_json(text.encode(), limit=LIMIT)
    except Malformed:
        return
    assert value == json.loads(text)


# --- days, ids, hex, texts, numbers


def test_a_day_has_one_form() -> None:
    assert parse_day("2026-11-23") == datetime.date(2026, 11, 23)


@pytest.mark.parametrize(
    "text",
    [
        "2026-1-5", "20261123", "2026-11-31", "0000-01-01", "2026-11-23T00:00:00", " 2026-11-23", "2026-11-23\n",
        "٢٠٢٦-١١-٢٣", "2026-W01-1", "", None, 20261123,
    ],
)  # fmt: skip
def test_other_forms_of_a_day_are_refused(text: object) -> None:
    with pytest.raises(Malformed):
        parse_day(text, pointer="/date")


@pytest.mark.parametrize("text", ["a", "0", "m1", "a-b", "a-", "a" * 32])
def test_ids(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize(
    "text", ["", "-a", "A", "a_b", "a.b", "a" * 33, "reporter", "server", "ä", "a\n", "a/b", None, 7, "m١"]
)
def test_what_is_no_id(text: object) -> None:
    assert not is_id(text)


@pytest.mark.parametrize("text", ["0" * 31, "0" * 33, "A" * 32, "g" * 32, "0" * 32 + "\n", None, b"0" * 32])
def test_what_is_not_32_hex_digits(text: object) -> None:
    assert is_hex32("0123456789abcdef" * 2)
    assert not is_hex32(text)


def test_texts_are_counted_in_bytes() -> None:
    assert check_text("üü", limit=4) == "üü"
    for value in ("üüü", None, 1, b"a"):
        with pytest.raises(Malformed):
            check_text(value, limit=4)


@pytest.mark.parametrize("value", [True, False, 1.0, "1", None, 0, 11])
def test_whole_numbers_are_whole_and_within_bounds(value: object) -> None:
    assert check_integer(1, 1, 10) == 1
    assert check_integer(10, 1, 10) == 10
    with pytest.raises(Malformed):
        check_integer(value, 1, 10)


def test_direction_marks_in_names_become_visible() -> None:
    assert visible_bidi("photo\u202egpj.exe") == "photo⟨U+202E⟩gpj.exe"
    marks = [chr(code) for code in encoding._BIDI_CONTROLS]
    assert len(marks) == 12
    assert not set(visible_bidi("".join(marks))) & set(marks)
    assert visible_bidi("تقرير.pdf") == "تقرير.pdf"
