"""A member's vault, its wraps and cards (protocol section 9)."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reporting.protocol import vault, wordlists
from reporting.protocol.age import HybridIdentity
from reporting.protocol.encoding import dump_json, sha256
from reporting.protocol.errors import CannotOpen, Malformed, NotAuthentic, ProtocolError, Refused
from reporting.protocol.note import VerifierKey
from reporting.protocol.possession import Renewal, sign_renewal, verify_renewal
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


NEXT = vault.Pair(HybridIdentity(b"n" * 32), SigningKey(b"t" * 32))
LATER = vault.Pair(HybridIdentity(b"l" * 32), SigningKey(b"u" * 32))


def listed(pair: vault.Pair) -> tuple[bytes, bytes]:
    return pair.signing_key.public, sha256(str(pair.identity.recipient).encode())


def test_a_vault_of_several_pairs_is_of_version_2_and_reads_back() -> None:
    several = dataclasses.replace(VAULT, waiting=(NEXT,), former=(HybridIdentity(b"f" * 32),))
    sealed = vault.seal_vault(several, KEY)
    assert sealed[:1] == b"\x02"
    assert AESGCM(KEY).decrypt(sealed[1:13], sealed[13:], b"reporting/v2/vault\x00m1")
    assert vault.open_vault(sealed, KEY, "m1") == several
    assert vault.seal_vault(VAULT, KEY)[:1] == b"\x01"  # whoever never renewed keys needs no newer client


def test_no_version_is_passed_off_as_the_other() -> None:
    sealed = vault.seal_vault(VAULT.with_waiting(NEXT), KEY)
    for altered in (b"\x01" + sealed[1:], b"\x02" + vault.seal_vault(VAULT, KEY)[1:]):
        with pytest.raises(CannotOpen):
            vault.open_vault(altered, KEY, "m1")


def test_the_pair_that_the_directory_lists_is_in_use_and_the_one_before_opens_on() -> None:
    waiting = VAULT.with_waiting(NEXT)
    assert waiting.following(*listed(VAULT.pair)) is waiting
    renewed = waiting.following(*listed(NEXT))
    assert (renewed.pair, renewed.waiting, renewed.former) == (NEXT, (), (VAULT.identity,))
    assert renewed.identities == (NEXT.identity, VAULT.identity)
    assert renewed.following(*listed(NEXT)) is renewed


def test_keys_that_the_vault_did_not_make_are_never_taken() -> None:
    waiting = VAULT.with_waiting(NEXT)
    for strange in (listed(LATER), (listed(NEXT)[0], listed(VAULT.pair)[1]), (listed(VAULT.pair)[0], listed(NEXT)[1])):
        assert waiting.following(*strange) is waiting


def test_of_two_that_wait_the_newer_goes_on_waiting_where_the_older_is_listed() -> None:
    waiting = VAULT.with_waiting(NEXT).with_waiting(LATER)
    assert waiting.following(*listed(NEXT)).waiting == (LATER,)
    assert waiting.following(*listed(LATER)).waiting == ()


def test_a_vault_never_makes_room_by_forgetting() -> None:
    full = VAULT
    for _ in range(vault.MAX_WAITING):
        full = full.with_waiting(NEXT)
    with pytest.raises(Refused):
        full.with_waiting(NEXT)
    former = dataclasses.replace(VAULT, former=(VAULT.identity,) * (vault.MAX_FORMER - 1))
    last = former.with_waiting(NEXT).following(*listed(NEXT))
    assert len(last.former) == vault.MAX_FORMER
    with pytest.raises(Refused):
        last.with_waiting(LATER)


@pytest.mark.parametrize("further", [{}, {"waiting": [], "former": {}}, {"waiting": ["x"], "former": []}])
def test_a_vault_of_version_2_in_another_form_is_refused(further: dict[str, object]) -> None:
    plaintext = AESGCM(KEY).decrypt(*_parts(vault.seal_vault(VAULT, KEY)), b"reporting/v1/vault\x00m1")
    content = dump_json({**json.loads(plaintext), **further})
    sealed = b"\x02" + bytes(12) + AESGCM(KEY).encrypt(bytes(12), content, b"reporting/v2/vault\x00m1")
    with pytest.raises(Malformed):
        vault.open_vault(sealed, KEY, "m1")


def _parts(sealed: bytes) -> tuple[bytes, bytes]:
    return sealed[1:13], sealed[13:]


def test_a_change_of_keys_is_signed_by_the_key_before_and_for_nothing_else() -> None:
    change = Renewal("report.example.org", "m1", VAULT.signing_key.public, *listed(NEXT))
    signature = sign_renewal(change, VAULT.signing_key)
    verify_renewal(signature, change)
    others: list[dict[str, Any]] = [
        {"origin": "other.example.org"},
        {"member": "m2"},
        {"old": NEXT.signing_key.public},
        {"new": listed(LATER)[0]},
        {"recipient_sha256": listed(LATER)[1]},
    ]
    for other in others:
        with pytest.raises(NotAuthentic):
            verify_renewal(signature, dataclasses.replace(change, **other))
