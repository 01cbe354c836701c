"""Vectors of entries that name files, and of one sealed file as it is sent, whole and as a dishonest store gives it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from reporting.client.outgoing import Begun, Limits, outgoing, send_files
from reporting.protocol.age import HybridIdentity, HybridRecipient, sealed_size
from reporting.protocol.encoding import b64encode
from reporting.protocol.entry import Attachment
from reporting.protocol.padding import padded_file_size
from reporting.protocol.submission import Beforehand, new_case
from tests.vectors.cases import World
from tests.vectors.sources import Vector, seed, vector

SIZE = 150_000  # three chunks, of which the last is not full
CHUNK = 65_536 + 16
FILES = (("tender عرض.csv", SIZE), ("memo.txt", 5), ("later.pdf", 1))


class Kept:
    """The way to a server that only keeps what it gets."""

    def __init__(self) -> None:
        self.uploads: dict[str, bytes] = {}

    def limits(self) -> Limits:
        """What may be sent."""
        return Limits(1 << 30, 1 << 30)

    def begin(self, _size: int) -> Begun:
        """The next upload."""
        upload = seed(f"upload {len(self.uploads)}").hex()[:32]
        self.uploads[upload] = b""
        return Begun(upload, "")

    def put(self, begun: Begun, _number: int, part: bytes) -> None:
        """Keep one part."""
        self.uploads[begun.upload] += part


def content(size: int) -> bytes:
    """Bytes that are the same every time, and of which the last is not zero."""
    return b"".join(seed(f"content {number}") for number in range(size // 32 + 1))[: size - 1] + b"."


def send(way: Kept, recipients: list[HybridRecipient]) -> tuple[Attachment, ...]:
    """A long file and two short ones, sealed and sent by the product's client."""
    with tempfile.TemporaryDirectory() as folder:
        for name, size in FILES:
            (Path(folder) / name).write_bytes(content(size))
        return send_files(way, [outgoing(Path(folder) / name) for name, _size in FILES], recipients)


def file_vectors() -> list[Vector]:
    """A report with two files and a follow-up with one, read by both sides; then the long file, opened."""
    world, way = World(), Kept()
    keys = new_case(world.reporter.receipt, world.site.origin)
    long, short, later = send(way, keys.recipients)
    prepared = world.reporter.prepare(before=Beforehand(keys, (long, short)))
    world.post.submit(prepared.request)
    _, sealed = world.reporter.prepare_message(keys.case, attachments=(later,))
    world.post.put(keys.case, "reporter", sealed)
    return [
        world.as_reporter("files of a report and of a follow-up, read by their reporter", keys.case),
        world.as_member("files of a report and of a follow-up, read by ada", keys.case, "ada"),
        _opening(way, long, keys.identity, keys.reporter),
    ]


def _opening(way: Kept, file: Attachment, identity: HybridIdentity, reporter: HybridIdentity) -> Vector:
    sealed = way.uploads[file.upload]
    first = len(sealed) - (sealed_size(padded_file_size(SIZE), 2) - sealed_size(0, 2)) - 16
    tries: list[dict[str, Any]] = [
        {"try": "by the case"},
        {"try": "by its reporter", "identity": reporter.encode()},
        {"try": "by somebody else", "identity": HybridIdentity(seed("somebody else")).encode()},
        {"try": "under another hash", "told": {"sha256": b64encode(seed("another"))}},
        {"try": "shorter than it is", "told": {"size": SIZE - 1}},
        {"try": "of another length class", "told": {"size": 2 * SIZE}},
        {"try": "for the team alone", "audience": "team"},
        {"try": "cut", "cut": 1},
        {"try": "cut by a chunk", "cut": len(sealed) - first - 2 * CHUNK},
    ]
    changes: dict[str, dict[str, Any]] = {
        "a bit of the header turned": {"flip": 100},
        "a bit of a chunk turned": {"flip": first + CHUNK + 5},
        "two chunks exchanged": {"exchange": [first, first + CHUNK, CHUNK]},
    }
    for name, change in changes.items():
        tries += [{"try": name, **change}, {"try": f"{name}, and hashed anew", "rehashed": True, **change}]
    return vector(
        "a sealed file, opened",
        "open",
        sealed=b64encode(sealed),
        file={**_named(file), "size": file.size, "sha256": b64encode(file.sha256)},
        identity=identity.encode(),
        audience="reporter",
        tries=tries,
    )


def _named(file: Attachment) -> dict[str, Any]:
    return {"upload": file.upload, "name": file.name, "type": file.type}
