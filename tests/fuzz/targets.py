"""Loads every module of targets."""

from __future__ import annotations

import importlib


def load() -> None:
    """Fill the registry."""
    for name in ("age", "documents", "typed", "sealed", "requests", "files"):
        importlib.import_module(f"tests.fuzz.targets_{name}")
