"""The journal as JSON lines for auditors: envelope, payload, hash and signature of every event."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from models.envelope import Sealed
from services.journal.reading import all_events

__all__ = ["as_record", "export_journal"]


def export_journal(conn: Connection, path: Path) -> int:
    """Write every event to `path`, one JSON object a line; returns how many."""
    count = 0
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        for n, item in all_events(conn):
            file.write(json.dumps(as_record(n, item), ensure_ascii=False) + "\n")
            count += 1
    temporary.replace(path)
    return count


def as_record(n: int, item: Sealed) -> dict[str, Any]:
    """One event as plain JSON data; bytes are hexadecimal."""
    e = item.envelope
    return {
        "n": n,
        "id": e.id,
        "log": e.log.hex(),
        "seq": e.seq,
        "prev": e.prev.hex(),
        "office": e.office,
        "stream": e.stream,
        "type": e.type,
        "type_version": e.type_version,
        "parents": [p.hex() for p in e.parents],
        "hlc": e.hlc,
        "wall": e.wall,
        "skew": e.skew,
        "actor": {"staff": e.actor.staff, "role": e.actor.role, "session": e.actor.session},
        "payload": _plain(e.payload),
        "hash": item.hash.hex(),
        "signature": item.signature.hex() if item.signature else None,
        "body": item.body.hex(),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value
