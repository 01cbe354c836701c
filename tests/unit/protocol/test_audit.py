"""The audit log's events, checkpoints and tombstones; a frontier against the plain tree of protocol/log.py."""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.protocol import audit, log
from reporting.protocol import note as notes
from reporting.protocol.audit import Checkpoint, Event, Frontier, Tombstone
from reporting.protocol.encoding import sha256
from reporting.protocol.errors import Malformed, NotAuthentic, ProtocolError
from reporting.protocol.note import VerifierKey
from reporting.protocol.signing import SigningKey

NAME = "reports.example/audit"
KEY = SigningKey(bytes(32))
VERIFIER = VerifierKey(NAME, KEY.public)
EVENT = Event(
    7,
    bytes(range(16)),
    "ab" * 16,
    1_790_000_000,
    "m1",
    "case:grant",
    "cd" * 16,
    {"member": "m2", "note": 'ä\u2028\n\x1f"'},
)
TWIN_LEAF = "350fe1ff0c08264775b615c9e0af277cca8c877714b0fe0998bb0632d86bf5f7"
LEAVES = [log.leaf_hash(str(number).encode()) for number in range(600)]


def grown(leaves: list[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in leaves:
        frontier, _tile = frontier.append(leaf)
    return frontier


# --- events


def event(**changes: Any) -> Event:
    return dataclasses.replace(EVENT, **changes)


def test_the_bytes_that_are_hashed_are_those_of_rfc_8785() -> None:
    expected = (
        '{"act":"case:grant","at":1790000000,"case":"'
        + "cd" * 16
        + '","details":{"member":"m2","note":"ä\u2028\\n\\u001f\\""},'
        '"id":"' + "ab" * 16 + '","member":"m1","position":7,"salt":"AAECAwQFBgcICQoLDA0ODw=="}'
    )
    assert audit.canonical(event().to_json()).decode() == expected


def test_the_same_leaf_as_the_browser_s_twin_makes() -> None:
    # tests/browser/audit.test.ts holds the same value.
    assert event().leaf.hex() == TWIN_LEAF


def test_an_event_reads_back_and_hashes_alike() -> None:
    again = audit.parse_event(json.loads(audit.canonical(event().to_json())))
    assert again == event()
    assert again.leaf == event().leaf


@pytest.mark.parametrize(
    "change",
    [
        {"position": 8},
        {"salt": bytes(16)},
        {"id": "ac" * 16},
        {"at": 1},
        {"member": "m2"},
        {"act": "case:view"},
        {"case": None},
        {"details": {}},
    ],
)
def test_every_part_of_an_event_counts(change: dict[str, object]) -> None:
    assert event(**change).leaf != event().leaf


@pytest.mark.parametrize("value", [1.5, {"ä": 1}, 2**53, {"a": [0.1]}, "\ud800"])
def test_what_has_no_one_form_is_refused(value: object) -> None:
    with pytest.raises(Malformed):
        audit.canonical(value)


def test_a_damaged_event_is_refused() -> None:
    good = event().to_json()
    for bad in (
        {**good, "more": 1},
        {name: value for name, value in good.items() if name != "salt"},
        {**good, "salt": "AA=="},
        {**good, "case": "x"},
        {**good, "details": []},
        {**good, "position": -1},
        {**good, "at": "now"},
    ):
        with pytest.raises(Malformed):
            audit.parse_event(bad)


# --- the frontier


@given(st.integers(0, 600))
def test_a_frontier_has_the_root_of_the_plain_tree(size: int) -> None:
    assert grown(LEAVES[:size]).root == log.root(LEAVES[:size])


@given(st.integers(0, 600))
def test_a_frontier_reads_back(size: int) -> None:
    frontier = grown(LEAVES[:size])
    assert Frontier.decode(size, frontier.encode()) == frontier
    for data in (frontier.encode() + bytes(32), frontier.encode()[:-1] if size else b"x"):
        with pytest.raises(Malformed):
            Frontier.decode(size, data)


def test_a_tile_is_told_with_its_last_leaf() -> None:
    frontier, found = Frontier(), {}
    for place, leaf in enumerate(LEAVES):
        frontier, tile = frontier.append(leaf)
        if tile is not None:
            found[place] = tile
    assert found == {255: log.root(LEAVES[:256]), 511: log.root(LEAVES[256:512])}


# --- checkpoints


def checkpoint(size: int, leaves: list[bytes] = LEAVES) -> Checkpoint:
    return Checkpoint(NAME, size, log.root(leaves[:size]))


def test_a_checkpoint_is_three_lines_and_a_signature() -> None:
    signed = checkpoint(3).sign(KEY)
    assert signed.startswith(f"{NAME}\n3\n")
    assert signed.split("\n")[3:5] == ["", signed.split("\n")[4]]
    assert audit.parse_checkpoint(signed, VERIFIER) == checkpoint(3)


def test_more_lines_and_more_signatures_are_ignored() -> None:
    longer = notes.sign(checkpoint(3).text() + "extension\n", NAME, KEY)
    note = notes.add_signature(notes.parse(longer), "witness.example", SigningKey(bytes([1]) * 32))
    assert audit.parse_checkpoint(note.encode(), VERIFIER) == checkpoint(3)


@pytest.mark.parametrize(
    "text",
    [
        f"{NAME}\n3\n",
        f"{NAME}\n03\n{'A' * 43}=\n",
        f"{NAME}\n-1\n{'A' * 43}=\n",
        f"{NAME}\n0\n{'A' * 43}=\n",
        f"{NAME}\n9007199254740993\n{'A' * 43}=\n",
        f"{NAME}\n3\nAA==\n",
        f"{NAME}\n3\n{'A' * 43}=\n\nx\n",
        f"other/audit\n3\n{'A' * 43}=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        audit.parse_checkpoint(notes.sign(text, NAME, KEY), VERIFIER)


def test_a_checkpoint_by_another_key_is_not_authentic() -> None:
    with pytest.raises(NotAuthentic):
        audit.parse_checkpoint(checkpoint(3).sign(SigningKey(bytes([2]) * 32)), VERIFIER)


@given(st.integers(1, 600), st.integers(0, 600))
def test_a_log_that_grew_is_accepted(old: int, more: int) -> None:
    size = min(old + more, 600)
    proof = log.consistency_proof(old, LEAVES[:size])
    audit.check_continues(checkpoint(old), checkpoint(size), proof)


@given(st.data())
def test_a_log_in_which_anything_old_was_changed_is_refused(data: st.DataObject) -> None:
    old = data.draw(st.integers(1, 300))
    size = data.draw(st.integers(old, 300))
    other = list(LEAVES)
    other[data.draw(st.integers(0, old - 1))] = sha256(b"another")
    with pytest.raises(NotAuthentic):
        audit.check_continues(checkpoint(old), checkpoint(size, other), log.consistency_proof(old, other[:size]))


def test_a_log_that_shrank_or_is_another_is_refused() -> None:
    with pytest.raises(NotAuthentic, match="lost events"):
        audit.check_continues(checkpoint(9), checkpoint(8), [])
    with pytest.raises(NotAuthentic, match="another log"):
        audit.check_continues(dataclasses.replace(checkpoint(9), name="x/audit"), checkpoint(9), [])
    audit.check_continues(None, checkpoint(8), [])
    audit.check_continues(checkpoint(0), checkpoint(8), [])


# --- tombstones

DAY = datetime.date(2026, 11, 23)
STONE = Tombstone(NAME, 5, log.root(LEAVES[:5]), datetime.date(2026, 1, 1), DAY)


def test_a_tombstone_reads_back_and_is_no_checkpoint() -> None:
    signed = STONE.sign(KEY)
    assert audit.parse_tombstone(signed, VERIFIER) == STONE
    with pytest.raises(Malformed):
        audit.parse_checkpoint(signed, VERIFIER)
    with pytest.raises(Malformed):
        audit.parse_tombstone(checkpoint(5).sign(KEY), VERIFIER)


def test_a_tombstone_by_another_key_or_of_another_log_is_not_authentic() -> None:
    with pytest.raises(NotAuthentic):
        audit.parse_tombstone(STONE.sign(SigningKey(bytes([2]) * 32)), VERIFIER)
    other = dataclasses.replace(STONE, name="other/audit")
    with pytest.raises(NotAuthentic):
        audit.parse_tombstone(notes.sign(other.text(), NAME, KEY), VERIFIER)
