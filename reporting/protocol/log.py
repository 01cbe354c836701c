"""Hashing of the transparency log: RFC 6962 section 2.1, and proofs as in RFC 9162 section 2.1.3."""

from __future__ import annotations

from collections.abc import Sequence

from reporting.protocol.encoding import sha256
from reporting.protocol.errors import NotAuthentic, N_

EMPTY_ROOT = sha256(b"")


def leaf_data(document: str | bytes) -> bytes:
    """What a signed document contributes to the log: the 32-byte SHA-256 of all of it."""
    return sha256(document.encode() if isinstance(document, str) else document)


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962 hash of a leaf's data, 32 bytes."""
    return sha256(b"\x00" + data)


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 hash of an inner node, 32 bytes."""
    return sha256(b"\x01" + left + right)


def left_of(count: int) -> int:
    """How many of ``count`` leaves (2 or more) stand to the left of the root (RFC 6962 section 2.1)."""
    return 1 << (count - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """Merkle tree hash over leaf hashes, 32 bytes; the hash of nothing for an empty log."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = left_of(len(leaves))
    return node_hash(root(leaves[:split]), root(leaves[split:]))


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Audit path of leaf ``index``, from the leaf up.

    :raises IndexError: no such leaf
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    split = left_of(len(leaves))
    if index < split:
        return [*inclusion_proof(index, leaves[:split]), root(leaves[split:])]
    return [*inclusion_proof(index - split, leaves[split:]), root(leaves[:split])]


def consistency_proof(old: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Proof that the first ``old`` leaves (1 to all) are a prefix of the log.

    :raises IndexError: fewer than one leaf, or more than there are
    """
    if not 1 <= old <= len(leaves):
        raise IndexError(old)
    return _subproof(old, leaves, whole=True)


def _subproof(old: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [root(leaves)]
    split = left_of(len(leaves))
    if old <= split:
        return [*_subproof(old, leaves[:split], whole=whole), root(leaves[split:])]
    return [*_subproof(old - split, leaves[split:], whole=False), root(leaves[:split])]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> None:
    """Check that ``leaf`` (a leaf hash) stands at ``index`` of the log of ``size`` leaves.

    :raises NotAuthentic: it does not (RFC 9162 section 2.1.3.2)
    """
    place, last, value = index, size - 1, leaf
    if not 0 <= index < size:
        raise NotAuthentic(N_("This proof does not fit the log."))
    for sibling in proof:
        if last == 0:
            raise NotAuthentic(N_("This proof does not fit the log."))
        if place & 1 or place == last:
            value = node_hash(sibling, value)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            value = node_hash(value, sibling)
        place, last = place >> 1, last >> 1
    if last != 0 or value != expected_root:
        raise NotAuthentic(N_("This proof does not fit the log."))


def verify_consistency(old: int, old_root: bytes, size: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the log of ``size`` leaves continues that of ``old`` leaves.

    :raises NotAuthentic: it does not (RFC 9162 section 2.1.4.2)
    """
    failure = NotAuthentic(N_("This proof does not fit the log."))
    if not 0 < old <= size or (old == size) != (not proof):
        raise failure
    if old == size:
        if old_root != new_root:
            raise failure
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise failure
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    if last != 0 or first != old_root or second != new_root:
        raise failure
