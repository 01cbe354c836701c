"""A release as everybody reads it: JSON, CSV, and by the classification of crime (ICCS) alone."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reporting.protocol.classes import OFFENCES, SCHEME
from reporting.protocol.encoding import JSONObject
from reporting.statistics import money
from reporting.statistics.figures import OPEN_ENDED, days_of, offence_code, populations
from reporting.statistics.tables import Cell, Population
from reporting.statistics.tasks import Rule

if TYPE_CHECKING:
    from reporting.statistics.releases import Draft

FORMAT, ICCS_FORMAT = "reporting/figures/v1", "reporting/figures-iccs/v1"
#: Tables of money, of which totals are told, over the bands that are shown.
_MONEY = ("damage", "recovery")
COLUMNS = ("period", "population", "dimension", "code", "second_dimension", "second_code", "count", "note")


def content_of(draft: Draft, made: datetime.date, rule: Rule) -> JSONObject:
    """What is published of a draft: a count is null where it is hidden."""
    first, last = days_of(draft.period)
    regions = {code for cell in draft.values for name, code in cell.at if name in OPEN_ENDED}
    return {
        "format": FORMAT,
        "period": draft.period,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "made": made.isoformat(),
        "scheme": SCHEME,
        "least_number": rule.k,
        "width": rule.width,
        "populations": [_population(draft, one) for one in populations(regions)],
        "money": [_money(draft, name, rule.k) for name in _MONEY],
    }


def _population(draft: Draft, population: Population) -> JSONObject:
    total = Cell(draft.period, population.id)
    withheld = population.id in draft.withheld
    return {
        "id": population.id,
        "noughts": "shown" if population.zeros else "hidden",
        "withheld": withheld,
        "total": draft.values[total] if total in draft.shown else None,
        "tables": [] if withheld else [_table(draft, population, table) for table in population.tables],
    }


def _table(draft: Draft, population: Population, table: tuple[str, ...]) -> JSONObject:
    names = tuple(sorted(table))
    wanted = [cell for cell in population.cells(draft.period) if tuple(name for name, _ in cell.at) == names]
    if OPEN_ENDED & set(names):  # a code that only records name would be told by naming it
        wanted = [cell for cell in wanted if cell in draft.shown]
    return {
        "dimensions": list(table),
        "cells": [
            {
                "codes": [dict(cell.at)[name] for name in table],
                "count": draft.values[cell] if cell in draft.shown else None,
            }
            for cell in wanted
        ],
    }


def _money(draft: Draft, name: str, k: int) -> JSONObject:
    cells = {band: Cell(draft.period, "concluded", ((name, band),)) for band in money.EDGES}
    found = money.total({band: draft.values[cell] for band, cell in cells.items() if cell in draft.shown}, k)
    if found is None:
        return {"of": name, "least": None, "most": None, "cases": None}
    return {"of": name, "least": found.least, "most": found.most, "cases": found.cases}


def as_csv(content: JSONObject) -> str:
    """A release for a spreadsheet: one line for each count; what is hidden says so and has none."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for population in content["populations"]:
        head = {"period": content["period"], "population": population["id"]}
        writer.writerow({**head, "dimension": "total", **_count(population["total"])})
        for table in population["tables"]:
            for cell in table["cells"]:
                named = zip(("dimension", "second_dimension"), table["dimensions"], strict=False)
                codes = zip(("code", "second_code"), cell["codes"], strict=False)
                writer.writerow({**head, **dict(named), **dict(codes), **_count(cell["count"])})
    return out.getvalue()


def _count(count: int | None) -> JSONObject:
    return {"note": "hidden"} if count is None else {"count": count}


def as_iccs(content: JSONObject) -> JSONObject:
    """A release by codes of the International Classification of Crime for Statistics alone."""
    return {
        "format": ICCS_FORMAT,
        "period": content["period"],
        "from": content["from"],
        "to": content["to"],
        "classification": "ICCS 1.0",
        "unit": "reports, by the offence named first",
        "least_number": content["least_number"],
        "populations": [
            {"id": population["id"], "codes": list(_by_iccs(population))}
            for population in content["populations"]
            if population["id"] in ("triaged", "concluded")
        ],
    }


def _by_iccs(population: JSONObject) -> Iterator[JSONObject]:
    known = {offence_code(offence): offence for offence in OFFENCES}
    for table in population["tables"]:
        for cell in table["cells"] if table["dimensions"] == ["offence"] else []:
            (code,) = cell["codes"]
            uncac, iccs = known.get(code, (None, code.removeprefix("iccs:")))
            if iccs not in (None, "none"):
                yield {"iccs": iccs, "uncac": uncac, "other": code.endswith(":other"), "count": cell["count"]}
