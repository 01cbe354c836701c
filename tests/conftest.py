"""What every test shares."""

from __future__ import annotations

import os
from typing import TypeVar

import hypothesis
import pytest

# Two cores and many tests at once: how long one example takes says nothing about the code.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

Tool = TypeVar("Tool")


def require(tool_found: Tool | None, sentence: str) -> Tool:
    """The tool, or a skipped test that says `sentence`; with CI=true the test fails instead.

    Anything false counts as not found.
    """
    if tool_found:
        return tool_found
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(f"{sentence} Under CI that is a failure.", pytrace=False)
    pytest.skip(sentence)
