"""Sealing files in real browsers, beside ``age-encryption`` alone and native ChaCha20-Poly1305, in one run.

``python -m tests.bench.sealing`` prints medians in MB/s. Two workers seal and a third hashes, as in the product.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AGE, WORKERS = "age-encryption", "workers"
TIMES_AGE = 6
MEGABYTES = 400


def native() -> float:
    """MB/s of ``openssl speed`` in one thread, in chunks as large as age's."""
    command = ("openssl", "speed", "-seconds", "2", "-bytes", "65536", "-evp", "chacha20-poly1305")
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(told.split()[-1].removesuffix("k")) / 1_000


def browsers() -> dict[str, dict[str, float]]:
    """Median MB/s by browser and way."""
    command = (sys.executable, "hatch_build.py", "npm", "--silent", "run", "bench", "sealing_bench")
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", file=sys.stderr, flush=True)  # as it goes: all of it takes minutes
            if line.startswith("{"):
                row = json.loads(line)
                found[row["browser"]][row["way"]].append(float(row["speed"]))
    if process.returncode:
        raise SystemExit("the browsers' part failed; what it said stands above")
    return {name: {way: statistics.median(speeds) for way, speeds in ways.items()} for name, ways in found.items()}


def main() -> None:
    """Print every figure, and the goals beside those that have one."""
    before = native()
    for browser, ways in browsers().items():
        for way, speed in ways.items():
            print(f"sealing, {browser}, {way}: {speed:.0f} MB/s")
        times = ways[WORKERS] / ways[AGE]
        goal = f", and at least {MEGABYTES} MB/s" if browser == "Chromium" else ""
        print(f"sealing, {browser}: {times:.1f} times age-encryption (goal {TIMES_AGE}{goal})")
    print(f"openssl speed -evp chacha20-poly1305: {before:.0f} MB/s before, {native():.0f} after")


if __name__ == "__main__":
    main()
