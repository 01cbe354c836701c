"""What is published: populations with their tables, and what counts towards them in a quarter (docs/publication.md).

Everything is counted once, in the quarter in which it happened or in which its time was over, so that a year is the sum
of its quarters and nothing is told by the difference of two figures.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting.cases import clocks, workflow
from reporting.protocol.classes import BANDS, LEVELS, OFFENCES, OUTCOMES, SECTORS, TRIAGE
from reporting.protocol.encoding import JSONObject, parse_json_object
from reporting.service import Service
from reporting.statistics.counting import every_case
from reporting.statistics.indicators import PROTECTION, REPORT, Facts
from reporting.statistics.models import Statistic
from reporting.statistics.periods import Period
from reporting.statistics.regions import ELSEWHERE, NOT_SAID, country_of
from reporting.statistics.tables import Dimension, Population

Record = Mapping[str, str]

#: Days from receipt to closing: the last day of each band, none for the last one.
DURATIONS: Mapping[str, int | None] = {
    "to-30-days": 30,
    "to-90-days": 90,
    "to-180-days": 180,
    "to-365-days": 365,
    "above-365-days": None,
}
IN_TIME, LATE = TIMELINESS = ("in-time", "late")
#: Whether reporters wrote again: those who said, sealed, who they are, are counted apart.
FOLLOW_UPS = ("wrote-again", "did-not", "named")
ANSWERS = ("answered", "unanswered")
#: Dimensions whose codes are not listed beforehand: of these only what is shown is named.
OPEN_ENDED = frozenset({"region"})
_COUNTRY = "country:"
_DAY = datetime.timedelta(days=1)
_MAX_RECORD = 1 << 16


def offence_code(offence: tuple[str | None, str | None]) -> str:
    """The code of an offence in tables: by its article where it has one, else by the classification of crime."""
    uncac, iccs = offence
    return f"uncac:{uncac}" if uncac is not None else f"iccs:{iccs}:other"


def _offences() -> Dimension:
    """Offences below five digits of ICCS, these below four; what has no code there stands below ``iccs:none``."""
    codes, parents = ["none"], {"none": "iccs:none"}
    for offence in OFFENCES:
        iccs = offence[1]
        codes.append(offence_code(offence))
        above = "iccs:none" if iccs is None else f"iccs:{iccs[:5]}"
        parents[codes[-1]] = above
        if iccs is not None and len(iccs) > 4:
            parents[above] = f"iccs:{iccs[:4]}"
    return Dimension("offence", tuple(codes), parents)


def _regions(seen: Collection[str]) -> Dimension:
    """The regions that are named, each below its country, whose own code stands for the rest of it."""
    named = {code for code in seen if not code.startswith(_COUNTRY)} - {NOT_SAID, ELSEWHERE}
    codes = sorted(named | {country_of(code) for code in named})
    parents = {code: f"{_COUNTRY}{country_of(code)}" for code in codes}
    return Dimension("region", (*codes, ELSEWHERE, NOT_SAID), parents)


def _listed(name: str, codes: Iterable[str]) -> Dimension:
    return Dimension(name, tuple(codes))


def populations(regions: Collection[str] = ()) -> tuple[Population, ...]:
    """Everything that is counted, in the order in which it is shown.

    :param regions: the codes that are named; those of countries above them may be among these
    """
    region, timely = _regions(regions), _listed("timeliness", TIMELINESS)
    level = _listed("level", LEVELS)

    def one(
        name: str,
        *dimensions: Dimension,
        pairs: tuple[tuple[str, str], ...] = (),
        zeros: bool,
        watched: str | None = None,
    ) -> Population:
        return Population(name, dimensions, (*((each.name,) for each in dimensions), *pairs), zeros, watched)

    return (
        one("received", _listed("kind", (REPORT, PROTECTION)), zeros=True),
        one("acknowledged", timely, zeros=True, watched=LATE),
        one("feedback", timely, zeros=True, watched=LATE),
        one("closed", _listed("duration", DURATIONS), _listed("follow-up", FOLLOW_UPS), zeros=True),
        one("claims", _listed("decision", workflow.OUTCOMES), zeros=True),
        one("decisions", timely, zeros=True, watched=LATE),
        one("check-ins", _listed("answer", ANSWERS), zeros=True, watched=ANSWERS[1]),
        one("triaged", _offences(), _listed("sector", SECTORS), level, region, _listed("value", BANDS), zeros=False),
        one(
            "concluded",
            _listed("outcome", [code for code in OUTCOMES if code != "open"]),
            _offences(),
            level,
            region,
            _listed("damage", BANDS),
            _listed("recovery", BANDS),
            pairs=(("outcome", "level"),),
            zeros=False,
        ),
    )


def counted(service: Service, session: Session, quarter: str) -> dict[str, list[Record]]:
    """What counts towards each population in a quarter that is over."""
    span = days_of(quarter)
    cases = every_case(service, session, span[1])
    found = {name: list(count(cases, span)) for name, count in _FROM_CASES.items()}
    contents = session.scalars(select(Statistic.content).where(Statistic.quarter == quarter))
    records = [parse_json_object(content.encode(), limit=_MAX_RECORD) for content in contents]
    found["triaged"] = [_classified(one) for one in records if one["at"] == TRIAGE]
    found["concluded"] = [_classified(one) for one in records if one["at"] != TRIAGE]
    return found


def days_of(period: str) -> Period:
    """The first and the last day of a quarter or a year."""
    year, _, quarter = period.partition("-Q")
    first = datetime.date(int(year), 3 * int(quarter or 1) - 2, 1)
    after = first + (93 if quarter else 366) * _DAY
    return first, after.replace(day=1) - _DAY


def _classified(record: JSONObject) -> Record:
    """A record by the codes of tables; several offences count as the one that is named first."""
    first = next(iter(record["offences"]), None)
    offence = "none" if first is None else offence_code((first["uncac"], first["iccs"]))
    same = {name: str(record[name]) for name in ("sector", "level", "value", "outcome", "damage", "recovery")}
    return {**same, "offence": offence, "region": str(record["region"]) or NOT_SAID}


Counted = Callable[[Iterable[Facts], Period], Iterator[Record]]


def _received(cases: Iterable[Facts], span: Period) -> Iterator[Record]:
    return ({"kind": one.kind} for one in cases if span[0] <= one.received <= span[1])


def _clock(name: str, kinds: Collection[str] = (REPORT, PROTECTION)) -> Counted:
    """Deadlines that were kept in a period, and those whose last day passed without, on the day after it."""

    def count(cases: Iterable[Facts], span: Period) -> Iterator[Record]:
        for clock in (clock for one in cases if one.kind in kinds for clock in one.clocks if clock.name == name):
            kept = clock.done is not None and clock.done <= clock.due
            settled = clock.done if kept and clock.done is not None else _next(clock.due)
            if span[0] <= settled <= span[1]:
                yield {"timeliness": IN_TIME if kept else LATE}

    return count


def _next(day: datetime.date) -> datetime.date:
    return day if day == datetime.date.max else day + _DAY


def _closed(cases: Iterable[Facts], span: Period) -> Iterator[Record]:
    for one in cases:
        if one.status == workflow.CLOSED and one.closed is not None and span[0] <= one.closed <= span[1]:
            days = (one.closed - one.received).days
            band = next(name for name, last in DURATIONS.items() if last is None or days <= last)
            again = FOLLOW_UPS[0] if one.wrote_again else FOLLOW_UPS[1]
            yield {"duration": band, "follow-up": FOLLOW_UPS[2] if one.named else again}


def _claims(cases: Iterable[Facts], span: Period) -> Iterator[Record]:
    for one in cases:
        if one.outcome is not None and one.decided is not None and span[0] <= one.decided <= span[1]:
            yield {"decision": one.outcome}


def _check_ins(cases: Iterable[Facts], span: Period) -> Iterator[Record]:
    for due, done in (asked for one in cases for asked in one.check_ins):
        if span[0] <= (done or _next(due)) <= span[1]:
            yield {"answer": ANSWERS[done is None]}


_FROM_CASES: Mapping[str, Counted] = {
    "received": _received,
    "acknowledged": _clock(clocks.ACKNOWLEDGE),
    "feedback": _clock(clocks.FEEDBACK),
    "closed": _closed,
    "claims": _claims,
    "decisions": _clock(clocks.DECISION, (PROTECTION,)),
    "check-ins": _check_ins,
}
