"""Signed notes (c2sp.org/signed-note) with Ed25519 keys, at most 16 signatures.

A note is text that ends in a newline, an empty line, and one signature line or more.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from reporting.protocol.encoding import b64decode, b64encode, sha256
from reporting.protocol.errors import Malformed, NotAuthentic, ProtocolError, N_
from reporting.protocol.signing import SigningKey, check_public_key
from reporting.protocol.signing import verify as verify_signature

MAX_SIGNATURES = 16
MAX_NOTE = 1_048_576
ED25519, COSIGNATURE = b"\x01", b"\x04"  # c2sp.org/signed-note, signature types
COSIGNER_KINDS = (ED25519, COSIGNATURE)  # witnesses sign as c2sp.org/tlog-cosignature says
_SIGNATURE_MARK = "\u2014 "
_KEY_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)
# c2sp.org/signed-note: UTF-8 without ASCII control characters below U+0020 other than newline
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")


def _check_name(name: str) -> str:
    if not name or "+" in name or any(c.isspace() for c in name) or _FORBIDDEN.search(name):
        raise Malformed(N_("This is not a valid key name."))
    return name


@dataclass(frozen=True)
class VerifierKey:
    """The public half of a note's key: a name, 32 raw bytes of Ed25519, and the type of its signatures."""

    name: str
    public: bytes
    kind: bytes = ED25519

    def __post_init__(self) -> None:
        _check_name(self.name)
        check_public_key(self.public)

    @property
    def key_id(self) -> bytes:
        """The four bytes that a signature line begins with."""
        return sha256(self.name.encode() + b"\n" + self.kind + self.public)[:4]

    def encode(self) -> str:
        """``<name>+<key id>+<base64>``, one line without its end."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(self.kind + self.public)}"

    @classmethod
    def parse(cls, line: str, *, kinds: Collection[bytes] = (ED25519,)) -> VerifierKey:
        """Read what :meth:`encode` writes; split at the first two ``+``.

        :raises Malformed: any other form, a type not among ``kinds``, or a key id that does not fit
        """
        parts = line.split("+", 2)
        if len(parts) != 3 or not _KEY_ID.fullmatch(parts[1]):
            raise Malformed(N_("This is not a verifier key."))
        data = b64decode(parts[2], length=33)
        if data[:1] not in kinds:
            raise Malformed(N_("This verifier key is not of type Ed25519."))
        key = cls(parts[0], data[1:], data[:1])
        if key.key_id.hex() != parts[1]:
            raise Malformed(N_("This is not a verifier key."))
        return key


@dataclass(frozen=True)
class Signature:
    """One signature line: a key's name, its four-byte id, and the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """The line as it stands in the note, with its end."""
        return f"{_SIGNATURE_MARK}{self.name} {b64encode(self.key_id + self.signature)}\n"


@dataclass(frozen=True)
class Note:
    """A parsed note: ``text`` with its final newline, and its signatures, none of them checked yet."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> str:
        """The note as it is stored and sent."""
        return self.text + "\n" + "".join(signature.line() for signature in self.signatures)


def _parse_signature(line: str) -> Signature:
    if not line.startswith(_SIGNATURE_MARK):
        raise Malformed(N_("A signature line of this note is malformed."))
    name, _, encoded = line[len(_SIGNATURE_MARK) :].partition(" ")
    data = b64decode(encoded)
    if len(data) < 5:
        raise Malformed(N_("A signature line of this note is malformed."))
    return Signature(_check_name(name), data[:4], data[4:])


def _check_characters(text: str) -> None:
    if _FORBIDDEN.search(text):
        raise Malformed(N_("This note holds a control character."))


def parse(data: str | bytes, *, limit: int = MAX_NOTE) -> Note:
    """Split a note of at most ``limit`` bytes into text and signatures, at its last empty line.

    :raises Malformed: too long, not UTF-8, no empty line, no signature or more than 16
    """
    try:
        raw = data.encode("utf-8") if isinstance(data, str) else data
        note = raw.decode("utf-8")
    except UnicodeError:
        raise Malformed(N_("This is not UTF-8 text.")) from None
    if len(raw) > limit:
        raise Malformed(N_("This is longer than {limit} bytes."), limit=limit)
    _check_characters(note)
    split = note.rfind("\n\n")
    if split < 0 or not note.endswith("\n"):
        raise Malformed(N_("This is not a signed note."))
    lines = note[split + 2 :].split("\n")[:-1]
    if not 1 <= len(lines) <= MAX_SIGNATURES:
        raise Malformed(N_("A note carries 1 to {most} signatures."), most=MAX_SIGNATURES)
    return Note(note[: split + 1], tuple(_parse_signature(line) for line in lines))


def sign(text: str, name: str, key: SigningKey) -> str:
    """The note of ``text`` (which ends in a newline) signed by ``key`` under ``name``.

    :raises Malformed: text without its final newline, or with control characters
    """
    if not text.endswith("\n"):
        raise Malformed(N_("The text of a note ends in a newline."))
    _check_characters(text)
    return Note(text, (_signature(text, name, key),)).encode()


@lru_cache(maxsize=64)
def _key_id(name: str, public: bytes) -> bytes:
    # Checking that a public key is a point takes longer than signing does.
    return VerifierKey(name, public).key_id


def _signature(text: str, name: str, key: SigningKey) -> Signature:
    return Signature(name, _key_id(name, key.public), key.sign(text.encode()))


def add_signature(note: Note, name: str, key: SigningKey) -> Note:
    """``note`` with one more signature, by ``key`` under ``name``.

    :raises Malformed: a seventeenth signature
    """
    if len(note.signatures) >= MAX_SIGNATURES:
        raise Malformed(N_("A note carries 1 to {most} signatures."), most=MAX_SIGNATURES)
    return Note(note.text, (*note.signatures, _signature(note.text, name, key)))


def verify(note: Note, verifier: VerifierKey) -> str:
    """The text of ``note`` once ``verifier``'s signature on it holds; other signatures are ignored.

    :raises NotAuthentic: no signature of that name and key, or one that fails
    """
    for signature in note.signatures:
        if (signature.name, signature.key_id) == (verifier.name, verifier.key_id):
            verify_signature(verifier.public, signature.signature, note.text.encode())
            return note.text
    raise NotAuthentic(N_("This note lacks the signature of {name}."), name=verifier.name)


def is_signed_by(note: Note, verifier: VerifierKey) -> bool:
    """Whether :func:`verify` accepts ``note`` for ``verifier``."""
    try:
        verify(note, verifier)
    except ProtocolError:
        return False
    return True
