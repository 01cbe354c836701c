"""Money: of a case only a band is known, so a total is told as between two bounds, and not where one case makes it up.

The rule is that of dominance, (n, k): a total is hidden where its *n* largest contributions may make up more than *k*
percent of it (Hundepool and others, "Statistical Disclosure Control", Wiley 2012, chapter 4). Contributions being
bands, the worst that the bands allow is assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Least and greatest amount of a band; the greatest of the last one nobody knows.
EDGES: Mapping[str, tuple[int, int | None]] = {
    "to-1k": (0, 1_000),
    "to-10k": (1_000, 10_000),
    "to-100k": (10_000, 100_000),
    "to-1m": (100_000, 1_000_000),
    "to-10m": (1_000_000, 10_000_000),
    "above-10m": (10_000_000, None),
}
#: How many contributions, and more than how many percent of the total.
LARGEST, PERCENT = 2, 75


@dataclass(frozen=True)
class Total:
    """Between what a total lies, in the money of the bands, and of how many cases it is."""

    least: int
    most: int
    cases: int


def total(counts: Mapping[str, int], k: int) -> Total | None:
    """The total of the cases whose bands are shown; None where it would tell too much of one.

    It is made of published numbers alone, and so tells nothing that these do not.

    :param counts: how many cases each band of :data:`EDGES` has that is shown
    :param k: the least number of cases that a total is told of
    """
    if sum(counts.values()) < k or counts.get("above-10m") or is_dominated(counts):
        return None
    bounds = [(count * EDGES[name][0], count * (EDGES[name][1] or 0)) for name, count in counts.items()]
    return Total(sum(least for least, _ in bounds), sum(most for _, most in bounds), sum(counts.values()))


def is_dominated(counts: Mapping[str, int]) -> bool:
    """Whether the largest contributions may make up more than their share of the total."""
    ordered = [name for name in list(EDGES)[::-1] for _ in range(counts.get(name, 0))]
    if any(EDGES[name][1] is None for name in ordered[:LARGEST]):
        return True
    largest = sum(EDGES[name][1] or 0 for name in ordered[:LARGEST])
    rest = sum(EDGES[name][0] for name in ordered[LARGEST:])
    return 100 * largest > PERCENT * (largest + rest)
