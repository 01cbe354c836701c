"""Sealing: age files (c2sp.org/age, version 1) to hybrid recipients, and to no others.

The parts stand in modules of their own: ``age_header``, ``age_stream``, ``age_keys``,
``age_armor``, ``age_file``. This is what the rest of the product uses.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from typing import BinaryIO, TypeAlias

from reporting.protocol.age_armor import armor, dearmor
from reporting.protocol.age_file import open_sealed, seal
from reporting.protocol.age_header import VERSION_LINE, Header, Stanza, parse_header
from reporting.protocol.age_keys import (
    BODY_SIZE,
    ENC_SIZE,
    STANZA_TYPE,
    HybridIdentity,
    HybridRecipient,
    hybrid_enc,
)
from reporting.protocol.age_stream import payload_plaintext_size, sealed_payload_size
from reporting.protocol.errors import HeaderFailure, PayloadFailure, N_

__all__ = [
    "STANZA_TYPE",
    "Header",
    "HybridIdentity",
    "HybridRecipient",
    "Identities",
    "PlaintextSizes",
    "Stanza",
    "armor",
    "check_sealed",
    "check_sealed_head",
    "dearmor",
    "decrypt",
    "decrypt_stream",
    "encrypt",
    "encrypt_stream",
    "parse_header",
    "plaintext_size",
    "sealed_size",
]

#: What may open something: one identity, or all that its owner has had.
Identities: TypeAlias = HybridIdentity | Sequence[HybridIdentity]
PlaintextSizes: TypeAlias = Callable[[int], bool] | range | None

_MAC_LINE_SIZE = len("--- \n") + 43


def _base64_size(size: int) -> int:
    return (size * 8 + 5) // 6


_STANZA_SIZE = len(f"-> {STANZA_TYPE} \n\n") + _base64_size(ENC_SIZE) + _base64_size(BODY_SIZE)


def encrypt_stream(
    source: BinaryIO,
    target: BinaryIO,
    recipients: Sequence[HybridRecipient],
    *,
    random: Callable[[int], bytes] = os.urandom,
) -> None:
    """Seal ``source`` to ``target`` for all ``recipients``, in constant memory.

    ``random`` gives file key and nonce; the encapsulation draws its own randomness.
    """
    seal(source, target, recipients, random)


def decrypt_stream(source: BinaryIO, target: BinaryIO, identities: Sequence[HybridIdentity]) -> None:
    """Open ``source`` to ``target`` with whichever identity fits, in constant memory.

    Trust what ``target`` holds only after this has returned: a cut file shows only at its end.

    :raises HeaderFailure: the header is not well-formed
    :raises NoMatch: it is sealed to none of ``identities``
    :raises HmacFailure: the header was altered
    :raises PayloadFailure: the payload was altered, cut or extended
    """
    open_sealed(source, target, identities)


def encrypt(
    plaintext: bytes,
    recipients: Sequence[HybridRecipient],
    *,
    random: Callable[[int], bytes] = os.urandom,
) -> bytes:
    """The age file that holds ``plaintext``, sealed to all ``recipients``."""
    target = io.BytesIO()
    encrypt_stream(io.BytesIO(plaintext), target, recipients, random=random)
    return target.getvalue()


def decrypt(sealed: bytes, identities: Identities) -> bytes:
    """The plaintext of an age file: all of it, or an error.

    :raises HeaderFailure, NoMatch, HmacFailure, PayloadFailure: as :func:`decrypt_stream`
    """
    target = io.BytesIO()
    several = [identities] if isinstance(identities, HybridIdentity) else identities
    decrypt_stream(io.BytesIO(sealed), target, several)
    return target.getvalue()


def sealed_size(plaintext_size: int, stanzas: int) -> int:
    """Bytes of the age file that holds ``plaintext_size`` bytes for ``stanzas`` hybrid recipients."""
    header = len(VERSION_LINE) + 1 + stanzas * _STANZA_SIZE + _MAC_LINE_SIZE
    return header + sealed_payload_size(plaintext_size)


def plaintext_size(sealed: bytes) -> int:
    """Bytes of plaintext in an age file, from its length alone.

    :raises HeaderFailure: the header is not well-formed
    :raises PayloadFailure: no payload has that size
    """
    return payload_plaintext_size(len(sealed) - parse_header(sealed).length)


def check_sealed(
    sealed: bytes,
    *,
    stanzas: int | range,
    plaintext_sizes: PlaintextSizes = None,
    grease: bool = False,
    pointer: str = "",
) -> None:
    """Check an age file as far as that goes without a key (protocol section 6).

    Every stanza is hybrid, there are as many as ``stanzas`` says, and the file is exactly as long
    as one of the ``plaintext_sizes`` makes it: a range, or a function of the size; None takes any.
    With ``grease``, stanzas of other types are ignored and not counted.

    :raises HeaderFailure: the header is not canonical, or holds other stanzas
    :raises PayloadFailure: the file has another length; both name the field ``pointer``
    """
    check_sealed_head(
        sealed, len(sealed), stanzas=stanzas, plaintext_sizes=plaintext_sizes, grease=grease, pointer=pointer
    )


def check_sealed_head(
    head: bytes,
    size: int,
    *,
    stanzas: int | range,
    plaintext_sizes: PlaintextSizes = None,
    grease: bool = False,
    pointer: str = "",
) -> None:
    """Like :func:`check_sealed`, for a file of ``size`` bytes of which only the first are at hand.

    :raises HeaderFailure: also where ``head`` ends before the header does
    :raises PayloadFailure: as there
    """
    header = parse_header(head, pointer=pointer)
    hybrid = [stanza for stanza in header.stanzas if hybrid_enc(stanza, pointer=pointer) is not None]
    if len(hybrid) != len(header.stanzas) and not grease:
        raise HeaderFailure(N_("This is sealed to a key of another type than hybrid."), pointer=pointer)
    if len(hybrid) not in (stanzas if isinstance(stanzas, range) else (stanzas,)):
        raise HeaderFailure(N_("This is sealed to the wrong number of keys."), pointer=pointer)
    found = payload_plaintext_size(size - header.length, pointer=pointer)
    if not _allows(plaintext_sizes, found):
        raise PayloadFailure(N_("This sealed file has a length that is not allowed."), pointer=pointer)


def _allows(sizes: PlaintextSizes, found: int) -> bool:
    if sizes is None:
        return True
    return found in sizes if isinstance(sizes, range) else sizes(found)
