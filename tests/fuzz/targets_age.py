"""Age files and keys, from anybody."""

from __future__ import annotations

import io
from collections.abc import Iterable

from reporting.protocol import age
from reporting.protocol.age_file import open_sealed
from reporting.protocol.age_header import FILE_KEY_SIZE, Header, Stanza, encode_header
from reporting.protocol.age_stream import Reader, open_payload, seal_payload
from reporting.protocol.errors import ProtocolError
from tests.fuzz import samples
from tests.fuzz.registry import target, text_of

FILE_KEY = bytes(FILE_KEY_SIZE)
WORDS = ("age-encryption.org/v1\n", "-> mlkem768x25519 ", "-> ", "\n--- ", "A" * 43 + "\n", "A" * 64 + "\n")


class _Known:
    """An identity that knows the file key, so that fuzzing reaches what lies behind it."""

    def unwrap(self, stanzas: object) -> bytes:
        return FILE_KEY


def sealed_files() -> Iterable[bytes]:
    """Small files: empty, and with text for two."""
    yield age.encrypt(b"", [samples.MEMBER.recipient])
    yield age.encrypt(b"text", [samples.MEMBER.recipient, samples.REPORTER.recipient])


@target("age-header", seeds=sealed_files, words=WORDS, longest=8_192)
def header(data: bytes) -> None:
    parsed = age.parse_header(data)
    assert _written(parsed) == data[: parsed.length]
    assert parsed.length + age.plaintext_size(data) <= len(data)


def _written(parsed: Header) -> bytes:
    # The MAC is the sender's; everything before it has one form only.
    written = encode_header(parsed.stanzas, FILE_KEY)
    return written[:-44] + age.armor(parsed.mac).split("\n")[1][:43].encode() + b"\n"


@target("age-check", seeds=sealed_files, words=WORDS, longest=8_192)
def check_sealed(data: bytes) -> None:
    age.check_sealed(data, stanzas=range(1, 17), grease=True, pointer="/entry")


@target("age-file", seeds=sealed_files, words=WORDS, longest=8_192)
def whole_file(data: bytes) -> None:
    age.decrypt(data, [samples.MEMBER])


def _greased() -> bytes:
    stanzas = [Stanza(("grease", "x", "y"), b"z" * 48), Stanza(("empty",), b"")]
    return encode_header(stanzas, FILE_KEY)


@target("age-stream", seeds=lambda: [_payload(b""), _payload(b"text"), _payload(bytes(65_537))], longest=70_000)
def stream(data: bytes) -> None:
    opened = io.BytesIO()
    open_payload(Reader(io.BytesIO(data)), opened, FILE_KEY)
    assert _payload(opened.getvalue()) == data


def _payload(plaintext: bytes) -> bytes:
    target_file = io.BytesIO()
    seal_payload(io.BytesIO(plaintext), target_file, FILE_KEY, bytes(16))
    return target_file.getvalue()


@target("age-behind-the-key", seeds=lambda: [_greased() + _payload(b"text")], words=WORDS, longest=1_024)
def behind_the_key(data: bytes) -> None:
    open_sealed(io.BytesIO(data), io.BytesIO(), [_Known()])


@target("age-armor", seeds=lambda: [age.armor(file).encode() for file in sealed_files()], longest=8_192)
def armor(data: bytes) -> None:
    sealed = age.dearmor(data)
    assert age.armor(sealed).encode().split() == data.split()
    age.dearmor(text_of(data))


@target("age-recipient", seeds=lambda: [str(samples.MEMBER.recipient).encode()], words=("age1pq1",))
def recipient(data: bytes) -> None:
    text = text_of(data)
    assert str(age.HybridRecipient.parse(text)) == text


@target("age-identity", seeds=lambda: [samples.MEMBER.encode().encode()], words=("AGE-SECRET-KEY-PQ-1",))
def identity(data: bytes) -> None:
    text = text_of(data)
    assert age.HybridIdentity.parse(text).encode() == text


@target("age-recipient-key", seeds=lambda: [samples.MEMBER.recipient.public])
def recipient_key(data: bytes) -> None:
    found = age.HybridRecipient(data)
    # A recipient that parses is one that can be sealed to.
    try:
        age.encrypt(b"", [found])
    except ProtocolError as error:
        raise AssertionError("a recipient parses that nobody can seal to") from error
