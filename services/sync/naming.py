"""What the office's PCs are called: two of one name are told apart by their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from models.words import tr
from services.store.statement import rows_of

__all__ = ["distinct_names", "pc_names"]

_PCS = "SELECT log, name, slot, public_key FROM device WHERE kind <> 'city'"


def pc_names(conn: Connection) -> Mapping[bytes, str]:
    """The name of every log of the roster, with its number where two PCs share a name."""
    rows = [(bytes(log), str(name), int(slot), bytes(key)) for log, name, slot, key in
            rows_of(conn, _PCS)]  # fmt: skip
    return distinct_names(rows)


def distinct_names(rows: Iterable[tuple[bytes, str, int, bytes]]) -> Mapping[bytes, str]:
    """Names by log from (log, name, slot, public key); several logs of one key are one PC."""
    rows = tuple(rows)
    shared = Counter(name for name, _key in {(name, key) for _, name, _, key in rows})
    return {
        log: tr("{name} (số {slot})", name=name, slot=slot) if shared[name] > 1 else name
        for log, name, slot, _key in rows
    }
