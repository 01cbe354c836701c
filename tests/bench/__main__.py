"""``make bench``: every figure beside its reference or goal, in one run."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reporting.protocol import thread
from reporting.protocol.encoding import JSONObject, b64decode
from reporting.protocol.receipt import ReceiptCode
from reporting.protocol.thread_types import SealedCase, SealedEntry
from tests.bench import cleaning, load, pages, parts, prepare, scale, sealing
from tests.bench.reference import SHAPE
from tests.system.running import Service, free_port, running

CLIENTS = (1, 8, 64)
REQUESTS = {1: 600, 8: 1_200, 64: 2_400}
GOAL_RATIO = 0.7
GOAL_RATE = 300
GOAL_MEMORY = 150
ROUNDS = 3
HERE = Path(__file__).resolve().parent


def say(line: str = "") -> None:
    """Print one line at once."""
    print(line, flush=True)


def proportional_set_size(service: Service) -> float:
    """Mebibytes that the server's processes take together, shared pages counted once."""
    total = 0
    for process in service.server_processes():
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        total += int(rollup.split("\nPss:")[1].split()[0])
    return total / 1024


@contextmanager
def reference(folder: Path) -> Iterator[int]:
    """The bare route under gunicorn with the service's own numbers of workers and threads; its port."""
    port = free_port()
    gunicorn = str(Path(sys.executable).parent / "gunicorn")
    options = [
        "--workers",
        "2",
        "--threads",
        "8",
        "--worker-class",
        "gthread",
        "--preload",
        "--log-level",
        "error",
    ]
    process = subprocess.Popen(
        [gunicorn, *options, "--bind", f"127.0.0.1:{port}", "tests.bench.reference:create_app()"],
        env={**os.environ, "BENCH_FOLDER": str(folder)},
        cwd=HERE.parents[1],
    )
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            with load.Connection(port):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the reference did not start")


def _report(name: str, clients: int, ours: list[load.Result], bare: list[load.Result]) -> None:
    ours_best, bare_best = _median(ours), _median(bare)
    ratio = ours_best.rate / bare_best.rate
    errors = sum(result.errors() for result in ours)
    assert not any(result.errors() for result in bare), "the reference failed, so there is nothing to compare with"
    say(
        f"{name:12} {clients:3} clients: {ours_best.rate:7.0f}/s (goal {GOAL_RATE})  p50 {ours_best.median:6.1f} ms"
        f"  p99 {ours_best.slowest:6.1f} ms | bare {bare_best.rate:7.0f}/s | ratio {ratio:4.2f} (goal {GOAL_RATIO})"
        f" | errors {errors} (goal 0)"
    )


def _median(results: list[load.Result]) -> load.Result:
    return sorted(results, key=lambda result: result.rate)[len(results) // 2]


def _warm_up(site: prepare.Site, bare_port: int, receipts: list[ReceiptCode]) -> None:
    # What a process does once, such as compiling its statements, is not what is measured.
    for requests in (prepare.submissions(site, 64), prepare.checks(site, 64, receipts)):
        load.run(site.port, requests, 16)
    load.run(bare_port, [load.request_bytes("POST", "/write", bare_port, b"{}") for _ in range(64)], 16)


def measure_throughput(site: prepare.Site, bare_port: int) -> None:
    """Submissions and checks at 1, 8 and 64 clients, service and bare route in turn."""
    receipts = [prepare.seal(site)[1] for _ in range(4)]
    seeded = [prepare.seal(site, receipt)[0].request for receipt in receipts]
    load.run(site.port, prepare.requests(site, "/api/reports", seeded), 1)
    _warm_up(site, bare_port, receipts)
    for clients in CLIENTS:
        count = REQUESTS[clients] // ROUNDS
        sent = [prepare.submissions(site, count) for _ in range(ROUNDS)]
        asked = [prepare.checks(site, count, receipts) for _ in range(ROUNDS)]
        for name, rounds in (("submissions", sent), ("checks", asked)):
            ours, bare = [], []
            for requests in rounds:
                bodies = [request.split(b"\r\n\r\n", 1)[1] for request in requests]
                ours.append(load.run(site.port, requests, clients))
                bare.append(
                    load.run(
                        bare_port,
                        [load.request_bytes("POST", "/write", bare_port, b) for b in bodies],
                        clients,
                    )
                )
            _report(name, clients, ours, bare)


def measure_sealing(site: prepare.Site) -> None:
    """Sealing a report and opening it again, in Python and in Node."""
    prepared, receipt = prepare.seal(site)
    entry = SealedEntry.of("0" * 32, datetime.datetime.now(datetime.UTC).date(), b64decode(prepared.request["entry"]))
    case = SealedCase(prepared.case, site.channel, (str(prepared.request["epoch"]),), "received", (entry,))
    sealing = prepare.timed(lambda: prepare.seal(site), 50)
    opening = prepare.timed(lambda: thread.read_as_reporter(case, receipt, site.directory), 50)
    say(f"sealing a report, {len(prepared.request['grants'])} grants: {sealing:6.1f} ms in Python")
    say(f"opening a report:                {opening:6.1f} ms in Python")
    for name, milliseconds in _in_node().items():
        say(f"{name:32} {milliseconds:6.1f} ms in Node")


def _in_node() -> JSONObject:
    command = [sys.executable, "hatch_build.py", "npm", "--silent", "run", "bench"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=HERE.parents[1])
    found: JSONObject = json.loads(done.stdout)
    return found


def main() -> None:
    """Run everything; a figure that misses its goal is shown beside it, not hidden."""
    with tempfile.TemporaryDirectory(prefix="reporting-bench-") as folder:
        data = Path(folder) / "service"
        with running(data) as service, reference(Path(folder)) as bare_port:
            site = prepare.load_site(service.base_url, service.port)
            assert site.directory.shape == SHAPE
            time.sleep(2)
            say(f"idle, two workers: {proportional_set_size(service):.0f} MiB proportional (goal {GOAL_MEMORY})")
            measure_sealing(site)
            measure_throughput(site, bare_port)
            for row in parts.measure(site, bare_port):
                say(str(row))
            say(f"after load:        {proportional_set_size(service):.0f} MiB proportional")
    sealing.main()
    cleaning.main()
    pages.measure_pages()
    scale.main()


if __name__ == "__main__":
    main()
