"""What every test shares."""

from __future__ import annotations

import os
from typing import TypeVar

import hypothesis
import pytest

# Two cores and many tests at once: how long one example takes says nothing about the code. `house` tries new examples
# each time. `same`, which .ci/run asks for, tries the same ones, so that what passed once passes there.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.register_profile("same", deadline=None, derandomize=True)
hypothesis.settings.load_profile(os.environ.get("EXAMPLES", "house"))

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
