"""The auth secret: stored as an ``argon2`` hash, checked in the same time for a name that nobody has."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from reporting import errors
from reporting.protocol.encoding import JSON, b64decode
from reporting.protocol.vault import KEY_BYTES, SALT_BYTES
from reporting.service import Service

# The secret is 32 bytes out of Argon2id already (protocol section 9), so this hash guards a key, not a
# passphrase: OWASP's smallest parameters, which let many people sign in at once.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _nobody() -> str:
    return _HASHER.hash(bytes(KEY_BYTES))


def hash_secret(secret: bytes) -> str:
    """What is stored of an auth secret.

    :raises Unprocessable: not 32 bytes
    """
    if len(secret) != KEY_BYTES:
        raise errors.Unprocessable(pointer="/auth")
    return _HASHER.hash(secret)


def is_right(stored: str | None, secret: bytes) -> bool:
    """Whether ``secret`` is the one stored; for one who does not exist, or has no vault here, as long a no."""
    try:
        _HASHER.verify(stored or _nobody(), secret)
    except VerificationError:
        return False
    return bool(stored)


def salt_for_nobody(service: Service, name: str) -> bytes:
    """The salt shown for a name that nobody has: always the same one, and like any other."""
    return service.keyed_hash("salt", name.encode())[:SALT_BYTES]


def read_secret(value: JSON, pointer: str = "/auth") -> bytes:
    """The 32 bytes of an auth secret, from base64.

    :raises Malformed: anything else (of the core's tree)
    """
    return b64decode(value, length=KEY_BYTES, pointer=pointer)
