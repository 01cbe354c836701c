"""What two persons sign for, and whether a second one did, as far as a reader can see (protocol 8.6 and 8.7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reporting.protocol.encoding import JSON, is_hex32
from reporting.protocol.entry import Entry
from reporting.protocol.thread_order import is_status, key_of, last_statuses
from reporting.protocol.thread_types import KNOWINGLY_FALSE, EntryView

#: The form in which a colleague proposes what two sign for.
_FORMS: Mapping[str, str] = {"refusal": "refusal-1", "finding": "finding-1"}
_Key = tuple[str, str]


def signed_alone(views: Sequence[EntryView], as_reporter: bool) -> dict[_Key, tuple[str, ...]]:
    """By author and id of every status: what it says, of ``refusal`` and ``finding``, that one person alone signed for.

    A reporter sees only whether a proposal is named. Whoever may read what the team writes finds it there: by another
    author, and made under the status that the one which names it follows.
    """
    seen = [view for view in views if view.entry is not None and view.entry.audience == "reporter"]
    team = [view.entry for view in views if view.entry is not None and view.entry.audience == "team"]
    found: dict[_Key, tuple[str, ...]] = {}
    for view in seen:
        entry = view.entry
        if entry is None or entry.kind != "status" or key_of(entry) in found:
            continue
        needed = _needed(entry.body)
        if is_hex32(entry.body.get("proposal")) and needed:
            needed = _unnamed(needed) if as_reporter else _unproposed(needed, entry, team, _stood_before(entry, seen))
        found[key_of(entry)] = needed
    return found


def _needed(body: Mapping[str, JSON]) -> tuple[str, ...]:
    """What a status says that needs two, each judged for itself."""
    refused = body.get("status") == "decided" and body.get("outcome") == "refused"
    false = body.get("finding") == KNOWINGLY_FALSE
    return ("refusal",) * refused + ("finding",) * false


def _unnamed(needed: tuple[str, ...]) -> tuple[str, ...]:
    """What a reporter sees: one proposal is for one thing, and where there are two, they cannot see for which."""
    return needed if len(needed) > 1 else ()


def _unproposed(needed: tuple[str, ...], status: Entry, team: Sequence[Entry], stood: str | None) -> tuple[str, ...]:
    return tuple(what for what in needed if not any(_proposes(one, what, status, stood) for one in team))


def _proposes(one: Entry, what: str, status: Entry, stood: str | None) -> bool:
    """Whether ``one`` is what ``status`` names: a colleague's, for this, and made under the status that ``stood``."""
    named = one.kind == "protection" and one.id == status.body.get("proposal") and one.author != status.author
    answers = one.body.get("answers")
    if not named or stood is None or one.body.get("form") != _FORMS[what] or not isinstance(answers, dict):
        return False
    return answers.get("status") == stood and (what != "finding" or answers.get("finding") == KNOWINGLY_FALSE)


def _stood_before(status: Entry, seen: Sequence[EntryView]) -> str | None:
    """The JSON id of the status that ``status`` follows, empty where it is the first.

    None where another was signed beside it, or somebody else's has the same id, which its author chooses: which of them
    stood when something was proposed, nobody can tell.
    """
    edges = {view.served.sha256: view.entry.prev for view in seen if view.entry}
    keys = {view.served.sha256: key_of(view.entry) for view in seen if view.entry}
    own = [digest for digest, key in keys.items() if key == key_of(status)]
    earlier = {keys[digest] for digest in _reached(own, edges)} - {key_of(status)}
    later = {keys[digest] for digest in _reached(own, _turned(edges))}
    statuses = {key_of(view.entry) for view in seen if view.entry and is_status(view.entry)}
    if statuses - earlier - later - {key_of(status)}:
        return None
    before = last_statuses([view for view in seen if view.entry and key_of(view.entry) in earlier])
    if not before:
        return ""
    return before[-1].id if [one for _, one in statuses].count(before[-1].id) == 1 else None


def _reached(start: Iterable[bytes], edges: Mapping[bytes, Iterable[bytes]]) -> set[bytes]:
    found = set(start)
    waiting = list(found)
    while waiting:
        fresh = {digest for digest in edges.get(waiting.pop(), ()) if digest in edges} - found
        found |= fresh
        waiting.extend(fresh)
    return found


def _turned(edges: Mapping[bytes, Iterable[bytes]]) -> Mapping[bytes, Iterable[bytes]]:
    turned: dict[bytes, list[bytes]] = {digest: [] for digest in edges}
    for digest, before in edges.items():
        for other in before:
            if other in turned:
                turned[other].append(digest)
    return turned
