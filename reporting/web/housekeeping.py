"""What a worker does beside answering, once a day and every minute, in threads of its own."""

from __future__ import annotations

import datetime
import logging
import threading
import time
from collections.abc import Callable

from reporting.web.logs import place_of

_log = logging.getLogger("reporting")
FIRST_AFTER = 60.0  # seconds: a service that has just started answers first
LOOK_EVERY = 600.0
CARRY_EVERY = 60.0


class Housekeeper:
    """Does some work once on each UTC day; a failure is logged by kind and place, and tried again at the next look."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._done: datetime.date | None = None

    def start(self) -> None:
        """Begin, in the process that calls."""
        threading.Thread(target=self._run, name="housekeeping", daemon=True).start()

    def _run(self) -> None:
        time.sleep(FIRST_AFTER)
        while True:
            self.look(datetime.datetime.now(datetime.UTC).date())
            time.sleep(LOOK_EVERY)

    def look(self, today: datetime.date) -> None:
        """Do the work, unless it was done today."""
        if self._done == today:
            return
        if _succeeds(self._work):
            self._done = today


class Courier:
    """Does some work every minute, until the process ends; a failure is logged by kind and place."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work

    def start(self) -> None:
        """Begin, in the process that calls."""
        threading.Thread(target=self._run, name="courier", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(CARRY_EVERY)
            self.carry()

    def carry(self) -> None:
        """Do the work once."""
        _succeeds(self._work)


def _succeeds(work: Callable[[], object]) -> bool:
    """Do the work: whether it did not fail. A failure is logged by kind and place."""
    try:
        work()
    except Exception as error:  # noqa: BLE001 -- these threads must live, and nothing of the error may be told
        _log.error("%s at %s", type(error).__name__, place_of(error))
        return False
    return True
