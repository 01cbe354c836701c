"""What disclosure control is asked and what it answers, apart from the solver, which is loaded for a release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reporting.statistics.tables import Cell, Population, Relation


@dataclass(frozen=True)
class Rule:
    """What has to stay unknown.

    :param k: numbers below it are small, and hidden
    :param width: how far apart least and greatest must be for somebody who knows which of the hidden cells are small
    """

    k: int = 10
    width: int = 5


@dataclass(frozen=True)
class Task:
    """A population in a year: what was published of it, and what is to be.

    :param values: the value of every cell, old and new: in releases the blurred one
    :param new: the cells of this release
    :param shown: what earlier releases show; the other old cells are hidden
    :param withheld: periods of earlier releases of which nothing is shown, noughts neither
    """

    population: Population
    values: Mapping[Cell, int]
    relations: Sequence[Relation]
    new: Sequence[Cell]
    shown: frozenset[Cell] = frozenset()
    withheld: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Decision:
    """What is shown of a release: the other new cells are hidden. ``withheld``: periods of which nothing is."""

    shown: frozenset[Cell]
    withheld: frozenset[str] = field(default_factory=frozenset)
