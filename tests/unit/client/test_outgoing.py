"""Sending files: what can be seen of them on the way, how patient a sender is, and files that change meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reporting.client.errors import NotPossible, Problem, Unreachable
from reporting.client.outgoing import (
    PART_SIZE,
    Begun,
    Limits,
    Outgoing,
    check_limits,
    outgoing,
    send_files,
)
from reporting.protocol.age import HybridIdentity, decrypt
from reporting.protocol.encoding import sha256

PEOPLE = [HybridIdentity.generate() for _ in range(2)]
TO = [one.recipient for one in PEOPLE]


@dataclass
class Wire:
    """Where parts go in these tests: what an observer of the way could write down."""

    sizes: list[int] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)
    fail: Callable[[int], Exception | None] = lambda _attempt: None
    attempts: int = 0
    before: Callable[[], None] = lambda: None

    def limits(self) -> Limits:
        """What may be sent."""
        return Limits(1 << 40, 1 << 40)

    def begin(self, size: int) -> Begun:
        """Note the size."""
        self.sizes.append(size)
        return Begun(os.urandom(16).hex(), "key")

    def put(self, _begun: Begun, number: int, part: bytes) -> None:
        """Note the part, or fail."""
        self.before()
        self.attempts += 1
        if (error := self.fail(self.attempts)) is not None:
            raise error
        self.parts[number:] = [part]


def written(folder: Path, size: int) -> Outgoing:
    """A file of some size, chosen."""
    path = folder / f"{size}.bin"
    path.write_bytes(os.urandom(size))
    return outgoing(path)


def send(wire: Wire, *files: Outgoing) -> list[float]:
    """Send files; the seconds that were waited in between."""
    waited: list[float] = []
    send_files(wire, files, TO, sleep=waited.append)
    return waited


@pytest.mark.parametrize(
    "sizes",
    [(0, 1, 1_000, 65_536), (2_100_000, 2_129_000, 2_129_920), (3 * PART_SIZE + 1, 3 * PART_SIZE + 60_000)],
)
def test_what_is_seen_on_the_way_tells_the_padding_class_and_no_more(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    seen = set()
    for size in sizes:
        wire = Wire()
        send(wire, written(tmp_path, size))
        seen.add((tuple(wire.sizes), tuple(len(part) for part in wire.parts)))
    ((announced, lengths),) = seen
    assert sum(lengths) == announced[0]
    assert set(lengths[:-1]) <= {PART_SIZE}
    assert 0 < lengths[-1] <= PART_SIZE


def test_what_arrives_is_one_age_file_of_the_padded_bytes(tmp_path: Path) -> None:
    wire = Wire()
    file = written(tmp_path, PART_SIZE + 1)
    (attachment,) = send_files(wire, [file], TO)
    sealed = b"".join(wire.parts)
    assert attachment.sha256 == sha256(sealed)
    assert (attachment.name, attachment.size) == (file.name, PART_SIZE + 1)
    for person in PEOPLE:
        assert decrypt(sealed, [person]).rstrip(b"\0") == file.path.read_bytes().rstrip(b"\0")


def test_a_sender_waits_longer_each_time_and_goes_on(tmp_path: Path) -> None:
    wire = Wire(fail=lambda attempt: Unreachable("away") if attempt < 4 else None)
    assert send(wire, written(tmp_path, 1)) == [1.0, 2.0, 4.0]
    busy = Wire(fail=lambda attempt: Problem(503, {}) if attempt < 3 else None)
    assert send(busy, written(tmp_path, 1)) == [1.0, 2.0]


def test_patience_ends(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        send(Wire(fail=lambda _attempt: Unreachable("away")), written(tmp_path, 1))


def test_what_is_refused_is_not_tried_again(tmp_path: Path) -> None:
    wire = Wire(fail=lambda _attempt: Problem(422, {}))
    with pytest.raises(Problem):
        send(wire, written(tmp_path, 1))
    assert wire.attempts == 1


def test_an_upload_that_vanished_is_begun_anew_under_another_key(tmp_path: Path) -> None:
    wire = Wire(fail=lambda attempt: Problem(404, {}) if attempt == 2 else None)
    send(wire, written(tmp_path, 2 * PART_SIZE))
    assert len(wire.sizes) == 2
    with pytest.raises(NotPossible, match="keeps losing"):
        send(Wire(fail=lambda _attempt: Problem(404, {})), written(tmp_path, 1))


@pytest.mark.parametrize("becomes", [PART_SIZE, 3 * PART_SIZE])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, becomes: int) -> None:
    file = written(tmp_path, 2 * PART_SIZE)
    with pytest.raises(NotPossible, match="changed"):
        send(Wire(before=lambda: os.truncate(file.path, becomes)), file)


def test_limits_are_kept_before_anything_is_begun(tmp_path: Path) -> None:
    files = [written(tmp_path, size) for size in (10, 20)]
    check_limits(files, Limits(20, 30))
    with pytest.raises(NotPossible, match="at most 0 MiB"):
        check_limits(files, Limits(19, 30))
    with pytest.raises(NotPossible, match="Together"):
        check_limits(files, Limits(20, 29))
    with pytest.raises(NotPossible, match="16 files"):
        check_limits(files[:1] * 17, Limits(20, 1_000))
    with pytest.raises(NotPossible, match="not a file"):
        outgoing(tmp_path)
