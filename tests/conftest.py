"""What every test shares."""

from __future__ import annotations

import os
from typing import TypeVar

import hypothesis
import pytest

def under_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


# Two cores and many tests at once: how long one example takes says nothing about the code. Under CI every run tries
# the same examples, so that what passed here passes there; elsewhere each run tries new ones.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if under_ci() else "house")

Tool = TypeVar("Tool")


def require(tool_found: Tool | None, sentence: str) -> Tool:
    """The tool, or a skipped test that says `sentence`; with CI=true the test fails instead.

    Anything false counts as not found.
    """
    if tool_found:
        return tool_found
    if under_ci():
        pytest.fail(f"{sentence} Under CI that is a failure.", pytrace=False)
    pytest.skip(sentence)
