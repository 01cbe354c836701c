"""The news link: learning that there is news, and nothing else (protocol section 11.1).

The feed secret follows from the mailbox token, so that the service can make it whenever the token comes by; nobody
can go back from it to the token. What is asked with, and what the answer is sealed under, follow from it in turn: the
secret itself stays on the device.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reporting.protocol.derive import hkdf
from reporting.protocol.encoding import is_hex32, parse_day
from reporting.protocol.errors import CannotOpen, Malformed, NotAuthentic, N_

SECRET_BYTES = 16
NONCE_BYTES = 12
ANSWER_BYTES = 38  # nonce, ten bytes of a day, tag
_NO_DAY = "0000-00-00"
_LABEL = b"reporting/v1/feed"


@dataclass(frozen=True)
class Feed:
    """The feed secret of one mailbox. ``repr`` hides it."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != SECRET_BYTES:
            raise Malformed(N_("This is not a link to news."))

    @classmethod
    def of_token(cls, token: bytes) -> Feed:
        """The feed of the mailbox that ``token`` opens."""
        return cls(hkdf(token, _LABEL, length=SECRET_BYTES))

    @classmethod
    def parse(cls, typed: str) -> Feed:
        """From the 32 hexadecimal digits of a link, or the whole link.

        :raises Malformed: anything else
        """
        digits = typed.strip().rpartition("#")[2]
        if not is_hex32(digits):
            raise Malformed(N_("This is not a link to news."))
        return cls(bytes.fromhex(digits))

    def fragment(self) -> str:
        """What stands in the link, behind its ``#``."""
        return self.secret.hex()

    def lookup(self) -> bytes:
        """What the service is asked with; it keeps the SHA-256 of it."""
        return hkdf(self.secret, _LABEL + b"-lookup")

    def answer_key(self) -> bytes:
        """What answers are sealed under."""
        return hkdf(self.secret, _LABEL + b"-answer")


def seal_day(day: datetime.date | None, answer_key: bytes, random: Callable[[int], bytes] = os.urandom) -> bytes:
    """The day of the newest entry by members, or that there is none: always :data:`ANSWER_BYTES`."""
    nonce = random(NONCE_BYTES)
    content = (_NO_DAY if day is None else day.isoformat()).encode("ascii")
    return nonce + AESGCM(answer_key).encrypt(nonce, content, _LABEL)


def open_day(sealed: bytes, answer_key: bytes, today: datetime.date) -> datetime.date | None:
    """The day of the newest entry by members; None where there is none.

    :raises CannotOpen: the service does not know this link: it is off, or nobody's
    :raises NotAuthentic: it opens, but holds no day, or one that is yet to come
    """
    if len(sealed) != ANSWER_BYTES:
        raise Malformed(N_("This is not an answer about news."))
    try:
        content = AESGCM(answer_key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _LABEL)
    except InvalidTag:
        raise CannotOpen(N_("This link is not turned on.")) from None
    if content == _NO_DAY.encode():
        return None
    try:
        day = parse_day(content.decode("ascii"))
    except (Malformed, UnicodeDecodeError):
        raise NotAuthentic(N_("The site's answer about news is not in order.")) from None
    if day > today:
        raise NotAuthentic(
            N_("The site names a day that is yet to come: its answer is wrong, or the date of this device.")
        )
    return day
