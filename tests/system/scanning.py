"""Looking for words where they must not be: files, databases, and the memory of processes."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable
from pathlib import Path

_CHUNK = 1 << 24
_READABLE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r")


def forms(text: str) -> set[bytes]:
    """The bytes under which a text may lie about: UTF-8, UTF-16, JSON escapes, base64 at each offset, hex."""
    raw = text.encode()
    found = {raw, text.encode("utf-16-le"), raw.hex().encode()}
    found.add(text.encode("ascii", "backslashreplace"))
    for offset in range(3):
        # Cut what the neighbors' bits decide, so that the middle is found wherever it stands.
        encoded = base64.b64encode(b"\x00" * offset + raw)
        found.add(encoded[4:-4] if offset else encoded[:-4])
    return {form for form in found if len(form) >= 8}


def in_bytes(data: bytes, needles: Iterable[bytes]) -> set[bytes]:
    """Those of ``needles`` that stand in ``data``."""
    return {needle for needle in needles if needle in data}


def in_files(folders: Iterable[Path], needles: set[bytes]) -> dict[str, set[bytes]]:
    """For each file below the folders that holds any: which."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and (hits := in_bytes(path.read_bytes(), needles)):
                found[str(path)] = hits
    return found


def in_memory(process: int, needles: set[bytes]) -> set[bytes]:
    """Those of ``needles`` that stand anywhere in a process's readable memory.

    :raises PermissionError: the process is not ours to read
    """
    found: set[bytes] = set()
    overlap = max(len(needle) for needle in needles)
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            if not (region := _READABLE.match(line)) or "[vvar]" in line or "[vsyscall]" in line:
                continue
            found |= _in_region(memory, int(region[1], 16), int(region[2], 16), overlap, needles)
    return found


def _in_region(memory: io.FileIO, begin: int, end: int, overlap: int, needles: set[bytes]) -> set[bytes]:
    found: set[bytes] = set()
    place = begin
    while place < end:
        try:
            memory.seek(place)
            data = memory.read(min(_CHUNK, end - place))
        except OSError:
            break
        if not data:
            break
        found |= in_bytes(data, needles)
        if len(data) < _CHUNK:
            break
        place += len(data) - overlap
    return found
