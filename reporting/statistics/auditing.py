"""What somebody who does sums can work out of hidden cells: intervals by linear programming, with HiGHS.

Whoever reads all that was published knows what is shown, that a count is no less than nought, and what adds up to what.
The least and the greatest value that a hidden cell can have under all of this at once is what can be known of it
(*the attacker's problems* in Fischetti and Salazar-González, "Models and algorithms for optimizing cell suppression in
tabular data with linear constraints", Journal of the American Statistical Association 95, 2000).

Two attackers are tried (docs/publication.md). The *reader* knows only that. The *knower* knows, besides, which of the
hidden cells are small, as somebody might who has seen through how further cells are chosen (the *minimality attack* of
Wong and others, VLDB 2007).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from highspy._core import _Highs  # the class around it prints a line wherever one is made

from reporting.statistics.tables import Cell, Relation
from reporting.statistics.tasks import Rule

#: More than anything that is counted here.
MOST = 1_000_000
_CLOSE = 1e-6
#: After so many tries with whole numbers a search is given up; in practice there are hardly ever more than a few.
_NODES = 2_000


@dataclass(frozen=True)
class Known:
    """All that was or is about to be published of cells that hang together, beside the truth.

    :param values: the true value of every cell
    :param relations: what adds up to what
    :param floors: the least that everybody knows of a cell where it is hidden: 1 where noughts are shown
    """

    values: Mapping[Cell, int]
    relations: Sequence[Relation]
    floors: Mapping[Cell, int]

    def bounds(self, cell: Cell, rule: Rule, *, knows: bool) -> tuple[int, int]:
        """Between what a hidden cell lies for whoever does no sums."""
        if not knows:
            return self.floors[cell], MOST
        return (self.floors[cell], rule.k - 1) if self.values[cell] < rule.k else (rule.k, MOST)


class Attack:
    """One attacker's problem: built once, and asked of one cell after the other."""

    def __init__(
        self, known: Known, hidden: Collection[Cell], rule: Rule, *, knows: bool = False, integers: bool = False
    ) -> None:
        """:param integers: whether counts are known to be whole: exact, and slower"""
        self._columns = {cell: column for column, cell in enumerate(sorted(hidden))}
        self._solver = quiet()
        self._whole = integers
        self._solver.passModel(self._model(known, rule, knows=knows))
        size = len(self._columns)
        #: The least and greatest values that were met on the way: each is one that the attacker cannot exclude.
        self._least, self._most = np.full(size, float(MOST)), np.full(size, -1.0)

    def _model(self, known: Known, rule: Rule, *, knows: bool) -> highspy.HighsLp:
        rows, sides = [], []
        for relation in known.relations:
            signed = [(relation.whole, -1.0), *((part, 1.0) for part in relation.parts)]
            row = {self._columns[cell]: sign for cell, sign in signed if cell in self._columns}
            if row:
                rows.append(row)
                sides.append(-sum(sign * known.values[cell] for cell, sign in signed if cell not in self._columns))
        bounds = [known.bounds(cell, rule, knows=knows) for cell in self._columns]
        return model(bounds, [0.0] * len(bounds), rows, sides)

    def reaches(self, cell: Cell, least: int, most: int) -> bool:
        """Whether the attacker can exclude neither ``least`` nor ``most`` for a hidden cell."""
        column = self._columns[cell]
        for wanted, seen, sense in ((least, self._least, 1), (most, self._most, -1)):
            if sense * (seen[column] - wanted) > _CLOSE:
                self._solve(column, sense)
            if sense * (seen[column] - wanted) > _CLOSE:
                return False
        return True

    def interval(self, cell: Cell) -> tuple[float, float]:
        """The least and the greatest value that the attacker cannot exclude for a hidden cell."""
        column = self._columns[cell]
        self._solve(column, 1)
        self._solve(column, -1)
        return float(self._least[column]), float(self._most[column])

    def _solve(self, column: int, sense: int) -> None:
        self._solver.changeColCost(column, float(sense))
        met = self._met()
        if self._whole and np.abs(met - np.rint(met)).max() > _CLOSE:
            met = self._met(whole=True)
        self._solver.changeColCost(column, 0.0)
        np.fmin(self._least, met, out=self._least)
        np.fmax(self._most, met, out=self._most)

    def _met(self, *, whole: bool = False) -> np.ndarray[Any, np.dtype[np.float64]]:
        """What each cell is where the cost is least; a corner is made of whole numbers mostly without being asked."""
        size = len(self._columns)
        if whole:
            self._say_whole(highspy.HighsVarType.kInteger)
        self._solver.run()
        status = self._solver.getModelStatus()
        met = np.array(self._solver.getSolution().col_value)
        if whole:
            self._say_whole(highspy.HighsVarType.kContinuous)
            if status != highspy.HighsModelStatus.kOptimal:
                return np.full(size, np.nan)  # given up: then nothing was met, and the cell counts as found out
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError("the truth itself fits what is published, so there is a solution")
        return met

    def _say_whole(self, kind: highspy.HighsVarType) -> None:
        for column in range(len(self._columns)):
            self._solver.changeColIntegrality(column, kind)


def quiet() -> _Highs:
    """A solver that prints nothing and runs in one thread, so that it gives the same answer each time."""
    solver = _Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("presolve", "off")
    solver.setOptionValue("mip_max_nodes", _NODES)
    solver.setOptionValue("simplex_strategy", 4)  # primal: only the cost changes from one run to the next
    return solver


def model(
    bounds: Sequence[tuple[float, float]],
    costs: Sequence[float],
    rows: Sequence[Mapping[int, float]],
    sides: Sequence[float],
) -> highspy.HighsLp:
    """A linear program for HiGHS: least cost within bounds, where each row adds up to its side."""
    found = highspy.HighsLp()
    found.num_col_, found.num_row_ = len(bounds), len(rows)
    found.col_cost_ = np.array(costs, dtype=float)
    found.col_lower_ = np.array([low for low, _ in bounds], dtype=float)
    found.col_upper_ = np.array([high for _, high in bounds], dtype=float)
    found.row_lower_ = found.row_upper_ = np.array(sides, dtype=float)
    found.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    found.a_matrix_.start_ = np.cumsum([0, *(len(row) for row in rows)], dtype=np.int32)
    found.a_matrix_.index_ = np.array([column for row in rows for column in row], dtype=np.int32)
    found.a_matrix_.value_ = np.array([value for row in rows for value in row.values()], dtype=float)
    return found


@dataclass(frozen=True)
class Breach:
    """A small cell of which too much could be worked out, and by whom."""

    cell: Cell
    knows: bool


def breaches(
    known: Known, hidden: Collection[Cell], rule: Rule, *, skip: Iterable[Cell] = (), integers: bool = False
) -> Iterator[Breach]:
    """The small hidden cells of which an attacker learns too much, by both attackers.

    The reader must not be able to exclude any small number for it; for the knower, least and greatest must be ``width``
    apart.
    """
    skipped = set(skip)
    small = [cell for cell in sorted(hidden) if known.values[cell] < rule.k and cell not in skipped]
    if not small:
        return
    reader = Attack(known, hidden, rule, integers=integers)
    for cell in small:
        if not reader.reaches(cell, known.floors[cell], rule.k - 1):
            yield Breach(cell, knows=False)
    knower = Attack(known, hidden, rule, knows=True, integers=integers)
    for cell in small:
        if not _is_wide(knower, known.values[cell], cell, rule, known.floors[cell]):
            yield Breach(cell, knows=True)


def _is_wide(attack: Attack, value: int, cell: Cell, rule: Rule, floor: int) -> bool:
    # Tried where the truth is in the middle first: mostly both ends are met on the way already.
    up = min(rule.k - 1, max(value, floor + rule.width))
    if attack.reaches(cell, up - rule.width, up):
        return True
    least, most = attack.interval(cell)
    return most - least > rule.width - _CLOSE
