"""Blurring: the counts of a quarter with noise, made to add up again, before anything is decided about showing them.

A member who was shut out of a case could tell by a published total that is larger than their own count. So every total
and every finest number is *measured* with noise (:mod:`reporting.statistics.drawing`), once; what is kept and shown is
the table of whole numbers, none below nought, that adds up and is nearest to what was measured. From there on nothing
looks at the true numbers, so that whatever is done with the table tells no more of them than the measuring did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import highspy
import numpy as np

from reporting.statistics.auditing import MOST, model, quiet
from reporting.statistics.drawing import NARROW, WIDE, Draw, Ratio, drawn
from reporting.statistics.tables import Cell, Population, Relation

#: Where the price of one more step away from what was measured grows; the last one is as good as without end.
_STEPS = (0, 1, 2, 3, 4, 5, 6, 8, 11, 15, 20, 30, 50, 100, MOST)
#: How much more a number counts that was measured closely.
_CLOSER = 8


def blur(population: Population, quarter: str, counts: Mapping[Cell, int], draw: Draw = drawn) -> dict[Cell, int]:
    """The counts of a quarter as they are kept: blurred, and adding up.

    :param counts: the true ones of every cell
    :raises ArithmeticError: the solver found no table, which does not happen: one of noughts alone adds up
    """
    measured, closed = {}, set()
    for cell, ratio in _plan(population, quarter):
        if counts[cell] or population.zeros or not cell.at:
            measured[cell] = (counts[cell] + draw(ratio), _CLOSER if ratio == NARROW else 1)
        else:
            closed.add(cell)
    relations = population.relations(quarter)
    found = _nearest(list(counts), measured, closed, relations)
    if any(found[whole] != sum(found[part] for part in parts) for whole, parts in relations):
        raise ArithmeticError("blurred numbers do not add up")
    return found


def _plan(population: Population, quarter: str) -> Iterator[tuple[Cell, Ratio]]:
    """What is measured, and how: the total and every finest cell, or of these only the closely watched one."""
    yield Cell(quarter, population.id), WIDE
    codes = {one.name: frozenset(one.codes) for one in population.dimensions}
    tables = {tuple(sorted(table)) for table in population.tables}
    for cell in population.cells(quarter):
        fine = tuple(name for name, _ in cell.at) in tables and all(code in codes[name] for name, code in cell.at)
        if fine and population.watched is None:
            yield cell, WIDE
        elif fine and any(code == population.watched for _, code in cell.at):
            yield cell, NARROW


def _nearest(
    cells: Sequence[Cell],
    measured: Mapping[Cell, tuple[int, int]],
    closed: set[Cell],
    relations: Sequence[Relation],
) -> dict[Cell, int]:
    """The table that adds up at least cost: the farther a number is from what was measured, the dearer each step."""
    columns = {cell: column for column, cell in enumerate(cells)}
    bounds: list[tuple[float, float]] = [(0, 0 if cell in closed else MOST) for cell in cells]
    costs = [0.0] * len(cells)
    rows: list[dict[int, float]] = []
    sides: list[float] = []
    for cell, (value, weight) in measured.items():
        row = {columns[cell]: 1.0}
        for sign in (-1.0, 1.0):
            for price, (start, end) in enumerate(pairwise(_STEPS), 1):
                row[len(bounds)] = sign
                bounds.append((0, end - start))
                costs.append(float(price * weight))
        rows.append(row)
        sides.append(value)
    for whole, parts in relations:
        rows.append({columns[whole]: -1.0, **{columns[part]: 1.0 for part in parts}})
        sides.append(0)
    met = _solved(bounds, costs, rows, sides)
    return {cell: met[column] for cell, column in columns.items()}


def _solved(
    bounds: Sequence[tuple[float, float]],
    costs: Sequence[float],
    rows: Sequence[Mapping[int, float]],
    sides: Sequence[float],
) -> list[int]:
    solver = quiet()
    solver.setOptionValue("simplex_strategy", 1)  # dual: noughts are no solution to start from
    program = model(bounds, costs, rows, sides)
    program.integrality_ = [highspy.HighsVarType.kInteger] * len(bounds)
    solver.passModel(program)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise ArithmeticError("there is a table that adds up, and it was not found")
    return [int(value) for value in np.rint(solver.getSolution().col_value)]
