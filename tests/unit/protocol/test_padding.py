"""Padmé, with its floors (protocol section 5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.protocol.entry import MAX_JSON, OVERHEAD, PADDED_SIZES
from reporting.protocol.errors import Malformed
from reporting.protocol.padding import padded_file_size, padded_size, padme


@pytest.mark.parametrize(
    ("length", "expected"),
    # The definition of section 5 by hand: E = bitlen(L) - 1, S = bitlen(E), multiples of 2^(E-S).
    [(0, 0), (1, 1), (2, 2), (3, 3), (8, 8), (9, 10), (100, 104), (1_000, 1_024), (2_049, 2_176), (16_452, 17_408)],
)
def test_known_sizes(length: int, expected: int) -> None:
    assert padme(length) == expected


@given(st.integers(2, 2**40))
def test_padme_holds_what_it_must_and_wastes_at_most_an_eighth(length: int) -> None:
    exponent = length.bit_length() - 1
    step = 2 ** (exponent - exponent.bit_length())
    size = padme(length)
    assert length <= size < length + step
    assert size % step == 0
    assert size <= length * 1.125
    assert padme(size) == size


@given(st.integers(0, 2**30), st.integers(0, 2**30))
def test_longer_is_never_padded_shorter(one: int, other: int) -> None:
    shorter, longer = sorted((one, other))
    assert padme(shorter) <= padme(longer)


@given(st.integers(2, 2**30))
def test_a_length_leaks_few_bits(length: int) -> None:
    """The last E - S bits are always zero: of E bits, only S say something."""
    size = padme(length)
    exponent = size.bit_length() - 1
    assert size & (2 ** (exponent - exponent.bit_length()) - 1) == 0


def test_floors() -> None:
    assert padded_size(0) == padded_size(2_048) == 2_048
    assert padded_size(2_049) == 2_176
    assert padded_file_size(1) == padded_file_size(65_536) == 65_536
    assert padded_file_size(65_537) > 65_536


def test_entries_are_padded_to_between_2048_and_17408_bytes() -> None:
    assert min(PADDED_SIZES) == 2_048
    assert max(PADDED_SIZES) == 17_408
    assert {padded_size(length) for length in range(OVERHEAD, OVERHEAD + MAX_JSON + 1)} == PADDED_SIZES
    assert len(PADDED_SIZES) < 60


def test_a_negative_length_is_refused() -> None:
    with pytest.raises(Malformed):
        padme(-1)
