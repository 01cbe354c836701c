"""The scanners find what is there, in every form in which it may lie about; else finding nothing means nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reporting.protocol.receipt import ReceiptCode
from tests.system.scanning import CHUNK, forms, in_files, in_memory, in_region
from tests.system.secrets import Secrets

SENTENCE = "The sluice was opened at night: السد"
ABSENT = "The sluice was closed at noon: الباب"
#: How a program may hold what stands in its standard input.
HOLDING = {
    "text": "held = text",
    "bytes": "held = text.encode()",
    "one character among wider ones": "held = '\\U0001F512' + text",
    "escaped JSON": "import json; held = json.dumps({'said': text})",
    "base64": "import base64; held = base64.b64encode(b'a' + text.encode())",
    "hex": "held = text.encode().hex()",
    "freed": "held = text.encode() * 2; del held",
}


@pytest.fixture(params=HOLDING)
def holder(request: pytest.FixtureRequest) -> Iterator[int]:
    """A process that was told the sentence and holds it in one form."""
    program = f"import sys; text = sys.stdin.readline().strip(); {HOLDING[request.param]}; print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{SENTENCE}\n")
        process.stdin.flush()
        process.stdout.readline()
        yield process.pid
        process.stdin.write("\n")


def test_a_sentence_in_memory_is_found(holder: int) -> None:
    assert in_memory(holder, forms(SENTENCE), heap=True)
    assert in_memory(holder, forms(ABSENT)) == set()


@pytest.mark.parametrize("place", [0, CHUNK - 5, CHUNK, 2 * CHUNK - 1, 3 * CHUNK - 40])
def test_what_crosses_the_scanners_chunks_is_found(tmp_path: Path, place: int) -> None:
    needle = b"across the border of two chunks"
    (tmp_path / "memory").write_bytes((bytes(place) + needle).ljust(3 * CHUNK, b"."))

    with (tmp_path / "memory").open("rb", buffering=0) as memory:
        assert in_region(memory, 0, 3 * CHUNK, len(needle), {needle, b"absent"}) == {needle}


@pytest.mark.parametrize("separator", [" ", "-", "", ", ", '","'])
def test_part_of_a_receipt_in_a_file_is_found(tmp_path: Path, separator: str) -> None:
    code = ReceiptCode.generate()
    secrets = Secrets()
    secrets.add_receipt(code)
    (tmp_path / "log").write_text(f"A code like {separator.join(code.words()[3:8])} was typed.")
    (tmp_path / "other").write_bytes(b"\x00" + code.entropy + b"\x00")

    found = in_files([tmp_path], secrets.needles)

    assert secrets.named(found[str(tmp_path / "log")]) == ["receipt's words"]
    assert secrets.named(found[str(tmp_path / "other")]) == ["receipt's bytes"]
