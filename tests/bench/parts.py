"""Parts of files there and back, in Python: the service beside the bare route that keeps them as durably."""

from __future__ import annotations

import json
from dataclasses import dataclass

from reporting.protocol.encoding import b64encode, dump_json
from reporting.protocol.receipt import ReceiptCode
from tests.bench import load, prepare
from tests.web.files import PART, some_file

ROUNDS = 3
CLIENTS = 2  # parts that a device sends at the same time
_FILE = 32 * PART


@dataclass(frozen=True)
class Row:
    """Medians of one way: parts a second of service and bare route, and milliseconds for one part."""

    name: str
    ours: load.Result
    bare: load.Result

    def __str__(self) -> str:
        rates = f"{self.ours.rate:6.0f} MiB/s  p50 {self.ours.median:6.1f} ms  p99 {self.ours.slowest:6.1f} ms"
        ratio = self.ours.rate / self.bare.rate
        return f"{self.name:12} {CLIENTS:3} clients: {rates} | bare {self.bare.rate:6.0f} MiB/s | ratio {ratio:4.2f}"


def measure(site: prepare.Site, bare_port: int) -> list[Row]:
    """Send a file, claim it and load it, in turn with the bare route."""
    prepared, receipt = prepare.seal(site)
    ways: dict[str, tuple[list[load.Result], list[load.Result]]] = {"uploads": ([], []), "downloads": ([], [])}
    begun: list[str] = []
    size = len(some_file(_FILE))
    for _round in range(ROUNDS):
        sealed = some_file(_FILE)
        parts = [sealed[place : place + PART] for place in range(0, len(sealed), PART)]
        upload, key = _begin(site, len(sealed))
        begun.append(upload)
        sent = [_put(site.port, f"/api/uploads/{upload}/{number}", part, key) for number, part in enumerate(parts)]
        bare = [_put(bare_port, f"/parts/{number}", part) for number, part in enumerate(parts)]
        ways["uploads"][0].append(_run(site.port, sent))
        ways["uploads"][1].append(_run(bare_port, bare))
    _ask(site, "/api/reports", {**prepared.request, "uploads": begun})
    for upload in begun:
        asked = _downloads(site, receipt, prepared.case, upload, -(-size // PART))
        bare = [load.request_bytes("GET", f"/parts/{number}", bare_port) for number in range(-(-size // PART))]
        ways["downloads"][0].append(_run(site.port, asked))
        ways["downloads"][1].append(_run(bare_port, bare))
    return [Row(name, _median(ours), _median(bare)) for name, (ours, bare) in ways.items()]


def _begin(site: prepare.Site, size: int) -> tuple[str, str]:
    answer = _ask(site, "/api/uploads", {"size": size}, padded=False)
    return str(answer["upload"]), str(answer["key"])


def _ask(site: prepare.Site, path: str, content: dict[str, object], *, padded: bool = True) -> dict[str, object]:
    [solved] = prepare.solved(site, 1)
    body = dump_json({**content, "challenge": solved})
    with load.Connection(site.port) as connection:
        request = load.request_bytes("POST", path, site.port, body.ljust(site.directory.shape) if padded else body)
        status, answer = connection.exchange(request)
    assert status == 201, (path, status)
    found: dict[str, object] = json.loads(answer)
    return found


def _put(port: int, path: str, part: bytes, key: str = "") -> bytes:
    head = f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/octet-stream\r\n"
    return f"{head}Upload-Key: {key}\r\nContent-Length: {len(part)}\r\n\r\n".encode() + part


def _downloads(site: prepare.Site, receipt: ReceiptCode, case: str, upload: str, count: int) -> list[bytes]:
    [solved] = prepare.solved(site, 1)
    token = b64encode(receipt.mailbox_token(site.directory.origin))
    asked = {"token": token, "case": case, "upload": upload, "challenge": solved}
    bodies = [dump_json({**asked, "part": number}) for number in range(count)]
    return [load.request_bytes("POST", "/api/mailbox/blob", site.port, body) for body in bodies]


def _run(port: int, requests: list[bytes]) -> load.Result:
    result = load.run(port, requests, CLIENTS)
    assert not result.errors(), result.statuses
    return result


def _median(results: list[load.Result]) -> load.Result:
    return sorted(results, key=lambda result: result.rate)[len(results) // 2]
