"""Files that entries name, opened as they arrive and verified before they bear their name (protocol section 5)."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from reporting.client.outgoing import PART_SIZE
from reporting.protocol.age import HybridIdentity, decrypt_stream, sealed_size
from reporting.protocol.encoding import is_hex32
from reporting.protocol.entry import Attachment
from reporting.protocol.errors import CannotOpen, NotAuthentic, ProtocolError, N_
from reporting.protocol.padding import padded_file_size

Load = Callable[[int], bytes]
_MAX_NAME = 120
_FORBIDDEN = frozenset('<>:"/\\|?*')
#: Names that Windows keeps for devices, whatever ending they have.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_NOT_WHOLE = N_("“{name}” is not as its sender sealed it; nothing of it was kept.")


def open_file(
    attachment: Attachment, audience: str, load: Load, identities: Sequence[HybridIdentity], target: BinaryIO
) -> None:
    """Load a file part by part, open it, and write its true bytes to ``target``.

    Nothing in ``target`` counts before this has returned.

    :param load: the bytes of one part
    :raises NotAuthentic: another length, other bytes than the entry's hash, or padding that is none
    :raises CannotOpen: sealed to none of ``identities``
    """
    if not is_hex32(attachment.upload):  # it becomes part of an address
        raise NotAuthentic(_NOT_WHOLE, name=attachment.name)
    stanzas = 2 if audience == "reporter" else 1
    parts = _Loading(load, sealed_size(padded_file_size(attachment.size), stanzas))
    true = _True(target, attachment.size)
    try:
        decrypt_stream(cast("BinaryIO", parts), cast("BinaryIO", true), identities)
    except CannotOpen:
        raise
    except ProtocolError as error:
        raise NotAuthentic(_NOT_WHOLE, name=attachment.name) from error
    whole = true.length == padded_file_size(attachment.size) and true.zeros and parts.over
    if not whole or parts.digest() != attachment.sha256:
        raise NotAuthentic(_NOT_WHOLE, name=attachment.name)


def save_file(
    folder: Path, attachment: Attachment, audience: str, load: Load, identities: Sequence[HybridIdentity]
) -> Path:
    """Save a file in ``folder`` under its name, made harmless, and over no other; where it is.

    It bears that name only once all of it was verified.

    :raises NotAuthentic, CannotOpen: as :func:`open_file`; nothing is left then
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / f".{os.urandom(8).hex()}.part"
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            open_file(attachment, audience, load, identities, target)
        return _name_it(unfinished, folder, attachment.name)
    finally:
        unfinished.unlink(missing_ok=True)


def _name_it(unfinished: Path, folder: Path, name: str) -> Path:
    for wanted in _names(safe_name(name)):
        path = folder / wanted
        # The name is taken before the file takes it: a rename alone would replace what has it.
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            return unfinished.replace(path)
    raise AssertionError("there is always another number")


def _names(name: str) -> Iterator[str]:
    yield name
    stem, dot, ending = name.rpartition(".")
    number = 2
    while True:
        yield f"{stem} ({number}){dot}{ending}" if stem else f"{name} ({number})"
        number += 1


def safe_name(name: str) -> str:
    """A name that leads into no other folder, hides nothing, and says nothing to a system or terminal."""
    shown = "".join("_" if character in _FORBIDDEN or _is_hidden(character) else character for character in name)
    shown = shown.strip(" .") or "file"
    if len(shown) > _MAX_NAME:
        stem, dot, ending = shown.rpartition(".")
        kept = f"{dot}{ending}" if stem and len(ending) <= 16 else ""
        shown = shown[: _MAX_NAME - len(kept)].rstrip(" .") + kept
    return f"_{shown}" if _DEVICES.fullmatch(shown) else shown


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class _Loading:
    """Sealed bytes, part after part, as a stream; it counts and hashes what it hands on."""

    def __init__(self, load: Load, size: int) -> None:
        self._load = load
        self._left = size
        self._number = 0
        self._part = memoryview(b"")
        self._hash = hashlib.sha256()

    @property
    def over(self) -> bool:
        """Whether all of it was handed on."""
        return self._left == 0 and not self._part

    def digest(self) -> bytes:
        """SHA-256 of what was handed on."""
        return self._hash.digest()

    def read(self, size: int) -> bytes:
        """The next bytes, at most ``size``; none at the end.

        :raises NotAuthentic: a part has another length than it must have
        """
        if not self._part and self._left:
            self._part = memoryview(self._next())
        found = bytes(self._part[:size])
        self._part = self._part[size:]
        self._hash.update(found)
        return found

    def _next(self) -> bytes:
        part = self._load(self._number)
        if len(part) != min(PART_SIZE, self._left):
            raise NotAuthentic(N_("A part of this file has another length than it must have."))
        self._number += 1
        self._left -= len(part)
        return part


class _True:
    """Writes the true bytes of a padded file on, and looks whether the rest is zeros."""

    def __init__(self, target: BinaryIO, size: int) -> None:
        self._target = target
        self._size = size
        self.length = 0
        self.zeros = True

    def write(self, data: bytes) -> int:
        """Take some plaintext."""
        true = data[: max(0, self._size - self.length)]
        if true:
            self._target.write(true)
        if data[len(true) :].strip(b"\0"):
            self.zeros = False
        self.length += len(data)
        return len(data)
