"""Proofs of an office's Merkle tree: this event is in it, this earlier tree is a part of it.

Anybody may ask: a proof holds hashes only. A PC that kept an acknowledgement (tree size and root)
shows with them that the city has neither dropped nor rewritten what it acknowledged.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from sqlalchemy import Connection, text

from models.errors import InputError
from models.merkle import Edge, consistency_proof, event_leaf, inclusion_proof, node_hash
from models.words import tr
from server.answers import TROUBLES
from server.context import CityContext
from server.storing import LOWEST_NODE

__all__ = ["Proof", "consistency_of", "inclusion_of", "router"]

router = APIRouter(tags=["tree"], prefix="/tree")
Office = Annotated[str, Query(pattern="^[0-9]{5}$")]
Size = Annotated[int, Query(ge=1, lt=2**62)]

_TREE = text("SELECT size, peaks FROM tree WHERE off = :off")
_LEAVES = text(
    "SELECT log, seq, hash FROM ev WHERE off = :off AND n >= :first AND n < :last ORDER BY n"
)
_NODE = text("SELECT hash FROM tree_node WHERE off = :off AND level = :level AND idx = :idx")
_PLACE = text("SELECT n, hash FROM ev WHERE off = :off AND log = :log AND seq = :seq")


class Proof(BaseModel):
    """Hashes in hex, in the order of RFC 9162; `index` of the leaf for an inclusion."""

    tree_size: int
    root: str
    index: int = 0
    hashes: list[str]


def inclusion_of(tx: Connection, office: str, log: bytes, *, seq: int) -> Proof:
    """That an event is in the tree as it is now; raises `InputError` MC-50 for an unknown one."""
    place = tx.execute(_PLACE, {"off": office, "log": log, "seq": seq}).first()
    if place is None:
        raise _unknown()
    edge = _edge(tx, office)
    hashes = inclusion_proof(place.n, edge.size, _Nodes(tx, office).node)
    return _proof(edge, hashes, index=place.n)


def consistency_of(tx: Connection, office: str, first: int) -> Proof:
    """That the tree of size `first` is a part of today's; raises `InputError` MC-50."""
    edge = _edge(tx, office)
    if not 0 < first <= edge.size:
        raise _unknown()
    return _proof(edge, consistency_proof(first, edge.size, _Nodes(tx, office).node))


@router.get("/inclusion", responses={**TROUBLES})
def get_inclusion(
    request: Request,
    office: Office,
    log: Annotated[str, Query(pattern="^[0-9a-f]{32}$")],
    seq: Size,
) -> Proof:
    """That an event of a log was taken into the office's tree."""
    city: CityContext = request.app.state.city
    with city.database.read(office) as tx:
        return inclusion_of(tx, office, bytes.fromhex(log), seq=seq)


@router.get("/consistency", responses={**TROUBLES})
def get_consistency(request: Request, office: Office, first: Size) -> Proof:
    """That the tree of an earlier acknowledgement is the beginning of today's."""
    city: CityContext = request.app.state.city
    with city.database.read(office) as tx:
        return consistency_of(tx, office, first)


class _Nodes:
    """Roots of complete subtrees: large ones are stored, small ones counted from the leaves."""

    def __init__(self, tx: Connection, office: str) -> None:
        self._tx = tx
        self._office = office

    def node(self, level: int, index: int) -> bytes:
        if level >= LOWEST_NODE:
            at = {"off": self._office, "level": level, "idx": index}
            return bytes(self._tx.execute(_NODE, at).scalar_one())
        return _root_of(self._leaves(index << level, (index + 1) << level))

    def _leaves(self, first: int, last: int) -> list[bytes]:
        at = {"off": self._office, "first": first, "last": last}
        rows = self._tx.execute(_LEAVES, at)
        return [event_leaf(bytes(row.log), row.seq, bytes(row.hash)) for row in rows]


def _root_of(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [node_hash(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def _edge(tx: Connection, office: str) -> Edge:
    row = tx.execute(_TREE, {"off": office}).first()
    if row is None:
        raise _unknown()
    return Edge.unpacked(row.size, bytes(row.peaks))


def _proof(edge: Edge, hashes: tuple[bytes, ...], *, index: int = 0) -> Proof:
    told = [found.hex() for found in hashes]
    return Proof(tree_size=edge.size, root=edge.root().hex(), index=index, hashes=told)


def _unknown() -> InputError:
    return InputError(
        "MC-50",
        tr("Cây xác nhận của cơ quan không có chỗ này."),
        tr("Báo bộ phận kỹ thuật: hỏi lại với số đã được xác nhận."),
    )
