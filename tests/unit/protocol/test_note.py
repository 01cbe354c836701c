"""Signed notes (c2sp.org/signed-note)."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.protocol import note
from reporting.protocol.errors import Malformed, NotAuthentic
from reporting.protocol.note import COSIGNER_KINDS, VerifierKey
from reporting.protocol.signing import SigningKey

KEY = SigningKey(b"k" * 32)
OTHER = SigningKey(b"o" * 32)
VERIFIER = VerifierKey("example.org", KEY.public)
SIGNED = note.sign("line\n", "example.org", KEY)
texts = st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]) | st.just("\n"), max_size=80)


# The example of golang.org/x/mod/sumdb/note, which c2sp.org/signed-note was written from.
PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_standards_own_example_verifies() -> None:
    verifier = VerifierKey.parse(PETER_KEY)
    assert note.verify(note.parse(PETER_NOTE), verifier).startswith("If you think")
    assert verifier.encode() == PETER_KEY
    with pytest.raises(NotAuthentic):
        note.verify(note.parse(PETER_NOTE.replace("cryptography", "a blockchain")), verifier)


@given(texts)
def test_what_is_signed_verifies_and_reads_back(text: str) -> None:
    signed = note.sign(text + "\n", "example.org", KEY)
    parsed = note.parse(signed)
    assert parsed.encode() == signed
    assert note.verify(parsed, VERIFIER) == text + "\n"
    assert note.parse(signed.encode()) == parsed


def test_text_and_signatures_are_split_at_the_last_empty_line() -> None:
    signed = note.sign("a\n\n— not a signature\n\nb\n", "example.org", KEY)
    assert note.verify(note.parse(signed), VERIFIER) == "a\n\n— not a signature\n\nb\n"


def test_other_signatures_are_ignored() -> None:
    both = note.add_signature(note.parse(SIGNED), "other.org", OTHER)
    assert note.verify(note.parse(both.encode()), VERIFIER) == "line\n"
    assert note.verify(both, VerifierKey("other.org", OTHER.public)) == "line\n"


def test_the_name_belongs_to_the_key() -> None:
    for stranger in (VerifierKey("other.org", KEY.public), VerifierKey("example.org", OTHER.public)):
        with pytest.raises(NotAuthentic, match=stranger.name):
            note.verify(note.parse(SIGNED), stranger)
        assert not note.is_signed_by(note.parse(SIGNED), stranger)


def test_a_signature_line_with_the_right_id_and_wrong_bytes_fails() -> None:
    forged = note.Note("line\n", (note.Signature("example.org", VERIFIER.key_id, bytes(64)),))
    with pytest.raises(NotAuthentic):
        note.verify(note.parse(forged.encode()), VERIFIER)


def test_a_signature_is_of_the_very_text() -> None:
    parsed = note.parse(SIGNED)
    with pytest.raises(NotAuthentic):
        note.verify(note.Note("Line\n", parsed.signatures), VERIFIER)


def test_sixteen_signatures_are_read_and_seventeen_are_not() -> None:
    many = note.parse(SIGNED)
    for number in range(15):
        many = note.add_signature(many, f"witness-{number}.org", OTHER)
    assert note.verify(note.parse(many.encode()), VERIFIER) == "line\n"
    with pytest.raises(Malformed):
        note.add_signature(many, "one-more.org", OTHER)
    with pytest.raises(Malformed):
        note.parse(many.encode() + many.signatures[0].line())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "line\n",
        "line\n\n",
        "line\n\n— example.org",
        SIGNED.rstrip("\n"),
        SIGNED + "\n",
        SIGNED + "x",
        SIGNED + "x\n",
        SIGNED.replace("— ", "- "),
        SIGNED.replace("— ", "—"),
        SIGNED.replace("— ", "—  "),
        SIGNED.replace("\n", "\r\n"),
        SIGNED.replace("line", "li\tne"),
        SIGNED.replace("line", "li\x00ne"),
        SIGNED.replace("example.org", "exa+mple"),
        SIGNED.replace("example.org", "exa\u2003mple"),
        SIGNED.replace("example.org", ""),
        "line\n\n— example.org AAAA\n",
        "line\n\n— example.org AAAA=\n",
        SIGNED[:-2] + "\n",
        "\ud800" + SIGNED,
    ],
)
def test_what_is_not_a_note_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        note.parse(text)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Malformed):
        note.parse(b"\xff" + SIGNED.encode())


def test_a_note_above_its_limit_is_refused() -> None:
    assert note.parse(SIGNED, limit=len(SIGNED.encode())).text == "line\n"
    with pytest.raises(Malformed):
        note.parse(SIGNED, limit=len(SIGNED.encode()) - 1)


@pytest.mark.parametrize("text", ["no newline", "tab\t\n", "\x1f\n"])
def test_what_could_not_be_read_is_not_signed(text: str) -> None:
    with pytest.raises(Malformed):
        note.sign(text, "example.org", KEY)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_note_or_malformed(data: bytes) -> None:
    try:
        parsed = note.parse(data)
    except Malformed:
        return
    assert note.parse(parsed.encode()) == parsed


# --- verifier keys


@given(st.binary(min_size=32, max_size=32))
def test_verifier_keys_read_back_what_they_write(seed: bytes) -> None:
    verifier = VerifierKey("example.org/service", SigningKey(seed).public)
    assert VerifierKey.parse(verifier.encode()) == verifier


def test_a_verifier_key_is_split_at_its_first_two_pluses() -> None:
    """Base64 holds pluses of its own."""
    seed = next(
        bytes([number]) * 32
        for number in range(256)
        if "+" in base64.b64encode(b"\x01" + SigningKey(bytes([number]) * 32).public).decode()
    )
    verifier = VerifierKey("example.org", SigningKey(seed).public)
    assert verifier.encode().count("+") > 2
    assert VerifierKey.parse(verifier.encode()) == verifier


@pytest.mark.parametrize(
    "line",
    [
        "",
        "example.org",
        "example.org+00000000",
        VERIFIER.encode() + "\n",
        VERIFIER.encode().replace("example", "sample"),
        VERIFIER.encode().replace("+", "-"),
        VERIFIER.encode().upper(),
        f"example.org+{VERIFIER.key_id.hex()}+{base64.b64encode(b'/' + KEY.public).decode()}",
        f"example.org+{VERIFIER.key_id.hex()}+{base64.b64encode(KEY.public).decode()}",
        f"example org+{VERIFIER.key_id.hex()}+{base64.b64encode(b'%s' % KEY.public).decode()}",
    ],
)
def test_what_is_no_verifier_key_is_refused(line: str) -> None:
    with pytest.raises(Malformed):
        VerifierKey.parse(line)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\x01b"])
def test_names_that_a_line_could_not_hold_are_refused(name: str) -> None:
    with pytest.raises(Malformed):
        VerifierKey(name, KEY.public)


def test_a_key_of_small_order_is_refused() -> None:
    with pytest.raises(Malformed):
        VerifierKey("example.org", (1).to_bytes(32, "little"))


def test_witnesses_have_a_type_of_their_own() -> None:
    """c2sp.org/tlog-cosignature: type 0x04, with a key id that includes it."""
    witness = VerifierKey("witness.org", KEY.public, b"\x04")
    assert VerifierKey.parse(witness.encode(), kinds=COSIGNER_KINDS) == witness
    assert witness.key_id != VerifierKey("witness.org", KEY.public).key_id
    with pytest.raises(Malformed):
        VerifierKey.parse(witness.encode())
