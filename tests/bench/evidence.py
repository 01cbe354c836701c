"""``make evidence``: one large file from Chromium to the desk and onto a disk, by a folder and by SeaweedFS.

For each store: whether the bytes are the same, how fast both ways are, and by how much the memory of the server and
of the browser grows meanwhile. Beside it a bare route that writes the same parts as durably. Of SeaweedFS, three
volume servers with a copy of everything on two, one is killed midway and started again later.

It fails where the bytes differ, or where memory grows with the size of the file; speed is told and not judged.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.bench.__main__ import proportional_set_size, reference
from tests.seaweed import Seaweed, seaweed
from tests.system.running import Service, running

MIB = 1 << 20
PART = MIB
AT_ONCE = 2  # parts that the browser sends at the same time
SERVER_GROWTH = 150  # MiB; two workers with eight threads, each with a part of a mebibyte in hand
ROOT = Path(__file__).resolve().parents[2]


def say(line: str) -> None:
    """Print one line at once."""
    print(line, flush=True)


def make_file(path: Path, size: int) -> None:
    """A file of bytes that nothing compresses."""
    with path.open("wb") as file:
        for _ in range(size // MIB):
            file.write(os.urandom(MIB))


@contextmanager
def sampled(measure: Callable[[], float]) -> Iterator[list[float]]:
    """What ``measure`` says, every second while the block runs."""
    found = [measure()]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(1):
            with contextlib.suppress(OSError, IndexError):  # a worker that ends between two looks
                found.append(measure())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def bare_rate(file: Path, folder: Path) -> float:
    """MiB/s of a route that does nothing but write parts and bring them to the disk."""
    with reference(folder) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:

        def send(number: int) -> None:
            with file.open("rb") as source:
                source.seek(number * PART)
                answer = client.put(f"/parts/{number}", content=source.read(PART))
            assert answer.status_code == 204, answer.status_code

        began = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(send, range(file.stat().st_size // PART)))
        return file.stat().st_size / MIB / (time.monotonic() - began)


def loop(service: Service, file: Path) -> dict[str, Any]:
    """One way there and one back, in Chromium."""
    member = service.with_role("intake")
    asked = {
        "intake": service.base_url,
        "desk": service.desk_url,
        "member": member["name"],
        "passphrase": member["passphrase"],
        "file": str(file),
        "size": file.stat().st_size,
    }
    command = [sys.executable, "hatch_build.py", "npm", "--silent", "run", "bench", "evidence_loop"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "EVIDENCE": json.dumps(asked)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(name: str, file: Path, folder: Path, settings: dict[str, str], bare: float) -> bool:
    """Tell of one store; whether all is as it must be."""
    environment = {f"REPORTING_{key.upper()}": value for key, value in settings.items()}
    with (
        running(folder / name, environment=environment, fresh=True) as service,
        sampled(lambda: proportional_set_size(service)) as memory,
    ):
        found = loop(service, file)
    size, grown = file.stat().st_size / MIB, max(memory) - memory[0]
    for way, words in (("sent", "sealed and sent"), ("taken", "loaded and opened")):
        rate = size / found[way]["seconds"]
        beside = f", bare route {bare:.0f} MiB/s, ratio {rate / bare:.2f}" if way == "sent" else ""
        say(
            f"{name}: {words} {size:.0f} MiB in {found[way]['seconds']:.0f} s, {rate:.0f} MiB/s{beside};"
            f" browser's memory grew by {found[way]['grown']:.0f} MiB at most"
        )
    say(f"{name}: server's memory grew by {grown:.0f} MiB at most (limit {SERVER_GROWTH}); same bytes: {found['same']}")
    return bool(found["same"]) and grown < SERVER_GROWTH


@contextmanager
def troubled(cluster: Seaweed, after: float) -> Iterator[None]:
    """Kill a volume server a while after the block begins, and start it again as long after that."""
    over = threading.Event()

    def trouble() -> None:
        if not over.wait(after):
            cluster.kill("volume0")
            say("seaweedfs: a volume server was killed")
            over.wait(after)
            cluster.start_volume_server("volume0")
            say("seaweedfs: and started again")

    thread = threading.Thread(target=trouble)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def main() -> int:
    """Measure both stores; 1 where something is not as it must be."""
    parser = argparse.ArgumentParser(description="One large file, there and back.")
    parser.add_argument("--mib", type=int, default=1_024, help="size of the file in MiB (1024)")
    parser.add_argument("--trouble", type=float, default=0, help="seconds until a volume server is killed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reporting-evidence-") as name:
        folder = Path(name)
        file = folder / "evidence.bin"
        make_file(file, options.mib * MIB)
        (folder / "bare").mkdir()
        bare = bare_rate(file, folder / "bare")
        fine = measure("folder", file, folder, {}, bare)
        (folder / "seaweed").mkdir()
        with seaweed(folder / "seaweed") as cluster:
            after = options.trouble or max(12.0, options.mib / 40)
            with troubled(cluster, after):
                fine &= measure("seaweedfs", file, folder, cluster.settings, bare)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
