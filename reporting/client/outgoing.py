"""Files to be sent: sealed as they are read, in parts, never whole in memory (protocol sections 5 and 13)."""

from __future__ import annotations

import hashlib
import mimetypes
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar, cast

from reporting.client.errors import NotPossible, Problem, Unreachable
from reporting.protocol.age import HybridRecipient, encrypt_stream, sealed_size
from reporting.protocol.entry import MAX_ATTACHMENTS, Attachment
from reporting.protocol.errors import N_
from reporting.protocol.padding import padded_file_size

PART_SIZE = 1_048_576  # protocol section 13
_UNKNOWN_TYPE = "application/octet-stream"
_MAX_NAME = 255
_BEGINNINGS = 3  # how often an upload may vanish, or be taken, while one thing is sent
#: Seconds before each further attempt at one part: a connection, or a store, may be away for some minutes.
_WAITS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 60.0)
_FROM_SERVER = 500


@dataclass(frozen=True)
class Outgoing:
    """A file as it was when it was named."""

    path: Path
    name: str
    type: str
    size: int


@dataclass(frozen=True)
class Limits:
    """How large files may be, by the server's word, in bytes."""

    file: int
    entry: int


@dataclass(frozen=True)
class Begun:
    """An upload, and the key that lets its sender alone add parts."""

    upload: str
    key: str


class Way(Protocol):
    """Where parts go: a reporter's way, or a member's."""

    def limits(self) -> Limits:
        """What may be sent."""

    def begin(self, size: int) -> Begun:
        """A new upload of ``size`` sealed bytes."""

    def put(self, begun: Begun, number: int, part: bytes) -> None:
        """Send one part, once."""


Result = TypeVar("Result")
Tell = Callable[[Outgoing, int, int], None]


def silent(_file: Outgoing, _sent: int, _size: int) -> None:
    """Tell nobody how far it is."""


def outgoing(path: Path) -> Outgoing:
    """A file to be sent, under its own name and the type that its ending says.

    :raises NotPossible: it is no file
    :raises OSError: it cannot be read
    """
    if not path.is_file():
        raise NotPossible(N_("“{path}” is not a file."), path=str(path))
    name = path.name.encode("utf-8", "replace").decode("utf-8")[:_MAX_NAME]
    return Outgoing(path, name, mimetypes.guess_type(name, strict=True)[0] or _UNKNOWN_TYPE, path.stat().st_size)


def check_limits(files: Sequence[Outgoing], limits: Limits) -> None:
    """Whether these may come with one entry.

    :raises NotPossible: too many, or too large
    """
    if len(files) > MAX_ATTACHMENTS:
        raise NotPossible(N_("At most {limit} files can be sent at once."), limit=MAX_ATTACHMENTS)
    for file in files:
        if file.size > limits.file:
            raise NotPossible(
                N_("“{name}” is too large: a file may have at most {limit} MiB."),
                name=file.name,
                limit=limits.file >> 20,
            )
    if sum(file.size for file in files) > limits.entry:
        raise NotPossible(N_("Together the files are too large: at most {limit} MiB."), limit=limits.entry >> 20)


def send_files(
    way: Way,
    files: Sequence[Outgoing],
    recipients: Sequence[HybridRecipient],
    tell: Tell = silent,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[Attachment, ...]:
    """Seal files and send them; what the entry says of them. Without files nothing is asked.

    :raises NotPossible: they are too many or too large, or one changed while it was read
    :raises Problem, Unreachable: the server refuses, or is away for longer than patience lasts
    """
    if not files:
        return ()
    check_limits(files, way.limits())
    return tuple(_send_file(way, file, recipients, tell, sleep) for file in files)


def _send_file(
    way: Way, file: Outgoing, recipients: Sequence[HybridRecipient], tell: Tell, sleep: Callable[[float], None]
) -> Attachment:
    for _beginning in range(_BEGINNINGS):
        try:
            return _send_once(way, file, recipients, tell, sleep)
        except Problem as error:
            if error.status != 404:
                raise  # not found: it was swept, or the server lost it. Another one takes its place.
    raise NotPossible(N_("The server keeps losing “{name}” while it is sent."), name=file.name)


def _send_once(
    way: Way, file: Outgoing, recipients: Sequence[HybridRecipient], tell: Tell, sleep: Callable[[float], None]
) -> Attachment:
    size = sealed_size(padded_file_size(file.size), len(recipients))
    begun = patiently(lambda: way.begin(size), sleep)

    def put(number: int, part: bytes) -> None:
        patiently(lambda: way.put(begun, number, part), sleep)
        tell(file, min(size, (number + 1) * PART_SIZE), size)

    target = _Parts(put)
    with file.path.open("rb") as source:
        encrypt_stream(cast("BinaryIO", _Padded(source, file)), cast("BinaryIO", target), recipients)
    target.close()
    return Attachment(begun.upload, file.name, file.type, file.size, target.digest())


@dataclass(frozen=True)
class Files:
    """What comes with an entry: files of this machine, and whom to tell how far their sending is."""

    chosen: tuple[Outgoing, ...] = ()
    tell: Tell = silent

    @property
    def announced(self) -> tuple[Attachment, ...]:
        """What the entry will say of them, as long as it will be; to be sealed for its size and never sent."""
        return tuple(Attachment("0" * 32, file.name, file.type, file.size, bytes(32)) for file in self.chosen)

    def send(
        self, way: Way, recipients: Sequence[HybridRecipient], sleep: Callable[[float], None] = time.sleep
    ) -> tuple[Attachment, ...]:
        """:func:`send_files`."""
        return send_files(way, self.chosen, recipients, self.tell, sleep)


NO_FILES = Files()
#: What the server says of an entry whose uploads are gone or taken: they are sent anew.
FILES_AGAIN = frozenset({"upload-unusable", "upload-unfinished"})


def patiently(attempt: Callable[[], Result], sleep: Callable[[float], None]) -> Result:
    """What ``attempt`` returns, tried again for some minutes while the server is away or has no room.

    :raises Problem: the server refuses, or has failed to the end
    :raises Unreachable: it has not answered to the end
    """
    for wait in _WAITS:
        try:
            return attempt()
        except Unreachable:
            sleep(wait)
        except Problem as error:
            if error.status < _FROM_SERVER:
                raise
            sleep(wait)
    return attempt()


class _Padded:
    """A file followed by zeros to its padded size; one that is not as long as it was is refused."""

    def __init__(self, source: BinaryIO, file: Outgoing) -> None:
        self._source = source
        self._file = file
        self._left = file.size
        self._zeros = padded_file_size(file.size) - file.size

    def read(self, size: int) -> bytes:
        """The next bytes, at most ``size``."""
        if self._left:
            found = self._source.read(min(size, self._left))
            if not found:
                self._changed()
            self._left -= len(found)
            return found
        if self._source.read(1):
            self._changed()
        if self._zeros:
            found = bytes(min(size, self._zeros))
            self._zeros -= len(found)
            return found
        return b""

    def _changed(self) -> None:
        raise NotPossible(N_("“{name}” changed while it was read; send it again."), name=self._file.name)


class _Parts:
    """Takes sealed bytes, and hands them on in parts; the last one when it is closed."""

    def __init__(self, put: Callable[[int, bytes], None]) -> None:
        self._put = put
        self._number = 0
        self._waiting = bytearray()
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Take some bytes; each whole part is sent before this returns."""
        self._hash.update(data)
        self._waiting += data
        while len(self._waiting) >= PART_SIZE:
            self._send(bytes(self._waiting[:PART_SIZE]))
            del self._waiting[:PART_SIZE]
        return len(data)

    def close(self) -> None:
        """Send what is left."""
        if self._waiting:
            self._send(bytes(self._waiting))

    def digest(self) -> bytes:
        """SHA-256 of everything."""
        return self._hash.digest()

    def _send(self, part: bytes) -> None:
        self._put(self._number, part)
        self._number += 1
