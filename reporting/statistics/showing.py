"""A release as a page shows it: tables with names instead of codes, shares, and bars. It says nothing more."""

from __future__ import annotations

import datetime
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent

from reporting.i18n import gettext as _
from reporting.protocol.encoding import JSONObject
from reporting.statistics.figures import days_of, populations
from reporting.statistics.regions import country_of
from reporting.statistics.tables import Dimension
from reporting.statistics.words import CODES, DIMENSIONS, POPULATIONS

#: Tables with more rows name only what is shown.
_MANY = 12
#: Of a bar's name, in letters: what fits into a line on the narrowest screen.
_LINE = 30
_LINE_HEIGHT, _BAR, _GAP = 1.3, 0.8, 0.7


@dataclass(frozen=True)
class Row:
    """A line of a table; None is hidden. ``depth``: how far below a coarser code it stands."""

    name: str
    count: int | None
    share: float | None
    depth: int = 0


@dataclass(frozen=True)
class Bar:
    """A bar: its name in lines with their heights, its length in percent, and where it is, in lines of text."""

    lines: tuple[tuple[str, float], ...]
    count: int
    percent: float
    top: float


@dataclass(frozen=True)
class Chart:
    """Bars, one below the other, and how high they are together."""

    bars: tuple[Bar, ...]
    height: float
    described: str


@dataclass(frozen=True)
class Table:
    """A table by one dimension; ``hidden``: how many rows are left out since they are hidden."""

    id: str
    title: str
    rows: tuple[Row, ...]
    hidden: int
    chart: Chart | None


@dataclass(frozen=True)
class Grid:
    """A table by two dimensions, of rows and columns in which something is shown."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]


@dataclass(frozen=True)
class Part:
    """A population."""

    id: str
    title: str
    said: str
    withheld: bool
    total: int | None
    tables: tuple[Table, ...]
    grids: tuple[Grid, ...]


def parts(content: JSONObject, language: str) -> list[Part]:
    """What a release shows, in the current language, in the order in which it is told."""
    return [_part(one, language) for one in content["populations"] if one["id"] in POPULATIONS]


def _part(found: JSONObject, language: str) -> Part:
    title, said = POPULATIONS[found["id"]]
    dimensions = {one.name: one for each in populations() if each.id == found["id"] for one in each.dimensions}
    single = [table for table in found["tables"] if len(table["dimensions"]) == 1]
    paired = [table for table in found["tables"] if len(table["dimensions"]) == 2]
    return Part(
        found["id"],
        _(title),
        _(said),
        found["withheld"],
        found["total"],
        tuple(_table(found, table, dimensions[table["dimensions"][0]], language) for table in single),
        tuple(_grid(found, table) for table in paired),
    )


def _table(found: JSONObject, table: JSONObject, dimension: Dimension, language: str) -> Table:
    name = dimension.name
    counts = {cell["codes"][0]: cell["count"] for cell in table["cells"]}
    listed = len(counts) <= _MANY
    ordered = [(code, depth) for code, depth in _downwards(dimension, counts) if listed or counts[code] is not None]
    rows = tuple(
        Row(code_name(name, code, language), counts[code], _share(counts[code], found["total"]), depth)
        for code, depth in ordered
    )
    bars = [row for row in rows if row.depth == 0 and row.count is not None]
    title = _(DIMENSIONS[name])
    hidden = 0 if listed else len(counts) - len(ordered)
    return Table(f"{found['id']}-{name}", title, rows, hidden, chart(bars, language))


def _downwards(dimension: Dimension, counts: Mapping[str, object]) -> list[tuple[str, int]]:
    """The codes of a table, each below the coarser one that it counts towards, and how far below the top it is."""
    children: dict[str | None, list[str]] = {}
    for code in counts:
        above = dimension.parents.get(code)
        if dimension.name == "region" and not code.startswith("country:"):
            above = f"country:{country_of(code)}"  # regions are listed nowhere but here
        children.setdefault(above if above in counts else None, []).append(code)

    def below(parent: str | None, depth: int) -> list[tuple[str, int]]:
        return [one for code in children.get(parent, ()) for one in ((code, depth), *below(code, depth + 1))]

    return below(None, 0)


def _share(count: int | None, total: int | None) -> float | None:
    return None if count is None or not total else count / total


def _grid(found: JSONObject, table: JSONObject) -> Grid:
    first, second = table["dimensions"]
    counts = {tuple(cell["codes"]): cell["count"] for cell in table["cells"]}
    shown = [codes for codes, count in counts.items() if count is not None]
    rows = list(dict.fromkeys(one for one, _two in counts if any(one == row for row, _column in shown)))
    columns = list(dict.fromkeys(two for _one, two in counts if any(two == column for _row, column in shown)))
    return Grid(
        f"{found['id']}-{first}-{second}",
        _("{rows} by {columns}", rows=_(DIMENSIONS[first]), columns=_(DIMENSIONS[second])),
        tuple(_(CODES[second].get(column, column)) for column in columns),
        tuple((_(CODES[first].get(row, row)), tuple(counts[row, column] for column in columns)) for row in rows),
    )


def chart(rows: Sequence[Row], language: str) -> Chart | None:
    """Bars for rows whose counts are shown; None where there are not two of them, or all are nought."""
    counts = [row.count or 0 for row in rows]
    if len(rows) < 2 or not max(counts):
        return None
    bars, top = [], 0.0
    for row, count in zip(rows, counts, strict=True):
        lines = [(line, round(top + (at + 1) * _LINE_HEIGHT - 0.3, 2)) for at, line in enumerate(_wrapped(row.name))]
        at = round(top + len(lines) * _LINE_HEIGHT, 2)
        bars.append(Bar(tuple(lines), count, round(100 * count / max(counts), 2), at))
        top = at + _BAR + _GAP
    said = "; ".join(_("{name}: {count}", name=row.name, count=number(row.count or 0, language)) for row in rows)
    return Chart(tuple(bars), round(top, 2), said)


def _wrapped(name: str) -> list[str]:
    wide = any(unicodedata.east_asian_width(letter) in "WF" for letter in name)
    return textwrap.wrap(name, _LINE // 2 if wide else _LINE) or [name]


def code_name(dimension: str, code: str, language: str) -> str:
    """What a code is called in the current language; itself where it has no name."""
    if dimension == "region" and code not in CODES["region"]:
        country, _dash, rest = code.removeprefix("country:").partition("-")
        locale = _locale(language)
        name = str(locale.territories.get(country, country))
        if code.startswith("country:"):
            return name
        return _("{country}, {region}", country=name, region=rest or _("no region named, or one with few cases"))
    words = CODES[dimension].get(code)
    if words is None:
        return code
    digits = code.removeprefix("iccs:")
    return f"{_(words)} (ICCS {digits})" if code.startswith("iccs:") and digits.isdigit() else _(words)


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def number(count: int, language: str) -> str:
    """A count as it is written in a language."""
    return str(format_decimal(count, locale=_locale(language)))


def percent(share: float, language: str) -> str:
    """A share in whole percents as it is written in a language."""
    return str(format_percent(share, locale=_locale(language)))


def period_name(period: str, language: str) -> str:
    """What a quarter or a year is called in a language."""
    first, _last = days_of(period)
    if "-" in period:
        return str(format_skeleton("yQQQQ", _moment(first), locale=_locale(language)))
    return str(format_date(first, "y", locale=_locale(language)))


def month_name(month: str, language: str) -> str:
    """What a month is called in a language."""
    first = datetime.date.fromisoformat(f"{month}-01")
    return str(format_skeleton("yMMMM", _moment(first), locale=_locale(language)))


def _moment(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)
