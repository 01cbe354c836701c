"""A member's vault, its wraps and cards (protocol section 9)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reporting.protocol import vault, wordlists
from reporting.protocol.age import HybridIdentity
from reporting.protocol.errors import CannotOpen, Malformed, ProtocolError
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey
from reporting.protocol.vault import Vault

VAULT = Vault(
    "m1",
    HybridIdentity(b"i" * 32),
    SigningKey(b"s" * 32),
    VerifierKey("report.example.org", SigningKey(b"r" * 32).public),
    7,
    b"d" * 32,
)
KEY = b"k" * 32


def derived(secret: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)


def test_a_vault_reads_back_for_its_member_and_key_alone() -> None:
    sealed = vault.seal_vault(VAULT, KEY)
    assert vault.open_vault(sealed, KEY, "m1") == VAULT
    for key, member in ((b"x" * 32, "m1"), (KEY, "m2")):
        with pytest.raises(CannotOpen):
            vault.open_vault(sealed, key, member)


def test_its_form_is_that_of_section_9() -> None:
    sealed = vault.seal_vault(VAULT, KEY, lambda count: bytes(range(count)))
    assert sealed[:1] == b"\x01"
    assert sealed[1:13] == bytes(range(12))
    plaintext = AESGCM(KEY).decrypt(sealed[1:13], sealed[13:], b"reporting/v1/vault\x00m1")
    assert VAULT.identity.encode().encode() in plaintext


@pytest.mark.parametrize(
    ("seal", "label"),
    [
        (lambda: vault.wrap_with_passphrase(KEY, KEY, "m1"), b"reporting/v1/wrap-passphrase\x00m1"),
        (lambda: vault.wrap_with_recovery(KEY, KEY, "m1"), b"reporting/v1/wrap-recovery\x00m1"),
        (lambda: vault.seal_card(KEY, KEY, "m1", "c" * 32), b"reporting/v1/card\x00m1\x00" + b"c" * 32),
    ],
)
def test_every_label_is_bound(seal: Callable[[], bytes], label: bytes) -> None:
    sealed = seal()
    assert AESGCM(KEY).decrypt(sealed[1:13], sealed[13:], label) == KEY


def test_one_wrap_is_not_taken_for_another() -> None:
    wrapped = vault.wrap_with_passphrase(KEY, KEY, "m1")
    assert vault.unwrap_with_passphrase(wrapped, KEY, "m1") == KEY
    with pytest.raises(CannotOpen):
        vault.unwrap_with_recovery(wrapped, KEY, "m1")
    with pytest.raises(CannotOpen):
        vault.unwrap_with_passphrase(wrapped, KEY, "m2")
    with pytest.raises(CannotOpen):
        vault.open_card(wrapped, KEY, "m1", "c" * 32)
    recovery = vault.wrap_with_recovery(KEY, KEY, "m1")
    assert vault.unwrap_with_recovery(recovery, KEY, "m1") == KEY


def test_a_card_is_of_one_case() -> None:
    card = vault.seal_card(b"summary", KEY, "m1", "c" * 32)
    assert vault.open_card(card, KEY, "m1", "c" * 32) == b"summary"
    with pytest.raises(CannotOpen):
        vault.open_card(card, KEY, "m1", "d" * 32)


def test_every_flipped_byte_and_every_cut_is_noticed() -> None:
    sealed = vault.seal_vault(VAULT, KEY)
    for place in range(len(sealed)):
        flipped = bytearray(sealed)
        flipped[place] ^= 1
        with pytest.raises(ProtocolError):
            vault.open_vault(bytes(flipped), KEY, "m1")
    for cut in (b"", sealed[:1], sealed[:28], sealed[:-1], sealed + b"\x00", sealed + bytes(20_000)):
        with pytest.raises(ProtocolError):
            vault.open_vault(cut, KEY, "m1")


@pytest.mark.parametrize("key", [b"", b"k" * 16, b"k" * 31])
def test_a_key_has_32_bytes(key: bytes) -> None:
    with pytest.raises(Malformed):
        vault.open_vault(vault.seal_vault(VAULT, KEY), key, "m1")


def test_a_passphrase_is_stretched_with_the_parameters_of_section_1() -> None:
    """Constants of the protocol: no argument, so no server, can ask for weaker ones."""
    salt = bytes(range(16))
    stretched = vault.stretch("correct horse", salt)
    expected = hash_secret_raw(b"correct horse", salt, 3, 65_536, 1, 32, Type.ID)
    assert stretched.wrap_key == derived(expected, b"reporting/v1/wrap")
    assert stretched.auth_secret == derived(expected, b"reporting/v1/auth")
    assert "wrap_key" not in repr(stretched)
    assert "auth_secret" not in repr(stretched)


@pytest.mark.parametrize(
    ("passphrase", "salt"), [("", bytes(16)), ("x" * 1_025, bytes(16)), ("x", bytes(15)), ("x", b"")]
)
def test_what_cannot_be_stretched_is_refused(passphrase: str, salt: bytes) -> None:
    with pytest.raises(Malformed):
        vault.stretch(passphrase, salt)


def test_a_recovery_code_has_16_bytes() -> None:
    assert vault.recovery_key(bytes(16)) == derived(bytes(16), b"reporting/v1/recovery")
    with pytest.raises(Malformed):
        vault.recovery_key(bytes(32))


def test_passphrases_are_seven_words_of_2048() -> None:
    one, other = vault.generate_passphrase(), vault.generate_passphrase()
    assert one != other
    assert len(one.split()) == 7
    assert set(one.split()) <= set(wordlists.words("en"))
    assert vault.generate_passphrase(lambda count: b"\xff" * count) == "zoo zoo zoo zoo zoo zoo zoo"


def test_no_key_is_in_a_repr() -> None:
    shown = repr(VAULT)
    assert "SECRET" not in shown
    assert repr(VAULT.signing_key.seed) not in shown
    assert dataclasses.replace(VAULT).directory_version == 7


@pytest.mark.parametrize(
    "content",
    [b"[]", b"{}", b'{"directory":{}}', b'{"identity":"x","directory":{"version":1}}', b"not json"],
)
def test_a_vault_of_another_form_is_refused(content: bytes) -> None:
    sealed = vault._seal(KEY, content, b"reporting/v1/vault\x00m1", bytes)
    with pytest.raises(Malformed):
        vault.open_vault(sealed, KEY, "m1")
