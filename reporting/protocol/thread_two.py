"""What two persons sign for, and whether a second one did, as far as a reader can see (protocol 8.6 and 8.7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reporting.protocol.encoding import JSON, is_hex32
from reporting.protocol.entry import Entry
from reporting.protocol.second import FALSE, REFUSED, Proposed, Second, parse_second
from reporting.protocol.thread_order import is_status, key_of, last_statuses
from reporting.protocol.thread_roles import DEALING, OFFICERS, Roles
from reporting.protocol.thread_types import KNOWINGLY_FALSE, EntryView


@dataclass(frozen=True)
class _ByTwo:
    """The form in which a colleague proposes it, what they sign for, and the roles of both."""

    form: str
    what: str
    roles: tuple[str, ...]


_BY_TWO: Mapping[str, _ByTwo] = {
    "refusal": _ByTwo("refusal-1", REFUSED, OFFICERS),
    "finding": _ByTwo("finding-1", FALSE, DEALING),
}
_Key = tuple[str, str]


def signed_alone(views: Sequence[EntryView], roles: Roles, as_reporter: bool) -> dict[_Key, tuple[str, ...]]:
    """By author and id of every status: what it says, of ``refusal`` and ``finding``, that one person alone signed for.

    Everybody checks the second person's signature in the status. Whoever may read what the team writes looks there
    as well: for a proposal by that person, made under the status that the one which names it follows.
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
            stood = _stood_before(entry, seen)
            needed = tuple(one for one in needed if not _is_signed_by_second(view.standing, entry, one, stood, roles))
            if not as_reporter:
                needed += tuple(
                    one for one in _unproposed(_needed(entry.body), entry, team, stood) if one not in needed
                )
        found[key_of(entry)] = tuple(sorted(needed, key=list(_BY_TWO).index))
    return found


def _needed(body: Mapping[str, JSON]) -> tuple[str, ...]:
    """What a status says that needs two, each judged for itself."""
    refused = body.get("status") == "decided" and body.get("outcome") == "refused"
    false = body.get("finding") == KNOWINGLY_FALSE
    return ("refusal",) * refused + ("finding",) * false


@dataclass(frozen=True)
class _Stood:
    """The status that another follows: its JSON id, empty where that is the first; nobody read it with less."""

    id: str
    directory: int


def _is_signed_by_second(standing: str, status: Entry, name: str, stood: _Stood | None, roles: Roles) -> bool:
    """Whether another person signed for this in the words of ``status``, and both have the role that it needs."""
    by_two, second = _BY_TWO[name], parse_second(status.body.get("second"))
    reason, appeal = status.body.get("reason"), status.body.get("appeal", "")
    if stood is None or second is None or not isinstance(reason, str) or not isinstance(appeal, str):
        return False
    if second.member == status.author or second.member in roles.excluded:
        return False
    if not stood.directory <= second.directory <= status.directory:
        return False
    proposed = Proposed(status.case, stood.id, by_two.what, reason, appeal)
    key = second.key(proposed, roles.directory, roles.channel)
    if key is None or key.public in _keys_of(status, roles):
        return False
    return roles.may(second.member, key.standing, by_two.roles) and roles.may(status.author, standing, by_two.roles)


def _keys_of(status: Entry, roles: Roles) -> set[bytes]:
    """One key under two names is one person."""
    keys = roles.directory.author_keys(status.author, status.directory, roles.channel, status.date)
    return {key.public for key in keys}


def _unproposed(needed: tuple[str, ...], status: Entry, team: Sequence[Entry], stood: _Stood | None) -> tuple[str, ...]:
    return tuple(what for what in needed if not any(_proposes(one, what, status, stood) for one in team))


def _proposes(one: Entry, name: str, status: Entry, stood: _Stood | None) -> bool:
    """Whether ``one`` is what ``status`` names: a colleague's who signed for it, made under the one that ``stood``."""
    named = one.kind == "protection" and one.id == status.body.get("proposal") and one.author == _signer(status)
    answers = one.body.get("answers")
    if not named or stood is None or one.body.get("form") != _BY_TWO[name].form or not isinstance(answers, dict):
        return False
    return answers.get("status") == stood.id and (name != "finding" or answers.get("finding") == KNOWINGLY_FALSE)


def _signer(status: Entry) -> str | None:
    second: Second | None = parse_second(status.body.get("second"))
    return second.member if second else None


def _stood_before(status: Entry, seen: Sequence[EntryView]) -> _Stood | None:
    """The status that ``status`` follows.

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
        return _Stood("", max(view.entry.directory for view in seen if view.entry and view.entry.kind == "report"))
    if [one for _, one in statuses].count(before[-1].id) > 1:
        return None
    return _Stood(before[-1].id, before[-1].directory)


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
