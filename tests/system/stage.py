"""A running service, the folders it can write to, and the people who use it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tests.system.running import Service

#: A setting of the service, so that it stands in the memory of each of its processes.
MARKER = "http://markerplantedbythetestofmemory.onion"


@dataclass(frozen=True)
class Stage:
    """``written`` are the folders in which everything lies that service and database write.

    ``environment`` is what the service was started with, beside the test's own.
    """

    service: Service
    folder: Path
    temporary: Path
    written: list[Path] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    def home(self, person: str) -> Path:
        """A person's home folder: on their machine, not among what the service writes."""
        home = self.folder.parent / f"{self.folder.name}-home-of-{person}"
        home.mkdir(exist_ok=True)
        return home

    @property
    def fingerprint(self) -> str:
        """The site's fingerprint, as it stands on its posters."""
        return str(self.service.credentials["fingerprint"])
