"""Files that only their owner may read, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER_MODE, FILE_MODE = 0o700, 0o600
PUBLIC_MODE = 0o644


def make_folder(path: Path) -> Path:
    """A folder that only its owner may enter; one that is there keeps what is in it.

    :raises OSError: it cannot be made
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=FOLDER_MODE, exist_ok=True)
    path.chmod(FOLDER_MODE)
    return path


def write_new(path: Path, content: bytes, mode: int = FILE_MODE) -> None:
    """Write a file that must not be there yet, on disk before this returns.

    :raises FileExistsError: it is there; nothing is changed
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())


def replace(path: Path, content: bytes, mode: int = FILE_MODE) -> None:
    """Write a file in place of another: who reads meets the old one or the new one, never half of it."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    write_new(beside, content, mode)
    beside.rename(path)
