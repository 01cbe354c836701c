"""How long a request may take: a watch shuts what is over its time, so that slow senders cannot hold the threads.

A part of a file may take longer, because a mebibyte is much for a slow line over Tor: as long as bytes keep coming, up
to a time of its own, for whoever has an upload's key, and never on more than half of the threads at once.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

_WATCH_SECONDS = 1.0
_watched = threading.local()


@dataclass
class _Request:
    until: float
    connection: socket.socket
    began: float
    patient: bool = False


class Watch:
    """Shuts the socket of every request that takes too long; its thread then ends by itself."""

    def __init__(self, seconds: float, patient_seconds: float = 0, patient_most: int = 0) -> None:
        """:param seconds: for a request
        :param patient_seconds: for one that is given longer, in all
        :param patient_most: how many may be given longer at once
        """
        self._seconds = seconds
        self._patient_seconds = max(seconds, patient_seconds)
        self._patient_most = patient_most
        self._choosing = threading.Lock()
        self._open: dict[int, _Request] = {}

    @contextlib.contextmanager
    def limit(self, connection: socket.socket) -> Iterator[None]:
        """Give the block its time on ``connection``."""
        key, now = threading.get_ident(), time.monotonic()
        self._open[key] = _Request(now + self._seconds, connection, now)
        _watched.watch = self
        try:
            yield
        finally:
            self._open.pop(key, None)
            _watched.watch = None

    def prolong(self, seconds: float) -> None:
        """Give this thread's request ``seconds`` from now, if that is longer and it may have longer."""
        request = self._open.get(threading.get_ident())
        if request is None:
            return
        with self._choosing:
            others = sum(other.patient for other in list(self._open.values()))
            request.patient = request.patient or others < self._patient_most
        if request.patient:
            longest = request.began + self._patient_seconds
            request.until = max(request.began + self._seconds, min(time.monotonic() + seconds, longest))

    def start(self) -> None:
        """Watch from a thread of its own, in the process that calls."""
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(_WATCH_SECONDS)
            self.cut(time.monotonic())

    def cut(self, now: float) -> None:
        """Shut whatever is over its time at ``now``."""
        for request in list(self._open.values()):
            if now > request.until:
                with contextlib.suppress(OSError):
                    request.connection.shutdown(socket.SHUT_RDWR)


def prolong(seconds: float) -> None:
    """Give the request that this thread handles more time, where a watch is kept: see :meth:`Watch.prolong`."""
    watch: Watch | None = getattr(_watched, "watch", None)
    if watch is not None:
        watch.prolong(seconds)
