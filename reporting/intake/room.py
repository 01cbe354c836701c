"""Little room on the disk: reports are still admitted, at a fixed rate, and it is said (protocol section 6).

Proof of work only prices a flood. Below a floor of free space a flood must not fill what is left within
minutes, and must not silence everybody else either: whoever is turned away can try again shortly.
"""

from __future__ import annotations

import shutil
import threading

from reporting import errors
from reporting.service import Service

_MEBIBYTE = 1 << 20
_deciding = threading.Lock()
_next_admission: dict[str, float] = {}


def is_low(service: Service) -> bool:
    """Whether the data folder's disk has less free space than the floor that was set."""
    return free(service) < service.settings.free_space_floor * _MEBIBYTE


def free(service: Service) -> int:
    """Bytes that are free on the data folder's disk."""
    return shutil.disk_usage(service.settings.data).free


def admit(service: Service) -> None:
    """Let a new report in: at once, or at the fixed rate where room is low.

    Each worker process keeps its share of the rate, so that workers need not ask each other.

    :raises RoomLow: this one is to try again shortly
    """
    if not is_low(service):
        return
    settings, now = service.settings, service.clock.now()
    interval = 60 * settings.workers / settings.reports_when_low
    with _deciding:
        free_from = _next_admission.get(str(settings.data), 0.0)
        if now < free_from:
            raise errors.RoomLow
        _next_admission[str(settings.data)] = max(free_from, now - 1) + interval
