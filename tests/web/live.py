"""The service as it runs: gunicorn in processes of its own, spoken to over sockets, byte for byte."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.web.world import World

START_SECONDS = 60


@dataclass(frozen=True)
class Live:
    """Where a running service listens, its process, and what it has logged."""

    port: int
    desk_port: int
    process: subprocess.Popen[str]
    log: Path

    def exchange(self, request: bytes, *, desk: bool = False) -> tuple[bytes, bytes]:
        """Head and body of the answer to one request, exactly as sent; the connection is closed after it."""
        with socket.create_connection(("127.0.0.1", self.desk_port if desk else self.port), 30) as connection:
            connection.sendall(request)
            return read_answer(connection)

    def children(self) -> list[int]:
        """The workers' process ids."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def read_answer(connection: socket.socket) -> tuple[bytes, bytes]:
    """Head (with its empty line) and body of one answer with a Content-Length."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)content-length: (\d+)", head)
    length = int(found[1]) if found else 0
    while len(body) < length:
        body += _more(connection)
    return head + b"\r\n\r\n", body


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(1 << 17)
    if not part:
        raise ConnectionResetError
    return part


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """One HTTP/1.1 request."""
    fields = {"Host": "reports.example", "Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = [f"{name}: {value}" for name, value in {**fields, **headers}.items()]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode() + body


@contextmanager
def serving(world: World, folder: Path, **environment: str) -> Iterator[Live]:
    """The world's data served by ``reporting serve`` for the block, at ports of the system's choice."""
    log = folder / "serve.log"
    settings = world.service.settings
    command = [sys.executable, "-m", "reporting.cli", "serve", "--bind", "127.0.0.1:0", "--desk-bind", "127.0.0.1:0"]
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*command, "--data", str(settings.data)],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={
                **os.environ,
                "REPORTING_DATABASE_URL": settings.database_url,
                "REPORTING_ORIGINS": ",".join(settings.origins),
                "REPORTING_DESK_ORIGINS": ",".join(settings.desk_origins),
                "PYTHONUNBUFFERED": "1",
                **environment,
            },
        )
    timer = threading.Timer(START_SECONDS, process.kill)
    timer.start()
    try:
        assert process.stdout is not None
        ports = [int(process.stdout.readline().rpartition(":")[2] or 0) for _ in range(2)]
        assert all(ports), log.read_text()
        yield Live(ports[0], ports[1], process, log)
    finally:
        timer.cancel()
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()
