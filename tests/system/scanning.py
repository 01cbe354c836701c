"""Looking for words where they must not be: files, databases, and the memory of processes."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path

SHORTEST = 8  # what is shorter turns up by chance
CHUNK = 1 << 20
_UNTOUCHED = bytes(CHUNK)  # most of a thread's stack
_READABLE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r")
_ANONYMOUS = re.compile(r" rw-p 00000000 00:00 0\s*$")


def forms(secret: str | bytes) -> set[bytes]:
    """The bytes under which a text may lie about: UTF-8, in Python's memory, JSON escapes, base64, hex.

    A secret of bytes is looked for as it is, in base64 and in hex. Base64 is found at each offset.
    """
    raw = secret.encode() if isinstance(secret, str) else secret
    found = {raw, raw.hex().encode(), raw.hex().upper().encode()}
    if isinstance(secret, str):
        # CPython holds a text in one, two or four bytes for each character.
        found |= {secret.encode("utf-16-le"), secret.encode("utf-32-le"), secret.encode("ascii", "backslashreplace")}
        found |= {secret.encode("latin-1", "replace"), json.dumps(secret)[1:-1].encode()}
    for offset in range(3):
        # Cut what the neighbors' bits decide, so that the middle is found wherever it stands.
        encoded = base64.b64encode(b"\x00" * offset + raw)
        found.add(encoded[4:-4] if offset else encoded[:-4])
    return {form for form in found if len(form) >= SHORTEST}


def in_bytes(data: bytes, needles: Iterable[bytes]) -> set[bytes]:
    """Those of ``needles`` that stand in ``data``."""
    return {needle for needle in needles if needle in data}


def in_files(folders: Iterable[Path], needles: set[bytes]) -> dict[str, set[bytes]]:
    """For each file below the folders that holds any: which."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and (hits := in_bytes(_read(path), needles)):
                found[str(path)] = hits
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""  # a running database takes files away again


def in_memory(process: int, needles: set[bytes], *, heap: bool = False) -> set[bytes]:
    """Those of ``needles`` that stand anywhere in a process's readable memory.

    :param heap: look only at what the program wrote itself, where the environment that it was started with
        and the files that it has mapped are not
    :raises PermissionError: the process is not ours to read
    """
    found: set[bytes] = set()
    overlap = max(len(needle) for needle in needles)
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            if not (region := _READABLE.match(line)) or "[vvar]" in line or "[vsyscall]" in line:
                continue
            if heap and not (line.endswith("[heap]") or _ANONYMOUS.search(line)):
                continue
            found |= in_region(memory, int(region[1], 16), int(region[2], 16), overlap, needles)
    return found


def in_region(memory: io.FileIO, begin: int, end: int, overlap: int, needles: set[bytes]) -> set[bytes]:
    """Those of ``needles`` that stand in ``memory`` from ``begin`` to ``end``; none is longer than ``overlap``."""
    found: set[bytes] = set()
    place = begin
    while place < end:
        try:
            memory.seek(place)
            data = memory.read(min(CHUNK, end - place))
        except OSError:
            break
        if not data:
            break
        if data != _UNTOUCHED[: len(data)]:
            found |= in_bytes(data, needles)
        if len(data) < CHUNK:
            break
        place += len(data) - overlap
    return found
