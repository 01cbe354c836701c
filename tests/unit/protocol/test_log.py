"""Hashing of the log, against published values and against brute force (RFC 6962, RFC 9162)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.protocol import log
from reporting.protocol.encoding import sha256
from reporting.protocol.errors import NotAuthentic

# The reference tree of the Certificate Transparency project: eight leaves, and the root at each size.
CT_LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [log.leaf_hash(bytes([number])) for number in range(40)]


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, written as it stands there."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + by_definition(leaves[:k]) + by_definition(leaves[k:]))


@pytest.mark.parametrize("size", range(9))
def test_the_roots_of_the_reference_tree(size: int) -> None:
    assert log.root([log.leaf_hash(data) for data in CT_LEAVES[:size]]).hex() == CT_ROOTS[size]


def test_the_inclusion_paths_of_rfc_6962_section_2_1_3() -> None:
    """The example tree of seven leaves: the audit paths for d0, d3, d4 and d6."""
    d = [log.leaf_hash(bytes([number])) for number in range(7)]
    g, h, i = (log.node_hash(d[place], d[place + 1]) for place in (0, 2, 4))
    k, m = log.node_hash(g, h), log.node_hash(i, d[6])
    assert log.inclusion_proof(0, d) == [d[1], h, m]
    assert log.inclusion_proof(3, d) == [d[2], g, m]
    assert log.inclusion_proof(4, d) == [d[5], d[6], k]
    assert log.inclusion_proof(6, d) == [i, k]


def test_the_consistency_proofs_of_rfc_6962_section_2_1_3() -> None:
    """The same tree, grown from three, four and six leaves."""
    d = [log.leaf_hash(bytes([number])) for number in range(7)]
    g, h, i = (log.node_hash(d[place], d[place + 1]) for place in (0, 2, 4))
    k, m = log.node_hash(g, h), log.node_hash(i, d[6])
    assert log.consistency_proof(3, d) == [d[2], d[3], g, m]
    assert log.consistency_proof(4, d) == [m]
    assert log.consistency_proof(6, d) == [i, d[6], k]


def test_every_small_tree_by_definition() -> None:
    for size in range(len(LEAVES)):
        assert log.root(LEAVES[:size]) == by_definition(LEAVES[:size])


def test_every_leaf_of_every_small_tree_is_included_and_nowhere_else() -> None:
    for size in range(1, 20):
        leaves = LEAVES[:size]
        root = log.root(leaves)
        for index in range(size):
            proof = log.inclusion_proof(index, leaves)
            log.verify_inclusion(leaves[index], index, size, proof, root)
            for other in range(size):
                if other != index:
                    with pytest.raises(NotAuthentic):
                        log.verify_inclusion(leaves[index], other, size, proof, root)


def test_every_small_tree_continues_every_smaller_one() -> None:
    for size in range(1, 20):
        leaves = LEAVES[:size]
        for old in range(1, size + 1):
            proof = log.consistency_proof(old, leaves)
            log.verify_consistency(old, log.root(leaves[:old]), size, log.root(leaves), proof)


indices = st.integers(1, 40).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1)))


@given(indices, st.data())
def test_an_altered_inclusion_proof_is_refused(found: tuple[int, int], data: st.DataObject) -> None:
    size, index = found
    leaves = LEAVES[:size]
    root, proof = log.root(leaves), log.inclusion_proof(index, leaves)
    altered = data.draw(alterations(proof))
    with pytest.raises(NotAuthentic):
        log.verify_inclusion(leaves[index], index, size, altered, root)
    with pytest.raises(NotAuthentic):
        log.verify_inclusion(leaves[index], index, size, proof, sha256(root))
    with pytest.raises(NotAuthentic):
        log.verify_inclusion(sha256(leaves[index]), index, size, proof, root)


@given(indices, st.data())
def test_an_altered_consistency_proof_is_refused(found: tuple[int, int], data: st.DataObject) -> None:
    size, old = found[0], found[1] + 1
    leaves = LEAVES[:size]
    root, old_root, proof = log.root(leaves), log.root(leaves[:old]), log.consistency_proof(old, leaves)
    altered = data.draw(alterations(proof))
    with pytest.raises(NotAuthentic):
        log.verify_consistency(old, old_root, size, root, altered)
    with pytest.raises(NotAuthentic):
        log.verify_consistency(old, sha256(old_root), size, root, proof)
    with pytest.raises(NotAuthentic):
        log.verify_consistency(old, old_root, size, sha256(root), proof)


def alterations(proof: list[bytes]) -> st.SearchStrategy[list[bytes]]:
    ways = [st.just([*proof, bytes(32)]), st.just([bytes(32), *proof])]
    if proof:
        ways.append(st.just(proof[:-1]))
        ways.append(st.integers(0, len(proof) - 1).map(lambda at: [*proof[:at], sha256(proof[at]), *proof[at + 1 :]]))
    if len(proof) > 1:
        ways.append(st.just(proof[::-1]))
    return st.one_of(ways)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (5, 3)])
def test_a_place_outside_the_log_is_refused(index: int, size: int) -> None:
    with pytest.raises(NotAuthentic):
        log.verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3), (-1, 3)])
def test_a_log_does_not_continue_a_larger_or_an_empty_one(old: int, size: int) -> None:
    with pytest.raises(NotAuthentic):
        log.verify_consistency(old, log.root(LEAVES[:3]), size, log.root(LEAVES[:3]), [])


def test_proofs_of_what_is_not_there_are_not_made() -> None:
    with pytest.raises(IndexError):
        log.inclusion_proof(3, LEAVES[:3])
    for old in (0, 4):
        with pytest.raises(IndexError):
            log.consistency_proof(old, LEAVES[:3])


def test_leaf_and_node_never_share_a_hash() -> None:
    left, right = LEAVES[:2]
    assert log.node_hash(left, right) != log.leaf_hash(left + right)
    assert log.node_hash(left, right) != log.node_hash(right, left)


def test_leaf_data_is_the_hash_of_the_whole_document() -> None:
    assert log.leaf_data("a note\n") == log.leaf_data(b"a note\n") == sha256(b"a note\n")


def test_roots_differ_as_the_log_grows() -> None:
    roots = [log.root(LEAVES[:size]) for size in range(30)]
    assert all(one != other for one, other in pairwise(roots))
