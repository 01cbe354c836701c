"""Small real servers: one that answers as a test says, and a SOCKS5 proxy that remembers what it was asked."""

from __future__ import annotations

import select
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Request:
    """What a client sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What the server answers; None as its body cuts the connection without an answer."""

    body: bytes | None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Server:
    """Where a small server listens, and what it was asked."""

    url: str
    requests: list[Request] = field(default_factory=list)


@contextmanager
def serving(answer: Callable[[Request], Reply]) -> Iterator[Server]:
    """A server that answers each request with what ``answer`` says, for the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, self.path, dict(self.headers), body)
            server.requests.append(request)
            reply = answer(request)
            if reply.body is None:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 -- http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- http.server's name
            """Nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    server = Server(f"http://127.0.0.1:{httpd.server_port}")
    thread = threading.Thread(target=httpd.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


@dataclass
class Proxy:
    """A SOCKS5 proxy: its address, and each target as (address type, host, port); type 3 is a name."""

    url: str
    targets: list[tuple[int, str, int]] = field(default_factory=list)


@contextmanager
def socks5(connect_to: tuple[str, int]) -> Iterator[Proxy]:
    """A proxy (RFC 1928, no authentication) that connects to ``connect_to`` whatever it is asked for."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self._read(self._read(2)[1])
            self.request.sendall(b"\x05\x00")
            kind = self._read(4)[3]
            raw = self._read({1: 4, 4: 16}.get(kind) or self._read(1)[0])
            port = int.from_bytes(self._read(2))
            proxy.targets.append((kind, raw.decode() if kind == 3 else raw.hex(), port))
            with socket.create_connection(connect_to, 10) as target:
                self.request.sendall(b"\x05\x00\x00\x01" + bytes(6))
                self._pass_on(target)

        def _read(self, length: int) -> bytes:
            data = b""
            while len(data) < length:
                data += self.request.recv(length - len(data))
            return data

        def _pass_on(self, target: socket.socket) -> None:
            ways = {self.request: target, target: self.request}
            while ready := select.select(list(ways), [], [], 10)[0]:
                for source in ready:
                    data = source.recv(65_536)
                    if not data:
                        return
                    ways[source].sendall(data)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy = Proxy(f"socks5h://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
