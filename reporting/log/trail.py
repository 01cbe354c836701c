"""What auditors read: checkpoints with proofs, events with proofs, leaf hashes. It changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from reporting import errors
from reporting.directory.signers import log_signer
from reporting.log.models import AuditEvent, AuditTile, AuditTombstone
from reporting.log.rules import head
from reporting.protocol.audit import TILE, Checkpoint, Event, log_name
from reporting.protocol.encoding import MAX_INTEGER, JSONObject, b64encode, check_text, parse_json_object
from reporting.protocol.errors import N_
from reporting.protocol.log import left_of, node_hash
from reporting.service import Service

PAGE = 50
MAX_PAGE = 500
FORMS = ("json", "csv")
MAX_LEAVES = 16_384  # 256 KiB: 64 tiles
MAX_DETAILS = 1 << 20
_CASE = re.compile(r"[0-9a-f]{8,32}", re.ASCII)
_ACT = re.compile(r"[a-z][a-z-]*(?::[a-z][a-z-]*)?", re.ASCII)
_NUMBER = re.compile(r"0|[1-9]\d{0,15}", re.ASCII)


def checkpoint(service: Service, session: Session) -> str:
    """The signed state of the log, now."""
    state = head(session)
    return Checkpoint(log_name(service.origin), state.size, state.root).sign(log_signer(service, session))


@dataclass(frozen=True)
class Filter:
    """Which events to show: what a member did or what was done to them, a case by its number, a kind of act.

    ``case`` may be the beginning of a number, from eight digits on; ``act`` the part before the colon.
    """

    member: str = ""
    case: str = ""
    act: str = ""

    def apply(self, query: Select[AuditEvent]) -> Select[AuditEvent]:
        """``query`` for these events alone."""
        if self.member:
            query = query.where(or_(AuditEvent.member_id == self.member, AuditEvent.subject == self.member))
        if self.case:
            query = query.where(AuditEvent.case_id >= self.case, AuditEvent.case_id < f"{self.case}g")
        if self.act:
            exact = AuditEvent.act == self.act
            query = query.where(exact if ":" in self.act else AuditEvent.act.startswith(f"{self.act}:"))
        return query


def parse_filter(member: str | None, case: str | None, act: str | None) -> Filter:
    """The parameters ``member``, ``case`` and ``act`` of a request; what is empty filters nothing.

    :raises Unprocessable: what can be no case number or act
    """
    if case and not _CASE.fullmatch(case):
        raise errors.Unprocessable(N_("A case number is 8 to 32 of the characters 0-9 and a-f."), pointer="/case")
    if act and not _ACT.fullmatch(act):
        raise errors.Unprocessable(
            N_("An act is named as in “case:grant”, or by the word before the colon."), pointer="/act"
        )
    if member and (len(member) > 64 or not member.isprintable()):
        raise errors.Unprocessable(N_("This is not a valid id."), pointer="/member")
    return Filter(member or "", case or "", act or "")


def parse_export(content: JSONObject) -> dict[str, str]:
    """The body of ``POST /api/audit/exports``: the form of the file, and the filter, what is empty left out.

    :raises Unprocessable: another form, or no filter
    """
    if content.get("form") not in FORMS:
        raise errors.Unprocessable(N_("Events leave the desk as JSON or as a table."), pointer="/form")
    given = {
        name: check_text(content.get(name, ""), pointer=f"/{name}", limit=64) for name in ("member", "case", "act")
    }
    parse_filter(**given)
    return {"form": content["form"], **{name: value for name, value in given.items() if value}}


def number(text: str | None, name: str, low: int, high: int, default: int) -> int:
    """A whole number from a request's parameter ``name``.

    :raises Unprocessable: anything else, or outside ``low`` to ``high``
    """
    if text is None:
        return default
    if not _NUMBER.fullmatch(text) or not low <= int(text) <= high:
        raise errors.Unprocessable(
            N_("This must be a whole number from {low} to {high}."),
            pointer=f"/{name}",
            values={"low": low, "high": high},
        )
    return int(text)


def any_size(text: str | None, name: str, default: int) -> int:
    """A size of the log from a request's parameter.

    :raises Unprocessable: anything else
    """
    return number(text, name, 0, MAX_INTEGER, default)


def show_checkpoint(service: Service, session: Session, kept: int) -> JSONObject:
    """The signed state of the log, with the proof that it continues its first ``kept`` leaves.

    A log shorter than that has no such proof: the list is empty, and whoever kept a checkpoint sees why.
    """
    size = head(session).size
    proof = Proofs(session, size).consistency(kept) if 0 < kept < size else []
    return {"checkpoint": checkpoint(service, session), "consistency": [b64encode(one) for one in proof]}


def show_events(session: Session, wanted: Filter, after: int | None, size: int | None, limit: int) -> JSONObject:
    """A page of events, the newest first, each with the proof that it stands in the log of ``size`` leaves.

    :param after: the position of the last event of the page before
    :raises UnknownPosition: the log never had that size
    """
    present = head(session).size
    size = present if size is None else size
    if size > present:
        raise errors.UnknownPosition(pointer="/size")
    query = wanted.apply(select(AuditEvent)).where(AuditEvent.position < (size if after is None else min(after, size)))
    rows = list(session.scalars(query.order_by(AuditEvent.position.desc()).limit(limit + 1)))
    proofs = Proofs(session, size)
    return {
        "size": size,
        "events": [
            item(row) | {"proof": [b64encode(one) for one in proofs.inclusion(row.position)]} for row in rows[:limit]
        ],
        "more": len(rows) > limit,
    }


def item(row: AuditEvent) -> JSONObject:
    """An event as auditors get it: where it stands, its hash, and what was hashed, or null where it was erased."""
    event = event_of(row)
    return {
        "position": row.position,
        "leaf": b64encode(row.leaf),
        "event": None if event is None else event.to_json(),
    }


def event_of(row: AuditEvent) -> Event | None:
    """What was hashed, by what is stored; None for an erased event.

    :raises Malformed: details that are no JSON object
    """
    if row.id is None:
        return None
    return Event(
        position=row.position,
        salt=row.salt or b"",
        id=row.id,
        at=row.at or 0,
        member=row.member_id or "",
        act=row.act or "",
        case=row.case_id,
        details=parse_json_object((row.details or "").encode(), limit=MAX_DETAILS),
    )


def show_leaves(session: Session, start: int, count: int) -> JSONObject:
    """Leaf hashes from a position on, and how many there are in all."""
    query = select(AuditEvent.leaf).where(AuditEvent.position >= start, AuditEvent.position < start + count)
    leaves = session.scalars(query.order_by(AuditEvent.position))
    return {"size": head(session).size, "leaves": [b64encode(leaf) for leaf in leaves]}


def tombstones(session: Session) -> list[str]:
    """Every tombstone, the oldest first."""
    return list(session.scalars(select(AuditTombstone.note).order_by(AuditTombstone.size)))


def walk(session: Session, start: int = 0, wanted: Filter | None = None, *, step: int = 1_000) -> Iterator[AuditEvent]:
    """Every event from a position on, in order, a thousand at a time in memory."""
    while True:
        query = (wanted or Filter()).apply(select(AuditEvent)).where(AuditEvent.position >= start)
        rows = list(session.scalars(query.order_by(AuditEvent.position).limit(step)))
        yield from rows
        if len(rows) < step:
            return
        start = rows[-1].position + 1
        session.expunge_all()


class Proofs:
    """Proofs about the log as it was at a size (RFC 9162 section 2.1): of tiles, and of leaves in a few of them."""

    def __init__(self, session: Session, size: int) -> None:
        self._session = session
        self._size = size
        self._leaves: dict[int, list[bytes]] = {}
        self._nodes: dict[tuple[int, int], bytes] = {}
        self._tiles: list[bytes] | None = None

    def root(self) -> bytes:
        """The root at this size."""
        return self._node(0, self._size)

    def consistency(self, old: int) -> list[bytes]:
        """That the first ``old`` leaves, from 1 on, are its beginning."""
        return self._consistency(old, 0, self._size, whole=True)

    def _consistency(self, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if start + old == end:
            return [] if whole else [self._node(start, end)]
        middle = start + left_of(end - start)
        if start + old <= middle:
            return [*self._consistency(old, start, middle, whole=whole), self._node(middle, end)]
        rest = self._consistency(old - (middle - start), middle, end, whole=False)
        return [*rest, self._node(start, middle)]

    def inclusion(self, position: int) -> list[bytes]:
        """That a leaf stands at its place, from the leaf up."""
        path: list[bytes] = []
        start, end = 0, self._size
        while end - start > 1:
            middle = start + left_of(end - start)
            beside = (middle, end) if position < middle else (start, middle)
            path.append(self._node(*beside))
            start, end = (start, middle) if position < middle else (middle, end)
        return path[::-1]

    def _node(self, start: int, end: int) -> bytes:
        found = self._nodes.get((start, end))
        if found is None:
            found = self._nodes[start, end] = self._compute(start, end)
        return found

    def _compute(self, start: int, end: int) -> bytes:
        count = end - start
        if count == TILE and (number := start // TILE) < len(tiles := self._tile_hashes()):
            return tiles[number]
        if count == 1:
            return self._leaf(start)
        middle = start + left_of(count)
        return node_hash(self._node(start, middle), self._node(middle, end))

    def _tile_hashes(self) -> list[bytes]:
        if self._tiles is None:
            self._tiles = list(self._session.scalars(select(AuditTile.hash).order_by(AuditTile.number)))
        return self._tiles

    def _leaf(self, position: int) -> bytes:
        number, place = divmod(position, TILE)
        if number not in self._leaves:
            start = number * TILE
            query = select(AuditEvent.leaf).where(AuditEvent.position >= start, AuditEvent.position < start + TILE)
            self._leaves[number] = list(self._session.scalars(query.order_by(AuditEvent.position)))
        leaves = self._leaves[number]
        # A log from which rows were taken by force proves nothing any more, but its page still answers.
        return leaves[place] if place < len(leaves) else bytes(32)
