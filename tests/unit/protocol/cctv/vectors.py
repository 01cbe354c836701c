"""The age vectors of the Community Cryptography Test Vectors project, from the npm package ``cctv-age``.

Each is a text header, an empty line, and an age file; the header names the failure that a reader
must report.
"""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

MODULE = Path(__file__).parents[4] / "reporting/browser/node_modules/cctv-age/index.js"
COUNT = 143

_ENTRY = re.compile(r'^// \.\./testdata/(\S+)\nvar \S+ = __toBinary\("([A-Za-z0-9+/=]*)"\);$', re.MULTILINE)
_KNOWN_FIELDS = {
    "expect",
    "payload",
    "file key",
    "identity",
    "passphrase",
    "armored",
    "compressed",
    "comment",
}


@dataclass(frozen=True)
class Vector:
    """One vector: its name, its fields (each a list, as some repeat), and the file to be read."""

    name: str
    fields: dict[str, list[str]]
    file: bytes

    def __str__(self) -> str:
        return self.name

    def field(self, name: str) -> str | None:
        """The value of a field that stands at most once."""
        values = self.fields.get(name, [])
        assert len(values) <= 1
        return values[0] if values else None


def _parse(name: str, data: bytes) -> Vector:
    head, _, file = data.partition(b"\n\n")
    fields: dict[str, list[str]] = {}
    for line in head.decode().split("\n"):
        key, _, value = line.partition(": ")
        fields.setdefault(key, []).append(value)
    assert fields.keys() <= _KNOWN_FIELDS, f"{name} has fields that this reader does not know"
    if fields.get("compressed") == ["zlib"]:
        file = zlib.decompress(file)
    return Vector(name, fields, file)


def load() -> list[Vector]:
    """All vectors; none where the development packages of the browser's side are not installed."""
    if not MODULE.is_file():
        return []
    entries = _ENTRY.findall(MODULE.read_text("ascii"))
    return [_parse(name, base64.b64decode(data)) for name, data in entries]
