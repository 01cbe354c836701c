"""Proof of work that prices a flood without knowing anybody: stateless, signed, ten minutes long.

A challenge is ``v1.<expiry>.<bits>.<random>.<mac>``; a nonce of 1 to 20 digits solves it where
``SHA-256(challenge ‖ ":" ‖ nonce)`` begins with that many zero bits.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Callable
from dataclasses import dataclass

from reporting.protocol.encoding import check_text
from reporting.protocol.errors import Malformed, N_

LIFETIME = 600  # seconds
MAX_LENGTH = 256
MAX_BITS = 18
_NONCE = re.compile(r"\d{1,20}", re.ASCII)
_FORM = re.compile(r"v1\.(\d{1,12})\.(\d{1,2})\.([0-9a-f]{32})\.([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True)
class Solved:
    """A genuine, solved challenge: when it expires (Unix seconds) and what to remember it by."""

    expires: int
    digest: bytes


def _mac(key: bytes, body: str) -> str:
    return hmac.new(key, body.encode("ascii"), hashlib.sha256).hexdigest()


def issue(key: bytes, now: int, bits: int, random: Callable[[int], bytes] = os.urandom) -> str:
    """A fresh challenge of ``bits`` zero bits, valid for ten minutes from ``now`` (Unix seconds)."""
    body = f"v1.{now + LIFETIME}.{bits}.{random(16).hex()}"
    return f"{body}.{_mac(key, body)}"


def solves(challenge: str, nonce: str, bits: int) -> bool:
    """Whether ``nonce`` gives a hash that begins with ``bits`` zero bits."""
    digest = hashlib.sha256(f"{challenge}:{nonce}".encode("ascii")).digest()
    return int.from_bytes(digest) >> (256 - bits) == 0


def check(key: bytes, challenge: object, nonce: object) -> Solved:
    """Whether ``challenge`` is genuine and ``nonce`` solves it; age and reuse are the caller's to judge.

    :raises Malformed: not text of this form, not ours, or not solved; the pointer says which field
    """
    text = check_text(challenge, pointer="/challenge", limit=MAX_LENGTH)
    answer = check_text(nonce, pointer="/nonce", limit=20)
    form = _FORM.fullmatch(text)
    if form is None or not hmac.compare_digest(_mac(key, text.rpartition(".")[0]), form[4]):
        raise Malformed(N_("This challenge was not issued here."), pointer="/challenge")
    if not _NONCE.fullmatch(answer) or not solves(text, answer, int(form[2])):
        raise Malformed(N_("This challenge is not solved."), pointer="/nonce")
    return Solved(int(form[1]), hashlib.sha256(text.encode("ascii")).digest())


def solve(challenge: str, bits: int) -> str:
    """The smallest nonce that solves ``challenge``; about 2^bits hashes.

    :raises Malformed: more work than the protocol allows a server to ask for, or no challenge
    """
    if not 0 <= bits <= MAX_BITS or len(challenge) > MAX_LENGTH or not challenge.isascii():
        raise Malformed(N_("The server asks for more work than the protocol allows."))
    prefix = hashlib.sha256(f"{challenge}:".encode("ascii"))
    nonce = 0
    while True:
        attempt = prefix.copy()
        attempt.update(b"%d" % nonce)
        if int.from_bytes(attempt.digest()[:4]) >> (32 - bits) == 0:
            return str(nonce)
        nonce += 1
