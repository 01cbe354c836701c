"""The order of a thread, and what follows what in it (protocol section 5)."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter

from reporting.protocol.entry import Entry
from reporting.protocol.thread_types import EntryView


def ordered(count: int, before: Mapping[int, Sequence[int]]) -> list[int]:
    """Places 0 to ``count`` - 1 so that each comes after all that ``before`` names for it, else rising."""
    sorter = TopologicalSorter({place: before.get(place, ()) for place in range(count)})
    sorter.prepare()  # an entry names hashes of what existed before it: no cycles
    ready: list[int] = []
    order: list[int] = []
    while sorter.is_active():
        for place in sorter.get_ready():
            heapq.heappush(ready, place)
        order.append(heapq.heappop(ready))
        sorter.done(order[-1])
    return order


def shown_once(views: Sequence[EntryView]) -> list[EntryView]:
    """``views`` without the later ones of an author's repeated ``id``."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for view in views:
        if view.entry is not None:
            if key_of(view.entry) in seen:
                continue
            seen.add(key_of(view.entry))
        kept.append(view)
    return kept


def key_of(entry: Entry) -> tuple[str, str]:
    """An entry's identity in a thread: its author and its id."""
    # With the author: nobody may hide another's entry by repeating its id.
    return entry.author, entry.id


def last_statuses(views: Sequence[EntryView]) -> list[Entry]:
    """Authentic status entries that no other one follows along ``prev``, the one to show last."""
    by_hash = {view.served.sha256: key_of(view.entry) for view in views if view.entry}
    entries: dict[tuple[str, str], Entry] = {}
    for view in views:
        if view.entry:
            entries.setdefault(key_of(view.entry), view.entry)
    statuses = {key: entry for key, entry in entries.items() if is_status(entry)}
    followed: set[tuple[str, str]] = set()
    for key, status in statuses.items():
        waiting = [status]
        while waiting:
            before = {by_hash[digest] for digest in waiting.pop().prev if digest in by_hash} - followed - {key}
            followed |= before
            waiting.extend(entries[other] for other in before)
    return sorted(
        (entry for key, entry in statuses.items() if key not in followed),
        key=lambda entry: (entry.date, entry.id),
    )


def is_status(entry: Entry) -> bool:
    """Whether an entry says how the case stands; without its word it has no effect."""
    return entry.kind == "status" and isinstance(entry.body.get("status"), str)
