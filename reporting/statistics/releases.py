"""Releases: when figures are published, what of them, and that they stay as they are (docs/publication.md)."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reporting.db.alone import only_one
from reporting.directory.models import DirectoryVersion
from reporting.log.rules import SERVER, record
from reporting.protocol.encoding import JSONObject, dump_json, parse_json_object, sha256
from reporting.service import Service
from reporting.statistics.drawing import Draw, drawn
from reporting.statistics.figures import counted, days_of, populations
from reporting.statistics.models import Release
from reporting.statistics.regions import named_regions, under_names
from reporting.statistics.tables import Cell, Population, add_up, year_of, yearly
from reporting.statistics.tasks import Decision, Rule, Task
from reporting.statistics.telling import content_of

#: Numbers below it are not published.
PUBLIC = Rule(k=10, width=5)
RELEASED = "figures:release"
_QUARTERS = 4
_MAX = 1 << 26


def quarter_at(day: datetime.date) -> str:
    """The quarter of a day."""
    return f"{day.year:04}-Q{(day.month - 1) // 3 + 1}"


def quarters_from(quarter: str) -> Iterator[str]:
    """A quarter and those after it, without end."""
    for year in itertools.count(int(year_of(quarter))):
        yield from (name for number in range(1, _QUARTERS + 1) if (name := f"{year:04}-Q{number}") >= quarter)


def due_day(service: Service, period: str) -> datetime.date:
    """The day on which a period is published, as the calendar says."""
    return days_of(period)[1] + datetime.timedelta(days=service.settings.figures_after_days)


def calendar(service: Service, session: Session, *, ahead: int = _QUARTERS) -> list[tuple[str, datetime.date]]:
    """The quarters that come next, and when; empty before the first directory, and where figures are not published."""
    first = _first(session)
    if first is None or not service.settings.figures_after_days:
        return []
    made = set(session.scalars(select(Release.period)))
    to_come = (quarter for quarter in quarters_from(first) if quarter not in made)
    return [(quarter, due_day(service, quarter)) for quarter in itertools.islice(to_come, ahead)]


def _first(session: Session) -> str | None:
    """The quarter in which the service began, as everybody can tell: that of its first directory."""
    day = session.scalar(select(func.min(DirectoryVersion.day)))
    return None if day is None else quarter_at(day)


def release_due(service: Service) -> list[str]:
    """Publish what the calendar says, the earliest first: the periods that were; none where another is at it."""
    made: list[str] = []
    with only_one(service.database, "figures") as got:
        while got and (quarter := _next_due(service)) is not None:
            made += _release(service, quarter)
    return made


def _next_due(service: Service) -> str | None:
    with service.database.read() as session:
        due = calendar(service, session, ahead=1)
    return next((quarter for quarter, day in due if day <= service.clock.today()), None)


def _release(service: Service, quarter: str) -> list[str]:
    """Make and keep the release of a quarter, and with the last one that of its year."""
    with service.database.read() as session:
        before = [read(row) for row in _of_year(session, year_of(quarter))]
        found = counted(service, session, quarter)
    drafts = draft(quarter, found, before)
    with service.database.write() as session:
        for made in drafts:
            body = dump_json(content_of(made, service.clock.today(), PUBLIC))
            row = Release(period=made.period, made=service.clock.today(), content=body.decode(), sha256=sha256(body))
            row.counts = dump_json(made.to_json()).decode()
            session.add(row)
            record(service, session, SERVER, RELEASED, details={"period": made.period, "sha256": sha256(body).hex()})
    return [made.period for made in drafts]


def _of_year(session: Session, year: str) -> Sequence[Release]:
    query = select(Release).where(Release.period.startswith(f"{year}-Q")).order_by(Release.period)
    return session.scalars(query).all()


@dataclass(frozen=True)
class Draft:
    """A period with its blurred numbers, and which are shown; ``withheld``: populations of which none is.

    ``regions`` are those that were named, None where that was not kept yet.
    """

    period: str
    values: dict[Cell, int] = field(default_factory=dict)
    shown: set[Cell] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)
    regions: frozenset[str] | None = None

    def to_json(self) -> JSONObject:
        """As it is kept: noughts that are hidden are left out, there are too many."""
        kept = [cell for cell, value in self.values.items() if value or cell in self.shown]
        return {
            "withheld": sorted(self.withheld),
            **({} if self.regions is None else {"regions": sorted(self.regions)}),
            "cells": [
                {"of": cell.population, "at": dict(cell.at), "count": self.values[cell], "shown": cell in self.shown}
                for cell in kept
            ],
        }


def read(row: Release) -> Draft:
    """A release with the numbers behind it."""
    found = parse_json_object(row.counts.encode(), limit=_MAX)
    regions = frozenset(found["regions"]) if "regions" in found else None
    made = Draft(row.period, withheld=set(found["withheld"]), regions=regions)
    for one in found["cells"]:
        cell = Cell(row.period, one["of"], tuple(sorted(one["at"].items())))
        made.values[cell] = one["count"]
        if one["shown"]:
            made.shown.add(cell)
    return made


def draft(
    quarter: str,
    records: Mapping[str, Sequence[Mapping[str, str]]],
    before: Sequence[Draft],
    draw: Draw = drawn,
) -> list[Draft]:
    """What a quarter shows beside the earlier ones of its year; with the last quarter, the year as well.

    Which regions are named is decided first, by noise. Counts are blurred then, and once: the drafts hold blurred
    numbers alone, and a year is the sum of these.

    :param records: what counts towards each population
    :param draw: the noise
    """
    year = year_of(quarter)
    earlier = {code for old in before for cell in old.values for name, code in cell.at if name == "region"}
    earlier |= {code for old in before for code in old.regions or ()}
    regions = named_regions(records.values(), earlier, draw)
    periods = (quarter, *([year] if quarter.endswith(f"Q{_QUARTERS}") else []))
    drafts = [Draft(period, regions=regions) for period in periods]
    # The solver takes a quarter of a second to load: not with every start, for what happens four times a year.
    blurring, disclosing = (import_module(f"reporting.statistics.{name}") for name in ("blurring", "disclosing"))
    for population in populations(regions):
        counts = blurring.blur(
            population, quarter, population.count(quarter, under_names(records[population.id], regions)), draw
        )
        task = _with_year(population, quarter, counts, before) if len(drafts) > 1 else _alone(population, counts)
        decided: Decision = disclosing.disclose(task, PUBLIC)
        for made in drafts:
            _take(made, task, decided, population.id)
    return drafts


def _take(made: Draft, task: Task, decided: Decision, population: str) -> None:
    made.values.update({cell: task.values[cell] for cell in task.new if cell.period == made.period})
    made.shown.update(cell for cell in decided.shown if cell.period == made.period)
    if made.period in decided.withheld:
        made.withheld.add(population)


def _alone(population: Population, counts: Mapping[Cell, int]) -> Task:
    """A quarter before the last: nothing that is published hangs together with it yet."""
    quarter = next(iter(counts)).period
    return Task(population, counts, population.relations(quarter), tuple(counts))


def _with_year(population: Population, quarter: str, counts: Mapping[Cell, int], before: Sequence[Draft]) -> Task:
    year = year_of(quarter)
    quarters = {old.period: _all(population, old) for old in before} | {quarter: dict(counts)}
    sums = add_up(population, year, quarters)
    relations = itertools.chain.from_iterable(population.relations(period) for period in (*quarters, year))
    return Task(
        population,
        {cell: value for found in (*quarters.values(), sums) for cell, value in found.items()},
        [*relations, *yearly(population, year, list(quarters))],
        (*counts, *sums),
        frozenset(itertools.chain.from_iterable(_known(population, old) for old in before)),
        frozenset(old.period for old in before if population.id in old.withheld),
    )


def _all(population: Population, old: Draft) -> dict[Cell, int]:
    return {cell: old.values.get(cell, 0) for cell in population.cells(old.period)}


def _known(population: Population, old: Draft) -> Iterable[Cell]:
    """What everybody knows of an earlier release: what it shows, and that a region not named yet has a nought there."""
    yield from (cell for cell in old.shown if cell.population == population.id)
    if old.regions is not None:
        (same,) = (one for one in populations(old.regions) if one.id == population.id)
        there = frozenset(same.cells(old.period))
        yield from (cell for cell in population.cells(old.period) if cell not in there)
