"""Where parts lie: a folder, or a bucket of any store that speaks S3.

The folder is written here and not by obstore's ``LocalStore``: that renames without bringing anything to the disk,
and what a crash leaves of its staging files (``name#1``) its own listing hides, so that nothing would ever sweep
them. A name is random and used once, and no row names it before it is durable; so a part is written under its own
name at once, and whatever a crash leaves of it is an orphan like any other.

obstore's threads do not survive a fork: a store is made in the process that uses it.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import shutil
import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from reporting import errors
from reporting.config import Settings, read_text_secret
from reporting.service import Service

_NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)
_FAN_OUT = 2  # letters: 256 folders
_DAY = 24 * 60 * 60
_making = threading.Lock()
_made: dict[tuple[int, str, Path], Store] = {}


@dataclass(frozen=True)
class Stored:
    """An object as the store lists it."""

    name: str
    size: int
    day: datetime.date


class Store(Protocol):
    """Objects by random names of 32 hexadecimal digits. Whatever fails raises ``StoreUnavailable``."""

    def put(self, name: str, content: bytes) -> None:
        """Keep an object; it is durable when this returns."""

    def get(self, name: str) -> bytes:
        """The whole of an object."""

    def delete(self, names: Collection[str]) -> None:
        """Take objects away; one that is not there is no error."""

    def has(self, name: str) -> bool:
        """Whether there is such an object."""

    def listed(self) -> Iterator[Stored]:
        """Every object that is there."""

    def free(self) -> int | None:
        """Bytes that are free, or None where nobody can know."""


def store_of(service: Service) -> Store:
    """The store of a service, made in this process when it is first asked for.

    :raises StoreUnavailable: the folder cannot be made
    """
    settings = service.settings
    key = (os.getpid(), settings.store, settings.data)
    with _making:
        if key not in _made:
            _made[key] = make_store(settings)
        return _made[key]


def make_store(settings: Settings) -> Store:
    """The store that the settings name.

    :raises StoreUnavailable: the folder cannot be made
    """
    return Bucket(settings) if settings.store else Folder(settings.data / "blobs")


def check_store(settings: Settings) -> None:
    """Whether the settings can make a store, without asking anybody: what starts a service says it at once.

    :raises ConfigurationError: the file with the store's secret is missing, or others can read it
    """
    if settings.store:
        read_text_secret(Path(settings.store_secret_file))


def _path(name: str) -> str:
    return f"{name[:_FAN_OUT]}/{name}"


class Folder:
    """A folder on a disk of this machine: file, folder and fan-out folders are durable before the answer."""

    def __init__(self, root: Path) -> None:
        self._root = root
        with _failing():
            root.mkdir(mode=0o700, exist_ok=True)
            for folder in self._fan_out():
                folder.mkdir(mode=0o700, exist_ok=True)
            _sync(root)
            _sync(root.parent)

    def _fan_out(self) -> Iterator[Path]:
        return (self._root / f"{number:0{_FAN_OUT}x}" for number in range(16**_FAN_OUT))

    def put(self, name: str, content: bytes) -> None:
        """Write and bring to the disk; what could not be written whole is taken away again."""
        path = self._root / _path(name)
        try:
            with _failing():
                _write(path, content)
                _sync(path.parent)
        except errors.StoreUnavailable:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            raise

    def get(self, name: str) -> bytes:
        """The file's bytes."""
        with _failing():
            return (self._root / _path(name)).read_bytes()

    def delete(self, names: Collection[str]) -> None:
        """Unlink, and bring the folders to the disk."""
        paths = [self._root / _path(name) for name in names]
        with _failing():
            for path in paths:
                path.unlink(missing_ok=True)
            for folder in {path.parent for path in paths}:
                _sync(folder)

    def has(self, name: str) -> bool:
        """Whether the file is there."""
        with _failing():
            try:
                (self._root / _path(name)).stat()
            except FileNotFoundError:
                return False
        return True

    def listed(self) -> Iterator[Stored]:
        """Every file that has a name of ours and stands in its place."""
        for folder in self._fan_out():
            with _failing():
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            for entry in entries:
                if _NAME.fullmatch(entry.name) and entry.name.startswith(folder.name):
                    with _failing(), contextlib.suppress(FileNotFoundError):
                        found = entry.stat(follow_symlinks=False)
                        yield Stored(entry.name, found.st_size, _day(found.st_mtime))

    def free(self) -> int | None:
        """Free bytes of the folder's disk."""
        with _failing():
            return shutil.disk_usage(self._root).free


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left) :]
        # The day and no more of when somebody sent this (what the file system keeps beside it, it keeps).
        midnight = os.fstat(descriptor).st_mtime // _DAY * _DAY
        os.utime(descriptor, (midnight, midnight))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _day(seconds: float) -> datetime.date:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()


class Bucket:
    """A bucket of a store that speaks S3, and a prefix in it. The store's answer is its promise of durability."""

    def __init__(self, settings: Settings) -> None:
        address = urlsplit(settings.store)
        plain = settings.store_endpoint.startswith("http://")
        self._store = S3Store(
            address.netloc,
            prefix=address.path.strip("/") or None,
            config={
                "region": settings.store_region,
                "access_key_id": settings.store_key_id,
                "secret_access_key": read_text_secret(Path(settings.store_secret_file)),
                "virtual_hosted_style_request": False,
                **({"endpoint": settings.store_endpoint} if settings.store_endpoint else {}),
            },
            client_options={"allow_http": plain, "timeout": "20s", "connect_timeout": "5s"},
            retry_config={"max_retries": 2, "retry_timeout": datetime.timedelta(seconds=15)},
        )

    def put(self, name: str, content: bytes) -> None:
        """One request; in case of doubt it counts as failed, and what may lie there is an orphan."""
        with _failing():
            obstore.put(self._store, _path(name), content, use_multipart=False)

    def get(self, name: str) -> bytes:
        """The object's bytes."""
        with _failing():
            return bytes(obstore.get(self._store, _path(name)).bytes())

    def delete(self, names: Collection[str]) -> None:
        """Delete; S3 answers alike where there is nothing."""
        with _failing(), contextlib.suppress(FileNotFoundError):
            if names:
                obstore.delete(self._store, [_path(name) for name in names])

    def has(self, name: str) -> bool:
        """Whether the store knows the object."""
        with _failing():
            try:
                obstore.head(self._store, _path(name))
            except FileNotFoundError:
                return False
        return True

    def listed(self) -> Iterator[Stored]:
        """Every object under the prefix that has a name of ours: a bucket may hold other things."""
        with _failing():
            for chunk in obstore.list(self._store):
                for found in chunk:
                    name = found["path"].rpartition("/")[2]
                    if _NAME.fullmatch(name) and found["path"] == _path(name):
                        yield Stored(name, found["size"], found["last_modified"].date())

    def free(self) -> int | None:
        """Nobody knows how much room a bucket has."""
        return None


@contextlib.contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except (OSError, BaseError) as error:
        raise errors.StoreUnavailable from error
