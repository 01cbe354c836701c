"""Fuzzes one target until the time is up: ``python -m tests.fuzz.worker TARGET FOLDER [libFuzzer options]``.

libFuzzer ends the process, so every target has one of its own.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import atheris

from tests.fuzz.json_mutator import mutator

with atheris.instrument_imports(include=["reporting"]):
    from reporting.protocol.errors import ProtocolError
    from tests.fuzz.registry import TARGETS, Target
    from tests.fuzz.targets import load

    load()


def _prepare(target: Target, folder: Path) -> list[str]:
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds():
        (corpus / hashlib.sha256(seed).hexdigest()).write_bytes(seed)
    options = [str(corpus), f"-artifact_prefix={folder}/", f"-max_len={target.longest}", "-timeout=10"]
    if target.words:
        words = folder / "words"
        escaped = ("".join(f"\\x{byte:02x}" for byte in word) for word in target.words)
        words.write_text("".join(f'"{word}"\n' for word in escaped), "ascii")
        options.append(f"-dict={words}")
    return options


def _mutate_bytes(data: bytes, longest: int) -> bytes:
    # Looked up at every call: atheris replaces the function when fuzzing begins.
    mutated: bytes = atheris.Mutate(data, longest)
    return mutated


def main() -> None:
    """Fuzz the target named on the command line."""
    target = TARGETS[sys.argv[1]]
    options = _prepare(target, Path(sys.argv[2]))

    def check(data: bytes) -> None:
        try:
            target.check(data)
        except ProtocolError as error:
            # Whoever catches an error shows it; that must work as well.
            str(error)

    arguments = [sys.argv[0], *options, *sys.argv[3:]]
    if target.frame:
        atheris.Setup(arguments, check, custom_mutator=mutator(_mutate_bytes, *target.frame))
    else:
        atheris.Setup(arguments, check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
