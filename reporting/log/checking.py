"""Checking the audit log, event by event, and naming what does not hold.

Whoever has the server and its log key can write the whole log anew: then only something kept elsewhere tells,
a checkpoint (that it was done) or an export (to which event).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reporting.directory import published
from reporting.directory.models import DirectoryVersion
from reporting.log.models import AuditEvent, AuditTile
from reporting.log.rules import head, row_of
from reporting.log.trail import event_of, tombstones, walk
from reporting.protocol import audit
from reporting.protocol import note as notes
from reporting.protocol.audit import TILE, Checkpoint, Event, Frontier, log_name
from reporting.protocol.encoding import JSONObject, b64decode, b64encode, sha256
from reporting.protocol.errors import NotAuthentic, ProtocolError, N_
from reporting.protocol.log import leaf_hash
from reporting.protocol.note import VerifierKey
from reporting.service import Service

ERASE = "audit:erase"
_MOST_MOVED = 200  # events tried in each other's places, to say which was moved
_GAP = leaf_hash(b"")  # stands for an event that is gone; no event has this hash


@dataclass(frozen=True)
class Finding:
    """Something that does not hold: a message id with ``{name}`` fields, filled from ``values``."""

    message: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Report:
    """What a check found: how many events there are, how many of them erased, and what does not hold."""

    size: int = 0
    erased: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, message: str, **values: Any) -> None:
        """One finding more."""
        self.findings.append(Finding(message, values))


def verifiers(service: Service, session: Session) -> list[VerifierKey]:
    """The keys that checkpoints may bear: the service's own, then those that directories named."""
    versions = session.scalars(select(DirectoryVersion.version).order_by(DirectoryVersion.version.desc())).all()
    keys = [published.at_version(service, session, version).log_key for version in versions]
    return [VerifierKey(log_name(service.origin), key) for key in dict.fromkeys([service.log_public, *keys])]


def read_checkpoint(signed: bytes, keys: Sequence[VerifierKey]) -> Checkpoint:
    """A checkpoint that one of the log's keys signed.

    :raises NotAuthentic: none of them did
    :raises Malformed: something else
    """
    note = notes.parse(signed, limit=audit.MAX_NOTE)
    for key in keys:
        if notes.is_signed_by(note, key):
            return audit.parse_checkpoint(signed, key)
    raise NotAuthentic(N_("This note lacks the signature of {name}."), name=keys[0].name)


def check(
    service: Service, session: Session, checkpoints: Collection[Checkpoint] = (), exported: Sequence[JSONObject] = ()
) -> Report:
    """Check the whole log, against checkpoints and exported events that were kept.

    :raises Malformed: exported events of another form
    """
    run = _Run(session, verifiers(service, session), checkpoints)
    run.check()
    _compare(session, run.report, exported)
    return run.report


class _Run:
    """One walk through the log, from its beginning to its end."""

    def __init__(self, session: Session, keys: Sequence[VerifierKey], checkpoints: Collection[Checkpoint]) -> None:
        self._session = session
        self._checkpoints = checkpoints
        self._tombstones = self._read_tombstones(keys)
        self._wanted = {one.size for one in checkpoints} | {one.size for one, _digest in self._tombstones}
        self._roots = {0: Frontier().root}
        self._frontier = Frontier()
        self._tiles: dict[int, bytes] = {}
        self._changed: list[tuple[Event | None, bytes, int]] = []
        self._bare: list[int] = []
        self._recorded: set[object] = set()
        self._whole = True
        self.report = Report()

    def _read_tombstones(self, keys: Sequence[VerifierKey]) -> list[tuple[audit.Tombstone, str]]:
        found = []
        for signed in tombstones(self._session):
            note = notes.parse(signed)
            for key in (one for one in keys if notes.is_signed_by(note, one)):
                found.append((audit.parse_tombstone(signed, key), b64encode(sha256(signed.encode()))))
                break
        return found

    def check(self) -> None:
        """Walk, and judge."""
        for row in walk(self._session):
            while self._frontier.size < row.position:
                self.report.add(N_("Event {position} was removed."), position=self._frontier.size)
                self._whole = False
                self._append(_GAP)
            self._row(row)
        self._name_changed()
        self._check_erased()
        self._check_head()
        self._check_checkpoints()
        self.report.size = self._frontier.size

    def _row(self, row: AuditEvent) -> None:
        try:
            event = event_of(row)
            leaf = row.leaf if event is None else event.leaf
        except ProtocolError:
            event, leaf = None, _GAP
        if event is None and row.id is None:
            self._bare.append(row.position)
        if leaf != row.leaf:
            self._changed.append((event, row.leaf, row.position))
        elif event is not None and row.subject != row_of(event)["subject"]:
            # Not hashed: whoever changes it hides the event from those who follow a member.
            self.report.add(N_("Event {position} is filed under another member than it names."), position=row.position)
        if event is not None and event.act == ERASE:
            self._recorded.add(event.details.get("tombstone"))
        self._append(row.leaf)

    def _append(self, leaf: bytes) -> None:
        self._frontier, tile = self._frontier.append(leaf)
        size = self._frontier.size
        if tile is not None:
            self._tiles[size // TILE - 1] = tile
        if size in self._wanted:
            self._roots[size] = self._frontier.root

    def _name_changed(self) -> None:
        places = [position for _event, _leaf, position in self._changed][:_MOST_MOVED]
        for event, leaf, position in self._changed:
            self._whole = False
            origin = None if event is None else _origin(event, leaf, places)
            if origin is None:
                self.report.add(N_("Event {position} was changed."), position=position)
            else:
                self.report.add(
                    N_("Event {position} was moved: it was written as event {origin}."),
                    position=position,
                    origin=origin,
                )

    def _check_erased(self) -> None:
        valid = 0
        for tombstone, digest in self._tombstones:
            if digest in self._recorded and self._roots.get(tombstone.size) == tombstone.root:
                valid = max(valid, tombstone.size)
        self.report.erased = sum(position < valid for position in self._bare)
        for position in (one for one in self._bare if one >= valid):
            self.report.add(N_("Event {position} was erased without a tombstone."), position=position)

    def _check_head(self) -> None:
        state = head(self._session)
        if state.size != self._frontier.size:
            self.report.add(
                N_("The log states {stated} events, but {found} are there: the last ones were removed or added."),
                stated=state.size,
                found=self._frontier.size,
            )
        elif state != self._frontier and self._whole:
            self.report.add(N_("The hashes of the events do not give the root that the log states: one was replaced."))
        stored = {row.number: row.hash for row in self._session.execute(select(AuditTile.number, AuditTile.hash))}
        for number in sorted(set(stored) | set(self._tiles)):
            if self._whole and stored.get(number) != self._tiles.get(number):
                self.report.add(
                    N_("The stored hash of events {first} to {last} is wrong."),
                    first=number * TILE,
                    last=number * TILE + TILE - 1,
                )

    def _check_checkpoints(self) -> None:
        for kept in sorted(self._checkpoints, key=lambda one: one.size):
            if kept.size > self._frontier.size:
                self.report.add(
                    N_("At the checkpoint there were {kept} events, now there are {found}: events were removed."),
                    kept=kept.size,
                    found=self._frontier.size,
                )
            elif self._roots.get(kept.size) != kept.root:
                self.report.add(
                    N_(
                        "The first {kept} events are not those of the checkpoint: one at least was changed, removed,"
                        " added or moved since. An earlier export tells which."
                    ),
                    kept=kept.size,
                )


def _origin(event: Event, leaf: bytes, places: Collection[int]) -> int | None:
    for place in places:
        if place != event.position and _at(event, place).leaf == leaf:
            return place
    return None


def _at(event: Event, position: int) -> Event:
    return audit.parse_event({**event.to_json(), "position": position})


def _compare(session: Session, report: Report, exported: Sequence[JSONObject]) -> None:
    # What was kept names each event that is not there as it was.
    for one in exported:
        position, leaf = one.get("position"), b64decode(one.get("leaf"), length=32)
        row = session.get(AuditEvent, position) if isinstance(position, int) else None
        if row is not None and row.leaf == leaf:
            continue
        kept = one.get("event")
        event = audit.parse_event(kept) if isinstance(kept, dict) else None
        now = None if event is None else session.scalar(select(AuditEvent.position).where(AuditEvent.id == event.id))
        if now is None:
            report.add(N_("Event {position} of the export is gone: it was removed or replaced."), position=position)
        elif now == position:
            report.add(N_("Event {position} is not as it was exported: it was changed."), position=position)
        else:
            report.add(
                N_("Event {position} of the export was moved: it is event {now} now."), position=position, now=now
            )
