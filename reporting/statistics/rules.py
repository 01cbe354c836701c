"""The table of indicators for whoever asks, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict

from sqlalchemy.orm import Session

from reporting.cases.writing import Actor
from reporting.protocol.encoding import JSONObject
from reporting.service import Service
from reporting.statistics import counting
from reporting.statistics.indicators import INDICATORS, SEALED, Figure
from reporting.statistics.periods import Period
from reporting.statistics.suppressing import K, Median, Parts, Share

COLUMNS = ("from", "to", "channel", "indicator", "part", "of", "count", "percent", "least", "most", "days")
_HIDDEN = "hidden"
_FEW = f"fewer than {K}"


def indicators(service: Service, session: Session, actor: Actor, period: Period) -> JSONObject:
    """Every indicator of every channel of which the actor may have cases counted, small numbers hidden."""
    today = service.clock.today()
    found = counting.facts(service, session, actor, period)
    return {
        "from": period[0].isoformat(),
        "to": period[1].isoformat(),
        "computed": today.isoformat(),
        "least_number": K,
        "scope": "all" if counting.counts_all(actor) else "own",
        "channels": [
            {
                "id": channel,
                "kind": kind,
                "indicators": [_line(name, compute(cases, today)) for name, compute in INDICATORS[kind].items()],
            }
            for (channel, kind), cases in sorted(found.items())
        ],
        "sealed": list(SEALED),
    }


def _line(name: str, figure: Figure) -> JSONObject:
    if isinstance(figure, Share):
        return {"id": name, "form": "share", **asdict(figure)}
    if isinstance(figure, Median):
        return {"id": name, "form": "median", **asdict(figure)}
    if isinstance(figure, Parts):
        return {"id": name, "form": "parts", "of": figure.of, "parts": dict(figure.parts)}
    return {"id": name, "form": "number", "of": figure}


def as_csv(table: JSONObject) -> str:
    """The table for a spreadsheet: one line for each figure; what is hidden says so."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for channel in table["channels"]:
        for line in channel["indicators"]:
            head = {"from": table["from"], "to": table["to"], "channel": channel["id"], "indicator": line["id"]}
            of = _FEW if line["of"] is None else line["of"]
            if line["form"] == "parts":
                for part, value in line["parts"].items():
                    writer.writerow({**head, "part": part, "of": of, "count": _HIDDEN if value is None else value})
            else:
                writer.writerow({**head, "of": of, **_figures(line)})
    return out.getvalue()


def _figures(line: JSONObject) -> JSONObject:
    wanted = {"share": ("count", "percent", "least", "most"), "median": ("days",), "number": ()}[line["form"]]
    found = {name: line[name] for name in wanted if line[name] is not None}
    if line["form"] == "share" and line["count"] is None:
        found["count"] = _HIDDEN
    return found
