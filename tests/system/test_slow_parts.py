"""Parts over a slow line, against the running server: they have longer than other requests, and only they."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import httpx
import pytest

from tests.bench import prepare
from tests.system.running import Service, running
from tests.web import files

SECONDS = 5  # the least that can be set
SLOWLY = 10.0
STEPS = 20


def trickle(service: Service, path: str, key: str, body: bytes) -> bytes:
    """The first line of the answer to a body that takes its time; nothing where the server hung up."""
    head = (
        f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1:{service.port}\r\nUpload-Key: {key}\r\n"
        f"Content-Type: application/octet-stream\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        connection.sendall(head.encode())
        try:
            for step in range(STEPS):
                connection.sendall(body[step * len(body) // STEPS : (step + 1) * len(body) // STEPS])
                time.sleep(SLOWLY / STEPS)
            return connection.recv(100).partition(b"\r\n")[0]
        except ConnectionError:
            return b""


@pytest.mark.parametrize("longest", [60, SECONDS])
def test_a_part_that_takes_longer_than_a_request_may_arrives_all_the_same(tmp_path: Path, longest: int) -> None:
    environment = {"REPORTING_REQUEST_SECONDS": str(SECONDS), "REPORTING_PART_SECONDS": str(longest)}
    with running(tmp_path / "demo", environment=environment, fresh=True) as service:
        site = prepare.load_site(service.base_url, service.port)
        sealed = files.some_file(files.PART)
        [challenge] = prepare.solved(site, 1)
        asked = {"size": len(sealed), "challenge": challenge}
        begun = httpx.post(f"{service.base_url}/api/uploads", json=asked).json()
        path = f"/api/uploads/{begun['upload']}/0"
        answer = trickle(service, path, begun["key"], sealed[: files.PART])
        arrived = httpx.get(f"{service.base_url}/api/uploads/{begun['upload']}", headers={"Upload-Key": begun["key"]})
        if longest > SLOWLY:
            assert answer == b"HTTP/1.1 204 NO CONTENT"
            assert arrived.json() == {"parts": [0]}
            assert trickle(service, path, "A" * 43, sealed[: files.PART]) in (b"", b"HTTP/1.1 404 NOT FOUND")
            longer = httpx.put(
                f"{service.base_url}/api/uploads/{begun['upload']}/1",
                content=bytes(files.PART + 1),
                headers={"Upload-Key": begun["key"]},
            )
            assert longer.status_code == 413
        else:
            assert answer == b""
            assert arrived.json() == {"parts": []}
