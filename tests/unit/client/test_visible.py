"""Nothing from elsewhere reaches a terminal as a control character."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.client.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;gone\x07", "⟨U+001B⟩]0;gone⟨U+0007⟩"),
        ("\x9b2J", "⟨U+009B⟩2J"),
        ("a\rb", "a⟨U+000D⟩b"),
        ("invoice\u202efdp.exe", "invoice⟨U+202E⟩fdp.exe"),
        ("a\u2028b", "a⟨U+2028⟩b"),
        ("\ud800", "⟨U+D800⟩"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("a\nb\tc", "a⟨U+000A⟩b⟨U+0009⟩c"),
        ("فساد — “quoted”", "فساد — “quoted”"),
    ],
)
def test_controls_are_shown_by_their_numbers(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_lines_may_stay_lines() -> None:
    assert visible("a\nb\tc\x1b", lines=True) == "a\nb\tc⟨U+001B⟩"


@given(st.text(st.characters(exclude_categories=[])))
def test_no_text_leaves_a_control(text: str) -> None:
    shown = visible(text)
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert shown.encode("utf-8").decode("utf-8") == shown
