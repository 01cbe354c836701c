"""Load on loopback: prepared requests over connections kept open, timed one by one."""

from __future__ import annotations

import socket
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

_EMPTY = 204  # an answer without a body, and without a length


@dataclass(frozen=True)
class Result:
    """One run: requests per second, median and 99th percentile in milliseconds, answers by status."""

    rate: float
    median: float
    slowest: float
    statuses: dict[int, int]

    def errors(self) -> int:
        """Answers other than 200, 201 and 204."""
        return sum(count for status, count in self.statuses.items() if status not in (200, 201, _EMPTY))


def request_bytes(method: str, path: str, port: int, body: bytes = b"") -> bytes:
    """One HTTP/1.1 request as it goes over the wire."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Connection:
    """One kept-open connection that reads whole answers; with ``again``, one that is reopened once."""

    def __init__(self, port: int, *, again: bool = True) -> None:
        self.port = port
        self.again = again
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.socket.close()

    def exchange(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to ``request``.

        :raises ConnectionError: the server hung up before all of it was there
        """
        try:
            return self._exchange(request)
        except ConnectionError:
            if not self.again:
                raise
            self.socket.close()
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            return self._exchange(request)

    def _exchange(self, request: bytes) -> tuple[int, bytes]:
        self.socket.sendall(request)
        received = bytearray()
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._receive()
        head = bytes(received[:end]).lower()
        status = int(head.split()[1])
        length = 0 if status == _EMPTY else int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        while len(received) < end + 4 + length:
            received += self._receive()
        return status, bytes(received[end + 4 :])

    def _receive(self) -> bytes:
        part = self.socket.recv(1 << 17)
        if not part:
            raise ConnectionResetError
        return part


def run(port: int, requests: Sequence[bytes], clients: int) -> Result:
    """Send every request once, from ``clients`` connections that each wait for their answer."""
    waiting = iter(requests)
    lock = threading.Lock()
    times: list[float] = []
    statuses: dict[int, int] = {}
    barrier = threading.Barrier(clients + 1)

    def client() -> None:
        with Connection(port) as connection:
            barrier.wait()
            while True:
                with lock:
                    request = next(waiting, None)
                if request is None:
                    return
                began = time.perf_counter()
                status, _ = connection.exchange(request)
                took = time.perf_counter() - began
                with lock:
                    times.append(took)
                    statuses[status] = statuses.get(status, 0) + 1

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    ordered = sorted(times)
    slowest = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    return Result(len(requests) / took, statistics.median(times) * 1000, slowest * 1000, statuses)
