"""The shared vectors: what TypeScript wrote, and what this side wrote, each by its named outcome."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.vectors.case_operations import CASE_MODULES
from tests.vectors.operations import MODULES, carry_out

VECTORS = Path(__file__).parents[2] / "vectors"
ALL = {**MODULES, **CASE_MODULES}
SIDES = ("from-python", "from-typescript")


def _vectors() -> list[Any]:
    return [
        pytest.param(path.stem, vector, id=f"{side}: {path.stem}: {vector['name']}")
        for side in SIDES
        for path in sorted((VECTORS / side).glob("*.json"))
        for vector in json.loads(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("side", SIDES)
def test_vectors_cover_every_module(side: str) -> None:
    assert sorted(path.stem for path in (VECTORS / side).glob("*.json")) == sorted(ALL)


@pytest.mark.parametrize(("module", "vector"), _vectors())
def test_vector(module: str, vector: dict[str, Any]) -> None:
    expected = {name: vector[name] for name in ("out", "error") if name in vector}
    assert carry_out(ALL[module], vector) == expected
