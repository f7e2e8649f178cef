"""The Merkle tree of the city's journal (RFC 9162 §2.1, the same tree as RFC 6962).

A tree grows by leaves at its right end. `Edge` is all that must be kept to append: the roots of the
complete subtrees of which the tree consists, largest first. Proofs need more nodes; they ask
`node(level, index)` for the root of the complete subtree over the leaves
`index << level … (index + 1) << level`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = [
    "EMPTY_ROOT",
    "Edge",
    "Node",
    "consistency_holds",
    "consistency_proof",
    "event_leaf",
    "inclusion_holds",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
]

EMPTY_ROOT = hashlib.sha256(b"").digest()
_HASH = 32

Node = Callable[[int, int], bytes]
"""(level, index) -> root of a complete subtree; level 0 are the leaves' hashes."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: MTH({d[0]}) = SHA-256(0x00 || d[0])."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\1" + left + right).digest()


def event_leaf(log: bytes, seq: int, digest: bytes) -> bytes:
    """The leaf hash of one event: over its log (16 bytes), number (8, big end first) and hash."""
    return hashlib.sha256(b"\0%b%b%b" % (log, seq.to_bytes(8, "big"), digest)).digest()


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: its size and the roots of its complete subtrees, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def root(self) -> bytes:
        """The root of the tree; of an empty one the hash of nothing."""
        if not self.peaks:
            return EMPTY_ROOT
        found = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            found = node_hash(peak, found)
        return found

    def grown(self, leaves: Iterable[bytes]) -> tuple[Edge, list[tuple[int, int, bytes]]]:
        """The edge after appending leaf hashes, and the inner nodes (level, index, hash) made."""
        size, peaks, made = self.size, list(self.peaks), []
        for found in leaves:
            peaks.append(found)
            size, level, rest = size + 1, 0, size
            while rest & 1:
                right = peaks.pop()
                peaks[-1] = node_hash(peaks[-1], right)
                rest >>= 1
                level += 1
                made.append((level, rest, peaks[-1]))
        return Edge(size, tuple(peaks)), made

    def packed(self) -> bytes:
        """The peaks as bytes, for a database."""
        return b"".join(self.peaks)

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> Edge:
        """The edge from its size and `packed()`; raises ValueError when they do not belong."""
        if len(packed) != _HASH * size.bit_count():
            raise ValueError("the edge of another tree")
        return cls(size, tuple(packed[i : i + _HASH] for i in range(0, len(packed), _HASH)))


def inclusion_proof(index: int, size: int, node: Node) -> tuple[bytes, ...]:
    """PATH(index, D[size]) of RFC 9162 §2.1.3.1; raises ValueError for a leaf outside the tree."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    return tuple(_path(index, 0, end=size, node=node))


def consistency_proof(first: int, second: int, node: Node) -> tuple[bytes, ...]:
    """PROOF(first, D[second]) of RFC 9162 §2.1.4.1; empty when the sizes are equal.

    Raises ValueError unless 0 < first <= second.
    """
    if not 0 < first <= second:
        raise ValueError("not an earlier size of this tree")
    return tuple(_subproof(first, 0, end=second, node=node, whole=True))


def _path(index: int, start: int, *, end: int, node: Node) -> Iterator[bytes]:
    if end - start == 1:
        return
    middle = start + _split(end - start)
    if index < middle:
        yield from _path(index, start, end=middle, node=node)
        yield _range_root(middle, end, node)
    else:
        yield from _path(index, middle, end=end, node=node)
        yield _range_root(start, middle, node)


def _subproof(first: int, start: int, *, end: int, node: Node, whole: bool) -> Iterator[bytes]:
    if first == end:
        if not whole:
            yield _range_root(start, end, node)
        return
    middle = start + _split(end - start)
    if first <= middle:
        yield from _subproof(first, start, end=middle, node=node, whole=whole)
        yield _range_root(middle, end, node)
    else:
        yield from _subproof(first, middle, end=end, node=node, whole=False)
        yield _range_root(start, middle, node)


def _split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _range_root(start: int, end: int, node: Node) -> bytes:
    """The root over leaves start…end; `start` is a multiple of the complete part's size."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(count)
    return node_hash(_range_root(start, middle, node), _range_root(middle, end, node))


def inclusion_holds(
    leaf: bytes, index: int, *, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the proof shows the leaf hash at `index` in the tree (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def consistency_holds(
    first: tuple[int, bytes], second: tuple[int, bytes], proof: Sequence[bytes]
) -> bool:
    """Whether the tree (size, root) `first` is a prefix of `second` (RFC 9162 §2.1.4.2)."""
    (old_size, old_root), (new_size, new_root) = first, second
    if old_size == new_size:
        return not proof and old_root == new_root
    if not 0 < old_size < new_size or not proof:
        return False
    steps = list(proof)
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_root)
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root
