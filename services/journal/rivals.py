"""Rows of `conflict` for what several PCs stated differently without knowing of each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from models.envelope import Sealed, unseal
from models.latest import Latest
from services.clock import iso_of

__all__ = ["Rival", "rival_rows", "write_rivals"]


@dataclass(frozen=True, slots=True)
class Rival:
    """One open conflict: its stream, its kind, and the events that contradict each other."""

    id: str
    stream: str
    kind: str
    events: tuple[Sealed, ...]

    def values(self) -> tuple[Any, ...]:
        """The contradicting events, decoded."""
        return tuple(item.event() for item in self.events)


def write_rivals(tx: Connection, stream: str, kind: str, *, found: Mapping[str, Latest]) -> None:
    """Replace the open conflicts of `stream` by those in `found`; what was settled goes."""
    tx.exec_driver_sql("DELETE FROM conflict WHERE st = ? AND kind = ?", (stream, kind))
    for key, holding in found.items():
        if not holding.rivals:
            continue
        hashes = [digest.hex() for digest in holding.rivals]
        name = hashlib.sha256("\n".join((stream, kind, key, *hashes)).encode()).hexdigest()[:24]
        opened = iso_of(holding.item.envelope.wall)
        tx.exec_driver_sql(
            "INSERT INTO conflict (id, st, kind, events, opened) VALUES (?,?,?,?,?)",
            (name, stream, kind, json.dumps(hashes), opened),
        )


def rival_rows(conn: Connection, kinds: tuple[str, ...]) -> tuple[Rival, ...]:
    """The open conflicts of these kinds with their events, oldest first."""
    rows = conn.exec_driver_sql(
        "SELECT id, st, kind, events FROM conflict WHERE resolved_by IS NULL ORDER BY opened, id"
    ).all()
    return tuple(
        Rival(name, stream, kind, _events(conn, json.loads(events)))
        for name, stream, kind, events in rows
        if kind in kinds
    )


def _events(conn: Connection, hashes: list[str]) -> tuple[Sealed, ...]:
    found = []
    for digest in hashes:
        row = conn.exec_driver_sql(
            "SELECT body, sig FROM ev WHERE hash = ?", (bytes.fromhex(digest),)
        ).first()
        if row is not None:
            found.append(unseal(row[0], row[1]))
    return tuple(found)
