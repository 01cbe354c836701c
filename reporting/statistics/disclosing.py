"""Disclosure control: which cells of a release are hidden, so that no small number in it can be worked out.

Small cells are hidden (*primary suppression*); so are as many others as it takes (*complementary suppression*), found
one small cell at a time by the linear program that moves it at least cost (Kelly, Golden and Assad, "Cell suppression:
disclosure protection for sensitive tabular data", Networks 22, 1992); then others are shown again that need not be
hidden. At the end everything that was published of the year and is about to be is audited together, with whole numbers
(:mod:`reporting.statistics.auditing`). What fails that is not published at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import highspy

from reporting.statistics.auditing import MOST, Breach, Known, breaches, model, quiet
from reporting.statistics.tables import Cell, Population, Relation
from reporting.statistics.tasks import Decision, Rule, Task

_CLOSE = 1e-6
#: How many cells are tried to be shown again, the most telling ones first.
_RETRIED = 24


def disclose(task: Task, rule: Rule) -> Decision:
    """Which new cells may be shown beside everything that is shown already.

    Of a period whose total is small nothing is shown: with so few, a nought alone says too much.
    """
    periods = sorted({cell.period for cell in task.new}, key=len)
    few = {cell.period for cell in task.new if not cell.at and task.values[cell] < rule.k}
    for withheld in (few, few | set(periods[:1]), set(periods)):  # a year is withheld before its last quarter
        search = _Search(task, rule, frozenset(withheld))
        if search.succeeds():
            return Decision(frozenset(task.new) - search.hidden, frozenset(withheld))
    return Decision(frozenset(), frozenset(periods))


class _Search:
    """One attempt to find what has to be hidden."""

    def __init__(self, task: Task, rule: Rule, withheld: frozenset[str]) -> None:
        self._task, self._rule = task, rule
        floors = _floors(task, withheld | task.withheld)
        self._known = Known(task.values, task.relations, floors)
        old = frozenset(task.values) - frozenset(task.new) - task.shown
        #: New cells that may be hidden: all but noughts where these are shown.
        self._free = frozenset(cell for cell in task.new if task.values[cell] or not floors[cell])
        small = {cell for cell in self._free if task.values[cell] < rule.k or cell.period in withheld}
        self._told = _told_of_nobody(task, withheld)
        self.hidden: frozenset[Cell] = old | small
        self._needed = self.hidden
        self._weights = {cell: _weight(cell, task.population) for cell in task.new}

    def succeeds(self) -> bool:
        """Hide what has to be hidden: whether that is enough."""
        while (breach := next(self._breaches(), None)) is not None:
            more = self._cheapest(breach) or self._free
            if more <= self.hidden:
                return False
            self.hidden |= more
        self._show_again()
        return next(self._breaches(integers=True), None) is None

    def _breaches(self, hidden: frozenset[Cell] | None = None, *, integers: bool = False) -> Iterator[Breach]:
        return breaches(self._known, hidden or self.hidden, self._rule, skip=self._told, integers=integers)

    def _show_again(self) -> None:
        extra = sorted(self.hidden - self._needed, key=lambda cell: (-self._weights[cell], cell))
        for cell in extra[:_RETRIED]:
            without = self.hidden - {cell}
            if next(self._breaches(without), None) is None:
                self.hidden = without

    def _cheapest(self, breach: Breach) -> frozenset[Cell] | None:
        """The cells to be hidden as well; None where there are none that would do."""
        value, floor, most = self._known.values[breach.cell], self._known.floors[breach.cell], self._rule.k - 1
        if not breach.knows:
            return self._moved(breach, floor - value, most - value)
        width = self._rule.width
        for top in range(min(most, value + width), max(value, floor + width) - 1, -1):
            if (found := self._moved(breach, top - width - value, top - value)) is not None:
                return found
        return None

    def _moved(self, breach: Breach, *changes: int) -> frozenset[Cell] | None:
        """What has to be hidden as well so that a cell can move by each of ``changes``; None where it cannot."""
        found: frozenset[Cell] = frozenset()
        for change in filter(None, changes):
            moved = self._move(breach, change)
            if moved is None:
                return None
            found |= moved
        return found - self.hidden

    def _move(self, breach: Breach, change: int) -> frozenset[Cell] | None:
        """What has to move along if a cell is to move by ``change``, at least cost; None where it cannot."""
        cells = sorted(self.hidden | self._free)
        columns = {cell: column for column, cell in enumerate(cells)}
        bounds: list[tuple[float, float]] = []
        costs: list[float] = []
        for cell in cells:
            low, high = self._known.bounds(cell, self._rule, knows=breach.knows)
            value = self._known.values[cell]
            up, down = (0.0, MOST if high == MOST else high - value), (0.0, max(0, value - low))
            if cell == breach.cell:
                up, down = ((change, change), (0, 0)) if change > 0 else ((0, 0), (-change, -change))
            bounds += [up, down]
            costs += [0.001 if cell in self.hidden else self._weights[cell]] * 2
        rows = [_row(relation, columns) for relation in self._task.relations]
        moved = _solved(bounds, costs, [row for row in rows if row])
        if moved is None:
            return None
        return frozenset(cell for cell, at in columns.items() if moved[2 * at] + moved[2 * at + 1] > _CLOSE)


def _told_of_nobody(task: Task, withheld: frozenset[str]) -> frozenset[Cell]:
    """Cells that are known to be nought because their year's is, which is shown since it tells of nobody."""
    if not task.population.zeros:
        return frozenset()
    years = {cell.period for cell in task.new if len(cell.period) == 4} - withheld
    nought = {cell for cell in task.new if cell.period in years and not task.values[cell]}
    return frozenset(cell for cell in task.values if cell._replace(period=cell.period[:4]) in nought)


def _floors(task: Task, closed: frozenset[str]) -> dict[Cell, int]:
    """The least that is known of each cell where it is hidden: nought is, unless noughts are shown.

    Then a hidden number is no less than 1, and one that is made up of others no less than these together.
    """
    floors = {cell: int(task.population.zeros and cell.period not in closed) for cell in task.values}
    for _ in range(len(floors)):
        before = dict(floors)
        for whole, parts in task.relations:
            least = sum(floors[part] for part in parts if task.values[part])
            floors[whole] = max(floors[whole], least)
        if floors == before:
            break
    return floors


def _weight(cell: Cell, population: Population) -> float:
    """How much is lost where a cell is hidden: more for totals, for coarse codes and for years. Not by its value."""
    weight = (4.0 if len(cell.period) == 4 else 1.0) * (4.0, 0.25, 0.125)[len(cell.at)]
    coarse = sum(code in population.dimension(name).parents.values() for name, code in cell.at)
    return weight * (1 + coarse)


def _row(relation: Relation, columns: Mapping[Cell, int]) -> dict[int, float]:
    row: dict[int, float] = {}
    for cell, sign in ((relation.whole, -1.0), *((part, 1.0) for part in relation.parts)):
        if cell in columns:
            row[2 * columns[cell]] = sign
            row[2 * columns[cell] + 1] = -sign
    return row


def _solved(
    bounds: Sequence[tuple[float, float]], costs: Sequence[float], rows: Sequence[Mapping[int, float]]
) -> Sequence[float] | None:
    solver = quiet()
    solver.passModel(model(bounds, costs, rows, [0.0] * len(rows)))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    found: Sequence[float] = solver.getSolution().col_value
    return found
