"""A member's vault: keys at rest, wrapped by passphrase or recovery code (protocol section 9).

Argon2id (RFC 9106) and HKDF parameters are constants: no server can ask for weaker ones.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reporting.protocol import wordlists
from reporting.protocol.age import HybridIdentity
from reporting.protocol.derive import hkdf
from reporting.protocol.encoding import (
    JSON,
    JSONObject,
    b64decode,
    b64encode,
    check_integer,
    check_text,
    dump_json,
    parse_json_object,
    sha256,
)
from reporting.protocol.errors import CannotOpen, Malformed, Refused, N_
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey

SALT_BYTES = 16
KEY_BYTES = 32
PASSPHRASE_WORDS = 7
MAX_PASSPHRASE = 1_024
MAX_VAULT = 16_384
MAX_CARD = 65_536
# RFC 9106 section 4, second recommended option, with one lane so that phones and Tor Browser can follow
_MEMORY_KIB, _PASSES, _LANES = 65_536, 3, 1
#: Former identities that a vault keeps, and pairs in it that wait for the directory; together no more than the former.
MAX_FORMER, MAX_WAITING = 8, 4
_VERSION = b"\x01"
#: A vault with more than one pair. A client that knows one pair alone must refuse it: it would store it without them.
_SEVERAL = b"\x02"
_NONCE_BYTES = 12
_NO_VAULT = N_("This is not a vault of this version.")
_VAULT, _VAULT_OF_SEVERAL, _PASSPHRASE, _RECOVERY, _PRF, _CARD = (
    b"reporting/v1/vault",
    b"reporting/v2/vault",
    b"reporting/v1/wrap-passphrase",
    b"reporting/v1/wrap-recovery",
    b"reporting/v1/wrap-prf",
    b"reporting/v1/card",
)


@dataclass(frozen=True)
class Pair:
    """What a member is known by: an age identity and a signing key."""

    identity: HybridIdentity = field(repr=False)
    signing_key: SigningKey = field(repr=False)

    def listed(self, signing_key: bytes, recipient_sha256: bytes) -> bool:
        """Whether a directory that names these two lists this pair."""
        return (self.signing_key.public, sha256(str(self.identity.recipient).encode())) == (
            signing_key,
            recipient_sha256,
        )


@dataclass(frozen=True)
class Vault:
    """What a member needs to work: keys, the root they trust, and the highest directory they saw.

    ``waiting``: pairs made to follow the present one, the newest first; one counts once the verified directory
    lists it (:meth:`following`). ``former``: identities of before, the latest first, so that what was sealed to them
    still opens.
    """

    member: str
    identity: HybridIdentity = field(repr=False)
    signing_key: SigningKey = field(repr=False)
    root: VerifierKey
    directory_version: int = 0
    directory_sha256: bytes = bytes(32)
    waiting: tuple[Pair, ...] = field(repr=False, default=())
    former: tuple[HybridIdentity, ...] = field(repr=False, default=())

    @property
    def identities(self) -> tuple[HybridIdentity, ...]:
        """Everything that may open what was sealed to this member; the present one first."""
        return (self.identity, *(pair.identity for pair in self.waiting), *self.former)

    def has_identity(self, identity: HybridIdentity) -> bool:
        """Whether it has this identity, in use, waiting or former."""
        return any(str(one.recipient) == str(identity.recipient) for one in self.identities)

    @property
    def pair(self) -> Pair:
        """The pair in use."""
        return Pair(self.identity, self.signing_key)

    def with_waiting(self, pair: Pair) -> Vault:
        """This vault with a further pair that waits for the directory.

        :raises Refused: it holds as many as it may
        """
        if len(self.waiting) >= MAX_WAITING or len(self.waiting) + len(self.former) >= MAX_FORMER:
            raise Refused(N_("Your keys were renewed as often as they can be: enroll anew, or have a list published."))
        return replace(self, waiting=(pair, *self.waiting))

    def following(self, signing_key: bytes, recipient_sha256: bytes) -> Vault:
        """This vault as it is under a directory that lists the member with these two.

        A pair that waited and is listed is the one in use from then on, and the one before is *former*. Pairs made
        before it cannot be listed any more. Where nothing is listed that this vault made, it stays as it is.
        """
        if self.pair.listed(signing_key, recipient_sha256):
            return self
        for place, pair in enumerate(self.waiting):
            if pair.listed(signing_key, recipient_sha256):
                return replace(
                    self,
                    identity=pair.identity,
                    signing_key=pair.signing_key,
                    waiting=self.waiting[:place],
                    former=(self.identity, *self.former),
                )
        return self


@dataclass(frozen=True)
class Stretched:
    """A stretched passphrase: the key that wraps, and the secret that signs in. Only the latter travels.

    ``stretched`` is what both follow from.
    """

    stretched: bytes = field(repr=False)
    wrap_key: bytes = field(repr=False)
    auth_secret: bytes = field(repr=False)


def generate_passphrase(random: Callable[[int], bytes] = os.urandom) -> str:
    """Seven words of a list of 2,048: 77 bits."""
    words = wordlists.words("en")
    numbers = int.from_bytes(random(2 * PASSPHRASE_WORDS))
    return " ".join(words[numbers >> 16 * place & 0x7FF] for place in range(PASSPHRASE_WORDS))


def stretch(passphrase: str, salt: bytes) -> Stretched:
    """Argon2id over the passphrase (64 MiB, 3 passes, 1 lane, 32 bytes), then HKDF; half a second of work.

    :raises Malformed: an empty or overlong passphrase, a salt of another length than 16 bytes
    """
    secret = passphrase.encode("utf-8", "surrogatepass")
    if not 0 < len(secret) <= MAX_PASSPHRASE or len(salt) != SALT_BYTES:
        raise Malformed(N_("A passphrase has 1 to {most} bytes."), most=MAX_PASSPHRASE)
    stretched = hash_secret_raw(secret, salt, _PASSES, _MEMORY_KIB, _LANES, KEY_BYTES, Type.ID)
    return Stretched(stretched, hkdf(stretched, b"reporting/v1/wrap"), hkdf(stretched, b"reporting/v1/auth"))


def recovery_key(entropy: bytes) -> bytes:
    """The key that a 128-bit recovery code wraps with.

    :raises Malformed: another length than 16 bytes
    """
    if len(entropy) != 16:
        raise Malformed(N_("A recovery code holds 16 bytes."))
    return hkdf(entropy, b"reporting/v1/recovery")


def recovery_auth(entropy: bytes) -> bytes:
    """The secret that signs in with a 128-bit recovery code, to choose a new passphrase. Only it travels.

    :raises Malformed: another length than 16 bytes
    """
    if len(entropy) != 16:
        raise Malformed(N_("A recovery code holds 16 bytes."))
    return hkdf(entropy, b"reporting/v1/recovery-auth")


def prf_key(stretched: Stretched, answer: bytes) -> bytes:
    """The key that a passphrase wraps with together with what a passkey answers (WebAuthn PRF).

    :raises Malformed: an answer of another length than 32 bytes
    """
    if len(answer) != KEY_BYTES:
        raise Malformed(N_("A passkey answers with 32 bytes."))
    return hkdf(stretched.stretched + answer, _PRF)


def _label(label: bytes, *names: str) -> bytes:
    return b"\x00".join([label, *(name.encode("ascii") for name in names)])


def _seal(
    key: bytes, plaintext: bytes, data: bytes, random: Callable[[int], bytes], version: bytes = _VERSION
) -> bytes:
    nonce = random(_NONCE_BYTES)
    return version + nonce + AESGCM(key).encrypt(nonce, plaintext, data)


def _open(key: bytes, sealed: bytes, data: bytes, limit: int, version: bytes = _VERSION) -> bytes:
    if len(key) != KEY_BYTES or not 1 + _NONCE_BYTES + 16 <= len(sealed) <= limit or sealed[:1] != version:
        raise Malformed(_NO_VAULT)
    nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, data)
    except InvalidTag:
        raise CannotOpen(N_("This passphrase or code does not open the vault.")) from None


def seal_vault(vault: Vault, vault_key: bytes, random: Callable[[int], bytes] = os.urandom) -> bytes:
    """``vault`` under its random 32-byte key: ``version ‖ nonce ‖ AES-256-GCM``; version 2 where keys were renewed."""
    content: JSONObject = {
        "identity": vault.identity.encode(),
        "signing_key": b64encode(vault.signing_key.seed),
        "root": vault.root.encode(),
        "directory": {"version": vault.directory_version, "sha256": b64encode(vault.directory_sha256)},
    }
    if not vault.waiting and not vault.former:
        return _seal(vault_key, dump_json(content), _label(_VAULT, vault.member), random)
    content["waiting"] = [
        {"identity": pair.identity.encode(), "signing_key": b64encode(pair.signing_key.seed)} for pair in vault.waiting
    ]
    content["former"] = [identity.encode() for identity in vault.former]
    return _seal(vault_key, dump_json(content), _label(_VAULT_OF_SEVERAL, vault.member), random, _SEVERAL)


def open_vault(sealed: bytes, vault_key: bytes, member: str) -> Vault:
    """Open the vault of ``member``.

    :raises CannotOpen: another key or member
    :raises Malformed: not a vault of these versions
    """
    several = sealed[:1] == _SEVERAL
    label, version = (_VAULT_OF_SEVERAL, _SEVERAL) if several else (_VAULT, _VERSION)
    plaintext = _open(vault_key, sealed, _label(label, member), MAX_VAULT, version)
    content = parse_json_object(plaintext, limit=MAX_VAULT)
    pinned = content.get("directory")
    if not isinstance(pinned, dict):
        raise Malformed(_NO_VAULT)
    pair = _pair(content)
    return Vault(
        member=member,
        identity=pair.identity,
        signing_key=pair.signing_key,
        root=VerifierKey.parse(check_text(content.get("root"))),
        directory_version=check_integer(pinned.get("version"), 0, 2**31 - 1),
        directory_sha256=b64decode(pinned.get("sha256"), length=32),
        waiting=tuple(map(_pair, _list(content, "waiting", MAX_WAITING))) if several else (),
        former=tuple(map(_identity, _list(content, "former", MAX_FORMER))) if several else (),
    )


def _list(content: JSONObject, name: str, most: int) -> list[JSON]:
    value = content.get(name)
    if not isinstance(value, list) or len(value) > most:
        raise Malformed(_NO_VAULT)
    return value


def _identity(value: JSON) -> HybridIdentity:
    return HybridIdentity.parse(check_text(value))


def _pair(value: JSON) -> Pair:
    if not isinstance(value, dict):
        raise Malformed(_NO_VAULT)
    return Pair(_identity(value.get("identity")), SigningKey(b64decode(value.get("signing_key"), length=32)))


def wrap_with_passphrase(
    vault_key: bytes, wrap_key: bytes, member: str, random: Callable[[int], bytes] = os.urandom
) -> bytes:
    """The vault's key under a stretched passphrase."""
    return _seal(wrap_key, vault_key, _label(_PASSPHRASE, member), random)


def unwrap_with_passphrase(wrapped: bytes, wrap_key: bytes, member: str) -> bytes:
    """The vault's key.

    :raises CannotOpen: another passphrase or member
    """
    return _open(wrap_key, wrapped, _label(_PASSPHRASE, member), MAX_VAULT)


def wrap_with_recovery(vault_key: bytes, key: bytes, member: str, random: Callable[[int], bytes] = os.urandom) -> bytes:
    """The vault's key under a recovery code's key."""
    return _seal(key, vault_key, _label(_RECOVERY, member), random)


def unwrap_with_recovery(wrapped: bytes, key: bytes, member: str) -> bytes:
    """The vault's key.

    :raises CannotOpen: another code or member
    """
    return _open(key, wrapped, _label(_RECOVERY, member), MAX_VAULT)


def wrap_with_prf(vault_key: bytes, key: bytes, member: str, random: Callable[[int], bytes] = os.urandom) -> bytes:
    """The vault's key under that of a passphrase and a passkey together."""
    return _seal(key, vault_key, _label(_PRF, member), random)


def unwrap_with_prf(wrapped: bytes, key: bytes, member: str) -> bytes:
    """The vault's key.

    :raises CannotOpen: another passphrase, passkey or member
    """
    return _open(key, wrapped, _label(_PRF, member), MAX_VAULT)


def seal_card(
    content: bytes, vault_key: bytes, member: str, case: str, random: Callable[[int], bytes] = os.urandom
) -> bytes:
    """A card (what a member keeps of an opened case) under the vault's key."""
    return _seal(vault_key, content, _label(_CARD, member, case), random)


def open_card(sealed: bytes, vault_key: bytes, member: str, case: str) -> bytes:
    """The content of a card.

    :raises CannotOpen: another key, member or case
    """
    return _open(vault_key, sealed, _label(_CARD, member, case), MAX_CARD)
