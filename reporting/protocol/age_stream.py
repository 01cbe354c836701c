"""The payload of an age file: STREAM in chunks of 64 KiB (c2sp.org/age, section "Payload").

Every function works in constant memory. Plaintext is written only once its chunk is authenticated;
a cut or extended payload is noticed at its end, so a caller who streams must not trust what was
written before the function has returned.
"""

from __future__ import annotations

from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reporting.protocol.errors import HeaderFailure, PayloadFailure, N_

CHUNK_SIZE = 65_536
TAG_SIZE = 16
NONCE_SIZE = 16
SEALED_CHUNK_SIZE = CHUNK_SIZE + TAG_SIZE

_ALTERED = N_("This sealed file was altered.")
_CUT = N_("This sealed file was cut short or extended.")


class Reader:
    """Reads a binary stream whose first bytes may have been read already."""

    def __init__(self, source: BinaryIO, head: bytes = b"") -> None:
        self._source = source
        self._head = head

    def read(self, size: int) -> bytes:
        """Exactly ``size`` bytes, fewer only at the end of the stream."""
        parts = [self._head[:size]]
        self._head = self._head[size:]
        missing = size - len(parts[0])
        # A pipe or socket may give less than was asked for.
        while missing and (part := self._source.read(missing)):
            parts.append(part)
            missing -= len(part)
        return b"".join(parts) if len(parts) > 1 else parts[0]


def _cipher(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(SHA256(), 32, salt=nonce, info=b"payload").derive(file_key))


def _chunk_nonce(counter: int, *, last: bool) -> bytes:
    return counter.to_bytes(11, "big") + (b"\1" if last else b"\0")


def seal_payload(source: BinaryIO, target: BinaryIO, file_key: bytes, nonce: bytes) -> None:
    """Encrypt ``source`` to ``target``, the 16-byte ``nonce`` first."""
    cipher = _cipher(file_key, nonce)
    target.write(nonce)
    reader = Reader(source)
    chunk = reader.read(CHUNK_SIZE)
    counter = 0
    while following := reader.read(CHUNK_SIZE):
        target.write(cipher.encrypt(_chunk_nonce(counter, last=False), chunk, None))
        chunk = following
        counter += 1
    target.write(cipher.encrypt(_chunk_nonce(counter, last=True), chunk, None))


def open_payload(reader: Reader, target: BinaryIO, file_key: bytes) -> None:
    """Decrypt what ``reader`` still holds, the payload's nonce first, to ``target``.

    :raises HeaderFailure: even the nonce is incomplete, which the standard's vectors count as such
    :raises PayloadFailure: altered, cut short or extended; ``target`` then holds the authentic
        chunks before the fault
    """
    nonce = reader.read(NONCE_SIZE)
    if len(nonce) != NONCE_SIZE:
        raise HeaderFailure(_CUT)
    cipher = _cipher(file_key, nonce)
    chunk = reader.read(SEALED_CHUNK_SIZE)
    counter = 0
    last = False
    while not last:
        following = reader.read(SEALED_CHUNK_SIZE)
        last = not following
        target.write(_open_chunk(cipher, counter, chunk, target, last=last))
        chunk = following
        counter += 1


def _open_chunk(cipher: ChaCha20Poly1305, counter: int, chunk: bytes, target: BinaryIO, *, last: bool) -> bytes:
    plaintext = _decrypt(cipher, _chunk_nonce(counter, last=last), chunk)
    if plaintext is None:
        other = _decrypt(cipher, _chunk_nonce(counter, last=not last), chunk)
        if other is None or len(chunk) < SEALED_CHUNK_SIZE:
            raise PayloadFailure(_ALTERED)
        # An authentic chunk in the wrong place: its plaintext counts as read, the file is refused.
        target.write(other)
        raise PayloadFailure(_CUT)
    if not plaintext and counter:
        raise PayloadFailure(_CUT)
    return plaintext


def _decrypt(cipher: ChaCha20Poly1305, nonce: bytes, chunk: bytes) -> bytes | None:
    try:
        return cipher.decrypt(nonce, chunk, None)
    except InvalidTag:
        return None


def sealed_payload_size(size: int) -> int:
    """Bytes that the payload takes for ``size`` bytes of plaintext, its nonce included."""
    chunks = max(1, -(-size // CHUNK_SIZE))
    return NONCE_SIZE + size + chunks * TAG_SIZE


def payload_plaintext_size(sealed_size: int, *, pointer: str = "") -> int:
    """Bytes of plaintext in a payload of ``sealed_size`` bytes, its nonce included.

    :raises HeaderFailure: not even the nonce is complete
    :raises PayloadFailure: no payload has that size
    """
    if sealed_size < NONCE_SIZE:
        raise HeaderFailure(_CUT, pointer=pointer)
    chunks, rest = divmod(sealed_size - NONCE_SIZE, SEALED_CHUNK_SIZE)
    # Only a payload that is empty altogether may end with an empty chunk.
    if 0 < rest < TAG_SIZE or (rest == TAG_SIZE and chunks) or not (chunks or rest):
        raise PayloadFailure(_CUT, pointer=pointer)
    return chunks * CHUNK_SIZE + max(0, rest - TAG_SIZE)
