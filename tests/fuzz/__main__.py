"""Fuzz every parser that takes bytes from outside, guided by coverage.

``python -m tests.fuzz [--seconds N] [--replay FILE] [TARGET …]`` gives each target a process and
so many seconds, and prints one line for each. What breaks a target is saved in
``var/fuzz/<target>/``, where its corpus grows from run to run; ``--replay`` tries one such input.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.registry import TARGETS
from tests.fuzz.targets import load

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "var/fuzz"
_EXECUTIONS = re.compile(rb"^stat::number_of_executed_units: (\d+)$", re.MULTILINE)
_COVERAGE = re.compile(rb"\bcov: (\d+)")
_FOUND = re.compile(rb"Test unit written to (\S+)")


@dataclass(frozen=True)
class Result:
    """One target's run: how much was tried, how much of the code was reached, what was found."""

    target: str
    executions: int
    coverage: int
    found: str
    output: bytes

    def line(self) -> str:
        """What is printed."""
        outcome = f"BROKEN BY {self.found}" if self.found else "ok"
        return f"{self.target:24} {self.executions:>9} executions, coverage {self.coverage:>5}: {outcome}"


def run(target: str, seconds: int, folder: Path = FOLDER, replay: Path | None = None) -> Result:
    """Fuzz one target in a process of its own."""
    command = [sys.executable, "-m", "tests.fuzz.worker", target, str(folder / target)]
    command += [str(replay)] if replay else [f"-max_total_time={seconds}", "-print_final_stats=1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    output = done.stdout + done.stderr
    found = _FOUND.search(output)
    broken = found[1].decode() if found else ("" if done.returncode == 0 else str(replay or "its start"))
    executions, coverage = _EXECUTIONS.search(output), _COVERAGE.findall(output)
    return Result(
        target,
        int(executions[1]) if executions else 0,
        int(coverage[-1]) if coverage else 0,
        broken,
        output,
    )


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each target (60)")
    parser.add_argument("--jobs", type=int, default=2, help="targets at the same time (2)")
    parser.add_argument("--replay", type=Path, help="try one saved input on one target")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)} (all)")
    chosen = parser.parse_args(arguments)
    for name in chosen.targets:
        if name not in TARGETS:
            parser.error(f"there is no target {name}")
    if chosen.replay and len(chosen.targets) != 1:
        parser.error("--replay needs exactly one target")
    return chosen


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; 1 where something was found."""
    load()
    chosen = _arguments(arguments)
    failed = False
    with ThreadPoolExecutor(chosen.jobs) as pool:
        runs = [pool.submit(run, name, chosen.seconds, replay=chosen.replay) for name in chosen.targets or TARGETS]
        for running in runs:
            result = running.result()
            print(result.line(), flush=True)
            if result.found:
                failed = True
                print(result.output.decode(errors="replace"), file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
