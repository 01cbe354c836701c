"""The receipt code: 128 random bits, a BIP-39 mnemonic, and the keys derived from it.

The code is the reporter's only credential. It needs no stretching (protocol section 2); its keys
come from HKDF-SHA-256 (RFC 5869) with the site's origin in the salt.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from reporting.protocol import wordlists
from reporting.protocol.age import HybridIdentity
from reporting.protocol.derive import hkdf
from reporting.protocol.encoding import sha256
from reporting.protocol.errors import (
    LooksLikeFingerprint,
    Malformed,
    UnknownWord,
    WrongChecksum,
    WrongLength,
    N_,
)
from reporting.protocol.signing import SigningKey

ENTROPY_BYTES = 16
WORDS = 12
MAX_TYPED = 4_096
_SALT = b"reporting/v1/receipt\x00"
_SEPARATORS = re.compile(r"[\s\-‐-―,;.·|/]+")
_FINGERPRINT = re.compile(r"\d{30}", re.ASCII)


@dataclass(frozen=True)
class ReceiptCode:
    """Sixteen bytes of entropy. ``repr`` hides them."""

    entropy: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.entropy) != ENTROPY_BYTES:
            raise Malformed(N_("A receipt code holds 16 bytes."))

    @classmethod
    def generate(cls, random: Callable[[int], bytes] = os.urandom) -> ReceiptCode:
        """A fresh code."""
        return cls(random(ENTROPY_BYTES))

    def numbers(self) -> list[int]:
        """Twelve numbers from 0 to 2,047: the entropy and its four checksum bits (BIP-39)."""
        bits = int.from_bytes(self.entropy) << 4 | sha256(self.entropy)[0] >> 4
        return [bits >> 11 * place & 0x7FF for place in reversed(range(WORDS))]

    def words(self, language: str = "en") -> list[str]:
        """Twelve words of the language's list, of the English one where it has none."""
        words = wordlists.words(language)
        return [words[number] for number in self.numbers()]

    def groups(self) -> list[str]:
        """Twelve groups of four digits, 0001 to 2048."""
        return [f"{number + 1:04d}" for number in self.numbers()]

    @classmethod
    def parse(cls, typed: str, language: str = "en") -> ReceiptCode:
        """A code from words of any one list, or digits, as people type them.

        Any case, spaces or hyphens, four letters of a word where the list allows, digits of any
        script, with or without spaces between groups.

        :raises UnknownWord: a word in no list
        :raises WrongLength: not twelve
        :raises WrongChecksum: mistyped
        :raises LooksLikeFingerprint: thirty digits
        """
        if len(typed) > MAX_TYPED:
            raise WrongLength(N_("A receipt code has twelve words or twelve groups of four digits."))
        tokens = [token for token in _SEPARATORS.split(_plain(typed)) if token]
        if not tokens:
            raise WrongLength(N_("A receipt code has twelve words or twelve groups of four digits."))
        digits = _digits(tokens)
        if digits is not None:
            return _from_numbers(_numbers_of_groups(digits))
        return _from_words(tokens, language)

    def mailbox_token(self, origin: str) -> bytes:
        """The 32-byte token that finds the mailbox; the server keeps only its SHA-256."""
        return self._derive(origin, b"reporting/v1/mailbox")

    def draft_identity(self, origin: str) -> HybridIdentity:
        """The age identity to which a draft of a report is sealed, before there is any case."""
        return HybridIdentity(self._derive(origin, b"reporting/v1/draft"))

    def case_identity(self, origin: str, case_hash: bytes) -> HybridIdentity:
        """The reporter's age identity for one case."""
        return HybridIdentity(self._derive(origin, b"reporting/v1/age\x00" + _case_hash(case_hash)))

    def case_signing_key(self, origin: str, case_hash: bytes) -> SigningKey:
        """The reporter's Ed25519 key for one case."""
        return SigningKey(self._derive(origin, b"reporting/v1/sign\x00" + _case_hash(case_hash)))

    def certificate_opening(self, origin: str, case_hash: bytes, commitment: bytes) -> bytes:
        """The 32 bytes behind which a certificate with this commitment to a name hides its report (section 10.1)."""
        return self._derive(origin, b"reporting/v1/certificate-opening\x00" + _case_hash(case_hash) + commitment)

    def _derive(self, origin: str, info: bytes) -> bytes:
        return hkdf(self.entropy, info, salt=_SALT + origin.encode("ascii"))


def _case_hash(case_hash: bytes) -> bytes:
    if len(case_hash) != 32:
        raise Malformed(N_("A case hash has 32 bytes."))
    return case_hash


def _plain(typed: str) -> str:
    # Pages in Arabic, Hebrew or Persian leave invisible direction marks in what is copied from them.
    return "".join(c for c in unicodedata.normalize("NFKD", typed) if unicodedata.category(c) != "Cf")


def _digits(tokens: list[str]) -> str | None:
    joined = "".join(tokens)
    if not joined or not all(unicodedata.category(c) == "Nd" for c in joined):
        return None
    return "".join(str(unicodedata.decimal(c)) for c in joined)


def _numbers_of_groups(digits: str) -> list[int]:
    if _FINGERPRINT.fullmatch(digits):
        raise LooksLikeFingerprint(N_("This is the fingerprint of the site, not a receipt code."))
    if len(digits) != 4 * WORDS:
        raise WrongLength(N_("A receipt code has twelve words or twelve groups of four digits."))
    numbers = [int(digits[place : place + 4]) - 1 for place in range(0, 4 * WORDS, 4)]
    for number in numbers:
        if not 0 <= number < 2_048:
            raise UnknownWord(N_("“{word}” is in no receipt code: check it."), word=f"{number + 1:04d}")
    return numbers


def _from_words(tokens: list[str], language: str) -> ReceiptCode:
    folded = [wordlists.fold(token) for token in tokens]
    complete: list[list[int]] = []
    for candidate in wordlists.languages_from(language):
        index = wordlists.index(candidate)
        if folded and all(word in index for word in folded):
            complete.append([index[word] for word in folded])
    if not complete:
        raise UnknownWord(N_("“{word}” is in no receipt code: check it."), word=_unknown(tokens, folded, language))
    if len(tokens) != WORDS:
        raise WrongLength(N_("A receipt code has twelve words or twelve groups of four digits."))
    for numbers in complete[:-1]:  # words that stand in several lists: the list whose checksum fits
        try:
            return _from_numbers(numbers)
        except WrongChecksum:
            continue
    return _from_numbers(complete[-1])


def _unknown(tokens: list[str], folded: list[str], language: str) -> str:
    """The word to name: the first unknown one in the list that knows the most of them."""
    best: tuple[int, str] = (-1, tokens[0] if tokens else "")
    for candidate in wordlists.languages_from(language):
        index = wordlists.index(candidate)
        unknown = [token for token, word in zip(tokens, folded, strict=True) if word not in index]
        known = len(tokens) - len(unknown)
        if known > best[0] and unknown:
            best = (known, unknown[0])
    return best[1]


def _from_numbers(numbers: list[int]) -> ReceiptCode:
    bits = 0
    for number in numbers:
        bits = bits << 11 | number
    code = ReceiptCode((bits >> 4).to_bytes(ENTROPY_BYTES))
    if code.numbers() != numbers:
        raise WrongChecksum(N_("Something in this receipt code is mistyped."))
    return code


def complete(beginning: str, language: str = "en") -> list[str]:
    """The words of the language's list that begin as typed, at most eight; none for nothing typed."""
    folded = wordlists.fold(beginning.strip())
    if not folded:
        return []
    return [word for word in wordlists.words(language) if wordlists.fold(word).startswith(folded)][:8]
