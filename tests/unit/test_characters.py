"""Characters that nobody sees: which are refused, which languages need, and where they stand."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from reporting.characters import unseen_in


@pytest.mark.parametrize(
    "code", [*range(0x202A, 0x202F), 0x2028, 0x2029, 0x00, 0x07, 0x0D, 0x7F, 0x85, 0xFEFF, 0xE0041]
)
def test_what_nobody_sees_is_found_with_its_place(code: int) -> None:
    found = unseen_in(f"first\nsecond {chr(code)}third")
    assert found is not None
    assert (found.line, found.place) == (2, 8)
    assert found.character.startswith(f"U+{code:04X}")


def is_ignorable(code: int) -> bool:
    """What is drawn as nothing without being a control, by Unicode's list of what may be ignored."""
    ranges = (range(0xFE00, 0xFE0E), range(0xFFF0, 0xFFF9), range(0xE0000, 0xE1000))
    return code in (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x2800, 0x3164, 0xFFA0) or any(
        code in one for one in ranges
    )


@pytest.mark.parametrize("one", ["\u3164", "\u034f", "\U000e0101", "\u2800", "\ue000", "\ufe01"])
def test_what_is_drawn_as_nothing_is_refused_too(one: str) -> None:
    assert unseen_in(f"Nothing is here:{one}.") is not None


def test_a_picture_s_own_selector_stays() -> None:
    assert unseen_in("❤️ and ☎︎") is None


def test_only_controls_are_refused() -> None:
    for code in range(sys.maxunicode + 1):
        one = chr(code)
        if unicodedata.category(one) not in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") and not is_ignorable(code):
            assert unseen_in(one) is None, hex(code)


@pytest.mark.parametrize(
    "text",
    [
        "a\n\tb",
        "می\u200cخواهم",
        "क्\u200dष",
        "\u200eabc\u200f \u061c",
        "co\u00adop",
        "ភាសា\u200bខ្មែរ",
        "\u0601 \u06dd",
        "",
    ],
)
def test_what_languages_need_is_let_through(text: str) -> None:
    assert unseen_in(text) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("\u2066a\u2067b\u2069c\u2069", None),
        ("a\u2068b", (1, 2)),
        ("\u2066a\u2067b\u2069", (1, 1)),
        ("a\u2069", (1, 2)),
        ("\u2066a\nb\u2069", (1, 1)),
        ("a\n\u2069\u2066", (2, 1)),
    ],
)
def test_an_isolate_ends_on_its_line(text: str, place: tuple[int, int] | None) -> None:
    found = unseen_in(text)
    assert (found and (found.line, found.place)) == place
    assert found is None or "other half" in found.message
