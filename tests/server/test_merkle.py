"""The Merkle tree against the published vectors, the RFC's own example and its definition."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.merkle import (
    EMPTY_ROOT,
    Edge,
    consistency_holds,
    consistency_proof,
    event_leaf,
    inclusion_holds,
    inclusion_proof,
    leaf_hash,
    node_hash,
)

INPUTS = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The vectors of the Certificate Transparency implementations for RFC 6962."""


def definition(leaves):
    """MTH of RFC 9162 §2.1.1, written as the text has it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(definition(leaves[:half]), definition(leaves[half:]))


def nodes_of(leaves):
    return lambda level, index: definition(leaves[index << level : (index + 1) << level])


def edge_of(leaves):
    return Edge().grown(leaves)[0]


@pytest.mark.parametrize("count", range(1, 9))
def test_roots_are_the_published_ones(count):
    edge = edge_of([leaf_hash(data) for data in INPUTS[:count]])
    assert edge.root().hex() == ROOTS[count - 1]
    assert Edge.unpacked(edge.size, edge.packed()) == edge


def test_the_empty_tree():
    assert Edge().root() == EMPTY_ROOT == hashlib.sha256().digest()


def test_the_example_of_the_rfc():
    """RFC 9162 §2.1.5: the tree of seven leaves, its audit paths and consistency proofs."""
    d = [leaf_hash(bytes([i])) for i in range(7)]
    a, b, c, e, f, j = *d[0:4], d[4], d[6]
    g, h, i = node_hash(a, b), node_hash(c, e), node_hash(f, d[5])
    k, ell = node_hash(g, h), node_hash(i, j)
    node = nodes_of(d)
    assert edge_of(d).root() == node_hash(k, ell)
    assert inclusion_proof(0, 7, node) == (b, h, ell)
    assert inclusion_proof(3, 7, node) == (c, g, ell)
    assert inclusion_proof(4, 7, node) == (d[5], j, k)
    assert inclusion_proof(6, 7, node) == (i, k)
    assert consistency_proof(3, 7, node) == (c, e, g, ell)
    assert consistency_proof(4, 7, node) == (ell,)
    assert consistency_proof(6, 7, node) == (i, j, k)


@given(st.integers(1, 70), st.data())
def test_proofs_hold_and_a_changed_one_does_not(size, data):
    leaves = [event_leaf(b"l" * 16, seq, bytes(32)) for seq in range(size)]
    node, root = nodes_of(leaves), edge_of(leaves).root()
    assert root == definition(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, node)
    assert inclusion_holds(leaves[index], index, size=size, proof=proof, root=root)
    assert not inclusion_holds(leaf_hash(b"x"), index, size=size, proof=proof, root=root)
    assert not inclusion_holds(leaves[index], index, size=size, proof=(*proof, root), root=root)
    first = data.draw(st.integers(1, size))
    before = (first, definition(leaves[:first]))
    steps = consistency_proof(first, size, node)
    assert consistency_holds(before, (size, root), steps)
    assert not consistency_holds((first, leaf_hash(b"x")), (size, root), steps)
    if first < size:
        assert not consistency_holds(before, (size, leaf_hash(b"x")), steps)
        assert not consistency_holds(before, (size, root), steps[:-1])


@given(st.lists(st.integers(0, 40), max_size=6))
def test_growing_in_parts_makes_every_inner_node_once(parts):
    leaves = [leaf_hash(n.to_bytes(2, "big")) for n in range(sum(parts))]
    edge, made, done = Edge(), {}, 0
    for part in parts:
        edge, new = edge.grown(leaves[done : done + part])
        for level, index, found in new:
            assert (level, index) not in made
            made[level, index] = found
        done += part
    node = nodes_of(leaves)
    assert edge == edge_of(leaves)
    assert made == {key: node(*key) for key in made}
    assert len(made) == sum(len(leaves) >> level for level in range(1, 9))


def test_wrong_questions_are_refused():
    with pytest.raises(ValueError):
        inclusion_proof(1, 1, nodes_of([]))
    with pytest.raises(ValueError):
        consistency_proof(0, 1, nodes_of([]))
    with pytest.raises(ValueError):
        Edge.unpacked(3, bytes(32))
    assert not inclusion_holds(b"", 1, size=1, proof=(), root=b"")
    assert not consistency_holds((0, b""), (1, b""), (b"",))
