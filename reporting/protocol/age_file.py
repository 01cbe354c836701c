"""An age file as a whole, for any recipient type.

Internal to the core: :mod:`reporting.protocol.age` opens it to hybrid keys alone. The tests plug
in the other native types, to run every vector of the standard against this code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO, Protocol

from reporting.protocol.age_header import (
    FILE_KEY_SIZE,
    MAX_HEADER,
    Header,
    Stanza,
    encode_header,
    parse_header,
    verify_header,
)
from reporting.protocol.age_stream import NONCE_SIZE, Reader, open_payload, seal_payload
from reporting.protocol.errors import NoMatch, N_


class Recipient(Protocol):
    """What a file key can be wrapped for."""

    def wrap(self, file_key: bytes) -> Stanza:
        """The stanza that holds ``file_key``."""
        ...


class Identity(Protocol):
    """What can unwrap a file key."""

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The file key, or None where no stanza fits. Raises HeaderFailure for a malformed stanza."""
        ...


def seal(source: BinaryIO, target: BinaryIO, recipients: Sequence[Recipient], random: Callable[[int], bytes]) -> None:
    """Encrypt ``source`` to ``target`` for all ``recipients``, at least one."""
    if not recipients:
        raise ValueError("sealing needs at least one recipient")
    file_key = random(FILE_KEY_SIZE)
    nonce = random(NONCE_SIZE)
    target.write(encode_header([recipient.wrap(file_key) for recipient in recipients], file_key))
    seal_payload(source, target, file_key, nonce)


def open_sealed(source: BinaryIO, target: BinaryIO, identities: Sequence[Identity]) -> None:
    """Decrypt ``source`` to ``target`` with whichever identity fits.

    :raises HeaderFailure, HmacFailure, NoMatch, PayloadFailure: see :mod:`reporting.protocol.age`
    """
    head = Reader(source).read(MAX_HEADER)
    header = parse_header(head)
    file_key = _unwrap(header, identities)
    verify_header(header, file_key)
    open_payload(Reader(source, head[header.length :]), target, file_key)


def _unwrap(header: Header, identities: Sequence[Identity]) -> bytes:
    for identity in identities:
        file_key = identity.unwrap(header.stanzas)
        if file_key is not None:
            return file_key
    raise NoMatch(N_("This is not sealed to any key at hand."))
