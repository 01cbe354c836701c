"""What holds of every age file, tried on many."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.protocol import age, bech32
from reporting.protocol.age import HybridIdentity, Stanza
from reporting.protocol.age_header import encode_header
from reporting.protocol.age_stream import payload_plaintext_size, sealed_payload_size
from reporting.protocol.errors import (
    HeaderFailure,
    HmacFailure,
    Malformed,
    NoMatch,
    PayloadFailure,
    ProtocolError,
)

IDENTITIES = [HybridIdentity(bytes([number]) * 32) for number in range(4)]
CHUNK = 65_536
# Around the borders of a chunk, where STREAM is delicate.
SIZES = st.one_of(st.integers(0, 300), st.integers(CHUNK - 20, CHUNK + 20), st.integers(2 * CHUNK, 2 * CHUNK + 1))
SMALL = age.encrypt(b"the plaintext", [IDENTITIES[0].recipient, IDENTITIES[1].recipient])
VISIBLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=80)
STANZAS = st.lists(
    st.builds(Stanza, st.lists(VISIBLE, min_size=1, max_size=4).map(tuple), st.binary(max_size=200)),
    min_size=1,
    max_size=5,
)


@given(SIZES, st.integers(1, 4), st.data())
def test_whoever_it_is_sealed_to_opens_it(size: int, count: int, data: st.DataObject) -> None:
    plaintext = bytes(number % 251 for number in range(size))
    sealed = age.encrypt(plaintext, [identity.recipient for identity in IDENTITIES[:count]])
    opener = data.draw(st.sampled_from(IDENTITIES[:count]))
    assert age.decrypt(sealed, [opener]) == plaintext
    assert len(sealed) == age.sealed_size(size, count)
    assert age.plaintext_size(sealed) == size
    age.check_sealed(sealed, stanzas=count, plaintext_sizes=range(size, size + 1))


@settings(max_examples=300)
@given(st.integers(0, len(SMALL) * 8 - 1))
def test_no_flipped_bit_goes_unnoticed(bit: int) -> None:
    changed = bytearray(SMALL)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises((HeaderFailure, HmacFailure, NoMatch, PayloadFailure)):
        age.decrypt(bytes(changed), IDENTITIES[:1])


@given(SIZES, st.integers(1, CHUNK))
def test_no_cut_goes_unnoticed(size: int, cut: int) -> None:
    sealed = age.encrypt(bytes(size), [IDENTITIES[0].recipient])
    with pytest.raises((HeaderFailure, PayloadFailure)):
        age.decrypt(sealed[: -min(cut, len(sealed))], IDENTITIES[:1])


@given(SIZES, st.lists(st.integers(1, CHUNK), max_size=8))
def test_streaming_in_any_pieces_equals_one_piece(size: int, pieces: list[int]) -> None:
    class Pieces(io.BytesIO):
        """Gives the next piece's size at most, as a socket would."""

        def read(self, wanted: int | None = -1) -> bytes:
            most = pieces[self.tell() % len(pieces)] if pieces else CHUNK
            return super().read(min(most, wanted or 0))

    plaintext = bytes(number % 251 for number in range(size))
    sealed, opened = io.BytesIO(), io.BytesIO()
    age.encrypt_stream(Pieces(plaintext), sealed, [IDENTITIES[0].recipient])
    assert age.decrypt(sealed.getvalue(), IDENTITIES[:1]) == plaintext
    age.decrypt_stream(Pieces(sealed.getvalue()), opened, IDENTITIES[:1])
    assert opened.getvalue() == plaintext


@given(st.integers(0, 10**12))
def test_the_size_of_a_payload_gives_the_size_of_its_plaintext(size: int) -> None:
    assert payload_plaintext_size(sealed_payload_size(size)) == size


@given(st.integers(0, 5 * CHUNK))
def test_every_accepted_payload_size_is_one_that_a_plaintext_gives(sealed: int) -> None:
    try:
        size = payload_plaintext_size(sealed)
    except ProtocolError:
        return
    assert sealed_payload_size(size) == sealed


@given(STANZAS, st.binary(min_size=16, max_size=16), st.binary(max_size=100))
def test_headers_read_back(stanzas: list[Stanza], file_key: bytes, rest: bytes) -> None:
    encoded = encode_header(stanzas, file_key)
    header = age.parse_header(encoded + rest)
    assert header.stanzas == tuple(stanzas)
    assert header.length == len(encoded)


@given(st.binary(max_size=3000))
def test_armor_reads_back(sealed: bytes) -> None:
    assert age.dearmor(age.armor(sealed)) == sealed


HEADER_PIECES = st.sampled_from(
    [
        b"age-encryption.org/v1\n",
        b"-> ",
        b"mlkem768x25519",
        b" ",
        b"\n",
        b"--- ",
        b"A" * 43,
        b"A" * 64,
        b"=",
        b"\r",
    ]
)


@given(st.one_of(st.binary(max_size=500), st.lists(HEADER_PIECES, max_size=30).map(b"".join)))
def test_whatever_comes_in_only_our_errors_come_out(data: bytes) -> None:
    for read in (age.parse_header, age.plaintext_size, age.dearmor):
        with contextlib.suppress(ProtocolError):
            read(data)
    with pytest.raises(ProtocolError):
        age.decrypt(data, IDENTITIES)


@given(st.text(max_size=100), st.binary(max_size=100))
def test_whatever_is_pasted_only_our_errors_come_out(text: str, data: bytes) -> None:
    for wrong in (text, "age1pq1" + text, "AGE-SECRET-KEY-PQ-1" + text.upper()):
        for parse in (age.HybridRecipient.parse, HybridIdentity.parse):
            with pytest.raises(Malformed):
                parse(wrong)


@given(st.binary(min_size=1, max_size=60), st.sampled_from(["a", "ab", "age1pq"]))
def test_bech32_reads_back(data: bytes, prefix: str) -> None:
    assert bech32.decode(bech32.encode(prefix, data), prefix, len(data)) == data


@given(st.binary(min_size=1, max_size=60), st.data())
def test_bech32_notices_one_changed_character(data: bytes, draw: st.DataObject) -> None:
    text = bech32.encode("age", data)
    index = draw.draw(st.integers(0, len(text) - 1))
    other = draw.draw(st.characters(codec="ascii").filter(lambda c: c != text[index]))
    with pytest.raises(Malformed):
        bech32.decode(text[:index] + other + text[index + 1 :], "age", len(data))
