"""The staff audit trail as a log of its own, ``origin/audit``: events, checkpoints, tombstones.

An event's leaf is the RFC 6962 hash of its canonical JSON (RFC 8785), position and salt included. Without
the salt nobody finds the event again from its hash: so an event can be erased and its hash stay.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reporting.protocol import note as notes
from reporting.protocol.encoding import (
    JSON,
    MAX_INTEGER,
    JSONObject,
    b64decode,
    b64encode,
    check_integer,
    check_text,
    is_hex32,
    parse_day,
)
from reporting.protocol.errors import Malformed, NotAuthentic, N_
from reporting.protocol.log import EMPTY_ROOT, leaf_hash, node_hash, verify_consistency
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey

LOG = "audit"
SALT_BYTES = 16
TILE_LEVEL = 8
TILE = 1 << TILE_LEVEL  # leaves below one stored hash, as wide as a tile of c2sp.org/tlog-tiles
MAX_NOTE = 4_096
TOMBSTONE_HEADING = "reporting/tombstone/v1"
_MEMBERS = ("position", "salt", "id", "at", "member", "act", "case", "details")
_SIZE = re.compile(r"0|[1-9]\d{0,15}", re.ASCII)


def log_name(origin: str) -> str:
    """The name of the log and of its key, which is the log key of the directory."""
    return f"{origin}/{LOG}"


def canonical(value: JSON) -> bytes:
    """``value`` in the one form that is hashed: RFC 8785, for values without fractions and with ASCII names.

    :raises Malformed: a fraction, a number beyond ±(2^53-1), another name, half of a character
    """
    _check_plain(value)
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed(N_("This text holds half of a character.")) from None


def _check_plain(value: JSON) -> None:
    if isinstance(value, Mapping):
        for name, member in value.items():
            if not isinstance(name, str) or not name.isascii():
                raise Malformed(N_("An audit event names its parts in ASCII."))
            _check_plain(member)
    elif isinstance(value, list | tuple):
        for member in value:
            _check_plain(member)
    elif not (value is None or isinstance(value, str | bool)):
        check_integer(value, -MAX_INTEGER, MAX_INTEGER)


@dataclass(frozen=True)
class Event:
    """What a member of staff did, when (Unix seconds), to which case; where it stands in the log."""

    position: int
    salt: bytes
    id: str
    at: int
    member: str
    act: str
    case: str | None
    details: JSONObject

    def to_json(self) -> JSONObject:
        """The object that is hashed."""
        return {
            "position": self.position,
            "salt": b64encode(self.salt),
            "id": self.id,
            "at": self.at,
            "member": self.member,
            "act": self.act,
            "case": self.case,
            "details": self.details,
        }

    @property
    def leaf(self) -> bytes:
        """The leaf hash, 32 bytes."""
        return leaf_hash(canonical(self.to_json()))


def parse_event(content: JSONObject) -> Event:
    """Read what :meth:`Event.to_json` writes.

    :raises Malformed: any other form
    """
    if set(content) != set(_MEMBERS):
        raise Malformed(N_("This is not an audit event."))
    case, details = content["case"], content["details"]
    if not is_hex32(content["id"]) or not (case is None or is_hex32(case)) or not isinstance(details, dict):
        raise Malformed(N_("This is not an audit event."))
    return Event(
        position=check_integer(content["position"], 0, MAX_INTEGER, pointer="/position"),
        salt=b64decode(content["salt"], length=SALT_BYTES, pointer="/salt"),
        id=content["id"],
        at=check_integer(content["at"], 0, MAX_INTEGER, pointer="/at"),
        member=check_text(content["member"], pointer="/member"),
        act=check_text(content["act"], pointer="/act"),
        case=case,
        details=details,
    )


@dataclass(frozen=True)
class Frontier:
    """All that appending to a log needs: the roots of its complete subtrees, the widest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count() or any(len(one) != 32 for one in self.hashes):
            raise Malformed(N_("This is not the frontier of a log."))

    def append(self, leaf: bytes) -> tuple[Frontier, bytes | None]:
        """The frontier with one leaf more, and the hash of a tile (256 leaves) where one is now complete."""
        hashes, level, value, tile = list(self.hashes), 0, leaf, None
        while self.size >> level & 1:
            value, level = node_hash(hashes.pop(), value), level + 1
            if level == TILE_LEVEL:
                tile = value
        return Frontier(self.size + 1, (*hashes, value)), tile

    @property
    def root(self) -> bytes:
        """The Merkle tree hash over all leaves."""
        if not self.hashes:
            return EMPTY_ROOT
        value = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            value = node_hash(left, value)
        return value

    def encode(self) -> bytes:
        """The hashes as they are stored, one after the other."""
        return b"".join(self.hashes)

    @classmethod
    def decode(cls, size: int, data: bytes) -> Frontier:
        """Read what :meth:`encode` writes.

        :raises Malformed: another number of hashes than a log of this size has
        """
        bounds = [*range(0, len(data), 32), len(data)]
        return cls(size, tuple(data[start:end] for start, end in pairwise(bounds)))


@dataclass(frozen=True)
class Checkpoint:
    """The state of the log ``name``: how many leaves, and their root (c2sp.org/tlog-checkpoint)."""

    name: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.name}\n{self.size}\n{b64encode(self.root)}\n"

    def sign(self, key: SigningKey) -> str:
        """The checkpoint as a signed note."""
        return notes.sign(self.text(), self.name, key)


def parse_checkpoint(signed: str | bytes, verifier: VerifierKey) -> Checkpoint:
    """Read a checkpoint of the log that has ``verifier``'s name; further lines and signatures are ignored.

    :raises NotAuthentic: not signed by ``verifier``, or of another log
    :raises Malformed: any other form
    """
    lines = notes.verify(notes.parse(signed, limit=MAX_NOTE), verifier).split("\n")[:-1]
    if len(lines) < 3 or not all(lines) or not _SIZE.fullmatch(lines[1]):
        raise Malformed(N_("This is not a checkpoint."))
    if lines[0] != verifier.name:
        raise NotAuthentic(N_("This checkpoint is of another log."))
    found = Checkpoint(lines[0], int(lines[1]), b64decode(lines[2], length=32))
    if found.size > MAX_INTEGER or (found.size == 0 and found.root != EMPTY_ROOT):
        raise Malformed(N_("This is not a checkpoint."))
    return found


def check_continues(kept: Checkpoint | None, new: Checkpoint, proof: Sequence[bytes]) -> None:
    """Check that the log at ``new`` still holds, unchanged, all that it held at ``kept``.

    :raises NotAuthentic: it does not
    """
    if kept is None or kept.size == 0:
        return
    if kept.name != new.name:
        raise NotAuthentic(N_("This checkpoint is of another log."))
    if new.size < kept.size:
        raise NotAuthentic(N_("The audit log has lost events that it held before."))
    try:
        verify_consistency(kept.size, kept.root, new.size, new.root, proof)
    except NotAuthentic:
        raise NotAuthentic(N_("The audit log no longer holds, unchanged, what it held before.")) from None


@dataclass(frozen=True)
class Tombstone:
    """The first ``size`` events of the log, whose root is ``root``, had happened before ``before`` and were erased."""

    name: str
    size: int
    root: bytes
    before: datetime.date
    day: datetime.date

    def text(self) -> str:
        """The six lines that are signed."""
        lines = (self.name, TOMBSTONE_HEADING, str(self.size), b64encode(self.root), self.before.isoformat())
        return "".join(f"{line}\n" for line in (*lines, self.day.isoformat()))

    def sign(self, key: SigningKey) -> str:
        """The tombstone as a signed note."""
        return notes.sign(self.text(), self.name, key)


def parse_tombstone(signed: str | bytes, verifier: VerifierKey) -> Tombstone:
    """Read a tombstone of the log that has ``verifier``'s name.

    :raises NotAuthentic: not signed by ``verifier``, or of another log
    :raises Malformed: any other form
    """
    lines = notes.verify(notes.parse(signed, limit=MAX_NOTE), verifier).split("\n")
    if len(lines) != 7 or lines[1] != TOMBSTONE_HEADING or not _SIZE.fullmatch(lines[2]):
        raise Malformed(N_("This is not a tombstone."))
    if lines[0] != verifier.name:
        raise NotAuthentic(N_("This tombstone is of another log."))
    return Tombstone(lines[0], int(lines[2]), b64decode(lines[3], length=32), parse_day(lines[4]), parse_day(lines[5]))
