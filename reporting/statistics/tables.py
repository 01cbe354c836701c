"""Tables with margins: which cells there are, what adds up to what, and how records fill them. Plain functions.

A *cell* is a number for a period, a population and a choice of codes; a dimension that it does not name is summed
over. Tables of one population that name the same codes share the cell, so that linked tables cannot contradict each
other, nor be told apart by whoever does sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

Code = str
#: Codes of a cell by dimension, in the order of the dimensions' names.
At = tuple[tuple[str, Code], ...]


class Cell(NamedTuple):
    """Where a number stands: ``at`` is empty for the total of a population."""

    period: str
    population: str
    at: At = ()


class Relation(NamedTuple):
    """A sum that everybody can do: ``whole`` is the sum of ``parts``."""

    whole: Cell
    parts: tuple[Cell, ...]


@dataclass(frozen=True)
class Dimension:
    """The codes of a dimension, finest first, and under which coarser code each stands: offence → division.

    :param codes: what a record may say
    :param parents: the coarser code of a code, by code; coarser codes may have some themselves
    """

    name: str
    codes: tuple[Code, ...]
    parents: Mapping[Code, Code] = field(default_factory=dict)

    def nodes(self) -> tuple[Code, ...]:
        """Every code, the coarse ones after the fine ones."""
        found = dict.fromkeys(self.codes)
        for code in self.codes:
            found.update(dict.fromkeys(self.above(code)))
        return tuple(found)

    def above(self, code: Code) -> Iterator[Code]:
        """The coarser codes that a code counts towards."""
        while (parent := self.parents.get(code)) is not None:
            yield parent
            code = parent

    def children(self) -> dict[Code | None, tuple[Code, ...]]:
        """What each coarser code is made of; None: the total."""
        found: dict[Code | None, tuple[Code, ...]] = {}
        for code in self.nodes():
            parent = self.parents.get(code)
            found[parent] = (*found.get(parent, ()), code)
        return found


@dataclass(frozen=True)
class Population:
    """Something that is counted, and the tables in which it is shown, each by one dimension or two.

    Pairs must not go round in a ring: then whatever fits the sums between cells is the margin of some list of records
    too (Vorob'ev 1962), and the sums are all that anybody can know.

    :param zeros: whether a nought is shown: where it tells of nobody, as with deadlines that were all kept
    :param watched: of two codes the one that is measured, closely; the other is what it leaves of the total
    :raises ValueError: tables go round in a ring, or have more dimensions than two
    """

    id: str
    dimensions: tuple[Dimension, ...]
    tables: tuple[tuple[str, ...], ...]
    zeros: bool = False
    watched: Code | None = None

    def __post_init__(self) -> None:
        group = {one.name: one.name for one in self.dimensions}
        for table in self.tables:
            first, second = group[table[0]], group[table[-1]]
            if len(table) > 2 or (len(table) == 2 and first == second):
                raise ValueError("tables of a population have two dimensions at most, and make no ring")
            group = {name: first if found == second else found for name, found in group.items()}

    def dimension(self, name: str) -> Dimension:
        """A dimension by its name.

        :raises KeyError: there is none
        """
        return {one.name: one for one in self.dimensions}[name]

    def cells(self, period: str) -> list[Cell]:
        """Every cell of every table, the total first."""
        found: dict[Cell, None] = {Cell(period, self.id): None}
        for table in self.tables:
            choices = [(None, *self.dimension(name).nodes()) for name in table]
            for chosen in product(*choices):
                found[self._cell(period, table, chosen)] = None
        return list(found)

    def relations(self, period: str) -> list[Relation]:
        """Every sum within the tables of a period."""
        found: dict[Relation, None] = {}
        for table in self.tables:
            choices = [(None, *self.dimension(name).nodes()) for name in table]
            for place, name in enumerate(table):
                for whole, parts in self.dimension(name).children().items():
                    others = [choice if at != place else (whole,) for at, choice in enumerate(choices)]
                    for chosen in product(*others):
                        made = [
                            self._cell(period, table, (*chosen[:place], one, *chosen[place + 1 :])) for one in parts
                        ]
                        found[Relation(self._cell(period, table, chosen), tuple(made))] = None
        return list(found)

    def _cell(self, period: str, table: Sequence[str], chosen: Sequence[Code | None]) -> Cell:
        at = [(name, code) for name, code in zip(table, chosen, strict=True) if code is not None]
        return Cell(period, self.id, tuple(sorted(at)))

    def count(self, period: str, records: Iterable[Mapping[str, Code]]) -> dict[Cell, int]:
        """How many records each cell has.

        :param records: a code for every dimension
        :raises KeyError: a record lacks a dimension
        """
        found = dict.fromkeys(self.cells(period), 0)
        shapes = {tuple(sorted(part)) for table in self.tables for part in _subsets(table)}
        for record in records:
            reached = {one.name: (record[one.name], *one.above(record[one.name])) for one in self.dimensions}
            for shape in shapes:
                for chosen in product(*(reached[name] for name in shape)):
                    found[Cell(period, self.id, tuple(zip(shape, chosen, strict=True)))] += 1
        return found


def _subsets(names: Sequence[str]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for name in names:
        found += [(*one, name) for one in found]
    return found


def year_of(period: str) -> str:
    """The year of a quarter."""
    return period[:4]


def add_up(population: Population, year: str, quarters: Mapping[str, Mapping[Cell, int]]) -> dict[Cell, int]:
    """The cells of a year, as sums of those of its quarters."""
    found = {}
    for cell in population.cells(year):
        found[cell] = sum(counts[cell._replace(period=quarter)] for quarter, counts in quarters.items())
    return found


def yearly(population: Population, year: str, quarters: Sequence[str]) -> list[Relation]:
    """That every cell of a year is the sum of those of its quarters."""
    return [
        Relation(cell, tuple(cell._replace(period=quarter) for quarter in quarters)) for cell in population.cells(year)
    ]
