"""The HTTP server: gunicorn, set up in code, with both surfaces in the same workers.

Threads of a few worker processes answer both listeners; which surface a request is for follows from the
listener it came in at. Nothing about a request is logged. A request that has not been read and answered
within its time is cut off, so that slow senders cannot hold the threads.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from reporting.config import Settings
from reporting.web.housekeeping import Courier, Housekeeper
from reporting.web.logs import Scrubber
from reporting.web.watch import Watch

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


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


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A threaded worker that gives each request a limited time, from its first byte to the last answered."""

    watch: Watch

    def init_process(self) -> None:
        """Start the watch beside the usual."""
        settings = self.app.settings
        self.watch = Watch(settings.request_seconds, settings.part_seconds, settings.threads // 2)
        self.watch.start()
        Housekeeper(self.app.housekeeping).start()
        Courier(self.app.courier).start()
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
        courier: Callable[[], object],
    ) -> None:
        """:param ready: told the two addresses once both are listened at
        :param housekeeping: done once a day in each worker, beside answering
        :param courier: done every minute in each worker, likewise
        """
        self.settings = settings
        self.housekeeping = housekeeping
        self.courier = courier
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
