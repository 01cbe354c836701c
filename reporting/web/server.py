"""The HTTP server: gunicorn, set up in code, with both surfaces in the same workers.

Threads of a few worker processes answer both listeners; which surface a request is for follows from the
listener it came in at. Nothing about a request is logged. A request that has not been read and answered
within its time is cut off, so that slow senders cannot hold the threads.
"""

from __future__ import annotations

import contextlib
import gc
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from reporting.config import Settings
from reporting.web.housekeeping import Housekeeper
from reporting.web.logs import Scrubber

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_WATCH_SECONDS = 1.0


class Dispatcher:
    """Both surfaces as one WSGI application; the desk answers at its own listener and nowhere else."""

    def __init__(self, intake: WSGIApplication, desk: WSGIApplication, desk_port: int) -> None:
        self._intake = intake
        self._desk = desk
        self.desk_port = str(desk_port)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # gunicorn takes SERVER_PORT from the listening socket, not from what the client says.
        surface = self._desk if environ.get("SERVER_PORT") == self.desk_port else self._intake
        return surface(environ, start_response)


class ScrubbedLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's log without addresses, paths, tracebacks, or times finer than a day."""

    def setup(self, cfg: Any) -> None:
        """Set the handlers up as usual, then give each the scrubbing form."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Scrubber())


class Watch:
    """Shuts the socket of every request that takes too long; its thread then ends by itself."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._open: dict[int, tuple[float, socket.socket]] = {}

    @contextlib.contextmanager
    def limit(self, connection: socket.socket) -> Iterator[None]:
        """Give the block its time on ``connection``."""
        key = threading.get_ident()
        self._open[key] = (time.monotonic() + self._seconds, connection)
        try:
            yield
        finally:
            self._open.pop(key, None)

    def start(self) -> None:
        """Watch from a thread of its own, in the process that calls."""
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(_WATCH_SECONDS)
            self.cut(time.monotonic())

    def cut(self, now: float) -> None:
        """Shut whatever is over its time at ``now``."""
        for until, connection in list(self._open.values()):
            if now > until:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A threaded worker that gives each request a limited time, from its first byte to the last answered."""

    watch: Watch

    def init_process(self) -> None:
        """Start the watch beside the usual."""
        self.watch = Watch(self.app.settings.request_seconds)
        self.watch.start()
        Housekeeper(self.app.housekeeping).start()
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """Handle one request of a connection."""
        with self.watch.limit(conn.sock):
            return super().handle(conn)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """The service under gunicorn. ``surfaces`` makes intake and desk, once, before workers are forked."""

    def __init__(
        self,
        settings: Settings,
        surfaces: Callable[[], tuple[WSGIApplication, WSGIApplication]],
        ready: Callable[[str, str], None],
        housekeeping: Callable[[], object],
    ) -> None:
        """:param ready: told the two addresses once both are listened at
        :param housekeeping: done once a day in each worker, beside answering
        """
        self.settings = settings
        self.housekeeping = housekeeping
        self._surfaces = surfaces
        self._ready = ready
        super().__init__()

    def load_config(self) -> None:
        """gunicorn's settings: two listeners, threads, tight limits, no access log, quiet errors."""
        values = {
            "bind": [self.settings.bind, self.settings.desk_bind],
            "workers": self.settings.workers,
            "threads": self.settings.threads,
            "worker_class": Worker,
            "preload_app": True,
            "keepalive": 15,
            "timeout": 60,
            "graceful_timeout": 20,
            "limit_request_line": 2_048,
            "limit_request_fields": 64,
            "limit_request_field_size": 8_190,
            "accesslog": None,
            "logger_class": ScrubbedLogger,
            "loglevel": "warning",
            "umask": 0o077,
            "control_socket_disable": True,
            "when_ready": self._when_ready,
            "post_worker_init": self._post_worker_init,
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Dispatcher:
        """The application, made in the parent so that workers share its memory."""
        intake, desk = self._surfaces()
        self._dispatcher = Dispatcher(intake, desk, 0)
        # What is there now stays: workers need not look at it when they collect garbage.
        gc.collect()
        gc.freeze()
        return self._dispatcher

    def _when_ready(self, arbiter: Any) -> None:
        intake, desk = (listener.sock.getsockname() for listener in arbiter.LISTENERS)
        self._ready(_address(intake), _address(desk))

    def _post_worker_init(self, worker: Any) -> None:
        # The port as it really is, also where the setting left the choice to the system.
        self._dispatcher.desk_port = str(worker.sockets[1].getsockname()[1])


def _address(name: tuple[Any, ...]) -> str:
    host, port = name[0], name[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
