"""What authentic entries say was removed, and who may say so (protocol section 8.8)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from reporting.protocol.encoding import b64decode, is_hex32
from reporting.protocol.entry import Entry
from reporting.protocol.thread_order import is_status
from reporting.protocol.thread_roles import DEALING, Roles
from reporting.protocol.thread_types import EntryView, SealedEntry

#: Of the forms whose answers name a status by its JSON id: the answer that does.
_NAMES_STATUS: Mapping[str, str] = {"answer-1": "decision", "refusal-1": "status", "finding-1": "status"}


def removals(shown: Sequence[EntryView], roles: Roles) -> dict[tuple[str, bytes], Entry]:
    """By audience and hash: the first shown ``removal`` that names it, by somebody who deals with the case."""
    found: dict[tuple[str, bytes], Entry] = {}
    for view in shown:
        entry = view.entry
        if entry is None or entry.kind != "removal":
            continue
        if roles.may(entry.author, view.standing, DEALING):
            # That it is a hash was checked when the entry was judged.
            found.setdefault((entry.audience, b64decode(entry.body["sha256"], length=32)), entry)
    return found


def is_without_word(
    served: Iterable[SealedEntry], shown: Sequence[EntryView], said: Collection[tuple[str, bytes]]
) -> bool:
    """Whether something is gone that no removal explains.

    No removal explains a status. A hash does not tell that it was one; an authentic entry does that names a status
    which is not there.
    """
    gone = {(one.audience, one.sha256) for one in served if one.sealed is None}
    return not gone <= set(said) or (any(audience == "reporter" for audience, _ in gone) and _lacks_status(shown))


def may_be_older(served: Iterable[SealedEntry], views: Sequence[EntryView], statuses: Iterable[Entry]) -> bool:
    """Whether something for both sides is gone that no status which stands comes after: it could have been a newer one.

    Whoever removes says of what kind it was, if they want to; whoever sealed a status that followed it had seen it.
    """
    gone = {one.sha256 for one in served if one.sealed is None and one.audience == "reporter"}
    by_hash = {view.served.sha256: view.entry for view in views if view.entry and view.entry.audience == "reporter"}
    seen: set[bytes] = set()
    waiting = [digest for status in statuses for digest in status.prev]
    while waiting:
        digest = waiting.pop()
        if digest not in seen:
            seen.add(digest)
            entry = by_hash.get(digest)
            waiting.extend(entry.prev if entry else ())
    return not gone <= seen


def _lacks_status(shown: Sequence[EntryView]) -> bool:
    entries = [view.entry for view in shown if view.entry]
    return not {named for entry in entries for named in _named(entry)} <= {one.id for one in entries if is_status(one)}


def _named(entry: Entry) -> list[str]:
    answers = entry.body.get("answers") if entry.kind == "protection" else None
    if not isinstance(answers, dict):
        return []
    named = answers.get(_NAMES_STATUS.get(str(entry.body.get("form")), ""))
    return [str(named)] if is_hex32(named) else []
