"""What a test does whose browser, database or server is missing."""

import pytest

from tests.conftest import require


def test_a_tool_that_is_there_is_handed_on() -> None:
    assert require("/usr/bin/tool", "No tool.") == "/usr/bin/tool"


def test_a_missing_tool_skips_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="No browser"):
        require(None, "No browser was found.")


def test_a_missing_tool_fails_the_test_under_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="No browser"):
        require(None, "No browser was found.")
