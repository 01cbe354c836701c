"""Noise for published numbers: drawn from the system's randomness, exactly, by whole numbers alone.

It is the two-sided geometric distribution (Ghosh, Roughgarden and Sundararajan, "Universally utility-maximizing privacy
mechanisms", STOC 2009): each step away from nought is ``ratio`` times as likely as the one before, so that one case
more or less changes how likely any outcome is by no more than that factor (*differential privacy*: Dwork, McSherry,
Nissim and Smith, "Calibrating noise to sensitivity in private data analysis", TCC 2006).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import NamedTuple


class Ratio(NamedTuple):
    """How much less likely each step away from nought is."""

    numerator: int
    denominator: int


#: What is added to a number measured with this ratio.
Draw = Callable[[Ratio], int]
#: For most numbers: two of three are changed by no more than 3; and one of deadlines, mostly left as it is.
WIDE, NARROW = Ratio(5, 8), Ratio(1, 8)


def drawn(ratio: Ratio, below: Callable[[int], int] = secrets.randbelow) -> int:
    """Noise: how often one coin falls well before it fails, less the same of another.

    :param below: a random number from nought to less than this
    """
    return _run(ratio, below) - _run(ratio, below)


def _run(ratio: Ratio, below: Callable[[int], int]) -> int:
    found = 0
    while below(ratio.denominator) < ratio.numerator:
        found += 1
    return found
