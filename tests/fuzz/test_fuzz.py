"""A short run of every fuzzing target: enough to notice that one broke, or that it found something at once."""

from __future__ import annotations

import importlib.util
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import require
from tests.fuzz.__main__ import main, run
from tests.fuzz.json_mutator import mutator
from tests.fuzz.registry import TARGETS
from tests.fuzz.targets import load

load()


@pytest.mark.slow
def test_two_seconds_of_fuzzing_break_no_parser(tmp_path: Path) -> None:
    require(importlib.util.find_spec("atheris"), "atheris is not installed; it is made for Linux alone.")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda name: run(name, 2, tmp_path), TARGETS))
    broken = [result.output.decode(errors="replace") for result in results if result.found]
    assert not broken, "\n".join(broken)
    assert all(result.executions and result.coverage for result in results)


@pytest.mark.parametrize("name", TARGETS)
def test_what_fuzzing_begins_from_is_accepted(name: str) -> None:
    """A seed that is refused at once would leave most of a parser untried."""
    for seed in TARGETS[name].seeds():
        assert len(seed) <= TARGETS[name].longest
        TARGETS[name].check(seed)


def test_an_unknown_target_is_named() -> None:
    with pytest.raises(SystemExit):
        main(["no-such-target"])


def test_changed_json_stays_json_between_its_frame() -> None:
    calls = []

    def mutate_bytes(data: bytes, longest: int) -> bytes:
        calls.append(data)
        return data

    mutate = mutator(mutate_bytes, b"<", b">")
    results = {mutate(b'<{"a":[1,{"b":"text"}],"c":null}>', 1000, seed) for seed in range(200)}
    assert all(result.startswith(b"<") and result.endswith(b">") for result in results)
    assert len(results) > 50
    assert calls, "some changes are of plain bytes"
    assert mutate(b"no frame", 1000, 7) == b"no frame"
