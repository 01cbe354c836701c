"""What a device does with a file: seals and pads it, sends it in parts, loads it and opens it."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from reporting.protocol.age import HybridIdentity, HybridRecipient, encrypt, sealed_size
from reporting.protocol.encoding import b64encode
from reporting.protocol.padding import padded_file_size
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.submission import Prepared
from tests.web.world import ORIGIN, Desk, World

PART = 1_048_576
SMALL = sealed_size(padded_file_size(1), 2)


@dataclass(frozen=True)
class Sending:
    """An upload that was begun, with the sealed bytes that belong in it."""

    upload: str
    key: str
    sealed: bytes

    def part(self, number: int) -> bytes:
        """The bytes of one part."""
        return self.sealed[number * PART : (number + 1) * PART]

    @property
    def numbers(self) -> range:
        """The numbers of all parts."""
        return range(-(-len(self.sealed) // PART))


def seal_file(content: bytes, recipients: Sequence[HybridRecipient]) -> bytes:
    """A file as it is sent: padded and sealed."""
    return encrypt(content.ljust(padded_file_size(len(content)), b"\0"), recipients)


def some_file(size: int, stanzas: int = 2) -> bytes:
    """A sealed file of random content, to people whom nobody knows."""
    return seal_file(os.urandom(size), [HybridIdentity.generate().recipient for _ in range(stanzas)])


def begin(world: World, size: int, **changes: Any) -> TestResponse:
    """Ask to begin an upload."""
    return world.post("/api/uploads", {"size": size, "challenge": world.solved(), **changes})


def start(world: World, sealed: bytes) -> Sending:
    """Begin an upload for sealed bytes."""
    answer = begin(world, len(sealed))
    assert answer.status_code == 201, answer.data
    content = json.loads(answer.data)
    assert content["part_size"] == PART
    return Sending(content["upload"], content["key"], sealed)


def put(world: World, sending: Sending, number: int, content: bytes | None = None, **options: Any) -> TestResponse:
    """Send one part, or other bytes under its number."""
    data = sending.part(number) if content is None else content
    return send_bytes(world, f"/api/uploads/{sending.upload}/{number}", options.pop("key", sending.key), data)


def send_bytes(world: World, path: str, key: str, data: bytes) -> TestResponse:
    """A reporter's PUT of bytes."""
    return world.intake.test_client(use_cookies=False).put(
        path, data=data, content_type="application/octet-stream", headers={"Upload-Key": key}
    )


def arrived(world: World, sending: Sending, key: str | None = None) -> TestResponse:
    """Ask which parts have arrived."""
    client = world.intake.test_client(use_cookies=False)
    return client.get(f"/api/uploads/{sending.upload}", headers={"Upload-Key": key or sending.key})


def send_file(world: World, sealed: bytes, numbers: Iterable[int] | None = None) -> Sending:
    """Send sealed bytes: every part, or those named, in this order."""
    sending = start(world, sealed)
    for number in sending.numbers if numbers is None else numbers:
        assert put(world, sending, number).status_code == 204
    return sending


def report_with(world: World, receipt: ReceiptCode, *sendings: Sending) -> Prepared:
    """A stored report that claims uploads."""
    prepared = world.prepare(receipt)
    answer = send_report(world, prepared, *(sending.upload for sending in sendings))
    assert answer.status_code == 201, answer.data
    return prepared


def send_report(world: World, prepared: Prepared, *uploads: str) -> TestResponse:
    """Send a report that names uploads."""
    return world.post("/api/reports", {**prepared.request, "uploads": list(uploads), "challenge": world.solved()})


def load(world: World, receipt: ReceiptCode, case: str, upload: str, part: int, **changes: Any) -> TestResponse:
    """Load a part of a file from a mailbox."""
    token = b64encode(receipt.mailbox_token(ORIGIN))
    request = {"token": token, "case": case, "upload": upload, "part": part, **changes}
    return world.post("/api/mailbox/blob", {"challenge": world.solved(), **request})


def put_at_desk(desk: Desk, case: str, sending: Sending, number: int, content: bytes | None = None) -> TestResponse:
    """A member's PUT of one part."""
    data = sending.part(number) if content is None else content
    return desk_bytes(desk, f"/api/cases/{case}/uploads/{sending.upload}/{number}", sending.key, data)


def desk_bytes(desk: Desk, path: str, key: str, data: bytes) -> TestResponse:
    """A member's PUT of bytes, with origin and token."""
    return desk.client.put(
        path,
        input_stream=io.BytesIO(data),
        content_length=len(data),
        content_type="application/octet-stream",
        base_url="https://desk.example",
        headers={"Origin": "https://desk.example", "X-CSRF-Token": desk.csrf, "Upload-Key": key},
    )


def blobs(world: World) -> set[str]:
    """The names of everything in the store's folder."""
    return {path.name for path in (world.service.settings.data / "blobs").rglob("*") if path.is_file()}
