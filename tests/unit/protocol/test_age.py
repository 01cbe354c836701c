"""Sealing and opening age files, and checking them without a key."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable
from typing import BinaryIO, cast

import pytest

from reporting.protocol import age
from reporting.protocol.age import HybridIdentity, Stanza, check_sealed, decrypt, encrypt
from reporting.protocol.age_header import encode_header
from reporting.protocol.errors import (
    ArmorFailure,
    HeaderFailure,
    HmacFailure,
    Malformed,
    NoMatch,
    PayloadFailure,
)

ALICE = HybridIdentity(b"a" * 32)
BOB = HybridIdentity(b"b" * 32)
CHUNK = 65_536
FILE_KEY = bytes(16)


def sealed_with(*stanzas: Stanza, payload: bytes = bytes(32)) -> bytes:
    return encode_header(stanzas, FILE_KEY) + payload


class Pipe(io.RawIOBase):
    """A source that gives ``size`` zeros, a few at a time as pipes do."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1) -> bytes:
        count = min(self.left, size, 5_000)
        self.left -= count
        return bytes(count)


class Sink(io.RawIOBase):
    """A target that only counts."""

    size = 0

    def write(self, data: object) -> int:
        assert isinstance(data, bytes)
        self.size += len(data)
        return len(data)


def stream(thing: io.RawIOBase) -> BinaryIO:
    return cast(BinaryIO, thing)


class TestSealing:
    @pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
    def test_each_recipient_opens_what_was_sealed(self, size: int) -> None:
        sealed = encrypt(b"x" * size, [ALICE.recipient, BOB.recipient])
        assert decrypt(sealed, [ALICE]) == decrypt(sealed, [BOB]) == b"x" * size

    def test_others_do_not(self) -> None:
        with pytest.raises(NoMatch):
            decrypt(encrypt(b"secret", [ALICE.recipient]), [BOB])

    def test_any_fitting_identity_of_several_opens(self) -> None:
        assert decrypt(encrypt(b"secret", [ALICE.recipient]), [BOB, ALICE]) == b"secret"

    def test_without_identities_nothing_opens(self) -> None:
        with pytest.raises(NoMatch):
            decrypt(encrypt(b"secret", [ALICE.recipient]), [])

    def test_without_recipients_nothing_is_written(self) -> None:
        target = io.BytesIO()
        with pytest.raises(ValueError, match="at least one recipient"):
            age.encrypt_stream(io.BytesIO(b"secret"), target, [])
        assert not target.getvalue()

    def test_file_key_and_nonce_come_from_the_randomness_given(self) -> None:
        asked: list[int] = []

        def random(size: int) -> bytes:
            asked.append(size)
            return b"\x07" * size

        sealed = encrypt(b"secret", [ALICE.recipient], random=random)
        assert asked == [16, 16]
        assert sealed[age.parse_header(sealed).length :].startswith(b"\x07" * 16)

    def test_the_same_plaintext_never_looks_the_same(self) -> None:
        assert encrypt(b"secret", [ALICE.recipient]) != encrypt(b"secret", [ALICE.recipient])


class TestStreaming:
    def test_takes_the_same_memory_for_any_length(self) -> None:
        size = 200 * CHUNK
        sealed = Sink()
        tracemalloc.start()
        age.encrypt_stream(stream(Pipe(size)), stream(sealed), [ALICE.recipient])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert sealed.size == age.sealed_size(size, 1)
        assert peak < 10 * CHUNK

    def test_opening_too(self) -> None:
        sealed = io.BytesIO(encrypt(bytes(100 * CHUNK), [ALICE.recipient]))
        target = Sink()
        tracemalloc.start()
        age.decrypt_stream(sealed, stream(target), [ALICE])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert target.size == 100 * CHUNK
        assert peak < 10 * CHUNK

    def test_reads_sources_that_give_a_few_bytes_at_a_time(self) -> None:
        target, opened = io.BytesIO(), io.BytesIO()
        age.encrypt_stream(stream(Pipe(CHUNK + 7)), target, [ALICE.recipient])
        target.seek(0)
        age.decrypt_stream(target, opened, [ALICE])
        assert opened.getvalue() == bytes(CHUNK + 7)


class TestDamage:
    SEALED = encrypt(b"y" * (CHUNK + 100), [ALICE.recipient])
    PAYLOAD = age.parse_header(SEALED).length

    @pytest.mark.parametrize("cut", [1, 116, 117, CHUNK, CHUNK + 131])
    def test_a_cut_payload_is_refused(self, cut: int) -> None:
        with pytest.raises(PayloadFailure):
            decrypt(self.SEALED[:-cut], [ALICE])

    def test_a_payload_without_a_whole_nonce_counts_as_a_broken_header(self) -> None:
        with pytest.raises(HeaderFailure):
            decrypt(self.SEALED[: self.PAYLOAD + 15], [ALICE])

    @pytest.mark.parametrize("tail", [b"\0", bytes(16), bytes(CHUNK + 16)])
    def test_an_extended_payload_is_refused(self, tail: bytes) -> None:
        with pytest.raises(PayloadFailure):
            decrypt(self.SEALED + tail, [ALICE])

    def test_an_added_stanza_fails_the_header_mac(self) -> None:
        line, rest = self.SEALED.split(b"\n", 1)
        with pytest.raises(HmacFailure):
            decrypt(line + b"\n-> example.com/note x\n\n" + rest, [ALICE])

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"age-encryption.org/v1",
            b"age-encryption.org/v1\n--- " + b"A" * 43 + b"\n",
            b"age-encryption.org/v2\n-> x\n\n--- " + b"A" * 43 + b"\n",
            b"\n--- " + b"A" * 43 + b"\n",
            b"age-encryption.org/v1\n-> x\n\n--- " + b"A" * 42 + b"B\n",
            b"age-encryption.org/v1\n-> x\n\n--- " + b"A" * 43,
            b"age-encryption.org/v1\n-> x\n" + b"A" * 64 + b"\n--- " + b"A" * 43 + b"\n",
        ],
    )
    def test_what_is_no_header_is_refused(self, data: bytes) -> None:
        with pytest.raises(HeaderFailure):
            decrypt(data, [ALICE])

    def test_a_header_beyond_64_kib_is_refused(self) -> None:
        filler = [Stanza(("x",), bytes(1000))] * 60
        with pytest.raises(HeaderFailure):
            decrypt(sealed_with(*filler), [ALICE])


class TestCheckingWithoutAKey:
    SEALED = encrypt(bytes(2048), [ALICE.recipient, BOB.recipient])

    def test_accepts_what_encrypt_makes(self) -> None:
        check_sealed(self.SEALED, stanzas=2, plaintext_sizes=range(2048, 2049))
        check_sealed(self.SEALED, stanzas=range(1, 17))
        check_sealed(self.SEALED, stanzas=2, plaintext_sizes=lambda size: size == 2048)

    @pytest.mark.parametrize("stanzas", [1, 3, range(3, 17), range(2)])
    def test_refuses_another_number_of_recipients(self, stanzas: int | range) -> None:
        with pytest.raises(HeaderFailure) as caught:
            check_sealed(self.SEALED, stanzas=stanzas, pointer="/entry")
        assert caught.value.pointer == "/entry"

    def test_refuses_another_length(self) -> None:
        with pytest.raises(PayloadFailure) as caught:
            check_sealed(self.SEALED + b"!", stanzas=2, plaintext_sizes=range(2048, 2049), pointer="/entry")
        assert caught.value.pointer == "/entry"

    def test_refuses_a_length_that_no_payload_has(self) -> None:
        whole = encrypt(bytes(CHUNK), [ALICE.recipient])
        for tail in (bytes(1), bytes(16)):
            with pytest.raises(PayloadFailure):
                check_sealed(whole + tail, stanzas=1)
        with pytest.raises(PayloadFailure):
            check_sealed(sealed_with(ALICE.recipient.wrap(FILE_KEY), payload=bytes(16)), stanzas=1)
        with pytest.raises(HeaderFailure):
            check_sealed(sealed_with(ALICE.recipient.wrap(FILE_KEY), payload=b""), stanzas=1, pointer="/x")

    def test_refuses_other_types_unless_grease_is_allowed(self) -> None:
        greased = sealed_with(Stanza(("AB-grease", "x"), b"noise"), ALICE.recipient.wrap(FILE_KEY))
        with pytest.raises(HeaderFailure):
            check_sealed(greased, stanzas=1)
        with pytest.raises(HeaderFailure):
            check_sealed(greased, stanzas=2)
        check_sealed(greased, stanzas=1, grease=True)

    @pytest.mark.parametrize(("enc", "body"), [(1119, 32), (1121, 32), (1120, 31), (1120, 33), (1120, 0)])
    def test_refuses_hybrid_stanzas_of_other_sizes(self, enc: int, body: int) -> None:
        encoded = age.armor(b"\x09" * enc).split("\n")[1:-2]
        stanza = Stanza(("mlkem768x25519", "".join(encoded).rstrip("=")), bytes(body))
        with pytest.raises(HeaderFailure):
            check_sealed(sealed_with(stanza), stanzas=1)

    def test_refuses_encapsulated_keys_of_small_order(self) -> None:
        encoded = age.armor(b"\x09" * 1088 + bytes(32)).split("\n")[1:-2]
        stanza = Stanza(("mlkem768x25519", "".join(encoded).rstrip("=")), bytes(32))
        with pytest.raises(HeaderFailure):
            check_sealed(sealed_with(stanza), stanzas=1)
        with pytest.raises(HeaderFailure):
            decrypt(sealed_with(stanza), [ALICE])

    def test_needs_only_the_first_bytes_of_a_large_file(self) -> None:
        size = age.sealed_size(10**9, 1)
        head = encrypt(b"", [ALICE.recipient])[:2000]
        age.check_sealed_head(head, size, stanzas=1, plaintext_sizes=range(10**9, 10**9 + 1))
        with pytest.raises(HeaderFailure):
            age.check_sealed_head(head[:1000], size, stanzas=1)


class TestKeys:
    def test_strings_read_back(self) -> None:
        assert HybridIdentity.parse(ALICE.encode()) == ALICE
        assert age.HybridRecipient.parse(str(ALICE.recipient)) == ALICE.recipient
        assert ALICE.encode().startswith("AGE-SECRET-KEY-PQ-1")
        assert str(ALICE.recipient).startswith("age1pq1")

    def test_the_example_of_the_standard(self) -> None:
        identity = HybridIdentity.parse("AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR")
        recipient = str(identity.recipient)
        assert recipient.startswith("age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg87pzf5zrqtzd")
        assert recipient.endswith("tlhl53k2ykx3qheyty7saeq0d3fzv49zc0k")

    @pytest.mark.parametrize(
        "change",
        [
            str.upper,
            lambda text: " " + text,
            lambda text: text + "\n",
            lambda text: text[:-1],
            lambda text: text.replace("age1pq1", "age1tagpq1"),
            lambda text: text[:50] + "b" + text[51:],
            lambda text: text[:50] + "\u0430" + text[51:],
            lambda text: text[:50] + ("q" if text[50] != "q" else "p") + text[51:],
        ],
    )
    def test_recipients_in_any_other_form_are_refused(self, change: Callable[[str], str]) -> None:
        with pytest.raises(Malformed) as caught:
            age.HybridRecipient.parse(change(str(ALICE.recipient)), pointer="/recipient")
        assert caught.value.pointer == "/recipient"

    @pytest.mark.parametrize("value", [None, 7, b"age1pq1", ["age1pq1"], ""])
    def test_other_values_are_no_keys(self, value: object) -> None:
        with pytest.raises(Malformed):
            age.HybridRecipient.parse(value)
        with pytest.raises(Malformed):
            HybridIdentity.parse(value)

    def test_identities_in_any_other_form_are_refused(self) -> None:
        text = ALICE.encode()
        other = text[:-1] + ("Q" if text[-1] != "Q" else "P")
        for wrong in (text.lower(), text + " ", text[:-1], other, text.replace("K", "\u212a")):
            with pytest.raises(Malformed):
                HybridIdentity.parse(wrong)

    @pytest.mark.parametrize("index", [0, 1, 255, 767])
    def test_a_coefficient_of_the_modulus_or_more_is_refused(self, index: int) -> None:
        """FIPS 203 section 7.2: twelve-bit coefficients, each below q = 3329."""
        coefficients = int.from_bytes(ALICE.recipient.public[:1152], "little")
        for value, fits in ((3328, True), (3329, False), (4095, False)):
            changed = coefficients & ~(0xFFF << 12 * index) | value << 12 * index
            public = changed.to_bytes(1152, "little") + ALICE.recipient.public[1152:]
            if fits:
                age.HybridRecipient(public)
            else:
                with pytest.raises(Malformed):
                    age.HybridRecipient(public)

    @pytest.mark.parametrize("number", [0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18, 2**255, 2**255 + 1])
    def test_an_x25519_part_of_small_order_is_refused(self, number: int) -> None:
        with pytest.raises(Malformed):
            age.HybridRecipient(ALICE.recipient.public[:1184] + number.to_bytes(32, "little"))

    @pytest.mark.parametrize("size", [0, 31, 33])
    def test_seeds_of_another_length_are_refused(self, size: int) -> None:
        with pytest.raises(Malformed):
            HybridIdentity(bytes(size))
        with pytest.raises(Malformed):
            age.HybridRecipient(bytes(1216 + size - 30))

    def test_a_printed_identity_shows_no_secret(self) -> None:
        shown = f"{ALICE} {ALICE!r} {[ALICE]}"
        assert "AGE-SECRET-KEY" not in shown
        assert str(ALICE.seed) not in shown

    def test_generated_identities_use_the_randomness_given(self) -> None:
        assert HybridIdentity.generate(lambda size: b"a" * size) == ALICE
        assert HybridIdentity.generate() != HybridIdentity.generate()


class TestArmor:
    SEALED = encrypt(b"secret", [ALICE.recipient])

    def test_reads_back(self) -> None:
        text = age.armor(self.SEALED)
        assert text.startswith("-----BEGIN AGE ENCRYPTED FILE-----\n")
        assert age.dearmor(text) == age.dearmor(text.encode()) == self.SEALED

    def test_white_space_around_it_and_other_line_ends_are_accepted(self) -> None:
        text = age.armor(self.SEALED)
        assert age.dearmor("\n\t " + text.replace("\n", "\r\n") + " \n") == self.SEALED

    @pytest.mark.parametrize(
        "change",
        [
            lambda text: "",
            lambda text: "x" + text,
            lambda text: text + "x",
            lambda text: text.replace("END AGE", "END PGP"),
            lambda text: text.replace("\n", "\n\n"),
            lambda text: text.replace("\n", "\r"),
            lambda text: text.replace("A", "-"),
            lambda text: text.replace("A", "\u00e4"),
        ],
    )
    def test_anything_else_is_refused(self, change: Callable[[str], str]) -> None:
        with pytest.raises(ArmorFailure):
            age.dearmor(change(age.armor(self.SEALED)))
