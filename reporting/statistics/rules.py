"""The table of indicators for whoever asks, as JSON and as CSV."""

from __future__ import annotations

import csv
import datetime
import io
from dataclasses import asdict

from sqlalchemy.orm import Session

from reporting import errors
from reporting.cases.writing import Actor
from reporting.protocol.encoding import JSONObject
from reporting.protocol.errors import N_
from reporting.service import Service
from reporting.statistics import counting
from reporting.statistics.indicators import INDICATORS, SEALED, Figure
from reporting.statistics.periods import Period
from reporting.statistics.suppressing import K, Median, Parts, Share

COLUMNS = ("from", "to", "channel", "indicator", "part", "of", "count", "percent", "least", "most", "days")
_HIDDEN = "hidden"
_FEW = f"fewer than {K}"
_DAY = datetime.timedelta(days=1)
#: Roles that count what was granted to them.
_OF_THEIR_OWN = frozenset({"intake", "protection"})


def indicators(service: Service, session: Session, actor: Actor, period: Period) -> JSONObject:
    """Every indicator of every channel of which the actor may have cases counted, small numbers hidden.

    :raises Unprocessable: the period is not over, and the actor holds no cases that could be counted until then
    """
    today = service.clock.today()
    every = counting.counts_all(actor, period, today)
    if not every and not _OF_THEIR_OWN & actor.roles:
        raise errors.Unprocessable(N_("All cases are counted once the quarter or year is over."), pointer="/to")
    last, until = period[1], period[1] if every else None
    judged = last + _DAY if every else today
    found = counting.facts(service, session, actor, period, until)
    return {
        "from": period[0].isoformat(),
        "to": last.isoformat(),
        "computed": (until or today).isoformat(),
        "least_number": K,
        "scope": "all" if every else "own",
        "channels": [
            {
                "id": channel,
                "kind": kind,
                "indicators": [_line(name, compute(cases, judged)) for name, compute in INDICATORS[kind].items()],
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
