"""Small numbers are hidden, and so is what they could be computed from within one table (docs/indicators.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Numbers from 1 to one less than this are hidden.
K = 5


@dataclass(frozen=True)
class Share:
    """``count`` of ``of``, in percent with one digit; None is hidden.

    Where the number itself is hidden, ``least`` and ``most`` say what is known all the same: that one side is from 1
    to 4, and so whole percents between which the share lies.
    """

    of: int | None
    count: int | None
    percent: float | None
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Median:
    """The middle of ``of`` durations in days; None is hidden, or there is none."""

    of: int | None
    days: float | None


@dataclass(frozen=True)
class Parts:
    """``of`` cases in parts that make up the whole; None is hidden."""

    of: int | None
    parts: Mapping[str, int | None]


def number(found: int) -> int | None:
    """A number by itself."""
    return None if 0 < found < K else found


def share(count: int, of: int) -> Share:
    """A share, hidden where one side of it is small.

    :raises ValueError: more than the whole, or less than nothing
    """
    if not 0 <= count <= of:
        raise ValueError("a share is a part of the whole")
    if of == 0:
        return Share(0, 0, None)
    if of < K:
        return Share(None, None, None)
    if number(count) is not None and number(of - count) is not None:
        return Share(of, count, round(100 * count / of, 1))
    if of < 2 * K - 1:  # both sides may be small: which of them is would tell them
        return Share(of, None, None)
    low, high = (1, K - 1) if count < K else (of - K + 1, of - 1)
    return Share(of, None, None, 100 * low // of, -(-100 * high // of))


def median(durations: list[int]) -> Median:
    """The middle of durations, hidden where they are few."""
    ordered, size = sorted(durations), len(durations)
    if size < K:
        return Median(number(size), None)
    half = size // 2
    return Median(size, float(ordered[half]) if size % 2 else (ordered[half - 1] + ordered[half]) / 2)


def parts(found: Mapping[str, int]) -> Parts:
    """A whole in parts. Hidden are small parts, nought among them, and another where these could be told without it.

    Which of the hidden ones are small is not said.
    """
    total = sum(found.values())
    small = [name for name, value in found.items() if value < K]
    hidden_sum = sum(found[name] for name in small)
    if hidden_sum == 0:
        return Parts(total, dict(found))
    hidden = set(small)
    if not K <= hidden_sum < (K - 1) * len(small):
        # The first in the order of the table, whatever its size: which one it is tells nothing.
        other = next((name for name, value in found.items() if value >= K), None)
        if other is None:
            return Parts(None, dict.fromkeys(found))
        hidden.add(other)
    return Parts(total, {name: None if name in hidden else value for name, value in found.items()})
