"""Write ``tests/vectors/from-python``: ``python -m tests.vectors``, or some modules of it: ``… entry file``.

Each file is a list of vectors: the shared inputs of ``inputs``, then what this side alone can make;
``out`` or ``error`` is what this side makes of it. TypeScript reads them, as this side reads its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.vectors import cases, files, sources
from tests.vectors.case_operations import CASE_MODULES
from tests.vectors.operations import MODULES, Operations, carry_out
from tests.vectors.sources import Vector

HERE = Path(__file__).parent
OWN: Mapping[str, Callable[[], list[Vector]]] = {
    "acknowledgement": sources.acknowledgement_vectors,
    "age": sources.age_vectors,
    "directory": cases.directory_vectors,
    "disclosure": cases.disclosure_vectors,
    "entry": cases.entry_vectors,
    "epoch": cases.epoch_vectors,
    "file": files.file_vectors,
    "grant": cases.grant_vectors,
    "log": sources.log_vectors,
    "note": sources.note_vectors,
    "signing": sources.signing_vectors,
    "submission": cases.submission_vectors,
    "thread": cases.thread_vectors,
    "vault": sources.vault_vectors,
}


def write(module: str, operations: Operations) -> int:
    """Write one module's file; gives the number of vectors in it."""
    shared = HERE / "inputs" / f"{module}.json"
    vectors: list[Vector] = json.loads(shared.read_text(encoding="utf-8")) if shared.exists() else []
    vectors += OWN[module]() if module in OWN else []
    lines = [json.dumps({**one, **carry_out(operations, one)}, ensure_ascii=False) for one in vectors]
    folder = HERE / "from-python"
    folder.mkdir(exist_ok=True)
    (folder / f"{module}.json").write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    return len(vectors)


def main(wanted: list[str]) -> None:
    """Write the files of some modules, or of every one."""
    every = {**MODULES, **CASE_MODULES}
    for module in wanted or sorted(every):
        print(f"{module}: {write(module, every[module])} vectors")


main(sys.argv[1:])
