"""Which regions figures name on their own: those with so many cases that it is no one case that names them.

Regions are listed nowhere beforehand. Were each one listed that a record names, then the list itself, and what has to
be hidden beside a small number in it, would tell of a single case. So a region, and a country, is named only where its
count with noise reaches :data:`LEAST` (a *stability-based histogram*: Korolova, Kenthapadi, Mishra and Ntoulas,
"Releasing search queries and clicks privately", WWW 2009). What is not named counts for its country, or for
:data:`ELSEWHERE`; both are there whether anything counts for them or not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from reporting.statistics.drawing import WIDE, Draw

NOT_SAID = "unknown"
ELSEWHERE = "elsewhere"
#: What a count with noise has to reach; a single case does so less than once in a thousand times.
LEAST = 15
_NOWHERE = frozenset({NOT_SAID, ELSEWHERE})

Records = Sequence[Mapping[str, str]]


def country_of(code: str) -> str:
    """The country of a region, or the country itself (ISO 3166-2)."""
    return code[:2]


def named_regions(records: Iterable[Records], before: Collection[str], draw: Draw) -> frozenset[str]:
    """The countries and regions that are named: those of earlier quarters of the year, and those that are large enough.

    :param records: those of each population, which is judged by itself
    :param before: codes of earlier tables, those of whole countries among them
    """
    found = {code for code in before if code not in _NOWHERE and ":" not in code}
    found |= {country_of(code) for code in found}
    for population in records:
        codes = [one["region"] for one in population if one.get("region", NOT_SAID) not in _NOWHERE]
        countries = Counter(map(country_of, codes))
        found |= {code for code, count in sorted(countries.items()) if count + draw(WIDE) >= LEAST}
        regions = Counter(code for code in codes if code != country_of(code))
        found |= {code for code, count in sorted(regions.items()) if count + draw(WIDE) >= LEAST}
    return frozenset(code for code in found if country_of(code) in found)


def under_names(records: Records, named: Collection[str]) -> list[Mapping[str, str]]:
    """The records with the name under which each one's region is counted."""
    return [{**one, "region": _name(one["region"], named)} if "region" in one else one for one in records]


def _name(code: str, named: Collection[str]) -> str:
    if code in _NOWHERE or code in named:
        return code
    return country_of(code) if country_of(code) in named else ELSEWHERE
