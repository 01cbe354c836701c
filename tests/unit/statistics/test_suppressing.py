"""Small numbers are hidden, and nobody finds them from what is shown: tried out on every table of a size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.statistics.suppressing import K, Share, median, number, parts, share

COUNTS = st.integers(0, 400)


@given(COUNTS, COUNTS)
def test_a_share_lies_between_nought_and_a_hundred_and_within_its_bounds(count: int, rest: int) -> None:
    found = share(count, count + rest)
    for one in (found.percent, found.least, found.most):
        assert one is None or 0 <= one <= 100
    if found.least is not None and found.most is not None:
        assert found.least <= 100 * count / (count + rest) <= found.most
    if found.count is not None:
        assert found.count == count
        assert not 0 < found.count < K
        assert found.of is not None
        assert not 0 < found.of - found.count < K


@given(st.lists(COUNTS, min_size=1, max_size=7))
def test_parts_that_are_all_shown_make_the_whole(values: list[int]) -> None:
    found = parts({str(place): value for place, value in enumerate(values)})
    shown = [value for value in found.parts.values() if value is not None]
    assert not any(0 < value < K for value in shown)
    if len(shown) == len(values) and found.of is not None:
        assert sum(shown) == found.of == sum(values)
    elif found.of is not None:
        assert len(values) - len(shown) >= 2
        assert found.of - sum(shown) >= K


def test_no_hidden_side_of_a_share_can_be_told() -> None:
    by_answer: dict[object, set[int]] = defaultdict(set)
    for of in range(61):
        for count in range(of + 1):
            by_answer[share(count, of)].add(count)
    for answer, counts in by_answer.items():
        if answer.count is None and answer.of != 0:  # type: ignore[attr-defined]  # the keys are shares
            assert len(counts) >= K - 1, answer


def _tables(size: int, most: int) -> Iterator[tuple[int, ...]]:
    return product(range(most + 1), repeat=size)


@pytest.mark.parametrize(("size", "most", "judged"), [(2, 40, 24), (3, 24, 12), (4, 15, 7)])
def test_no_hidden_part_can_be_told_from_the_others_and_the_whole(size: int, most: int, judged: int) -> None:
    names = [str(place) for place in range(size)]
    tables: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for values in _tables(size, most):
        found = parts(dict(zip(names, values, strict=True)))
        tables[(found.of, tuple(found.parts.values()))].append(values)
    for (_, shown), candidates in tables.items():  # type: ignore[misc]  # the keys are pairs
        if max(max(one) for one in candidates) > judged:
            continue  # tables that would be taken for these may be larger than those tried
        for place, value in enumerate(shown):
            if value is None:
                assert len({one[place] for one in candidates}) >= 2, (shown, candidates)


def test_by_hand() -> None:
    assert share(38, 40) == Share(40, None, None, 90, 98)
    assert (share(40, 40).percent, share(0, 40).percent, share(30, 40).percent) == (100.0, 0.0, 75.0)
    assert (share(2, 4).of, share(0, 0).of, share(3, 7).count, share(3, 7).least) == (None, 0, None, None)
    assert (share(2, 40).least, share(2, 40).most) == (2, 10)
    assert [number(one) for one in (0, 1, 4, 5)] == [0, None, None, 5]
    assert parts({"a": 10, "b": 6, "c": 0}).parts == {"a": 10, "b": 6, "c": 0}
    assert parts({"a": 10, "b": 6, "c": 1}).parts == {"a": None, "b": 6, "c": None}
    assert parts({"a": 10, "b": 3, "c": 3}).parts == {"a": 10, "b": None, "c": None}
    assert (parts({"a": 4, "b": 4}).of, parts({"a": 1, "b": 1}).of) == (None, None)
    assert (median([9, 1, 5, 5, 100]).days, median([1, 2, 3, 4]).of, median([]).of) == (5.0, None, 0)
    assert median([1, 2, 3, 4, 5, 6]).days == 3.5


def test_a_share_of_more_than_the_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="part of the whole"):
        share(2, 1)
