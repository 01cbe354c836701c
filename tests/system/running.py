"""A real service in processes of its own, set up and started as ``make demo`` does it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_SECONDS = 90
REPORTING = [str(Path(sys.executable).parent / "reporting")]


def free_port() -> int:
    """A TCP port that nothing listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(process: int) -> list[int] | None:
    """Ids of a process's children; None where it has ended meanwhile."""
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return None


@dataclass
class Service:
    """A running service: its addresses, its credentials, its processes."""

    process: subprocess.Popen[str]
    data: Path
    port: int
    desk_port: int
    credentials: dict[str, Any]

    @property
    def base_url(self) -> str:
        """Where reporters go."""
        return str(self.credentials["base_url"])

    @property
    def desk_url(self) -> str:
        """Where members go."""
        return str(self.credentials["desk_url"])

    def member(self, member_id: str) -> dict[str, Any]:
        """One member's credentials."""
        return next(member for member in self.credentials["members"] if member["id"] == member_id)

    def with_role(self, role: str) -> dict[str, Any]:
        """The first member who has ``role`` somewhere."""
        return next(member for member in self.credentials["members"] if any(role in has for has in member["roles"]))

    def processes(self) -> list[int]:
        """Ids of the service's processes, the oldest first."""
        found = [self.process.pid]
        for process in found:
            found.extend(_children(process) or [])
        return found

    def server_processes(self) -> list[int]:
        """Ids of the server alone, the parent of the workers first, without the command that started it."""
        return self.processes()[1:]

    def workers(self) -> list[int]:
        """Ids of the processes that answer requests: those without children of their own."""
        return [process for process in self.processes() if _children(process) == []]

    def stop(self) -> None:
        """End the service as an operator would."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
        self._close()

    def kill(self) -> None:
        """End every process at once, as a power cut would."""
        for process in reversed(self.processes()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.process.wait(30)
        self._close()

    def _close(self) -> None:
        if self.process.stdout is not None:
            self.process.stdout.close()


def start(
    data: Path,
    *,
    environment: Mapping[str, str] | None = None,
    fresh: bool = False,
    command: str = "demo",
    options: Sequence[str] = (),
) -> Service:
    """Start a demonstration, or what another command serves, in ``data`` on free ports and wait until it answers.

    :raises AssertionError: it ended, or did not answer in time; the text is what it printed
    """
    port, desk_port = free_port(), free_port()
    arguments = [
        *REPORTING,
        command,
        "--port",
        str(port),
        "--desk-port",
        str(desk_port),
        "--data",
        str(data),
        "--json",
        *options,
    ]
    log = data.parent / f"{data.name}.log"
    with log.open("a") as errors:
        process = subprocess.Popen(
            [*arguments, *(["--fresh"] if fresh else [])],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, **(environment or {})},
        )
    assert process.stdout is not None
    began = time.monotonic()
    line = process.stdout.readline()
    if not line or time.monotonic() - began > START_SECONDS:
        process.kill()
        process.wait()
        process.stdout.close()
        raise AssertionError(f"the service did not start: {log.read_text()}")
    return Service(process, data, port, desk_port, json.loads(line))


@contextmanager
def running(
    data: Path, *, environment: Mapping[str, str] | None = None, fresh: bool = False, command: str = "demo"
) -> Iterator[Service]:
    """:func:`start`, and :meth:`Service.stop` at the end of the block."""
    service = start(data, environment=environment, fresh=fresh, command=command)
    try:
        yield service
    finally:
        service.stop()


def run(arguments: list[str], *, typed: str = "", check: bool = True, **environment: str) -> str:
    """What a ``reporting`` command prints, given what is typed at it."""
    done = subprocess.run(
        [*REPORTING, *arguments],
        input=typed,
        text=True,
        capture_output=True,
        timeout=120,
        env={**os.environ, **environment},
        check=False,
    )
    assert not check or done.returncode == 0, done.stderr
    return done.stdout
