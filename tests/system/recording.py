"""A relay between client and service that passes every byte on and keeps a copy, as an observer would."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Message:
    """One HTTP/1.1 request or answer as it was on the wire: head with its empty line, and body."""

    head: bytes
    body: bytes

    @property
    def start(self) -> str:
        """The request line or status line."""
        return self.head.split(b"\r\n", 1)[0].decode()

    @property
    def status(self) -> int:
        """Of an answer."""
        return int(self.start.split()[1])

    @property
    def names(self) -> tuple[str, ...]:
        """Header names, in order."""
        return tuple(name.decode() for name in re.findall(rb"(?m)^([\w-]+):", self.head))

    @property
    def sizes(self) -> tuple[int, int]:
        """Bytes of head and body."""
        return len(self.head), len(self.body)


def split(data: bytes) -> list[Message]:
    """The messages in one direction of a connection; each says its length."""
    found = []
    while data:
        head, separator, rest = data.partition(b"\r\n\r\n")
        assert separator, data[:200]
        length = re.search(rb"(?im)^content-length: (\d+)\r$", head + b"\r\n")
        size = int(length[1]) if length else 0
        found.append(Message(head + separator, rest[:size]))
        data = rest[size:]
    return found


@dataclass
class Tape:
    """Both directions of one connection."""

    sent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)

    def exchanges(self) -> list[tuple[Message, Message]]:
        """Each request with its answer."""
        return list(zip(split(bytes(self.sent)), split(bytes(self.received)), strict=True))


class Relay:
    """Listens at :attr:`port` and passes on to the service's port."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.tapes: list[Tape] = []
        self._pumps: list[threading.Thread] = []
        self._sockets = [self._listener]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def url(self) -> str:
        """Where clients go instead of the service."""
        return f"http://127.0.0.1:{self.port}"

    def exchanges(self) -> list[tuple[Message, Message]]:
        """Everything that went by, once every connection has ended."""
        for pump in self._pumps:
            pump.join(30)
        return [exchange for tape in self.tapes for exchange in tape.exchanges()]

    def close(self) -> None:
        """End every connection, and take no more."""
        for one in list(self._sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in (self._accepting, *self._pumps):
            thread.join(30)
        for one in self._sockets:
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                service = socket.create_connection(("127.0.0.1", self._target))
                self._sockets += [client, service]
                tape = Tape()
                self.tapes.append(tape)
                for source, target, copy in ((client, service, tape.sent), (service, client, tape.received)):
                    pump = threading.Thread(target=_pump, args=(source, target, copy), daemon=True)
                    self._pumps.append(pump)
                    pump.start()


def _pump(source: socket.socket, target: socket.socket, copy: bytearray) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(1 << 17):
            copy += part
            target.sendall(part)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


@contextmanager
def relay(target: int) -> Iterator[Relay]:
    """A relay to ``target`` for the block."""
    found = Relay(target)
    try:
        yield found
    finally:
        found.close()
