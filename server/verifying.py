"""Checks an office's journal at the city, row by row: hashes, chains, signatures, tree, receipts.

Reads in the order of arrival and keeps one head per log, so it works on any amount of events.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, text

from models.envelope import GENESIS, Sealed, unseal
from models.errors import ForeignError
from models.merkle import Edge, event_leaf
from models.words import tr
from server.city_key import CityKey
from server.store.unit import CityDatabase
from server.storing import ack_of_row
from services.journal.device import signature_holds
from services.sync.protocol import Head, ack_bytes

__all__ = ["OfficeReport", "verify_office"]

_EVENTS = text(
    "SELECT log, seq, n, body, hash, sig FROM ev WHERE off = :off AND n >= :first ORDER BY n "
    "LIMIT 1000"
)
_KEYS = text("SELECT log, public_key FROM device WHERE off = :off")
_HEADS = text("SELECT log, seq, hash, rx_ms, tree_size, root, sig FROM head WHERE off = :off")
_TREE = text("SELECT size, peaks FROM tree WHERE off = :off")


@dataclass(frozen=True, slots=True)
class OfficeReport:
    """What was checked, and the first thing that is wrong in words (empty: nothing is)."""

    office: str
    events: int
    logs: int
    root: str
    fault: str = ""


class _Wrong(Exception):
    pass


def _at(log: bytes, what: str, *, seq: int | None = None) -> str:
    if seq is None:
        return tr("nhật ký {log}: {what}", log=log.hex(), what=what)
    return tr("nhật ký {log}, việc {seq}: {what}", log=log.hex(), seq=seq, what=what)


def verify_office(database: CityDatabase, key: CityKey, office: str) -> OfficeReport:
    """Check everything the city holds of an office."""
    with database.read_still(office) as tx:
        check = _Check(tx, office, key)
        try:
            check.run()
        except _Wrong as wrong:
            check.fault = str(wrong)
        heads, edge = check.heads, check.edge
        return OfficeReport(office, edge.size, len(heads), edge.root().hex(), check.fault)


class _Check:
    """The state of a check: the tree so far, the head of each log and whether it is signed."""

    def __init__(self, tx: Connection, office: str, key: CityKey) -> None:
        self._tx = tx
        self._office = office
        self._city = key
        rows = tx.execute(_KEYS, {"off": office})
        self._keys = {bytes(row.log): bytes(row.public_key) for row in rows}
        self.edge = Edge()
        self.heads: dict[bytes, Head] = {}
        self._unsigned: set[bytes] = set()
        self._roots: dict[int, bytes] = {}
        self.fault = ""

    def run(self) -> None:
        """Raises `_Wrong` at the first thing that does not hold."""
        told = [ack_of_row(row) for row in self._tx.execute(_HEADS, {"off": self._office})]
        wanted = {ack.tree_size for ack in told}
        for item in self._events():
            self._take(item)
            if self.edge.size in wanted:
                self._roots[self.edge.size] = self.edge.root()
        if self._unsigned:
            raise _Wrong(_at(min(self._unsigned), tr("việc cuối chưa có chữ ký")))
        if {ack.log: ack.head for ack in told} != self.heads:
            raise _Wrong(tr("bảng số việc cuối và các việc không khớp nhau"))
        for ack in told:
            right = signature_holds(self._city.public_key, ack_bytes(ack), ack.signature)
            if not right or self._roots.get(ack.tree_size) != ack.root:
                raise _Wrong(_at(ack.log, tr("giấy biên nhận không đúng")))
        tree = self._tx.execute(_TREE, {"off": self._office}).first()
        stored = Edge.unpacked(tree.size, bytes(tree.peaks)) if tree else Edge()
        if stored != self.edge:
            raise _Wrong(tr("cây băm đang lưu là cây khác"))

    def _events(self) -> Iterator[Sealed]:
        while True:
            at = {"off": self._office, "first": self.edge.size}
            rows = self._tx.execute(_EVENTS, at).all()
            if not rows:
                return
            for row in rows:
                log, seq = bytes(row.log), int(row.seq)
                if row.n != self.edge.size:
                    gap = tr("thiếu việc thứ {n} theo thứ tự đến", n=self.edge.size)
                    raise _Wrong(_at(log, gap, seq=seq))
                body = bytes(row.body)
                if hashlib.sha256(body).digest() != bytes(row.hash):
                    raise _Wrong(_at(log, tr("mã băm không khớp"), seq=seq))
                try:
                    item = unseal(body, bytes(row.sig) if row.sig else None)
                except ForeignError:
                    raise _Wrong(_at(log, tr("không phải một việc"), seq=seq)) from None
                e = item.envelope
                if (e.log, e.seq, e.office) != (bytes(row.log), row.seq, self._office):
                    raise _Wrong(_at(log, tr("nằm ở chỗ của việc khác"), seq=seq))
                yield item

    def _take(self, item: Sealed) -> None:
        e = item.envelope
        before = self.heads.get(e.log, Head(0, GENESIS))
        if (e.seq, e.prev) != (before.seq + 1, before.hash):
            raise _Wrong(_at(e.log, tr("chuỗi bị đứt"), seq=e.seq))
        if item.signature is None:
            self._unsigned.add(e.log)
        else:
            key = self._keys.get(e.log)
            if key is None or not signature_holds(key, item.hash, item.signature):
                raise _Wrong(_at(e.log, tr("chữ ký không đúng"), seq=e.seq))
            self._unsigned.discard(e.log)
        self.heads[e.log] = Head(e.seq, item.hash)
        self.edge, _ = self.edge.grown([event_leaf(e.log, e.seq, item.hash)])
